//! The beta distribution.

use super::gamma::{deviance, nonzero, stirling_error};
use core::f64::consts::PI;

/// The chance that a Beta(a, b) value is at most `x`.
pub(crate) fn cdf(a: f64, b: f64, x: f64) -> f64 {
    libm::exp(ln_regularized(a, b, x, 1.0 - x))
}

/// `ln` of the regularized incomplete beta function `I_x(a, b)`, with `y = 1 - x` given apart so that neither loses
/// digits. `-∞` where the chance is zero.
///
/// Continued fraction by Lentz's method (Numerical Recipes, 6.4), leading term in Loader's form, which keeps its
/// digits when `a` and `b` are in the millions.
pub(crate) fn ln_regularized(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if y <= 0.0 {
        return 0.0;
    }
    if x * (a + b + 2.0) > a + 1.0 {
        let complement = libm::exp(ln_lower(b, a, y, x));
        return libm::log1p(-complement.min(1.0));
    }
    ln_lower(a, b, x, y).min(0.0)
}

fn ln_lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    ln_leading(a, b, x, y) + libm::log(fraction(a, b, x)) - libm::log(a)
}

/// `ln(x^a y^b / B(a, b))`.
#[expect(clippy::many_single_char_names, reason = "the names of the source")]
pub(crate) fn ln_leading(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let loss = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y);
    loss + 0.5 * (libm::log(a / n) + libm::log(b) - libm::log(2.0 * PI))
}

#[expect(clippy::many_single_char_names, reason = "the names of the source")]
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let sum = a + b;
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - sum * x / (a + 1.0));
    let mut h = d;
    let mut m = 0.0;
    for _ in 0..100_000 {
        m += 1.0;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (sum + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        let factor = d * c;
        h *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// The density of Beta(a, b) at `x`.
pub(crate) fn density(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    libm::exp(ln_leading(a, b, x, 1.0 - x)) / (x * (1.0 - x))
}
