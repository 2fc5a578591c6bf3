//! Posterior distributions of click rates, as the edge draws from them.

use super::beta::{Beta, best};
use super::counts::{Counts, Key};
use attune_core::artifacts::{Belief, KNOTS};

/// Impressions that the rate of all strategies of a slot counts as, for a strategy of which less is known.
pub const POOLED_IMPRESSIONS: f64 = 100.0;

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
