//! The gamma function's logarithm in the forms that keep digits, and the chi-squared distribution.

use core::f64::consts::PI;

/// What Stirling's formula misses: `ln Γ(x + 1) - (x + 1/2) ln x + x - ln √(2π)`, for `x > 0`. The same
/// number is missing from `ln Γ(x)` by `(x - 1/2) ln x - x + ln √(2π)`.
///
/// Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000): sums of these instead of `ln Γ` keep all
/// digits of a probability when counts are in the millions.
pub(crate) fn stirling_error(x: f64) -> f64 {
    if x < 16.0 {
        return libm::lgamma(x + 1.0) - (x + 0.5) * libm::log(x) + x - 0.5 * libm::log(2.0 * PI);
    }
    let square = x * x;
    (1.0 / 12.0
        - (1.0 / 360.0
            - (1.0 / 1260.0
                - (1.0 / 1680.0 - (1.0 / 1188.0 - (691.0 / 360_360.0 - 1.0 / 156.0 / square) / square) / square)
                    / square)
                / square)
            / square)
        / x
}

/// `ln B(a, b)`, the logarithm of the beta function.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large, sum) = (a.min(b), a.max(b), a + b);
    if small < 16.0 {
        if large < 16.0 {
            return libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(sum);
        }
        // ln Γ(large) - ln Γ(small + large), without the difference of two large logarithms.
        let ratio = -(large - 0.5) * libm::log1p(small / large) - small * libm::log(sum) + small;
        return libm::lgamma(small) + ratio + stirling_error(large) - stirling_error(sum);
    }
    0.5 * libm::log(2.0 * PI) - 0.5 * (libm::log(a) + libm::log(b) - libm::log(sum))
        + a * libm::log(a / sum)
        + b * libm::log(b / sum)
        + stirling_error(a)
        + stirling_error(b)
        - stirling_error(sum)
}

/// `x ln(x / mean) + mean - x`, the deviance of a Poisson count, exact when `x` is close to `mean`.
pub(crate) fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * libm::log(x / mean) + mean - x;
    }
    // Loader's series in v = (x - mean) / (x + mean).
    let v = difference / (x + mean);
    let mut sum = difference * v;
    let mut term = 2.0 * x * v;
    let square = v * v;
    for odd in 1..64_u32 {
        term *= square;
        let addend = term / f64::from(2 * odd + 1);
        sum += addend;
        if addend.abs() < 1e-17 * sum.abs() {
            break;
        }
    }
    sum
}

/// The chance that a chi-squared value with `degrees` degrees of freedom exceeds `x`.
///
/// The regularized upper incomplete gamma function `Q(degrees / 2, x / 2)`: series below its mean, Lentz's continued
/// fraction above (Numerical Recipes, 6.2), with Loader's form of the leading term.
#[expect(clippy::many_single_char_names, reason = "the names of the source")]
pub(crate) fn chi_squared_sf(x: f64, degrees: f64) -> f64 {
    let (a, z) = (0.5 * degrees, 0.5 * x);
    if z <= 0.0 || a <= 0.0 {
        return 1.0;
    }
    // z^a e^-z / Γ(a + 1)
    let leading = libm::exp(-stirling_error(a) - deviance(a, z)) / libm::sqrt(2.0 * PI * a);
    if z < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0, 1.0, a);
        for _ in 0..100_000 {
            n += 1.0;
            term *= z / n;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        return (1.0 - leading * sum).clamp(0.0, 1.0);
    }
    let mut b = z + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut h = d;
    let mut n = 0.0;
    for _ in 0..100_000 {
        n += 1.0;
        let an = -n * (n - a);
        b += 2.0;
        d = 1.0 / nonzero(an * d + b);
        c = nonzero(b + an / c);
        let factor = d * c;
        h *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (leading * a * h).clamp(0.0, 1.0)
}

/// Lentz's algorithm: a denominator of zero is a very small number instead.
pub(crate) fn nonzero(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}
