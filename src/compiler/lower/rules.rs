//! What a site adds to the language of conditions: its clock, `[traits]`, `[lifecycle]`, `[signals]` and `[intensity]`.

use super::days::days;
use super::limit::at_most;
use super::references::known_page;
use super::signals::signals;
use super::trust::trust;
use crate::codes::Code;
use crate::condition::Categories;
use crate::diagnostic::Sink;
use crate::syntax::{Node, Table};
use attune_core::bundle::{Intensity, LifecycleRule, Rules, Trait, Zone};
use attune_core::limits;
use attune_core::profile::EPOCH_S;
use jiff::tz::TimeZone;

pub(super) fn rules(root: &Table, timezone: &str, categories: Categories<'_>, sink: &mut Sink<'_>) -> Rules {
    Rules {
        zone: TimeZone::get(timezone).map(|zone| changes(&zone)).unwrap_or_default(),
        lifecycle: root.table("lifecycle").map(|table| lifecycle(table, sink)).unwrap_or_default(),
        traits: traits(root, sink),
        signals: signals(root, categories, sink),
        intensity: intensity(root, sink),
    }
}

/// Every change of the offset that a time in a `u32` of seconds can meet.
fn changes(zone: &TimeZone) -> Zone {
    let minutes = |offset: jiff::tz::Offset| i16::try_from(offset.seconds() / 60).unwrap_or(0);
    let Ok(start) = jiff::Timestamp::from_second(i64::from(EPOCH_S)) else { return Zone::default() };
    let mut offset_min = minutes(zone.to_offset(start));
    let first = offset_min;
    let mut changes = Vec::new();
    for change in zone.following(start).take(limits::ZONE_CHANGES_MAX) {
        let Ok(at_s) = u32::try_from(change.timestamp().as_second()) else { break };
        // Some changes are of the name only.
        if minutes(change.offset()) != offset_min {
            offset_min = minutes(change.offset());
            changes.push((at_s, offset_min));
        }
    }
    Zone { offset_min: first, changes }
}

fn lifecycle(table: &Table, sink: &mut Sink<'_>) -> LifecycleRule {
    let default = LifecycleRule::default();
    let rule = LifecycleRule {
        active_days: days(table.text("active"), default.active_days, "a number of days", sink),
        lapsed_days: days(table.text("lapsed"), default.lapsed_days, "a number of days", sink),
        loyal_orders: table.whole("loyal").unwrap_or(default.loyal_orders),
    };
    if let (true, Some(at)) = (rule.lapsed_days < rule.active_days, table.get("lapsed").or(table.get("active"))) {
        sink.report(
            Code::OutOfRange,
            at.place,
            format!("a customer would lapse after {} days, but be active for {}", rule.lapsed_days, rule.active_days),
            "make `lapsed` at least as long as `active`; between the two a customer is at-risk",
        );
    }
    rule
}

fn traits(root: &Table, sink: &mut Sink<'_>) -> Vec<Trait> {
    let entries = root.entries_of("traits");
    at_most(entries, "traits", limits::TRAITS_MAX, sink);
    let mut traits = Vec::new();
    for entry in entries {
        let Some(table) = entry.node.table() else { continue };
        let texts = table.get("values").map(Node::texts).unwrap_or_default();
        if let Some(text) = texts.get(limits::TRAIT_VALUES_MAX) {
            sink.report(
                Code::OverLimit,
                text.place,
                format!("trait `{}` has {} values", entry.key, texts.len()),
                format!("at most {} are possible", limits::TRAIT_VALUES_MAX),
            );
        }
        for text in &texts {
            if text.decoded.is_empty() || text.decoded.len() > limits::TRAIT_BYTES_MAX {
                sink.report(
                    Code::OverLimit,
                    text.place,
                    format!("the value has {} bytes", text.decoded.len()),
                    format!("1 to {} are possible: it is kept in the visitor's cookie", limits::TRAIT_BYTES_MAX),
                );
            }
        }
        traits.push(Trait {
            key: entry.key.clone(),
            values: texts.iter().map(|text| text.decoded.to_owned()).collect(),
            source: table.text("source").map_or_else(String::new, |source| source.decoded.to_owned()),
            trust: trust(table),
        });
    }
    traits
}

fn intensity(root: &Table, sink: &mut Sink<'_>) -> Vec<(String, Intensity)> {
    let mut found = Vec::new();
    for entry in root.entries_of("intensity") {
        known_page(root, &entry.key, entry.key_place, sink);
        let intensity = match entry.node.text().map(|text| text.decoded) {
            Some("off") => Intensity::Off,
            Some("light") => Intensity::Light,
            _ => Intensity::Full,
        };
        found.push((entry.key.clone(), intensity));
    }
    found
}
