//! `[site]` and `[privacy]`.

use super::categories::aliases;
use super::consent::consent;
use super::hosts::hosts;
use super::locales::locales;
use super::pages;
use super::percent::percent_bp;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::suggest;
use crate::syntax::{Node, Table};
use attune_core::bundle::{Rules, Site};
use attune_core::limits;

pub(super) fn site(root: &Table, sink: &mut Sink<'_>) -> Site {
    let empty = Table::default();
    let table = root.table("site").unwrap_or(&empty);
    let site = Site {
        name: name(table.text("name"), sink),
        hosts: table.get("hosts").map(|node| hosts(&node.texts(), node.place, sink)).unwrap_or_default(),
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

/// Whether the site's browsers may decide themselves.
pub(super) fn is_local(root: &Table) -> bool {
    root.table("site").and_then(|site| site.get("local")).and_then(Node::bool).unwrap_or(false)
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
