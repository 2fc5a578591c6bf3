//! Numbers, money and dates as the compiler laid them down for a locale.

use crate::bundle::{DateFormat, Format, MoneyFormat, PluralRule};
use crate::civil::date_of;
use crate::number::decimal;
use crate::number::float::{fract, round};
use alloc::borrow::Cow;
use alloc::string::{String, ToString};

/// Writes a number at the end of a text; text formats write it plainly.
pub(super) fn number(format: &Format, number: f64, out: &mut String) {
    match format {
        Format::Plain | Format::Title => plain(number, out),
        Format::Percent => plain(round(number * 100.0), out),
        Format::Plural(rule, forms) => {
            let form = forms.get(plural_index(*rule, number)).or(forms.last());
            for (index, piece) in form.map_or("", String::as_str).split('#').enumerate() {
                if index > 0 {
                    plain(number, out);
                }
                out.push_str(piece);
            }
        }
        Format::Money(money) => self::money(money, number, out),
        Format::Date(date) => out.push_str(&self::date(date, number)),
    }
}

/// `tea-lights` as `Tea lights`.
fn title(text: &str) -> String {
    let mut title = String::with_capacity(text.len() + 1);
    for (index, c) in text.chars().enumerate() {
        match c {
            '-' | '_' => title.push(' '),
            '\u{df}' if index == 0 => title.push_str("SS"),
            c => title.push(if index == 0 { capital(c) } else { c }),
        }
    }
    title
}

/// The capital of a Latin, Greek or Cyrillic letter that words of European languages begin with, any other character as it
/// is. It is for the first letter of a title only: letters that never begin a word, and those whose capital is two
/// letters, are left out. The tables of the standard library, which know every script, take 13 KB.
fn capital(c: char) -> char {
    let code = u32::from(c);
    let capital = match code {
        0x61..=0x7a | 0xe0..=0xf6 | 0xf8..=0xfe | 0x3b1..=0x3c1 | 0x3c3..=0x3cb | 0x430..=0x44f => code - 0x20,
        0xff => 0x178,
        // Pairs of a capital and its letter.
        0x100..=0x130 | 0x132..=0x137 | 0x14a..=0x177 | 0x460..=0x481 | 0x48a..=0x4bf => code & !1,
        0x139..=0x148 | 0x179..=0x17e => code - u32::from(code % 2 == 0),
        0x3ac => 0x386,
        0x3ad..=0x3af => code - 37,
        0x450..=0x45f => code - 0x50,
        _ => code,
    };
    char::from_u32(capital).unwrap_or(c)
}

/// At most two fractional digits, without trailing zeros.
fn plain(number: f64, out: &mut String) {
    let from = out.len();
    decimal::push_fixed(number, 2, out);
    let zeros = if out.ends_with(".00") { 3 } else { usize::from(out.ends_with('0')) };
    out.truncate(out.len() - zeros);
    if out.get(from..) == Some("-0") {
        out.remove(from);
    }
}

/// Index of the plural form of a number; fractions take the last form.
fn plural_index(rule: PluralRule, number: f64) -> usize {
    if fract(number) != 0.0 {
        return usize::MAX;
    }
    let last = |digits: f64| number.abs() % digits;
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

/// A text in a format. Without `_`: a format that is forgotten here does not compile.
pub(super) fn text<'t>(format: &Format, text: Cow<'t, str>) -> Cow<'t, str> {
    match format {
        Format::Title => title(&text).into(),
        Format::Plain | Format::Plural(..) | Format::Money(_) | Format::Date(_) | Format::Percent => text,
    }
}

/// Whether [`text`] may write other characters than the text has. Its bytes are as many.
pub(super) fn changes_text(format: &Format) -> bool {
    match format {
        Format::Title => true,
        Format::Plain | Format::Plural(..) | Format::Money(_) | Format::Date(_) | Format::Percent => false,
    }
}

/// The most bytes that a number is written with, of which [`decimal::fixed`] gives a sign, 16 digits, a point and 3 digits;
/// `None` where the words of the format count.
pub(super) fn number_bytes_max(format: &Format) -> Option<usize> {
    match format {
        Format::Plain | Format::Title | Format::Percent => Some(21),
        Format::Money(MoneyFormat { symbol, gap, decimal, group, .. }) => {
            Some(21 + symbol.len() + gap.len() + decimal.len() + 5 * group.len())
        }
        Format::Plural(..) | Format::Date(_) => None,
    }
}

fn money(money: &MoneyFormat, amount: f64, out: &mut String) {
    let text = decimal::fixed(amount.abs(), usize::from(money.digits));
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let MoneyFormat { symbol, gap, .. } = money;
    if amount < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('-');
    }
    if money.symbol_first {
        out.push_str(symbol);
        out.push_str(gap);
    }
    for (index, digit) in whole.bytes().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push_str(&money.group);
        }
        out.push(char::from(digit));
    }
    if !fraction.is_empty() {
        out.push_str(&money.decimal);
        out.push_str(fraction);
    }
    if !money.symbol_first {
        out.push_str(gap);
        out.push_str(symbol);
    }
}

fn date(date: &DateFormat, day: f64) -> String {
    // A date attribute is a whole number of days within 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and dates are within 32 bits")]
    let (year, month, day) = date_of(day as i64);
    let name = usize::try_from(month - 1).ok().and_then(|index| date.months.get(index)).map_or("", String::as_str);
    date.pattern.replace("{d}", &day.to_string()).replace("{m}", name).replace("{y}", &year.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn written(format: &Format, value: f64) -> String {
        let mut text = String::new();
        number(format, value, &mut text);
        text
    }

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
        let money = |amount| written(&Format::Money(german()), amount);
        assert_eq!(money(1_234_567.891), "1.234.567,89\u{a0}€");
        assert_eq!(money(-0.001), "0,00\u{a0}€");
        assert_eq!(money(-5.5), "-5,50\u{a0}€");
    }

    #[test]
    fn plural_forms_follow_the_language() {
        let form = |rule, numbers: &[f64]| numbers.iter().map(|n| plural_index(rule, *n)).collect::<Vec<_>>();
        assert_eq!(form(PluralRule::OneOther, &[0.0, 1.0, 2.0]), [1, 0, 1]);
        assert_eq!(form(PluralRule::ZeroOneOther, &[0.0, 1.0, 2.0]), [0, 0, 1]);
        assert_eq!(form(PluralRule::OneFewOther, &[1.0, 3.0, 5.0, 22.0]), [0, 1, 2, 2]);
        assert_eq!(form(PluralRule::Polish, &[1.0, 2.0, 5.0, 12.0, 22.0]), [0, 1, 2, 2, 1]);
        assert_eq!(
            written(&Format::Plural(PluralRule::OneOther, ["# gift".into(), "# gifts".into()].into()), 3.0),
            "3 gifts"
        );
    }

    #[test]
    fn plain_numbers_are_short() {
        let plain = [3.0, 2.5, 0.125, -0.001, 100.0, -20.0].map(|number| written(&Format::Plain, number));
        assert_eq!(plain, ["3", "2.5", "0.12", "0", "100", "-20"]);
        assert_eq!(written(&Format::Percent, 0.333), "33");
        assert_eq!(title("tea-lights"), "Tea lights");
        assert_eq!(title("\u{df}e"), "SSe");
    }

    #[test]
    fn letters_of_european_scripts_have_the_capitals_of_the_standard_library() {
        let known = (0..0x180).chain(0x3ac..0x3af).chain(0x3b1..0x3c1).chain(0x3c3..0x3cb).chain(0x400..0x4c0);
        for c in known
            .filter_map(char::from_u32)
            .filter(|c| !matches!(c, '\u{df}' | '\u{b5}' | '\u{149}' | '\u{17f}' | '\u{131}'))
        {
            let theirs: String = c.to_uppercase().collect();
            assert_eq!(String::from(capital(c)), theirs, "{:x}", u32::from(c));
        }
    }
}
