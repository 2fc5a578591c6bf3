//! Numbers from decimal text.
//!
//! The standard library finds the nearest double of every text, which costs the control plane 16 KB of tables and code,
//! and 12 KB of gzip. What is read here are prices and quantities of data layers.

/// Digits that are looked at: a double holds 15, and 19 always fit 64 bits.
const DIGITS_MAX: u32 = 19;
/// Powers of ten up to this one are doubles.
const EXACT_POWER_MAX: u32 = 22;
/// No double is as large, or as small but zero, as one with such an exponent.
const EXPONENT_MAX: i32 = 400;

/// The number that a text stands for, in the notation of [`str::parse`]; `None` where it is no finite number. Up to 15
/// digits and 22 places it is the nearest double, as there; beyond that it may be off in the 15th digit.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (decimal, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((decimal, exponent)) => (decimal, exponent_of(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut mantissa, mut digits, mut places) = (0_u64, 0, 0_i32);
    for (byte, step) in whole.bytes().map(|byte| (byte, 0)).chain(fraction.bytes().map(|byte| (byte, -1))) {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        if digits < DIGITS_MAX {
            mantissa = mantissa * 10 + u64::from(digit);
            digits += u32::from(mantissa > 0);
            places = places.saturating_add(step);
        } else {
            places = places.saturating_add(1 + step);
        }
    }
    let number = scaled(mantissa, places.saturating_add(exponent));
    number.is_finite().then_some(if is_negative { -number } else { number })
}

/// An exponent, not further from zero than makes a difference.
fn exponent_of(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut exponent = 0_i32;
    for byte in digits.bytes() {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        exponent = exponent.saturating_mul(10).saturating_add(digit.into());
    }
    (!digits.is_empty()).then_some(sign * exponent)
}

/// `mantissa` times a power of ten.
fn scaled(mantissa: u64, power: i32) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact up to 15 digits")]
    let mut number = mantissa as f64;
    let mut left = power.clamp(-EXPONENT_MAX, EXPONENT_MAX).unsigned_abs();
    while left > 0 && number != 0.0 {
        let step = left.min(EXACT_POWER_MAX);
        let factor = (0..step).fold(1.0, |factor, _| factor * 10.0);
        number = if power < 0 { number / factor } else { number * factor };
        left -= step;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    #[test]
    fn what_is_a_number_is_what_the_standard_library_says() {
        let texts = "0 -0 +1 1. .5 -.5e3 1e5 1E-5 1e+2 12.75 007 1e400 -1e400 1e-400 9007199254740993 0.1e1 0e999999999999 \
                     . e5 1e 1e+ + - -- 1_000 1,5 0x10 inf -infinity nan NaN 1.2.3 1e5.0 ١";
        for text in texts.split_whitespace().chain(["", " 1", "1 "]) {
            let expected = text.parse::<f64>().ok().filter(|number| number.is_finite());
            assert_eq!(parse(text).map(f64::to_bits), expected.map(f64::to_bits), "{text:?}");
        }
        let zeros = format!("0.{}1", "0".repeat(600));
        assert_eq!(parse(&zeros), Some(0.0));
        assert_eq!(parse(&format!("{}.5", "0".repeat(600))), Some(0.5));
    }

    proptest! {
        #[test]
        fn up_to_15_digits_it_is_the_nearest_double(digits in 0..1_000_000_000_000_000_u64, places in 0..=22_i32) {
            let text = format!("{digits}e-{places}");
            prop_assert_eq!(parse(&text), text.parse().ok());
            let (whole, fraction) = (digits / 100, digits % 100);
            let price = format!("{whole}.{fraction:02}");
            prop_assert_eq!(parse(&price), price.parse().ok());
        }

        #[test]
        fn beyond_that_it_is_near(number in prop_oneof![-1e300..1e300_f64, -1e6..1e6_f64]) {
            let read = parse(&format!("{number}")).unwrap_or(f64::NAN);
            prop_assert!((read - number).abs() <= number.abs() * 1e-14, "{} {}", read, number);
        }

        #[test]
        fn any_text_is_read_or_refused_as_by_the_standard_library(text in "[-+.eE0-9]{0,12}") {
            let expected = text.parse::<f64>().ok().filter(|number| number.is_finite());
            prop_assert_eq!(parse(&text).is_some(), expected.is_some(), "{}", text);
        }
    }
}
