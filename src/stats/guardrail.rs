//! Guardrails: stop an arm that does harm, within hours, and hardly ever one that does none.
//!
//! The state is the evidence of the sums so far, a pure function of them: it is computed anew at each look. A guardrail
//! fires when the evidence reaches `1 / alpha`. By Ville's inequality that happens with chance `alpha` at most, over
//! all looks, where there is no harm.

use crate::special::beta::ln_regularized;
use crate::special::gamma::ln_beta;
use crate::special::normal;
use crate::{Comparison, holm::as_f64};
use core::f64::consts::LN_2;

/// The chance of a false stop in an experiment, over all of its guardrails and arms.
pub const ALPHA: f64 = 0.005;
/// The relative harm that guardrails are tuned for. Others are found, too, only later.
pub const HARM: f64 = 0.2;
/// Converters that each arm needs before a guardrail on a mean looks.
pub const CONVERTERS_MIN: f64 = 100.0;

/// What is harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Harm {
    /// Less of it: conversions, revenue.
    Fall,
    /// More of it: errors, slow pages.
    Rise,
}

/// Units with the event in two arms, of the units first exposed in one weight epoch. A unit counts once.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Counts {
    /// Units of the control with the event.
    pub control: f64,
    /// Units of the treatment with the event.
    pub treatment: f64,
    /// The treatment's planned share of the units of the two arms (between 0 and 1).
    pub treatment_share: f64,
}

/// The level of one guardrail on one arm: [`ALPHA`] split over all of them.
pub fn alpha_each(guardrails: usize, arms: usize) -> f64 {
    ALPHA / as_f64(guardrails.max(1)) / as_f64(arms.max(1))
}

/// Whether evidence is enough to stop at level `alpha`.
pub fn fires(log_e: f64, alpha: f64) -> bool {
    log_e >= -libm::log(alpha)
}

/// The logarithm of the evidence that the treatment does harm to a count.
///
/// Without harm each event is the treatment's with its planned share `q`. The alternative is a beta distribution around
/// `q`, cut to the side of harm, with the standard deviation that belongs to a relative change of [`HARM`]. Against a
/// treatment that does good the evidence only falls, as the likelihood ratio of each share on the side of harm is
/// linear in the true share.
pub fn log_evidence_of_counts(epochs: &[Counts], harm: Harm) -> f64 {
    epochs.iter().map(|counts| log_evidence_of_epoch(counts, harm)).sum()
}

fn log_evidence_of_epoch(counts: &Counts, harm: Harm) -> f64 {
    // The arm whose share falls where there is harm.
    let (falls, other, share) = match harm {
        Harm::Fall => (counts.treatment, counts.control, counts.treatment_share),
        Harm::Rise => (counts.control, counts.treatment, 1.0 - counts.treatment_share),
    };
    let rest = 1.0 - share;
    if !(share > 0.0 && rest > 0.0 && falls + other > 0.0) {
        return 0.0;
    }
    let concentration = 1.0 / (HARM * HARM * share * rest);
    let (a, b) = (concentration * share, concentration * rest);
    let posterior = ln_beta(a + falls, b + other) + ln_regularized(a + falls, b + other, share, rest);
    let prior = ln_beta(a, b) + ln_regularized(a, b, share, rest);
    posterior - prior - falls * libm::log(share) - other * libm::log(rest)
}

/// The logarithm of the evidence that the treatment does harm to a mean or ratio, from the absolute difference.
///
/// A normal mixture over effects on the side of harm (Waudby-Smith and others, arXiv:2103.06476, one-sided), with the
/// standard deviation [`HARM`] times the control's mean. It holds asymptotically, so there is no evidence below
/// [`CONVERTERS_MIN`] converters in an arm, and totals must be winsorized.
///
/// The variance is at least what it would be if the treatment's units varied as the control's: in a small arm that has
/// not seen its large orders yet, mean and variance are too low together.
pub fn log_evidence_of_mean(comparison: &Comparison, harm: Harm, converters: [f64; 2]) -> f64 {
    let (control, treatment) = (&comparison.control, &comparison.treatment);
    let spread = HARM * control.unadjusted.abs();
    if converters.into_iter().any(|count| count < CONVERTERS_MIN) || spread == 0.0 {
        return 0.0;
    }
    let loss = match harm {
        Harm::Fall => control.mean - treatment.mean,
        Harm::Rise => treatment.mean - control.mean,
    };
    let alike = control.variance * (1.0 + control.n / treatment.n);
    log_evidence_of_loss(loss, alike.max(control.variance + treatment.variance), spread)
}

/// The mixture for a loss with its variance, over losses with standard deviation `spread`.
fn log_evidence_of_loss(loss: f64, variance: f64, spread: f64) -> f64 {
    let both = variance + spread * spread;
    let fit = loss * loss * spread * spread / (2.0 * variance * both) - 0.5 * libm::log(both / variance);
    LN_2 + fit + normal::ln_cdf(loss * spread / libm::sqrt(variance * both))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a file that cannot be read fails the test")]
mod tests {
    use super::log_evidence_of_loss;
    use serde_json::Value;

    #[test]
    fn evidence_of_a_mean_is_that_of_mpmath() {
        let lines = include_str!("../../tests/vectors/stats/guardrail.jsonl").lines();
        let cases = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
        for case in cases.filter(|case| case["of"] == "mean") {
            let at = |key: &str| case[key].as_f64().unwrap();
            let variance = at("standard_error") * at("standard_error");
            let found = log_evidence_of_loss(-at("estimate"), variance, 0.2 * at("baseline"));
            assert!((found - at("log_e")).abs() <= 1e-9 * at("log_e").abs().max(1.0), "{found}: {case}");
        }
    }
}
