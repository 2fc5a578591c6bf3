//! What `core` lacks of floating point, with the bits that the standard library gives.

/// The whole part, towards zero.
pub(crate) fn trunc(number: f64) -> f64 {
    // From 2^52 on every double is whole; infinities and NaN stay what they are.
    if number.abs() < 4_503_599_627_370_496.0 { cast(number).copysign(number) } else { number }
}

/// What [`trunc`] leaves, with the sign of the number.
pub(crate) fn fract(number: f64) -> f64 {
    number - trunc(number)
}

/// The nearest whole number, of two equally near the one away from zero.
pub(crate) fn round(number: f64) -> f64 {
    // With a whole half, the number just below 0.5 would become 1.
    trunc(number + 0.5_f64.next_down().copysign(number))
}

/// The nearest whole number of one that is at least 0.
pub(crate) fn nearest(number: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least 0, and a cast from float saturates"
    )]
    let whole = (number + 0.5) as u64;
    whole
}

/// The square root, by the instruction that all platforms have.
pub(crate) fn sqrt(number: f32) -> f32 {
    let [root, ..] = wide::f32x4::splat(number).sqrt().to_array();
    root
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below 2^52")]
fn cast(number: f64) -> f64 {
    number as i64 as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(number: f64) {
        assert_eq!(trunc(number).to_bits(), number.trunc().to_bits(), "trunc {number}");
        assert_eq!(fract(number).to_bits(), number.fract().to_bits(), "fract {number}");
        assert_eq!(round(number).to_bits(), number.round().to_bits(), "round {number}");
    }

    #[test]
    fn the_rare_numbers_are_as_in_the_standard_library() {
        let rare = [0.0, 0.49, 0.5, 0.5_f64.next_down(), 1.5, 2.5, 4_503_599_627_370_495.5, 9_007_199_254_740_993.0];
        for number in rare.into_iter().chain([f64::MAX, f64::MIN_POSITIVE, f64::INFINITY]) {
            same(number);
            same(-number);
        }
        assert!(trunc(f64::NAN).is_nan() && round(f64::NAN).is_nan() && fract(f64::NAN).is_nan());
    }

    proptest! {
        #[test]
        fn all_numbers_are_as_in_the_standard_library(number in any::<f64>(), small in -1e6..1e6_f64, half in any::<i32>()) {
            same(number);
            same(small);
            same(f64::from(half) / 2.0);
        }

        #[test]
        fn roots_are_as_in_the_standard_library(number in any::<f32>()) {
            prop_assert!(sqrt(number).to_bits() == number.sqrt().to_bits() || number < 0.0);
        }
    }
}
