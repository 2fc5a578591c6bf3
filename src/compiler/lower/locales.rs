//! `locales` of `[site]`.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::locale;
use crate::suggest;
use crate::syntax::Entry;
use attune_core::bundle::Locale;
use attune_core::limits;

/// The locales with their currencies; the first is the fallback.
pub(super) fn locales(table: Option<&Entry>, entries: &[Entry], sink: &mut Sink<'_>) -> Vec<Locale> {
    if let Some(table) = table.filter(|_| entries.is_empty()) {
        sink.report(
            Code::BadLocale,
            table.key_place,
            "the site has no locale",
            "list at least one with its currency: locales = { en-GB = \"GBP\" }",
        );
    }
    if let Some(entry) = entries.get(limits::LOCALES_MAX) {
        sink.report(
            Code::OverLimit,
            entry.key_place,
            format!("the site has {} locales", entries.len()),
            format!("at most {} are possible", limits::LOCALES_MAX),
        );
    }
    let mut locales = Vec::new();
    for entry in entries {
        if !locale::is_tag(&entry.key) {
            sink.report(
                Code::BadLocale,
                entry.key_place,
                format!("`{}` is not a locale", entry.key),
                suggest::nearest(&entry.key.replace('_', "-"), locale::known_tags()).map_or_else(
                    || "write language and region: `en-GB`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ),
            );
        }
        let Some(currency) = entry.node.text() else {
            continue;
        };
        if !locale::CURRENCIES.contains(&currency.decoded) {
            sink.report(
                Code::UnknownCurrency,
                currency.place,
                format!("there is no currency \"{}\"", currency.decoded),
                suggest::nearest(currency.decoded, locale::CURRENCIES.iter().copied()).map_or_else(
                    || "write an ISO 4217 code such as \"GBP\"".to_owned(),
                    |near| format!("did you mean \"{near}\"?"),
                ),
            );
        }
        locales.push(Locale { tag: entry.key.clone(), currency: currency.decoded.to_owned() });
    }
    locales
}
