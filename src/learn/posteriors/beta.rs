//! The Beta distribution as a table: of a rate of which some clicks of some impressions were seen.

use std::f64::consts::FRAC_PI_2;

/// Cells of the table.
const CELLS: usize = 4_096;
/// Standard deviations that it covers on each side; what is beyond has a chance below 10^-30.
const REACH: f64 = 12.0;

/// A Beta distribution with both parameters at least 0.5.
///
/// The table is over `t` with `x = sin(t)^2`: there the density `sin(t)^(2a - 1) * cos(t)^(2b - 1)` is bounded, and its
/// width hardly depends on where it is, so that one grid is good for two impressions and for a billion.
#[derive(Clone, Debug)]
pub(super) struct Beta {
    mean: f64,
    /// `t` where the table begins, and the width of a cell.
    from: f64,
    width: f64,
    /// Chance of being below the end of each cell.
    below: Vec<f64>,
}

impl Beta {
    /// The distribution with these parameters; below 0.5 they count as 0.5.
    pub(super) fn new(alpha: f64, beta: f64) -> Self {
        let (alpha, beta) = (alpha.max(0.5), beta.max(0.5));
        let middle = (alpha / (alpha + beta)).sqrt().asin();
        // The standard deviation of t is about 1 / (2 * sqrt(a + b)).
        let reach = REACH / (2.0 * (alpha + beta).sqrt());
        let from = (middle - reach).max(0.0);
        let width = ((middle + reach).min(FRAC_PI_2) - from) / index(CELLS);
        let centre = |cell: usize| from + (index(cell) + 0.5) * width;
        let density = |cell: usize| {
            let t = centre(cell);
            (2.0 * alpha - 1.0) * t.sin().ln() + (2.0 * beta - 1.0) * t.cos().ln()
        };
        let logarithms: Vec<f64> = (0..CELLS).map(density).collect();
        let highest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        let mut below: Vec<f64> = Vec::with_capacity(CELLS);
        for logarithm in logarithms {
            sum += (logarithm - highest).exp();
            below.push(sum);
        }
        for chance in &mut below {
            *chance /= sum;
        }
        Self { mean: alpha / (alpha + beta), from, width, below }
    }

    /// The mean.
    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    /// The value that is not reached with this chance.
    pub(super) fn quantile(&self, chance: f64) -> f64 {
        let cell = self.below.partition_point(|below| *below < chance).min(CELLS - 1);
        let (before, here) = (self.chance_before(cell), self.chance_before(cell + 1));
        let part = if here > before { ((chance - before) / (here - before)).clamp(0.0, 1.0) } else { 0.5 };
        (self.from + (index(cell) + part) * self.width).sin().powi(2)
    }

    /// The chance of being below a value.
    pub(super) fn below(&self, value: f64) -> f64 {
        let place = (value.clamp(0.0, 1.0).sqrt().asin() - self.from) / self.width;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; cells are few")]
        let cell = place.floor() as usize;
        if place <= 0.0 {
            return 0.0;
        }
        let (before, here) = (self.chance_before(cell), self.chance_before(cell + 1));
        before + (here - before) * (place - index(cell))
    }

    /// Mean of the values between two quantiles.
    pub(super) fn mean_between(&self, low: f64, high: f64) -> f64 {
        const STEPS: usize = 256;
        let step = (high - low) / index(STEPS);
        (0..STEPS).map(|at| self.quantile(low + (index(at) + 0.5) * step)).sum::<f64>() / index(STEPS)
    }

    fn chance_before(&self, cell: usize) -> f64 {
        match cell.checked_sub(1) {
            None => 0.0,
            Some(before) => self.below.get(before).copied().unwrap_or(1.0),
        }
    }
}

/// The chance of each of being the highest of them all.
pub(super) fn best(of: &[Beta]) -> Vec<f64> {
    const STEPS: usize = 2_048;
    let chance = |own: usize, beta: &Beta| {
        let draws = (0..STEPS).map(|at| beta.quantile((index(at) + 0.5) / index(STEPS)));
        let others = |value: f64| {
            let others = of.iter().enumerate().filter(|(other, _)| *other != own);
            others.map(|(_, other)| other.below(value)).product::<f64>()
        };
        draws.map(others).sum::<f64>() / index(STEPS)
    };
    of.iter().enumerate().map(|(own, beta)| chance(own, beta)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn index(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn near(found: f64, expected: f64, error: f64) {
        assert!((found - expected).abs() <= error, "{found} is not {expected}");
    }

    #[test]
    fn it_is_what_closed_forms_say() {
        for p in [0.001, 0.02, 0.25, 0.5, 0.9, 0.999] {
            near(Beta::new(1.0, 1.0).quantile(p), p, 2e-6);
            near(Beta::new(3.0, 1.0).quantile(p), p.powf(1.0 / 3.0), 2e-6);
            let many = 1_000_000.0;
            near(Beta::new(1.0, many).quantile(p) * many, (1.0 - (1.0 - p).powf(1.0 / many)) * many, 1e-4);
            // The arcsine law.
            near(Beta::new(0.5, 0.5).quantile(p), (FRAC_PI_2 * p).sin().powi(2), 2e-6);
        }
    }

    #[test]
    fn it_is_what_the_binomial_distribution_says() {
        // P(Beta(a, b) < x) is the chance of at least a successes in a + b - 1 trials of chance x.
        for (a, b, x) in [(20, 981, 0.02_f64), (5, 96, 0.1), (60, 41, 0.55), (301, 9_700, 0.031)] {
            let trials = a + b - 1;
            let mut term = f64::from(trials) * (1.0 - x).ln();
            let mut fewer = 0.0;
            for k in 0..a {
                fewer += term.exp();
                term += (f64::from(trials - k) / f64::from(k + 1)).ln() + (x / (1.0 - x)).ln();
            }
            let beta = Beta::new(f64::from(a), f64::from(b));
            near(beta.below(x), 1.0 - fewer, 1e-5);
            near(beta.quantile(beta.below(x)), x, 1e-9);
        }
    }

    #[test]
    fn the_chances_of_being_best_add_up() {
        let three = [Beta::new(21.0, 981.0), Beta::new(31.0, 971.0), Beta::new(31.0, 971.0)];
        let chances = best(&three);
        near(chances.iter().sum(), 1.0, 1e-3);
        near(chances[1], chances[2], 1e-9);
        assert!(chances[0] < 0.1, "{chances:?}");
        near(best(&three[1..])[0], 0.5, 1e-6);
    }
}
