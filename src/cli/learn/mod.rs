//! `attune learn`: logs to a recommendation index.

pub(crate) mod args;
pub(crate) mod evaluate;
mod ordinals;
mod pairs;
mod progress;
pub(crate) mod rotate;
mod table;

use crate::failure::Failure;
use crate::io;
use args::{LearnOptions, LogOptions};
use attune_core::recommend::Index;
use attune_learn::index::{Built, build};
use attune_learn::log::{Products, Source, read};
use attune_learn::ordinals::Ordinals;
use attune_learn::sessions::{SessionLog, Sessions};
use attune_learn::tune::{HeldOut, Tuning, known_only, measure, neighbours_within, steps_max, tune};
use attune_learn::{LearnError, Noise, Parameters, evaluate as figures, peers};
use std::fmt::Write;
use std::path::Path;
use table::{Line, table};

/// A failure of the library, with the remedy.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn broken(error: LearnError) -> Failure {
    let help = match &error {
        LearnError::Column { .. } => "name the columns: --columns session=..,item=..,time=..",
        LearnError::Format { .. } => "say the format with --input, or give TSV, CSV or JSON lines",
        LearnError::Encode(_) => "give a larger --budget, or leave products out of the log",
        LearnError::Ordinals(_) => "restore it from a copy, or begin with new numbers: --new-epoch",
        _ => "see `attune learn --help`",
    };
    Failure::new(error.to_string(), help)
}

fn source<'a>(path: &'a Path, orders: bool, options: &'a LogOptions) -> Source<'a> {
    Source {
        path,
        format: options.input.map(Into::into),
        columns: &options.columns,
        orders,
        memory_bytes: options.memory,
    }
}

fn shown(parameters: &Parameters) -> String {
    parameters.named().map(|(name, value)| format!("{name} {value}")).join(", ")
}

/// Parameters as given, or tuned on a part of the log; where nothing can be held out, the defaults.
fn chosen(
    log: &SessionLog,
    items: usize,
    budget_bytes: u64,
    given: Option<Parameters>,
) -> Result<(Parameters, Option<Tuning>), Failure> {
    let within = |mut parameters: Parameters| {
        let room = neighbours_within(budget_bytes, items, parameters.beta > 0.0);
        parameters.neighbours = parameters.neighbours.min(room);
        parameters
    };
    if let Some(given) = given {
        return Ok((within(given), None));
    }
    let Some(held_out) = HeldOut::of(log).map_err(broken)? else { return Ok((within(Parameters::default()), None)) };
    let bar = progress::steps(steps_max(), "tuning");
    let tuning = tune(&held_out, items, budget_bytes, || bar.inc(1)).map_err(broken)?;
    bar.finish_and_clear();
    Ok((tuning.parameters, Some(tuning)))
}

pub(crate) fn run(options: &LearnOptions) -> Result<(), Failure> {
    let items_path = options.items.clone().unwrap_or_else(|| ordinals::beside(&options.out));
    if let Some(path) = &options.pairs {
        return pairs::run(path, options, &items_path);
    }
    let (mut ordinals, previous) = ordinals::read(&items_path, &options.out, options.new_epoch)?;
    let before = ordinals.items.len();
    let mut log = SessionLog::default();
    let mut report = String::new();
    for (path, orders) in [(&options.sessions, false), (&options.orders, true)] {
        let Some(path) = path else { continue };
        let mut noise = Noise::default();
        let bar = progress::file(path);
        let source = source(path, orders, &options.log);
        let part = read(&source, &mut Products::Growing(&mut ordinals.items), &mut noise, &mut |bytes| {
            bar.set_position(bytes);
        });
        bar.finish_and_clear();
        log.append(part.map_err(broken)?);
        let _ = writeln!(report, "{}: left out {noise}", path.display());
    }
    let items = ordinals.items.len();
    if log.is_empty() {
        return Err(Failure::new(
            format!("nothing to learn from\n  {}", report.trim_end()),
            "name the columns: --columns session=..,item=..,time=..",
        ));
    }
    if ordinals.epoch == 0 {
        ordinals.epoch = Ordinals::first_epoch(&ordinals.items);
    }
    let neighbours_max =
        neighbours_within(options.budget, items, options.log.parameters.is_some_and(|given| given.beta > 0.0));
    if neighbours_max == 0 {
        return Err(Failure::new(
            format!("{items} products do not fit into an index of {} bytes", options.budget),
            "give a larger --budget, or leave products out of the log",
        ));
    }
    let (parameters, tuning) = chosen(&log, items, options.budget, options.log.parameters)?;
    let built = build(&log, items, &parameters, ordinals.epoch).map_err(broken)?;
    report.push_str(&report_built(&built, &ordinals, before, &parameters));
    if let Some(held_out) = HeldOut::of(&log).map_err(broken)? {
        report.push_str(&compared(
            &held_out,
            &parameters,
            items,
            previous.as_deref(),
            neighbours_max,
            tuning.as_ref(),
        )?);
    } else {
        report.push_str("nothing was held out (baskets have no next click), so nothing is measured\n");
    }
    // The numbers first: an index whose numbers are lost is worth nothing.
    io::write(&items_path, ordinals.to_text().as_bytes())?;
    io::write(&options.out, &built.bytes)?;
    io::print(&report)
}

/// What was built.
fn report_built(built: &Built, ordinals: &Ordinals, before: usize, parameters: &Parameters) -> String {
    let items = ordinals.items.len();
    format!(
        "{} sessions, {items} products ({} new), epoch {}\nindex: {} bytes, {:.0} a product\nparameters: {}\n",
        built.popularity.sessions_total,
        items - before,
        ordinals.epoch,
        built.bytes.len(),
        per_item(built.bytes.len(), items),
        shown(parameters),
    )
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn per_item(bytes: usize, items: usize) -> f64 {
    bytes as f64 / items.max(1) as f64
}

/// This build against its peers and the one before, on what was held out.
fn compared(
    held_out: &HeldOut,
    parameters: &Parameters,
    items: usize,
    previous: Option<&[u8]>,
    neighbours_max: usize,
    tuning: Option<&Tuning>,
) -> Result<String, Failure> {
    let train = SessionLog::of(held_out.train.clone());
    let (metrics, built) = measure(&train, &held_out.test, items, parameters).map_err(broken)?;
    let known: Sessions = known_only(&held_out.test, &built.popularity);
    let mut lines = vec![Line { name: "attune", metrics, index_bytes: built.bytes.len() }];
    let mut add = |name, bytes: &[u8]| -> Result<(), Failure> {
        let index = Index::load(bytes).map_err(|error| broken(error.into()))?;
        lines.push(Line { name, metrics: figures(&index, &built.popularity, &known, false), index_bytes: bytes.len() });
        Ok(())
    };
    add("item-kNN", &peers::item_knn(&train, &built.popularity).map_err(broken)?)?;
    add("popularity", &peers::popularity_only(&built.popularity).map_err(broken)?)?;
    if let Some(previous) = previous {
        add("previous build", previous)?;
    }
    let tried = tuning.map_or(String::new(), |tuning| format!(", chosen from {}", tuning.tried));
    let mut text = format!(
        "\non {} held-out predictions, {} of new products{tried}:\n{}",
        metrics.predictions,
        metrics.unknown_targets,
        table(&lines)
    );
    if previous.is_some() {
        text.push_str("(the previous build may have learned from the held-out sessions)\n");
    }
    if neighbours_max < Parameters::default().neighbours {
        let full = Parameters { neighbours: Parameters::default().neighbours, ..*parameters };
        let (without, _) = measure(&train, &held_out.test, items, &full).map_err(broken)?;
        let _ = writeln!(
            text,
            "room for {neighbours_max} neighbours of each product only; with {} HR@20 would be {:.4}, MRR@20 {:.4}",
            full.neighbours, without.hr20, without.mrr20
        );
    }
    Ok(text)
}
