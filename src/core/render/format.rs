//! Numbers, money and dates as the compiler laid them down for a locale.

use crate::bundle::{DateFormat, Format, MoneyFormat, PluralRule};
use alloc::format;
use alloc::string::{String, ToString};

/// Writes a number; text formats write it plainly.
pub(super) fn number(format: &Format, number: f64) -> String {
    match format {
        Format::Plain | Format::Title => plain(number),
        Format::Percent => plain(rounded(number * 100.0)),
        Format::Plural(rule, forms) => {
            let form = forms.get(plural_index(*rule, number)).or(forms.last());
            form.map_or_else(String::new, |form| form.replace('#', &plain(number)))
        }
        Format::Money(money) => self::money(money, number),
        Format::Date(date) => self::date(date, number),
    }
}

/// `tea-lights` as `Tea lights`.
pub(super) fn title(text: &str) -> String {
    let mut chars = text.chars().map(|c| if matches!(c, '-' | '_') { ' ' } else { c });
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + &chars.collect::<String>()
}

fn rounded(number: f64) -> f64 {
    // Halves away from zero; `f64::round` is exact and the same natively and in Wasm.
    number.round()
}

/// A number of at most 15 digits that ends at this fractional digit (0 to 3), without its point; `None` for all others.
/// Nearly every value is a count or an amount in hundredths, and the general formatting of floats takes microseconds.
#[expect(clippy::float_cmp, reason = "exactly: anything else is for the general way")]
fn units(number: f64, digits: u8) -> Option<u64> {
    let scale = [1.0, 10.0, 100.0, 1_000.0].get(usize::from(digits))?;
    let units = (number * scale).round();
    let is_exact = (0.0..1e15).contains(&units) && number.is_sign_positive() && units / scale == number;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of 0 to 10^15")]
    is_exact.then_some(units as u64)
}

/// Appends a decimal number of at least so many digits.
fn push_digits(mut number: u64, least: usize, out: &mut String) {
    let mut digits = ['0'; 20];
    let mut count = 0;
    for place in &mut digits {
        if number == 0 && count >= least {
            break;
        }
        *place = char::from(b'0' + (number % 10) as u8);
        number /= 10;
        count += 1;
    }
    out.extend(digits.iter().take(count).rev());
}

/// At most two fractional digits, without trailing zeros.
fn plain(number: f64) -> String {
    if let Some(units) = units(number, 2) {
        let mut text = String::with_capacity(24);
        push_digits(units / 100, 1, &mut text);
        match units % 100 {
            0 => {}
            tenths if tenths % 10 == 0 => {
                text.push('.');
                push_digits(tenths / 10, 1, &mut text);
            }
            hundredths => {
                text.push('.');
                push_digits(hundredths, 2, &mut text);
            }
        }
        return text;
    }
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_string() } else { text.to_string() }
}

/// Index of the plural form of a number; fractions take the last form.
fn plural_index(rule: PluralRule, number: f64) -> usize {
    if number.fract() != 0.0 {
        return usize::MAX;
    }
    let last = |digits: f64| number.abs().rem_euclid(digits);
    let is = |value: f64| (number - value).abs() < 0.5;
    match rule {
        PluralRule::Single => 0,
        PluralRule::OneOther => usize::from(!is(1.0)),
        PluralRule::ZeroOneOther => usize::from(!is(0.0) && !is(1.0)),
        PluralRule::OneFewOther | PluralRule::Polish if is(1.0) => 0,
        PluralRule::OneFewOther => 1 + usize::from(!(2.0..=4.0).contains(&number)),
        PluralRule::Polish => {
            let few = (2.0..=4.0).contains(&last(10.0)) && !(12.0..=14.0).contains(&last(100.0));
            1 + usize::from(!few)
        }
    }
}

fn money(money: &MoneyFormat, amount: f64) -> String {
    let text = fixed(amount.abs(), money.digits.min(3));
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push_str(&money.group);
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push_str(&money.decimal);
        grouped.push_str(fraction);
    }
    let sign = if amount < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "-" } else { "" };
    let MoneyFormat { symbol, gap, .. } = money;
    if money.symbol_first { [sign, symbol, gap, &grouped].concat() } else { [sign, &grouped, gap, symbol].concat() }
}

/// A number with exactly so many fractional digits, 0 to 3.
fn fixed(number: f64, digits: u8) -> String {
    let Some(units) = units(number, digits) else { return format!("{number:.*}", usize::from(digits)) };
    let scale = 10_u64.pow(u32::from(digits));
    let mut text = String::with_capacity(24);
    push_digits(units / scale, 1, &mut text);
    if digits > 0 {
        text.push('.');
        push_digits(units % scale, usize::from(digits), &mut text);
    }
    text
}

fn date(date: &DateFormat, day: f64) -> String {
    // A date attribute is a whole number of days within 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and dates are within 32 bits")]
    let (year, month, day) = civil(day as i64);
    let name = date.months.get(month - 1).map_or("", String::as_str);
    date.pattern.replace("{d}", &day.to_string()).replace("{m}", name).replace("{y}", &year.to_string())
}

/// Year, month (1 to 12) and day of a day number since 1970-01-01, in the proleptic Gregorian calendar. Counts
/// from 1 March, so that the leap day is the last of its year (Howard Hinnant, "chrono-compatible low-level date
/// algorithms").
fn civil(day: i64) -> (i64, usize, i64) {
    let day = day.clamp(-1_000_000, 10_000_000) + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), usize::try_from(month).unwrap_or(1), day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn german() -> MoneyFormat {
        MoneyFormat {
            symbol: "€".into(),
            symbol_first: false,
            gap: "\u{a0}".into(),
            decimal: ",".into(),
            group: ".".into(),
            digits: 2,
        }
    }

    #[test]
    fn money_is_grouped_and_signed() {
        assert_eq!(money(&german(), 1_234_567.891), "1.234.567,89\u{a0}€");
        assert_eq!(money(&german(), -0.001), "0,00\u{a0}€");
        assert_eq!(money(&german(), -5.5), "-5,50\u{a0}€");
    }

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(20_778), (2026, 11, 21));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(-1), (1969, 12, 31));
    }

    #[test]
    fn plural_forms_follow_the_language() {
        let form = |rule, numbers: &[f64]| numbers.iter().map(|n| plural_index(rule, *n)).collect::<Vec<_>>();
        assert_eq!(form(PluralRule::OneOther, &[0.0, 1.0, 2.0]), [1, 0, 1]);
        assert_eq!(form(PluralRule::ZeroOneOther, &[0.0, 1.0, 2.0]), [0, 0, 1]);
        assert_eq!(form(PluralRule::OneFewOther, &[1.0, 3.0, 5.0, 22.0]), [0, 1, 2, 2]);
        assert_eq!(form(PluralRule::Polish, &[1.0, 2.0, 5.0, 12.0, 22.0]), [0, 1, 2, 2, 1]);
        assert_eq!(
            number(&Format::Plural(PluralRule::OneOther, ["# gift".into(), "# gifts".into()].into()), 3.0),
            "3 gifts"
        );
    }

    #[test]
    fn the_short_way_writes_what_the_general_way_writes() {
        let mut numbers: Vec<f64> = (0..4_000_u32).map(|n| f64::from(n) / 100.0).collect();
        numbers.extend([
            0.125,
            2.675,
            1e15,
            999_999_999_999_999.0,
            123_456_789.01,
            1e300,
            0.001,
            0.29,
            4.35,
            1.0 / 3.0,
        ]);
        for number in numbers {
            for digits in 0..=3 {
                assert_eq!(fixed(number, digits), format!("{number:.*}", usize::from(digits)), "{number}");
            }
            let general = format!("{number:.2}");
            assert_eq!(plain(number), general.trim_end_matches('0').trim_end_matches('.'), "{number}");
        }
        assert_eq!([plain(-0.0), plain(-2.5)], ["0", "-2.5"]);
        assert_eq!(plain(f64::NAN), "NaN");
    }

    #[test]
    fn plain_numbers_are_short() {
        assert_eq!([plain(3.0), plain(2.5), plain(0.125), plain(-0.001)], ["3", "2.5", "0.12", "0"]);
        assert_eq!(number(&Format::Percent, 0.333), "33");
        assert_eq!(title("tea-lights"), "Tea lights");
    }
}
