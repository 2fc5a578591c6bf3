//! Guardrails that are looked at on every minute.

use crate::random::Random;
use attune_stats::guardrail::{Counts, Harm, fires, log_evidence_of_counts, log_evidence_of_mean};
use attune_stats::{Comparison, Measure, Sums};

/// One kind of traffic.
#[derive(Clone, Copy)]
pub(crate) struct Traffic {
    /// Conversions an hour of both arms together, without harm.
    pub(crate) conversions_an_hour: f64,
    pub(crate) treatment_share: f64,
    /// The share of the treatment's conversions that are lost.
    pub(crate) harm: f64,
    pub(crate) alpha: f64,
    /// The hour at which the run ends.
    pub(crate) hours: f64,
    pub(crate) minutes_between_looks: u32,
    /// Whether revenue is watched, not conversions; 5 % of the visitors buy.
    pub(crate) is_revenue: bool,
}

/// The hour of the stop, if there is one.
pub(crate) fn stops_at(traffic: &Traffic, random: &mut Random) -> Option<f64> {
    let (mut control, mut treatment) = (Sums::default(), Sums::default());
    let minutes = f64::from(traffic.minutes_between_looks);
    let each = traffic.conversions_an_hour * minutes / 60.0;
    let mut minute = 0.0;
    while minute < traffic.hours * 60.0 {
        minute += minutes;
        let share = traffic.treatment_share;
        sell(traffic, each * (1.0 - share), each * (1.0 - share), &mut control, random);
        sell(traffic, each * share * (1.0 - traffic.harm), each * share, &mut treatment, random);
        let evidence = if traffic.is_revenue {
            let comparison = Comparison::new(Measure::Mean, &[control], &[treatment], false);
            let converters = [control.converters, treatment.converters];
            comparison.map_or(0.0, |both| log_evidence_of_mean(&both, Harm::Fall, converters))
        } else {
            let counts = Counts {
                control: control.converters,
                treatment: treatment.converters,
                treatment_share: traffic.treatment_share,
            };
            log_evidence_of_counts(&[counts], Harm::Fall)
        };
        if fires(evidence, traffic.alpha) {
            return Some(minute / 60.0);
        }
    }
    None
}

fn sell(traffic: &Traffic, mean: f64, without_harm: f64, sums: &mut Sums, random: &mut Random) {
    let buyers = poisson(random, mean);
    if !traffic.is_revenue {
        *sums += Sums::of_count(f64::from(buyers), f64::from(buyers));
        return;
    }
    for _ in 0..buyers {
        *sums += Sums::of_unit(random.order(), 0.0, 0.0);
    }
    // Those who do not buy: harm turns buyers into these. That their number does not vary is of no consequence.
    sums.n += without_harm * 20.0 - f64::from(buyers);
}

/// A Poisson count.
fn poisson(random: &mut Random, mean: f64) -> u32 {
    let (mut at, mut count) = (exponential(random), 0);
    while at < mean {
        at += exponential(random);
        count += 1;
    }
    count
}

/// An exponential value of mean 1.
fn exponential(random: &mut Random) -> f64 {
    -random.uniform().ln()
}
