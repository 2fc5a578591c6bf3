//! Numbers and lengths of time as text.
//!
//! The standard library writes every double exactly, which costs the page core 20 KB of tables and code; what
//! is written here are counts, money and thresholds.

use crate::number::float::{fract, round, trunc};
use alloc::string::String;

/// Beyond this, which is 9 quadrillion, a double no longer holds every whole number, and is written as this.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// Most fractional digits of [`fixed`]: with them, a fraction of `WHOLE_MAX` still fits 64 bits.
const DIGITS_MAX: usize = 3;
/// Most fractional digits of [`shortest`].
const SHORTEST_DIGITS_MAX: u32 = 6;

/// A number with exactly `digits` fractional digits, 0 to 3: the nearest one, of two equally near the even one.
/// Byte for byte what `format!("{number:.digits$}")` gives, up to 9 quadrillion.
pub(crate) fn fixed(number: f64, digits: usize) -> String {
    // A sign, 16 digits, a point and 3 digits.
    let mut text = String::with_capacity(21);
    push_fixed(number, digits, &mut text);
    text
}

/// The same at the end of a text.
pub(crate) fn push_fixed(number: f64, digits: usize, text: &mut String) {
    let digits = digits.min(DIGITS_MAX);
    let power = u64::pow(10, u32::try_from(digits).unwrap_or(0));
    let scaled = scaled(number.abs().min(WHOLE_MAX), power);
    if number.is_sign_negative() {
        text.push('-');
    }
    push_digits(scaled / power, 1, text);
    if digits > 0 {
        text.push('.');
        push_digits(scaled % power, digits, text);
    }
}

/// A whole number.
pub(crate) fn whole(number: u64) -> String {
    let mut text = String::new();
    push_digits(number, 1, &mut text);
    text
}

/// Appends a number with at least so many digits.
#[expect(clippy::cast_possible_truncation, reason = "a digit is below 10")]
pub(crate) fn push_digits(number: u64, digits_min: usize, out: &mut String) {
    let mut digits = [b'0'; 20];
    let mut rest = number;
    let mut from = digits.len();
    for digit in digits.iter_mut().rev() {
        // Wasm has no cheap division of 64 bits; nearly every number that is written has fewer.
        let (above, last) = match u32::try_from(rest) {
            Ok(small) => (u64::from(small / 10), small % 10),
            Err(_) => (rest / 10, (rest % 10) as u32),
        };
        *digit += last as u8;
        rest = above;
        from -= 1;
        if rest == 0 && 20 - from >= digits_min {
            break;
        }
    }
    out.push_str(digits.get(from..).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or_default());
}

/// A number as it was authored: as many fractional digits as it needs, 6 at most.
pub(crate) fn shortest(number: f64) -> String {
    let mut digits = 0;
    while digits < SHORTEST_DIGITS_MAX {
        let power = f64::from(u32::pow(10, digits));
        let nearest = round(number * power) / power;
        // Equal bits: this is the double that the text with so many digits stands for.
        if nearest.total_cmp(&number).is_eq() {
            break;
        }
        digits += 1;
    }
    let power = u64::pow(10, digits);
    let number_abs = number.abs().min(WHOLE_MAX);
    let whole = trunc(number_abs);
    // A fraction below 1 with at most 6 digits.
    let fraction = cast((number_abs - whole) * f64::from(u32::pow(10, digits)));
    let mut text = if number < 0.0 { String::from("-") } else { String::new() };
    push_digits(cast(whole) + fraction / power, 1, &mut text);
    if digits > 0 {
        text.push('.');
        push_digits(fraction % power, digits as usize, &mut text);
        let end = text.trim_end_matches('0').trim_end_matches('.').len();
        text.truncate(end);
    }
    text
}

/// Seconds as people say them: `26 h`, `3 d 4 h`, `1 min 30 s`. Days begin at two.
pub(crate) fn duration(seconds: f64) -> String {
    if seconds < 0.0 || fract(seconds) != 0.0 {
        return shortest(seconds) + " s";
    }
    let mut left = cast(seconds.min(WHOLE_MAX));
    let mut text = String::new();
    for (unit_s, from_s, name) in [(86_400, 172_800, " d"), (3_600, 3_600, " h"), (60, 60, " min"), (1, 0, " s")] {
        let count = left / unit_s;
        if left < from_s || (count == 0 && !text.is_empty()) {
            continue;
        }
        left %= unit_s;
        if !text.is_empty() {
            text.push(' ');
        }
        push_digits(count, 1, &mut text);
        text.push_str(name);
    }
    text
}

/// `number * power`, rounded half to even from the exact product. `number` is at least 0 and at most `WHOLE_MAX`.
fn scaled(number: f64, power: u64) -> u64 {
    let bits = number.to_bits();
    let exponent = i32::try_from(bits >> 52).unwrap_or(0);
    let fraction = bits & ((1 << 52) - 1);
    // Subnormal numbers have no leading one; they are far below every digit that is written.
    let mantissa = if exponent == 0 { fraction } else { fraction | (1 << 52) };
    // Below 2^53 * 1,000, so within 64 bits.
    let product = mantissa.saturating_mul(power);
    match exponent - 1_075 {
        // WHOLE_MAX is 2^53: the one number of this range with an exponent above 0.
        up @ 0.. => product.saturating_mul(1 << up.min(1)),
        down @ -63.. => {
            let shift = down.unsigned_abs();
            let whole = product >> shift;
            let rest = product & ((1 << shift) - 1);
            let half = 1 << (shift - 1);
            whole + u64::from(rest > half || (rest == half && whole & 1 == 1))
        }
        _ => 0,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is at least 0")]
fn cast(number: f64) -> u64 {
    round(number) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_written_as_they_were_authored() {
        for (number, text) in [
            (0.0, "0"),
            (3.0, "3"),
            (0.2, "0.2"),
            (-12.5, "-12.5"),
            (2.505, "2.505"),
            (0.1 + 0.2, "0.3"),
            (99_999.999_999, "99999.999999"),
            (0.999_999_9, "1"),
            (1e300, "9007199254740992"),
        ] {
            assert_eq!(shortest(number), text);
        }
    }

    #[test]
    fn lengths_of_time_are_said_in_units() {
        for (seconds, text) in [
            (0.0, "0 s"),
            (59.0, "59 s"),
            (60.0, "1 min"),
            (3_600.0, "1 h"),
            (3_601.0, "1 h 1 s"),
            (30_600.0, "8 h 30 min"),
            (93_600.0, "26 h"),
            (172_800.0, "2 d"),
            (273_605.0, "3 d 4 h 5 s"),
            (0.5, "0.5 s"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_are_what_the_standard_library_writes(number in any::<u64>(), shift in 0..64u32) {
            prop_assert_eq!(whole(number >> shift), (number >> shift).to_string());
        }

        #[test]
        fn fixed_is_what_the_standard_library_writes(number in -9e15..9e15f64, digits in 0..=3usize) {
            prop_assert_eq!(fixed(number, digits), format!("{number:.digits$}"));
        }

        #[test]
        fn fixed_rounds_what_is_between_two_texts_as_the_standard_library(thousandths in 0..4_000_000u32, digits in 0..=3usize) {
            let number = f64::from(thousandths) / 1_000.0;
            prop_assert_eq!(fixed(number, digits), format!("{number:.digits$}"));
            let eighths = f64::from(thousandths) / 8.0;
            prop_assert_eq!(fixed(eighths, digits), format!("{eighths:.digits$}"));
        }

        #[test]
        fn authored_numbers_come_back(millionths in -9_000_000_000i64..9_000_000_000) {
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let number = millionths as f64 / 1_000_000.0;
            prop_assert_eq!(shortest(number).parse::<f64>().ok(), Some(number));
        }
    }
}
