//! `[site]`, `[consent]` and `[privacy]`.

use super::pages;
use super::percent::percent_bp;
use super::vocabulary::aliases;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::locale;
use crate::source::{Place, Text};
use crate::suggest;
use crate::syntax::{Entry, Table};
use attune_core::bundle::{ConsentRules, Gpc, Locale, Regime, Region, Rules, Site};
use attune_core::limits;
use attune_core::profile::CookieScope;

pub(super) fn site(root: &Table, sink: &mut Sink<'_>) -> Site {
    let empty = Table::default();
    let table = root.table("site").unwrap_or(&empty);
    let site = Site {
        name: name(table.text("name"), sink),
        hosts: table.get("hosts").map(|node| hosts(node.texts(), node.place, sink)).unwrap_or_default(),
        timezone: timezone(table.text("timezone"), sink),
        holdout_bp: percent_bp(table.get("holdout"), sink),
        locales: locales(table.entry("locales"), table.entries_of("locales"), sink),
        pages: pages::pages(root, sink),
        consent: consent(root.table("consent").unwrap_or(&empty), sink),
        never_profile: root
            .table("privacy")
            .and_then(|privacy| privacy.get("never_profile"))
            .map(|node| pages::patterns(&node.texts(), sink))
            .unwrap_or_default(),
        query_keys: Vec::new(),
        rules: Rules::default(),
        decision_headers: Vec::new(),
        aliases: aliases(root, sink),
    };
    if let Some(entry) = root.entries_of("pages").get(limits::PATTERNS_MAX) {
        let message = format!("the site has {} page types", site.pages.len());
        sink.report(
            Code::OverLimit,
            entry.key_place,
            message,
            format!("at most {} are possible", limits::PATTERNS_MAX),
        );
    }
    let patterns = site.never_profile.len() + site.pages.iter().map(|page| page.patterns.len()).sum::<usize>();
    if let Some(entry) = root.entries_of("pages").last().filter(|_| patterns > limits::PATTERNS_MAX) {
        sink.report(
            Code::OverLimit,
            entry.key_place,
            format!("the site has {patterns} path patterns"),
            format!("at most {} are possible; {{name}} and a final * stand for many paths", limits::PATTERNS_MAX),
        );
    }
    site
}

fn name(text: Option<Text<'_>>, sink: &mut Sink<'_>) -> String {
    let Some(text) = text else {
        return String::new();
    };
    let length = text.decoded.len();
    if length == 0 || length > limits::KEY_BYTES_MAX || text.decoded.chars().any(char::is_control) {
        sink.report(
            Code::BadName,
            text.place,
            "the site's name is empty, too long or has control characters",
            format!("write 1 to {} bytes, such as \"giftshop\"", limits::KEY_BYTES_MAX),
        );
    }
    text.decoded.to_owned()
}

fn hosts(texts: Vec<Text<'_>>, place: Place, sink: &mut Sink<'_>) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    let mut all_good = true;
    let places: Vec<Place> = texts.iter().map(|text| text.place).collect();
    if texts.is_empty() {
        sink.report(Code::BadHost, place, "the site has no host", "list at least one: hosts = [\"www.example.com\"]");
    }
    if let Some(text) = texts.get(limits::HOSTS_MAX) {
        sink.report(
            Code::OverLimit,
            text.place,
            format!("the site has {} hosts", texts.len()),
            format!("at most {} are possible", limits::HOSTS_MAX),
        );
    }
    if let Some(text) = texts.get(limits::LOGS_MAX) {
        sink.report(
            Code::ManyHosts,
            text.place,
            format!("the site has {} hosts, and a profile keeps {} apart", texts.len(), limits::LOGS_MAX),
            "list only the hosts that one visitor meets, or serve the others as a site of their own",
        );
    }
    for text in texts {
        let host = text.decoded;
        let label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let problem = if host.contains("://") {
            Some("it has a scheme")
        } else if host.contains(':') {
            Some("it has a port")
        } else if host.contains('/') {
            Some("it has a path")
        } else if host.chars().any(char::is_uppercase) {
            Some("it has capitals")
        } else if host.len() > 253 || !host.split('.').all(label) {
            Some("it is not made of letters, digits, `-` and `.`")
        } else if hosts.iter().any(|known| known == host) {
            Some("it is listed twice")
        } else {
            None
        };
        all_good &= problem.is_none();
        if let Some(problem) = problem {
            sink.report(
                Code::BadHost,
                text.place,
                format!("\"{host}\" cannot be a host: {problem}"),
                "write a name such as \"www.example.com\"",
            );
        }
        hosts.push(host.to_owned());
    }
    // Several hosts share one cookie, on the parent domain that they have in common.
    match CookieScope::of(&hosts) {
        _ if !all_good || hosts.is_empty() => {}
        Err(error) => sink.report(
            Code::BadHost,
            place,
            format!("these hosts cannot share a cookie: {error}"),
            "list hosts of one domain, such as \"www.example.com\" and \"shop.example.com\"",
        ),
        Ok(scope) if hosts.len() > 1 && is_public_suffix(scope.host()) => public_suffix(&hosts, &places, sink),
        Ok(_) => {}
    }
    hosts
}

/// Whether everybody may have a name under this domain, by the list of publicsuffix.org, or under each of its names.
fn is_public_suffix(domain: &str) -> bool {
    let listed = |name: &str| psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == name.as_bytes());
    listed(domain) || listed(&format!("any--name.{domain}"))
}

/// Reports the first host that has only a public suffix in common with those before it.
fn public_suffix(hosts: &[String], places: &[Place], sink: &mut Sink<'_>) {
    let common = |count: usize| CookieScope::of(hosts.get(..count).unwrap_or_default()).ok();
    let found = (2..=hosts.len()).find_map(|count| {
        let scope = common(count).filter(|scope| is_public_suffix(scope.host()))?;
        Some((count - 1, scope.host().to_owned()))
    });
    let Some((at, domain)) = found else { return };
    let (Some(first), Some(host), Some(place)) = (hosts.first(), hosts.get(at), places.get(at)) else { return };
    sink.report(
        Code::PublicSuffix,
        *place,
        format!(
            "\"{first}\" and \"{host}\" have only \"{domain}\" in common, which is on the public suffix list: browsers keep no cookie for it"
        ),
        "serve them as two sites, or list hosts of one domain of your own, such as \"www.example.com\" and \"shop.example.com\"",
    );
}

fn timezone(text: Option<Text<'_>>, sink: &mut Sink<'_>) -> String {
    let Some(text) = text else {
        return "UTC".to_owned();
    };
    if jiff::tz::TimeZone::get(text.decoded).is_err() {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let help = suggest::nearest(text.decoded, names.iter().map(String::as_str)).map_or_else(
            || "write an IANA name such as \"Europe/London\"".to_owned(),
            |near| format!("did you mean \"{near}\"?"),
        );
        sink.report(Code::UnknownTimezone, text.place, format!("there is no time zone \"{}\"", text.decoded), help);
    }
    text.decoded.to_owned()
}

fn locales(table: Option<&Entry>, entries: &[Entry], sink: &mut Sink<'_>) -> Vec<Locale> {
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

fn consent(table: &Table, sink: &mut Sink<'_>) -> ConsentRules {
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
    // The narrower place comes first, whatever the order in the file.
    regimes.sort_by_key(|(region, _)| match region {
        Region::Country(code) => (0, code.clone()),
        Region::Eu => (1, String::new()),
        Region::Other => (2, String::new()),
    });
    let gpc = match table.text("gpc").map(|text| text.decoded) {
        Some("final") => Gpc::Final,
        _ => Gpc::UntilAnswered,
    };
    ConsentRules { regimes, gpc }
}
