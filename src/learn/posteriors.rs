//! What is believed of the strategies of a recommendation, from how often each was shown and clicked.

use crate::beta::{Beta, best};
use crate::{LearnError, header};
use attune_core::artifacts::Belief;
use attune_core::artifacts::KNOTS;
use csv::StringRecord;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// Impressions that the rate of all strategies of a slot counts as, for a strategy of which less is known.
pub const POOLED_IMPRESSIONS: f64 = 100.0;
/// Columns of a file of counts.
const COLUMNS: [&str; 5] = ["campaign", "slot", "strategy", "impressions", "clicks"];

/// A strategy: keys of campaign, slot and strategy.
pub type Key = (String, String, String);

/// How often strategies were shown and clicked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Impressions and clicks.
    pub by_key: BTreeMap<Key, (u64, u64)>,
    /// Rows that could not be read, or had more clicks than impressions.
    pub flawed: u64,
}

/// What is believed before anything was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// The rate of all strategies of the slot, as if it had been seen on [`POOLED_IMPRESSIONS`].
    Pooled,
    /// Alpha and beta, each at least 0.5.
    Fixed(f64, f64),
}

/// What is believed of one strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Which.
    pub key: Key,
    /// How often it was shown.
    pub impressions: u64,
    /// How often it was clicked.
    pub clicks: u64,
    /// Alpha and beta.
    pub parameters: (f64, f64),
    /// Its chance of being the best of its slot.
    pub best: f64,
    /// Quantiles that hold 95 % between them.
    pub interval: (f64, f64),
    /// What the edge draws from.
    pub belief: Belief,
}

impl Counts {
    /// Reads `campaign,slot,strategy,impressions,clicks` as CSV or TSV with a line of names, or as JSON lines. Rows of
    /// the same strategy are added up.
    ///
    /// # Errors
    /// When a column is missing, or the text is neither.
    pub fn read(path: &Path, text: &str) -> Result<Self, LearnError> {
        let mut counts = Self::default();
        if text.trim_start().starts_with('{') {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let object: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
                let value = |name: &str| match object.get(name) {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Number(number)) => number.to_string(),
                    _ => String::new(),
                };
                counts.add(&COLUMNS.map(value));
            }
            return Ok(counts);
        }
        let first = text.lines().next().unwrap_or_default();
        let delimiter = if first.contains('\t') { b'\t' } else { b',' };
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(delimiter).flexible(true).trim(csv::Trim::All);
        let mut reader = builder.from_reader(text.as_bytes());
        let failed = |error: csv::Error| LearnError::format(path, "CSV", error.to_string());
        let names = reader.headers().map_err(failed)?.clone();
        let places = header::places(path, &names, COLUMNS)?;
        for record in reader.records() {
            let record = record.unwrap_or_else(|_| StringRecord::new());
            counts.add(&places.map(|place| record.get(place).unwrap_or_default().to_owned()));
        }
        Ok(counts)
    }

    fn add(&mut self, [campaign, slot, strategy, impressions, clicks]: &[String; 5]) {
        match (impressions.parse::<u64>(), clicks.parse::<u64>()) {
            (Ok(impressions), Ok(clicks)) if clicks <= impressions && !strategy.is_empty() => {
                let key = (campaign.clone(), slot.clone(), strategy.clone());
                let sum = self.by_key.entry(key).or_default();
                *sum = (sum.0.saturating_add(impressions), sum.1.saturating_add(clicks));
            }
            _ => self.flawed += 1,
        }
    }
}

/// What is believed of the strategies of one slot of a campaign.
pub fn posteriors(campaign: &str, slot: &str, strategies: &[&str], counts: &Counts, prior: Prior) -> Vec<Posterior> {
    let key = |strategy: &str| (campaign.to_owned(), slot.to_owned(), strategy.to_owned());
    let seen: Vec<(Key, (u64, u64))> = strategies
        .iter()
        .map(|strategy| (key(strategy), counts.by_key.get(&key(strategy)).copied().unwrap_or_default()))
        .collect();
    let (shown, clicked) = seen.iter().fold((0.0, 0.0), |(shown, clicked), (_, (impressions, clicks))| {
        (shown + float(*impressions), clicked + float(*clicks))
    });
    let (alpha, beta) = match prior {
        Prior::Fixed(alpha, beta) => (alpha.max(0.5), beta.max(0.5)),
        Prior::Pooled if shown > 0.0 => {
            // With one click and one impression without: of a slot that was never clicked nothing is certain.
            let rate = (clicked + 1.0) / (shown + 2.0);
            ((rate * POOLED_IMPRESSIONS).max(0.5), ((1.0 - rate) * POOLED_IMPRESSIONS).max(0.5))
        }
        Prior::Pooled => (1.0, 1.0),
    };
    let parameters = |(impressions, clicks): (u64, u64)| (alpha + float(clicks), beta + float(impressions - clicks));
    let betas: Vec<Beta> = seen.iter().map(|(_, count)| parameters(*count)).map(|(a, b)| Beta::new(a, b)).collect();
    let chances = best(&betas);
    let rows = seen.into_iter().zip(&betas).zip(chances);
    rows.map(|((((campaign, slot, strategy), count), beta), best)| Posterior {
        belief: belief(Belief::key(&campaign, &slot, &strategy), beta),
        key: (campaign, slot, strategy),
        impressions: count.0,
        clicks: count.1,
        parameters: parameters(count),
        best,
        interval: (beta.quantile(0.025), beta.quantile(0.975)),
    })
    .collect()
}

/// The quantiles of 1/64 to 63/64, and before and after them values that give each tail its mean.
fn belief(key: [u8; 8], beta: &Beta) -> Belief {
    let parts = KNOTS - 1;
    #[expect(clippy::cast_precision_loss, reason = "64")]
    let chance = |knot: usize| knot as f64 / parts as f64;
    let tail = |inner: f64, mean: f64| 2.0 * mean - inner;
    let mut knots = [0; KNOTS];
    for (at, knot) in knots.iter_mut().enumerate() {
        let value = match at {
            0 => tail(beta.quantile(chance(1)), beta.mean_between(0.0, chance(1))),
            last if last == parts => tail(beta.quantile(chance(parts - 1)), beta.mean_between(chance(parts - 1), 1.0)),
            _ => beta.quantile(chance(at)),
        };
        *knot = fixed(value);
    }
    Belief { key, mean: fixed(beta.mean()), knots }
}

/// In parts of 2^32.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn fixed(rate: f64) -> u32 {
    (rate * 4_294_967_296.0).round() as u32
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use attune_core::artifacts::Artifacts;
    use attune_core::artifacts::encode_posteriors;
    use attune_core::bundle::Site;
    use attune_core::bundle::cards::{Cards, Strategy};
    use attune_core::context::Context;
    use attune_core::profile::Profile;
    use attune_core::recommend::choice;
    use attune_core::segment::{Facts, Page};
    use sha2::{Digest, Sha256};

    const KEYS: [&str; 3] = ["low", "high", "middle"];
    const RATES: [f64; 3] = [0.02, 0.05, 0.03];
    const ROUNDS: u32 = 20;
    const VISITORS: u32 = 2_000;

    /// Whether a visitor clicks, by a hash: every run is the same.
    fn clicks(round: u32, visitor: u32, rate: f64) -> bool {
        let digest = Sha256::digest(format!("click {round} {visitor}").as_bytes());
        let random = u32::from_be_bytes(*digest.first_chunk().unwrap());
        f64::from(random) < rate * 4_294_967_296.0
    }

    /// The strategy that each visitor of a round gets at the edge.
    fn round(artifacts: &Artifacts, now_s: u32, mut then: impl FnMut(u32, usize)) {
        let strategies = KEYS.map(|key| Strategy { key: key.into(), sources: Vec::new() });
        let cards = Cards { strategies: strategies.into(), ..Cards::default() };
        let (site, page) = (Site::default(), Page::default());
        let context = Context { now_s, ..Context::default() };
        for visitor in 0..VISITORS {
            let id = u128::from(now_s) << 64 | u128::from(visitor);
            let profile = Profile { id: Some(id.to_be_bytes()), ..Profile::default() };
            let facts = Facts {
                site: &site,
                artifacts,
                profile: &profile,
                context: &context,
                page: &page,
                personalization: true,
                measurement: true,
            };
            then(visitor, choice(artifacts, &cards, "campaign", "slot", &facts).unwrap().strategy);
        }
    }

    #[test]
    fn round_by_round_the_best_strategy_gets_more_and_regret_shrinks() {
        let (mut counts, mut artifacts) = (Counts::default(), Artifacts::default());
        let (mut shares, mut regrets) = (Vec::new(), Vec::new());
        for number in 0..ROUNDS {
            let now_s = 1_795_300_000 + 3_600 * number;
            let (mut best, mut regret) = (0, 0.0);
            round(&artifacts, now_s, |visitor, taken| {
                best += u32::from(taken == 1);
                regret += RATES[1] - RATES[taken];
                let key = ("campaign".to_owned(), "slot".to_owned(), KEYS[taken].to_owned());
                let count = counts.by_key.entry(key).or_default();
                count.0 += 1;
                count.1 += u64::from(clicks(number, visitor, RATES[taken]));
            });
            shares.push(f64::from(best) / f64::from(VISITORS));
            regrets.push(regret);
            let mut beliefs: Vec<Belief> = posteriors("campaign", "slot", &KEYS, &counts, Prior::Pooled)
                .iter()
                .map(|posterior| posterior.belief)
                .collect();
            let bytes = encode_posteriors(0, now_s, 86_400, &mut beliefs).unwrap();
            artifacts.put(6, bytes).unwrap();
        }
        println!("share of the best strategy by round: {shares:.2?}");
        println!("expected clicks lost by round: {regrets:.1?}");
        let sum = |list: &[f64]| list.iter().sum::<f64>();
        // A third at first, as without a snapshot; nearly everybody at the end.
        assert!((0.28..0.39).contains(&shares[0]), "{shares:?}");
        assert!(sum(&shares[15..]) > 4.75, "{shares:?}");
        assert!(sum(&regrets[15..]) * 8.0 < sum(&regrets[..5]), "{regrets:?}");
        // Less than half of what sharing evenly for ever would have lost.
        assert!(sum(&regrets) < 0.5 * f64::from(ROUNDS) * regrets[0], "{regrets:?}");
    }

    #[test]
    fn counts_are_read_from_tables_and_json_lines_and_flawed_rows_are_counted() {
        let table = "slot,campaign,strategy,impressions,clicks\ns,c,a,100,3\ns,c,a,50,2\ns,c,b,10,11\ns,c,b,x,1\n";
        let lines =
            "{\"campaign\":\"c\",\"slot\":\"s\",\"strategy\":\"a\",\"impressions\":150,\"clicks\":\"5\"}\nno\n{}\n";
        let path = Path::new("counts");
        let key = ("c".to_owned(), "s".to_owned(), "a".to_owned());
        let expected = Counts { by_key: [(key, (150, 5))].into(), flawed: 2 };
        assert_eq!(Counts::read(path, table).unwrap(), expected);
        assert_eq!(Counts::read(path, &table.replace(',', "\t")).unwrap(), expected);
        assert_eq!(Counts::read(path, lines).unwrap(), expected);
        assert!(matches!(Counts::read(path, "slot,clicks\n"), Err(LearnError::Column { .. })));
    }

    #[test]
    fn the_edge_draws_what_is_believed() {
        let key = ("c".to_owned(), "s".to_owned(), "a".to_owned());
        let counts = Counts { by_key: [(key, (20_000, 600))].into(), flawed: 0 };
        for (prior, alpha) in [(Prior::Fixed(1.0, 49.0), 1.0), (Prior::Pooled, 100.0 * 601.0 / 20_002.0)] {
            let found = posteriors("c", "s", &["a"], &counts, prior);
            let [Posterior { belief, parameters, best, interval, .. }] = &found[..] else { panic!("{found:?}") };
            assert!((parameters.0 - 600.0 - alpha).abs() < 1e-9, "{parameters:?}");
            assert!((best - 1.0).abs() < 1e-9);
            assert!(interval.0 < 0.03 && 0.03 < interval.1 && interval.1 - interval.0 < 0.006);
            // Mean and spread of even draws are those of the Beta distribution.
            let draws: Vec<f64> =
                (0..4_096_u32).map(|n| f64::from(belief.draw(n << 20 | 1 << 19)) / 4_294_967_296.0).collect();
            let mean = draws.iter().sum::<f64>() / 4_096.0;
            let (a, b) = *parameters;
            assert!((mean - a / (a + b)).abs() < 1e-6, "{mean}");
            let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / 4_096.0;
            let expected = a * b / ((a + b).powi(2) * (a + b + 1.0));
            assert!((variance / expected - 1.0).abs() < 0.01, "{variance} is not {expected}");
        }
    }
}
