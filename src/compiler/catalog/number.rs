//! Numbers of feeds, which people and programs write in several ways. Nothing is guessed: a price that could be two
//! numbers is refused until `[catalog] decimal` says which sign the feed uses.

/// The sign before the fraction of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Decimal {
    /// `[catalog] decimal` does not say.
    #[default]
    Unsaid,
    /// 1,299.00
    Point,
    /// 1.299,00
    Comma,
}

impl Decimal {
    /// By its word in `[catalog]`.
    pub(super) fn of(word: &str) -> Self {
        match word {
            "point" => Self::Point,
            "comma" => Self::Comma,
            _ => Self::Unsaid,
        }
    }

    fn sign(self) -> char {
        if self == Self::Comma { ',' } else { '.' }
    }
}

/// Why a text is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotExact {
    /// With a decimal point it is one number, and with a decimal comma another, or none.
    Ambiguous,
    /// It is no number, or it has more than two decimals.
    Unreadable,
}

/// A number in hundredths. Further digits are an error.
pub(super) fn exact(text: &str, decimal: Decimal) -> Result<i64, NotExact> {
    let text = text.trim();
    if decimal == Decimal::Unsaid && is_ambiguous(text) {
        return Err(NotExact::Ambiguous);
    }
    let (hundredths, rest) = parts(text, decimal).ok_or(NotExact::Unreadable)?;
    if rest.bytes().all(|digit| digit == b'0') { Ok(hundredths) } else { Err(NotExact::Unreadable) }
}

/// A number in hundredths, without its further digits: for comparisons, never shown. Default of the decimal sign: a
/// point, as programs write it.
pub(super) fn cut(text: &str, decimal: Decimal) -> Option<i64> {
    Some(parts(text.trim(), decimal)?.0)
}

/// Any comma, several points, or a point before exactly three digits.
fn is_ambiguous(text: &str) -> bool {
    let points = text.matches('.').count();
    let three_after = text
        .rsplit_once('.')
        .is_some_and(|(_, after)| after.len() == 3 && after.bytes().all(|digit| digit.is_ascii_digit()));
    text.contains(',') || points > 1 || three_after
}

/// Hundredths, and the digits after those.
fn parts(text: &str, decimal: Decimal) -> Option<(i64, &str)> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once(decimal.sign()).unwrap_or((digits, ""));
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let whole = joined(whole, decimal)?.parse::<i64>().ok()?;
    let digit = |at: usize| fraction.as_bytes().get(at).map_or(0, |byte| i64::from(byte - b'0'));
    let hundredths = whole.checked_mul(100)?.checked_add(digit(0) * 10 + digit(1))?;
    Some((if negative { -hundredths } else { hundredths }, fraction.get(2..).unwrap_or("")))
}

/// The digits of a whole number without the separators of thousands: spaces and apostrophes, and of point and comma the
/// one that is not the decimal sign, when that is known.
fn joined(whole: &str, decimal: Decimal) -> Option<String> {
    let other = match decimal {
        Decimal::Unsaid => None,
        Decimal::Point => Some(','),
        Decimal::Comma => Some('.'),
    };
    let parts_them =
        |c: char| Some(c) == other || matches!(c, ' ' | '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let groups: Vec<&str> = whole.split(parts_them).collect();
    let fits = |(at, group): (usize, &&str)| match at {
        0 => (1..=3).contains(&group.len()),
        // In India thousands are followed by groups of two.
        _ if at + 1 < groups.len() => (2..=3).contains(&group.len()),
        _ => group.len() == 3,
    };
    let is_valid = groups.len() == 1 || groups.iter().enumerate().all(fits);
    let digits = groups.concat();
    (is_valid && !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decimal::{Comma, Point, Unsaid};

    #[test]
    fn a_price_with_thousands_was_read_as_a_thousandth_of_it() {
        for (text, unsaid, point, comma) in [
            ("12.34", Ok(1_234), Ok(1_234), Err(())),
            ("12", Ok(1_200), Ok(1_200), Ok(1_200)),
            ("1015", Ok(101_500), Ok(101_500), Ok(101_500)),
            ("0.5", Ok(50), Ok(50), Err(())),
            ("1.015", Err(()), Err(()), Ok(101_500)),
            ("1.500", Err(()), Ok(150), Ok(150_000)),
            ("12,34", Err(()), Err(()), Ok(1_234)),
            ("1,299", Err(()), Ok(129_900), Err(())),
            ("1.299,00", Err(()), Err(()), Ok(129_900)),
            ("1,299.00", Err(()), Ok(129_900), Err(())),
            ("1.299.000", Err(()), Err(()), Ok(129_900_000)),
            ("12,34,567.50", Err(()), Ok(123_456_750), Err(())),
            ("1 299.50", Ok(129_950), Ok(129_950), Err(())),
            ("1\u{202f}299,50", Err(()), Err(()), Ok(129_950)),
            ("1'299.50", Ok(129_950), Ok(129_950), Err(())),
            ("19.9950", Err(()), Err(()), Err(())),
            ("19.9900", Ok(1_999), Ok(1_999), Err(())),
            ("-1.25", Ok(-125), Ok(-125), Err(())),
            ("1 29", Err(()), Err(()), Err(())),
            ("1.2.3", Err(()), Err(()), Err(())),
            ("", Err(()), Err(()), Err(())),
            (".", Err(()), Err(()), Err(())),
            ("x", Err(()), Err(()), Err(())),
        ] {
            let read = [Unsaid, Point, Comma].map(|decimal| exact(text, decimal).map_err(|_| ()));
            assert_eq!(read, [unsaid, point, comma], "{text}");
        }
    }

    #[test]
    fn only_what_another_sign_would_read_is_asked_about() {
        assert_eq!(["1.015", "19,99", "1.299,00"].map(|text| exact(text, Unsaid)), [Err(NotExact::Ambiguous); 3]);
        assert_eq!(["19.995", "19,995"].map(|text| exact(text, Point)), [Err(NotExact::Unreadable), Ok(1_999_500)]);
        assert_eq!(["soon", "19.9950"].map(|text| exact(text, Unsaid)), [Err(NotExact::Unreadable); 2]);
    }

    #[test]
    fn fields_for_rules_are_compared_in_hundredths() {
        assert_eq!(["3.999", "-1.25", "2.375"].map(|text| cut(text, Unsaid)), [399, -125, 237].map(Some));
        assert_eq!([cut("2,5", Comma), cut("2,5", Unsaid), cut("1.2.3", Unsaid)], [Some(250), None, None]);
    }
}
