//! `[consent]`.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::locale;
use crate::source::Place;
use crate::suggest;
use crate::syntax::Table;
use attune_core::bundle::{ConsentRules, ConsentSource, ConsentTool, Gpc, Regime, Region};
use attune_core::limits::TOOL_TEXT_BYTES_MAX;
use attune_core::profile::{DOMAIN_CONSENT_COOKIE, DOMAIN_COOKIE, HOST_CONSENT_COOKIE, HOST_COOKIE, PREVIEW_COOKIE};

/// Where consent comes from, what silence means by place, and what `Sec-GPC` means.
pub(super) fn consent(table: &Table, sink: &mut Sink<'_>) -> ConsentRules {
    let regimes = regimes(table, sink);
    let gpc = match table.text("gpc").map(|text| text.decoded) {
        Some("final") => Gpc::Final,
        _ => Gpc::UntilAnswered,
    };
    ConsentRules { regimes, gpc, tool: tool(table, sink) }
}

/// Where consent comes from, and what the edge reads of it.
fn tool(table: &Table, sink: &mut Sink<'_>) -> ConsentTool {
    let Some(text) = table.text("source") else {
        return without_keys_of_others(table, ConsentTool::default(), sink);
    };
    let named = text.decoded.strip_prefix("cookie:");
    let known = ConsentSource::ALL.into_iter().find(|source| source.word() == text.decoded);
    let source = match (named, known) {
        (Some(_), _) => ConsentSource::Cookie,
        (None, Some(source)) if source != ConsentSource::Cookie => source,
        _ => {
            let message = format!("\"{}\" is not a source of consent", text.decoded);
            sink.report(
                Code::NotAChoice,
                text.place,
                message,
                "write \"api\", \"tcf\", \"gpp\", \"gtag\" or \"cookie:NAME\"",
            );
            return ConsentTool::default();
        }
    };
    let mut tool = ConsentTool { source, ..ConsentTool::default() };
    if let Some(name) = named {
        tool.cookie = cookie_name(name, text.place, sink);
        for (key, to) in [("personalization", &mut tool.personalization), ("measurement", &mut tool.measurement)] {
            *to = text_in_cookie(table, key, text.place, sink);
        }
    } else if let Some(name) = table.text("cookie").filter(|_| is_read(source)) {
        tool.cookie = cookie_name(name.decoded, name.place, sink);
    }
    without_keys_of_others(table, tool, sink)
}

/// The edge can read the cookie of this source.
fn is_read(source: ConsentSource) -> bool {
    matches!(source, ConsentSource::Tcf | ConsentSource::Gpp)
}

/// Refuses keys that belong to another source: they would silently do nothing.
fn without_keys_of_others(table: &Table, tool: ConsentTool, sink: &mut Sink<'_>) -> ConsentTool {
    let is_named = tool.source == ConsentSource::Cookie;
    for (key, is_used, help) in [
        (
            "cookie",
            is_read(tool.source),
            "it is for \"tcf\" and \"gpp\"; any other tool's cookie stands in the source: \"cookie:NAME\"",
        ),
        ("personalization", is_named, "it is for \"cookie:NAME\": what stands in the cookie of whoever agreed"),
        ("measurement", is_named, "it is for \"cookie:NAME\": what stands in the cookie of whoever agreed"),
    ] {
        if let Some(entry) = table.entry(key).filter(|_| !is_used) {
            let message = format!("`{key}` means nothing with the source \"{}\"", tool.source.word());
            sink.report(Code::BadConsent, entry.key_place, message, help);
        }
    }
    tool
}

/// A name as RFC 6265 has it, and not one of Attune's own.
fn cookie_name(name: &str, place: Place, sink: &mut Sink<'_>) -> String {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let own = [HOST_COOKIE, DOMAIN_COOKIE, HOST_CONSENT_COOKIE, DOMAIN_CONSENT_COOKIE, PREVIEW_COOKIE];
    let message = if name.is_empty() {
        "the cookie has no name".to_owned()
    } else if name.len() > TOOL_TEXT_BYTES_MAX {
        format!("the cookie's name has {} bytes; at most {TOOL_TEXT_BYTES_MAX} are possible", name.len())
    } else if !name.bytes().all(is_token) {
        format!("\"{name}\" cannot be the name of a cookie")
    } else if own.contains(&name) {
        format!("\"{name}\" is a cookie of Attune's")
    } else {
        return name.to_owned();
    };
    sink.report(
        Code::BadConsent,
        place,
        message,
        "write the name of the consent tool's cookie, such as \"euconsent-v2\"",
    );
    String::new()
}

/// What stands in the cookie of whoever agreed.
fn text_in_cookie(table: &Table, key: &str, source: Place, sink: &mut Sink<'_>) -> String {
    let Some(text) = table.text(key) else {
        // A wrong type was reported where the table was checked.
        if table.entry(key).is_none() {
            let message = format!("`{key}` is missing: nobody knows which cookie is a yes");
            let help = format!("write what stands in the cookie of whoever agreed: {key} = \"statistics:true\"");
            sink.report(Code::BadConsent, source, message, help);
        }
        return String::new();
    };
    let length = text.decoded.len();
    let is_whole = !text.decoded.contains(|c: char| c == ';' || c.is_control());
    if length == 0 || length > TOOL_TEXT_BYTES_MAX || !is_whole {
        let message =
            format!("`{key}` is empty, has a semicolon or control character, or more than {TOOL_TEXT_BYTES_MAX} bytes");
        sink.report(
            Code::BadConsent,
            text.place,
            message,
            "write a part of the cookie's value, such as \"statistics:true\"",
        );
    }
    text.decoded.to_owned()
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
