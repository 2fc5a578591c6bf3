//! `attune posteriors`: counts of impressions and clicks to what the edge draws strategies from.

use crate::decide::moment;
use crate::failure::Failure;
use crate::signer::Signer;
use crate::words::{grouped, percent};
use crate::{config, io};
use attune_core::artifacts::Belief;
use attune_core::artifacts::encode_posteriors;
use attune_core::bundle::Body;
use attune_core::bundle::cards::Cards;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::codec::hash32;
use attune_core::loaded::Loaded;
use attune_learn::LearnError;
use attune_learn::posteriors::{Counts, Posterior, Prior, posteriors};
use clap::Args as ClapArgs;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

/// Characters of the picture of a chance.
const BAR: usize = 30;

#[derive(ClapArgs)]
pub(crate) struct PosteriorsOptions {
    /// Folder with attune.toml
    pub(crate) dir: PathBuf,
    /// How often each strategy was shown and clicked; several are added up
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) counts: Vec<PathBuf>,
    /// What is believed before anything was seen: alpha and beta, such as 1,49; the rate of the slot, counted as 100
    /// impressions, unless said otherwise
    #[arg(long, value_name = "ALPHA,BETA", default_value = "pooled", value_parser = prior)]
    pub(crate) prior: Prior,
    /// How long the edge may use it, such as 12h; then every strategy is drawn equally often
    #[arg(long = "max-age", value_name = "SPAN", default_value = "7d", value_parser = age_s)]
    pub(crate) max_age_s: u32,
    /// When the counts were made; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
    /// Secret key that signs it: 64 hexadecimal digits, as `attune keys data` writes it
    #[arg(long, value_name = "FILE", requires = "out")]
    pub(crate) key: Option<PathBuf>,
    /// File to write
    #[arg(long, requires = "key")]
    pub(crate) out: Option<PathBuf>,
}

pub(crate) fn run(options: &PosteriorsOptions) -> Result<(), Failure> {
    let (_, loaded) = config::read(&options.dir)?.bundle()?;
    let mut counts = Counts::default();
    for path in &options.counts {
        let text = io::read_text(path, "a file of counts")?;
        let found = Counts::read(path, &text).map_err(|error: LearnError| {
            let help = "give columns campaign, slot, strategy, impressions, clicks: CSV, TSV or JSON lines";
            Failure::new(error.to_string(), help)
        })?;
        counts.flawed += found.flawed;
        for (key, (impressions, clicks)) in found.by_key {
            let sum = counts.by_key.entry(key).or_default();
            *sum = (sum.0 + impressions, sum.1 + clicks);
        }
    }
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
    let made_s = moment(options.now.as_deref())?;
    let mut beliefs: Vec<Belief> = slots.iter().flatten().map(|posterior| posterior.belief).collect();
    let bytes = encode_posteriors(hash32(&[&loaded.site.name]), made_s, options.max_age_s, &mut beliefs)
        .map_err(|error| Failure::new(error.to_string(), "give fewer slots strategies"))?;
    let mut text = table(&slots);
    // Writing into a string has no way to fail.
    let _ =
        writeln!(text, "flawed rows {}, of strategies that the configuration does not have {unknown}", counts.flawed);
    if let (Some(key), Some(out)) = (&options.key, &options.out) {
        let bytes = Signer::read(key)?.live(&loaded.site.name, ArtifactKind::Posteriors, &bytes)?;
        io::write(out, &bytes)?;
        let _ = writeln!(
            text,
            "wrote {} ({} bytes), good for {}",
            out.display(),
            bytes.len(),
            crate::words::span(options.max_age_s)
        );
    }
    io::print(&text)
}

/// Campaign, slot and recommendation wherever there are strategies; each slot of a campaign once.
fn with_strategies(loaded: &Loaded) -> Vec<(&str, &str, &Cards)> {
    let mut found: Vec<(&str, &str, &Cards)> = Vec::new();
    for campaign in loaded.campaigns.iter().flatten() {
        for (slot, content) in campaign.arms.iter().flat_map(|arm| &arm.show) {
            let slot = loaded.slots.get(usize::from(*slot)).and_then(Option::as_ref);
            let content = loaded.contents.get(usize::from(*content)).and_then(Option::as_ref);
            let (Some(slot), Some(content)) = (slot, content) else { continue };
            let cards = content.bodies.iter().find_map(|body| match body {
                Body::Cards(cards) if !cards.strategies.is_empty() => Some(&**cards),
                _ => None,
            });
            found.extend(cards.map(|cards| (campaign.key.as_str(), slot.key.as_str(), cards)));
        }
    }
    found
}

fn table(slots: &[Vec<Posterior>]) -> String {
    let mut text = String::new();
    for slot in slots {
        let Some(first) = slot.first() else { continue };
        let _ = writeln!(text, "{} in {}", first.key.0, first.key.1);
        let _ = writeln!(
            text,
            "  {:<20}{:>12}{:>10}{:>9}  {:<20}best",
            "", "impressions", "clicks", "rate", "95 % between"
        );
        for posterior in slot {
            let Posterior { key, impressions, clicks, interval: (low, high), best, .. } = posterior;
            let between = format!("{:.2} % and {:.2} %", low * 100.0, high * 100.0);
            let _ = writeln!(
                text,
                "  {:<20}{:>12}{:>10}{:>9}  {between:<20}{:>5.1} % {}",
                key.2,
                grouped(*impressions),
                grouped(*clicks),
                percent(*clicks, *impressions),
                best * 100.0,
                bar(*best)
            );
        }
    }
    text
}

fn bar(share: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "0 to 30")]
    let full = (share * BAR as f64).round() as usize;
    "█".repeat(full)
}

fn prior(text: &str) -> Result<Prior, String> {
    if text == "pooled" {
        return Ok(Prior::Pooled);
    }
    let number = |part: &str| part.trim().parse::<f64>().ok().filter(|number| (0.5..=1e9).contains(number));
    text.split_once(',')
        .and_then(|(alpha, beta)| Some(Prior::Fixed(number(alpha)?, number(beta)?)))
        .ok_or_else(|| "write `pooled`, or two numbers of at least 0.5, such as 1,49".to_owned())
}

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
