//! `attune posteriors`: from counts of impressions and clicks, the beliefs that the edge draws strategies from.

use super::posterior_table::table;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::keys::Signer;
use crate::output::describe::span;
use crate::publishing::push_live;
use crate::{input, output};
use attune_core::artifacts::Belief;
use attune_core::artifacts::encode_posteriors;
use attune_core::bundle::Body;
use attune_core::bundle::cards::Cards;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::codec::hash32;
use attune_core::loaded::Loaded;
use attune_learn::posteriors::{Counts, Posterior, Prior, posteriors};
use clap::{ArgGroup, Args};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(group = ArgGroup::new("to").multiple(true))]
#[command(
    after_help = "Example:\n  attune posteriors shop --counts counts.csv --key data.key --push https://www.shop.example\n\n\
        The counts are CSV, TSV or JSON lines with campaign, slot, strategy, impressions and clicks. No new bundle is \
        needed. The key is one for data: `attune keys data`."
)]
pub(crate) struct Options {
    /// Folder with attune.toml
    dir: PathBuf,
    /// How often each strategy was shown and clicked; several are added up
    #[arg(long, value_name = "FILE", required = true)]
    counts: Vec<PathBuf>,
    /// What is believed before anything was seen: alpha and beta, such as 1,49; `pooled` is the rate of the slot, counted as
    /// 100 impressions
    #[arg(long, value_name = "ALPHA,BETA", default_value = "pooled", value_parser = prior)]
    prior: Prior,
    /// How long the edge may use it, such as 12h; then every strategy is drawn equally often
    #[arg(long = "max-age", value_name = "SPAN", default_value = "7d", value_parser = age_s)]
    max_age_s: u32,
    /// When the counts were made. Default: now
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// Key that signs it: a file as `attune keys data` writes it, or a name of `attune keys list`
    #[arg(long, value_name = "NAME|FILE", requires = "to")]
    key: Option<String>,
    /// Address of the site to send it to
    #[arg(long, value_name = "URL", requires = "key", group = "to")]
    push: Option<String>,
    /// File to write
    #[arg(long, requires = "key", group = "to")]
    out: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let (_, loaded) = Configuration::read(&options.dir)?.bundle()?;
    let counts = read_counts(&options.counts)?;
    let mut slots: Vec<Vec<Posterior>> = Vec::new();
    for (campaign, slot, cards) in with_strategies(&loaded) {
        let keys: Vec<&str> = cards.strategies.iter().map(|strategy| strategy.key.as_str()).collect();
        slots.push(posteriors(campaign, slot, &keys, &counts, options.prior));
    }
    if slots.is_empty() {
        return Err(Failure::new(
            "no campaign has strategies to choose from",
            "write recommend.SLOT = { strategies = { a = [\"goes-with\"], b = [\"popular\"] }, ... }",
        ));
    }
    let known: BTreeSet<_> = slots.iter().flatten().map(|posterior| &posterior.key).collect();
    let unknown = counts.by_key.keys().filter(|key| !known.contains(key)).count();
    let made_s = input::moment("--now", options.now.as_deref())?;
    let mut beliefs: Vec<Belief> = slots.iter().flatten().map(|posterior| posterior.belief).collect();
    let bytes = encode_posteriors(hash32(&[&loaded.site.name]), made_s, options.max_age_s, &mut beliefs)
        .map_err(|error| Failure::new(error.to_string(), "give fewer slots strategies"))?;
    let mut text = table(&slots);
    // Writing into a string has no way to fail.
    let _ =
        writeln!(text, "flawed rows {}, of strategies that the configuration does not have {unknown}", counts.flawed);
    if let Some(key) = &options.key {
        let signer = Signer::open(Some(key))?;
        let bytes = signer.live(&loaded.site.name, ArtifactKind::Posteriors, &bytes)?;
        let good = span(options.max_age_s);
        if let Some(out) = &options.out {
            output::write(out, &bytes)?;
            let _ = writeln!(text, "wrote {} ({} bytes), good for {good}", out.display(), bytes.len());
        }
        if let Some(url) = &options.push {
            text.push_str(&push_live(url, signer, ArtifactKind::Posteriors, &bytes)?);
        }
    }
    output::print(&text)
}

/// Reads the files of counts and adds them up.
fn read_counts(paths: &[PathBuf]) -> Result<Counts, Failure> {
    let mut counts = Counts::default();
    for path in paths {
        let text = input::read_text(path, "a file of counts")?;
        let help = "give columns campaign, slot, strategy, impressions, clicks: CSV, TSV or JSON lines";
        let part = Counts::read(path, &text).map_err(|error| Failure::new(error.to_string(), help))?;
        counts.flawed += part.flawed;
        for (key, (impressions, clicks)) in part.by_key {
            let sum = counts.by_key.entry(key).or_default();
            *sum = (sum.0 + impressions, sum.1 + clicks);
        }
    }
    Ok(counts)
}

/// Campaign, slot and recommendation of every slot that chooses between strategies.
fn with_strategies(loaded: &Loaded) -> Vec<(&str, &str, &Cards)> {
    let mut found: Vec<(&str, &str, &Cards)> = Vec::new();
    for campaign in loaded.campaigns.iter().flatten() {
        for (slot, content) in campaign.arms.iter().flat_map(|arm| &arm.show) {
            let slot = loaded.slots.get(usize::from(*slot)).and_then(Option::as_ref);
            let content = loaded.contents.get(usize::from(*content)).and_then(Option::as_ref);
            let (Some(slot), Some(content)) = (slot, content) else { continue };
            let cards = content.bodies.iter().find_map(|body| match body {
                Body::Cards(cards) if !cards.strategies.is_empty() => Some(&**cards),
                Body::Cards(_) | Body::Html(_) | Body::Fields(_) => None,
            });
            found.extend(cards.map(|cards| (campaign.key.as_str(), slot.key.as_str(), cards)));
        }
    }
    found
}

/// Reads the value of `--prior`.
fn prior(text: &str) -> Result<Prior, String> {
    if text == "pooled" {
        return Ok(Prior::Pooled);
    }
    let number = |part: &str| part.trim().parse::<f64>().ok().filter(|number| (0.5..=1e9).contains(number));
    text.split_once(',')
        .and_then(|(alpha, beta)| Some(Prior::Fixed(number(alpha)?, number(beta)?)))
        .ok_or_else(|| "write `pooled`, or two numbers of at least 0.5, such as 1,49".to_owned())
}

/// Reads a length of time, in seconds.
fn age_s(text: &str) -> Result<u32, String> {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let unit_s = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 0,
    };
    number
        .parse::<u32>()
        .ok()
        .and_then(|number| number.checked_mul(unit_s))
        .filter(|age_s| *age_s > 0)
        .ok_or_else(|| "write a length of time such as 30m, 12h or 7d".to_owned())
}
