//! Student's t distribution.

use super::beta;
use super::gamma::stirling_error;
use super::normal;
use super::quadrature::nodes;
use core::f64::consts::{LN_2, PI};

/// The chance that a t value with `degrees` degrees of freedom exceeds `t`, without loss in the tail.
pub(crate) fn sf(t: f64, degrees: f64) -> f64 {
    let tail = libm::exp(ln_tail(t.abs(), degrees));
    if t < 0.0 { 1.0 - tail } else { tail }
}

fn ln_tail(t: f64, degrees: f64) -> f64 {
    if degrees > 200.0 {
        return ln_density(t, degrees) + libm::log(tail_over_density(t, degrees));
    }
    let square = t * t;
    let (x, y) = (degrees / (degrees + square), square / (degrees + square));
    beta::ln_regularized(0.5 * degrees, 0.5, x, y) - LN_2
}

/// The tail in units of the density where it begins: `∫ exp(-(ν + 1)/2 · ln(1 + v (2t + v) / (ν + t²))) dv`.
///
/// The continued fraction of the beta function loses a digit with each digit of `degrees`; this integral of a smooth
/// function does not.
fn tail_over_density(t: f64, degrees: f64) -> f64 {
    let (power, scale) = (0.5 * (degrees + 1.0), degrees + t * t);
    // Beyond `end` the integrand is below e^-42. It solves v (2t + v) = scale (e^(42 / power) - 1).
    let reach = scale * libm::expm1(42.0 / power);
    let end = reach / (t + libm::sqrt(t * t + reach));
    let panel = end / f64::from(PANELS);
    let integrand = |v: f64| libm::exp(-power * libm::log1p(v * (2.0 * t + v) / scale));
    let part = |index| nodes(panel * f64::from(index), panel * f64::from(index + 1));
    (0..PANELS).flat_map(part).map(|(v, weight)| weight * integrand(v)).sum()
}

const PANELS: u32 = 10;

/// The value that a t value with `degrees` degrees of freedom exceeds with chance `upper` (0 to 1/2).
///
/// Newton's method on the logarithm of the tail, from the normal quantile; the logarithm is concave, so the steps do
/// not run away.
pub(crate) fn upper_quantile(upper: f64, degrees: f64) -> f64 {
    let z = normal::upper_quantile(upper);
    if !(z.is_finite() && degrees > 0.0 && z > 0.0) {
        return z;
    }
    let wanted = libm::log(upper);
    // The first term of the expansion of Cornish and Fisher, Abramowitz and Stegun 26.7.5.
    let mut t = z + z * (z * z + 1.0) / (4.0 * degrees);
    for _ in 0..100 {
        let tail = ln_tail(t, degrees);
        let slope = -libm::exp(ln_density(t, degrees) - tail);
        let step = (tail - wanted) / slope;
        let next = (t - step).clamp(0.25 * t, 4.0 * t);
        // The convergence is quadratic: after a step of 1e-8 the rest is rounding.
        let is_close = (next - t).abs() <= 1e-8 * t;
        t = next;
        if is_close {
            break;
        }
    }
    t
}

/// `ln` of the density.
fn ln_density(t: f64, degrees: f64) -> f64 {
    // Γ((ν + 1) / 2) / Γ(ν / 2) / √(πν), from Stirling's formula with its error.
    let half = 0.5 * degrees;
    let constant = if degrees > 32.0 {
        let upper = half - 0.5;
        stirling_error(upper) - stirling_error(half)
            + half * libm::log1p(-0.5 / half)
            + 0.5 * (1.0 - libm::log(2.0 * PI))
    } else {
        libm::lgamma(half + 0.5) - libm::lgamma(half) - 0.5 * libm::log(PI * degrees)
    };
    constant - (half + 0.5) * libm::log1p(t * t / degrees)
}
