//! `[consent]`.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::locale;
use crate::suggest;
use crate::syntax::Table;
use attune_core::bundle::{ConsentRules, Gpc, Regime, Region};

/// What silence means by place, and what `Sec-GPC` means.
pub(super) fn consent(table: &Table, sink: &mut Sink<'_>) -> ConsentRules {
    check_source(table, sink);
    let regimes = regimes(table, sink);
    let gpc = match table.text("gpc").map(|text| text.decoded) {
        Some("final") => Gpc::Final,
        _ => Gpc::UntilAnswered,
    };
    ConsentRules { regimes, gpc }
}

fn check_source(table: &Table, sink: &mut Sink<'_>) {
    if let Some(source) = table.text("source").filter(|source| source.decoded != "api") {
        let later = matches!(source.decoded, "tcf" | "gpp" | "gtag") || source.decoded.starts_with("cookie:");
        let code = if later { Code::NotYet } else { Code::NotAChoice };
        let message = if later {
            format!("consent from \"{}\" is not built yet", source.decoded)
        } else {
            format!("\"{}\" is not a source of consent", source.decoded)
        };
        sink.report(
            code,
            source.place,
            message,
            "write \"api\" and send the visitor's answer to POST /_attune/consent",
        );
    }
}

/// Regimes by place, the narrower place first.
fn regimes(table: &Table, sink: &mut Sink<'_>) -> Vec<(Region, Regime)> {
    let mut regimes: Vec<(Region, Regime)> = Vec::new();
    for entry in table.entries_of("regime") {
        let region = match entry.key.as_str() {
            "EU" => Region::Eu,
            "other" => Region::Other,
            country if locale::COUNTRIES.contains(&country) => Region::Country(country.to_owned()),
            unknown => {
                let candidates = ["EU", "other"].into_iter().chain(locale::COUNTRIES.iter().copied());
                sink.report(
                    Code::UnknownRegion,
                    entry.key_place,
                    format!("there is no place `{unknown}`"),
                    suggest::country(unknown).or_else(|| suggest::nearest(unknown, candidates)).map_or_else(
                        || "write a country code such as `GB`, `EU` or `other`".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    ),
                );
                continue;
            }
        };
        let regime = match entry.node.text().map(|text| text.decoded) {
            Some("opt-out") => Regime::OptOut,
            _ => Regime::OptIn,
        };
        regimes.push((region, regime));
    }
    if !regimes.iter().any(|(region, _)| *region == Region::Other) {
        regimes.push((Region::Other, Regime::OptIn));
    }
    regimes.sort_by_key(|(region, _)| match region {
        Region::Country(code) => (0, code.clone()),
        Region::Eu => (1, String::new()),
        Region::Other => (2, String::new()),
    });
    regimes
}
