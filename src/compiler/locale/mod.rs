//! Conventions of the site's locales: plurals, money, dates.

mod codes;
mod table;

pub(crate) use codes::{COUNTRIES, CURRENCIES};

use attune_core::bundle::cards::RecommendationReason;
use attune_core::bundle::{DateFormat, MoneyFormat, PluralRule};
use table::{ROWS, Row, SYMBOLS};

/// The language of a tag: `de` of `de-DE`.
pub(crate) fn language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Whether this is a tag of the form that the site lists: `de`, `en-GB`, `zh-Hant-TW`.
pub(crate) fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or("");
    let language = matches!(first.len(), 2 | 3) && first.bytes().all(|b| b.is_ascii_lowercase());
    language
        && tag.len() <= 16
        && parts.all(|part| match part.len() {
            2 => part.bytes().all(|b| b.is_ascii_uppercase()),
            3 => part.bytes().all(|b| b.is_ascii_digit()),
            4 => part.bytes().enumerate().all(
                |(i, b)| {
                    if i == 0 { b.is_ascii_uppercase() } else { b.is_ascii_lowercase() }
                },
            ),
            _ => false,
        })
}

fn row(tag: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.0 == tag).or_else(|| {
        // A bare language takes the conventions of its main country.
        let main = match tag {
            "en" => "en-US",
            "pt" => "pt-BR",
            "zh" => "zh-CN",
            _ if !tag.contains('-') => {
                return ROWS
                    .iter()
                    .filter(|row| language(row.0) == tag)
                    .find(|row| row.0.get(3..) == Some(tag.to_uppercase().as_str()))
                    .or_else(|| ROWS.iter().find(|row| language(row.0) == tag));
            }
            _ => return None,
        };
        ROWS.iter().find(|row| row.0 == main)
    })
}

/// Tags whose conventions are known.
pub(crate) fn known_tags() -> impl Iterator<Item = &'static str> + Clone {
    ROWS.iter().map(|row| row.0)
}

/// The plural rule of a language with the names of its forms, by CLDR; compact millions ("many" in French,
/// Italian, Portuguese and Spanish) take the last form.
pub(crate) fn plural(tag: &str) -> Option<(PluralRule, &'static [&'static str])> {
    if tag == "pt-PT" {
        return Some((PluralRule::OneOther, &["one", "other"]));
    }
    Some(match language(tag) {
        "ja" | "zh" | "ko" | "vi" | "th" | "id" | "ms" => (PluralRule::Single, &["other"]),
        "en" | "de" | "nl" | "it" | "es" | "sv" | "da" | "nb" | "nn" | "no" | "fi" | "et" | "el" | "hu" | "tr"
        | "bg" | "ca" | "eu" | "gl" => (PluralRule::OneOther, &["one", "other"]),
        "fr" | "pt" => (PluralRule::ZeroOneOther, &["zero or one", "other"]),
        "cs" | "sk" => (PluralRule::OneFewOther, &["one", "two to four", "other"]),
        "pl" => (PluralRule::Polish, &["one", "ending in 2 to 4 (not 12 to 14)", "other"]),
        _ => return None,
    })
}

/// How a locale writes an amount in its currency.
pub(crate) fn money(tag: &str, currency: &str) -> Option<MoneyFormat> {
    let Row(_, symbol_first, gap, decimal, group, .., symbols) = row(tag)?;
    let own = symbols
        .split(' ')
        .filter_map(|pair| pair.split_once('='))
        .find(|(code, _)| *code == currency)
        .map(|(_, symbol)| symbol);
    let common = || SYMBOLS.iter().find(|(code, _)| *code == currency).map(|(_, symbol)| *symbol);
    let symbol = own.or_else(common).unwrap_or(currency);
    let beside_number = if *symbol_first { symbol.chars().next_back() } else { symbol.chars().next() };
    // A symbol of letters would run into the number.
    let gap = if gap.is_empty() && beside_number.is_some_and(char::is_alphabetic) { "\u{a0}" } else { gap };
    let digits = if codes::WHOLE.contains(&currency) {
        0
    } else if codes::THREE.contains(&currency) {
        3
    } else {
        2
    };
    Some(MoneyFormat {
        symbol: symbol.to_owned(),
        symbol_first: *symbol_first,
        gap: gap.to_owned(),
        decimal: (*decimal).to_owned(),
        group: (*group).to_owned(),
        digits,
    })
}

/// How a locale writes a date in full.
pub(crate) fn date(tag: &str) -> Option<DateFormat> {
    let Row(.., pattern, months, _) = row(tag)?;
    Some(DateFormat { pattern: (*pattern).to_owned(), months: months.split('|').map(str::to_owned).collect() })
}

/// The reasons of a recommendation in a language, by `RecommendationReason`; `#` stands for the product or category that led to it.
/// Default: English.
pub(crate) fn reason_texts(tag: &str) -> &'static [&'static str; RecommendationReason::COUNT] {
    match language(tag) {
        "de" => &[
            "Weil Sie „#“ angesehen haben",
            "Passt zu „#“",
            "Ähnlich wie „#“",
            "Beliebt in #",
            "Beliebt",
            "Gerade gefragt",
            "Für Sie ausgesucht",
            "Zuletzt angesehen",
        ],
        "fr" => &[
            "Parce que vous avez vu « # »",
            "Va avec « # »",
            "Semblable à « # »",
            "Populaire dans #",
            "Populaire",
            "Tendance",
            "Choisi pour vous",
            "Vu récemment",
        ],
        _ => &[
            "Because you looked at #",
            "Goes with #",
            "Like #",
            "Popular in #",
            "Popular",
            "Trending now",
            "Chosen for you",
            "You looked at this",
        ],
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_row_is_whole() {
        for tag in known_tags() {
            assert!(is_tag(tag), "{tag}");
            let date = date(tag).unwrap();
            assert_eq!(date.months.len(), 12, "{tag}");
            assert!(date.months.iter().all(|month| !month.is_empty()), "{tag}");
            for hole in ["{d}", "{m}", "{y}"] {
                assert_eq!(date.pattern.matches(hole).count(), 1, "{tag}");
            }
        }
        assert_eq!(COUNTRIES.len(), 250);
    }

    #[test]
    fn money_follows_locale_and_currency() {
        let written = |tag, currency| {
            let m = money(tag, currency).unwrap();
            if m.symbol_first {
                format!("{}{}1{}5", m.symbol, m.gap, m.decimal)
            } else {
                format!("1{}5{}{}", m.decimal, m.gap, m.symbol)
            }
        };
        assert_eq!(written("en-GB", "GBP"), "£1.5");
        assert_eq!(written("en-US", "USD"), "$1.5");
        assert_eq!(written("en-GB", "USD"), "US$1.5");
        assert_eq!(written("en-GB", "CHF"), "CHF\u{a0}1.5");
        assert_eq!(written("de-DE", "EUR"), "1,5\u{a0}€");
        assert_eq!(written("de-AT", "EUR"), "€\u{a0}1,5");
        assert_eq!(written("fr", "EUR"), "1,5\u{a0}€");
        assert_eq!(money("ja-JP", "JPY").unwrap().digits, 0);
        assert_eq!(money("xx-XX", "EUR"), None);
    }

    #[test]
    fn tags_have_a_form() {
        for good in ["en", "en-GB", "zh-Hant-TW", "es-419"] {
            assert!(is_tag(good), "{good}");
        }
        for bad in ["", "EN", "en_GB", "en-gb", "english", "en-"] {
            assert!(!is_tag(bad), "{bad}");
        }
    }
}
