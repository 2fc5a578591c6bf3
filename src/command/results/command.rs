//! `attune results`.

use super::fetch::{SourceOptions, Wanted};
use super::judge::{self, Scope};
use super::ledger::{EXPOSED, Ledger, number};
use super::plan::Plan;
use super::report::{Elsewhere, Report};
use super::{csv, health, html, text, warnings};
use crate::failure::Failure;
use crate::output;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune results --from https://www.shop.example --key read.key\n  \
    attune results summer-hero --from https://www.shop.example --slices\n  \
    attune results --from https://www.shop.example --format html --out results.html\n  \
    attune results --from https://www.shop.example --health\n  \
    attune results --from https://www.shop.example --strategies --out counts.csv\n  \
    attune results --from rows.ndjson --config shop\n\n\
    A verdict comes from the absolute difference, by an interval that holds on every day at once: look as often as you like. There \
    is none below 100 converters in an arm.")]
pub struct Options {
    /// Key of a campaign, or `site` for what personalization is worth as a whole. Default: all
    #[arg(value_name = "CAMPAIGN")]
    campaign: Option<String>,
    #[command(flatten)]
    source: SourceOptions,
    /// Show slices, too: descriptive, without a verdict
    #[arg(long)]
    slices: bool,
    /// Say what was refused and why, what was lost and who was forgotten, instead of results
    #[arg(long)]
    health: bool,
    /// Give the clicks of strategies as CSV, which `attune posteriors --counts` reads, instead of results
    #[arg(long, conflicts_with_all = ["health", "slices", "format"])]
    strategies: bool,
    /// For a terminal, a spreadsheet, a program, or a person to whom it is sent
    #[arg(long, value_enum, default_value_t = ResultsFormat::Text)]
    format: ResultsFormat,
    /// File to write. Default: standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ResultsFormat {
    Text,
    Csv,
    Json,
    Html,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let written = match options {
        Options { health: true, .. } => health_text(options)?,
        Options { strategies: true, .. } => {
            csv::strategies(&warnings::clicks(&options.source.source()?.ledger(Wanted::Counts)?, "strategy"))
        }
        _ => results(options)?,
    };
    let Some(out) = &options.out else { return output::print(&written) };
    output::write(out, written.as_bytes())?;
    output::print(&format!("wrote {}\n", out.display()))
}

fn health_text(options: &Options) -> Result<String, Failure> {
    let found = health::of(&options.source.source()?.ledger(Wanted::Counts)?);
    match options.format {
        ResultsFormat::Text => Ok(found.text()),
        ResultsFormat::Csv => Ok(found.csv()),
        ResultsFormat::Json => json(&found),
        ResultsFormat::Html => {
            Err(Failure::new("--health has no HTML", "write --format text, --format csv or --format json"))
        }
    }
}

fn results(options: &Options) -> Result<String, Failure> {
    let source = options.source.source()?;
    let plan = options.source.plan(&source)?;
    let wanted = options.campaign.as_deref().map_or(Wanted::All, Wanted::One);
    let ledger = source.ledger(wanted)?;
    let by_day = matches!(options.format, ResultsFormat::Json | ResultsFormat::Html);
    if let Err(failure) = &plan.live {
        output::print_error(&format!("warning: {failure}\n"));
    }
    let report = report(&plan, &ledger, wanted, Scope { slices: options.slices, by_day })?;
    match options.format {
        ResultsFormat::Text => Ok(text::report(&report)),
        ResultsFormat::Csv => Ok(csv::report(&report)),
        ResultsFormat::Json => json(&report),
        ResultsFormat::Html => Ok(html::report(&report)),
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::new(format!("the results cannot be written: {error}"), "please report this"))
}

fn report(plan: &Plan, ledger: &Ledger, wanted: Wanted<'_>, scope: Scope) -> Result<Report, Failure> {
    let is_planned = |name: &str| plan.experiments.iter().any(|planned| planned.name == name);
    let has_units = |name: &str| ledger.experiments.get(name).is_some_and(|found| !found.rows.is_empty());
    let (mut experiments, mut elsewhere) = (Vec::new(), Vec::new());
    // In the order of the configuration, then the others.
    let planned = plan.experiments.iter().map(|planned| planned.name.as_str());
    let others = ledger.experiments.keys().map(String::as_str).filter(|name| !is_planned(name));
    for name in planned.chain(others).filter(|name| wanted.has(name) && has_units(name)) {
        let Some(found) = ledger.experiments.get(name) else { continue };
        if is_planned(name) || wanted != Wanted::All {
            experiments.extend(judge::experiment(plan, ledger, name, found, scope));
        } else {
            let units = found.whole().filter(|row| row.goal == EXPOSED).map(|row| row.figures.n).sum();
            elsewhere.push(Elsewhere { name: name.to_owned(), units: number(units) });
        }
    }
    let planned = plan.experiments.iter().map(|planned| planned.name.clone());
    let waiting: Vec<String> = planned.filter(|name| wanted.has(name) && !has_units(name)).collect();
    if let (Wanted::One(asked), true, true) = (wanted, experiments.is_empty(), waiting.is_empty()) {
        let known: Vec<&str> = plan.experiments.iter().map(|planned| planned.name.as_str()).collect();
        return Err(Failure::new(
            format!("there is no experiment `{asked}`, neither in the configuration nor in the ledger"),
            format!("give one of {}: a campaign with arms or a holdout is measured", known.join(", ")),
        ));
    }
    let consent = warnings::consent(ledger);
    let clicks = |by| {
        let mut clicks = warnings::clicks(ledger, by);
        // A name begins with the key of its campaign, as the name of an experiment does.
        clicks.retain(|one| wanted.has(&one.name.split('/').take(1).chain(["0"]).collect::<Vec<_>>().join("/")));
        clicks
    };
    let (strategies, sources) = (clicks("strategy"), clicks("source"));
    let (site, currency) = (plan.site.clone(), plan.currency.clone());
    Ok(Report { site, currency, experiments, elsewhere, waiting, consent, strategies, sources })
}
