//! Distribution functions from arithmetic, `sqrt` and the software functions of `libm`: the same bits on every target.
//!
//! The standard library's `exp` and `ln` come from the platform and differ in the last digit, and `powi` may; none of
//! them is used in this crate.

pub(crate) mod beta;
pub(crate) mod gamma;
pub(crate) mod normal;
pub(crate) mod quadrature;
pub(crate) mod student;

/// `base` to a small whole power, by squaring: the order of the multiplications is fixed.
pub(crate) fn power(base: f64, mut exponent: u32) -> f64 {
    let (mut result, mut factor) = (1.0, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= factor;
        }
        factor *= factor;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]
mod tests;
