//! What a site adds to the language: its clock, `[traits]`, `[lifecycle]`, `[intensity]`, `[goals]`, `[lists]` and the
//! categories of `[catalog]`.

use super::limit::at_most;
use super::signals::signals;
use super::usage::known_page;
use crate::catalog::Products;
use crate::codes::Code;
use crate::condition::{Categories, NamedList};
use crate::diagnostic::Sink;
use crate::duration::span_s;
use crate::source::{Place, Text};
use crate::suggest;
use crate::syntax::{Node, Table};
use attune_core::bundle::{Aliases, Goal, Intensity, LifecycleRule, RuleTrust, Rules, Trait, Zone};
use attune_core::category::category_key;
use attune_core::limits;
use attune_core::profile::EPOCH_S;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::collections::BTreeSet;

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

fn days(text: Option<Text<'_>>, default: u16, sink: &mut Sink<'_>) -> u16 {
    let Some(text) = text else { return default };
    let days = span_s(text.decoded).filter(|s| s % 86_400 == 0 && *s > 0).map(|s| s / 86_400);
    let whole = days.filter(|days| *days <= limits::PROFILE_AGE_DAYS_MAX).and_then(|days| u16::try_from(days).ok());
    whole.unwrap_or_else(|| {
        sink.report(
            Code::BadDuration,
            text.place,
            format!("\"{}\" is not a number of days", text.decoded),
            format!("write whole days, from \"1d\" to \"{}d\"", limits::PROFILE_AGE_DAYS_MAX),
        );
        default
    })
}

fn lifecycle(table: &Table, sink: &mut Sink<'_>) -> LifecycleRule {
    let default = LifecycleRule::default();
    let rule = LifecycleRule {
        active_days: days(table.text("active"), default.active_days, sink),
        lapsed_days: days(table.text("lapsed"), default.lapsed_days, sink),
        loyal_orders: table.get("loyal").and_then(|n| u16::try_from(n.whole()?).ok()).unwrap_or(default.loyal_orders),
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

pub(super) fn trust(table: &Table) -> RuleTrust {
    match table.text("trust").map(|text| text.decoded) {
        Some("browser") => RuleTrust::Browser,
        _ => RuleTrust::Server,
    }
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

/// The goals, each with the campaigns that name it.
pub(super) fn goals(root: &Table, sink: &mut Sink<'_>) -> Vec<Goal> {
    let entries = root.entries_of("goals");
    at_most(entries, "goals", limits::GOALS_MAX, sink);
    let mut goals: Vec<Goal> = Vec::new();
    for entry in entries {
        let Some(table) = entry.node.table() else { continue };
        let window = table.text("window");
        goals.push(Goal {
            key: entry.key.clone(),
            event: table.text("event").map_or_else(String::new, |event| event.decoded.to_owned()),
            valued: table.text("value").is_some(),
            trust: trust(table),
            window_s: u32::from(days(window, 14, sink)) * 86_400,
            cap: table.get("cap").and_then(Node::number),
            campaigns: Vec::new(),
        });
    }
    for campaign in root.entries_of("campaigns") {
        let Some(named) = campaign.node.table().and_then(|table| table.text("goal")) else { continue };
        if let Some(goal) = goals.iter_mut().find(|goal| goal.key == named.decoded) {
            goal.campaigns.push(campaign.key.clone());
        } else {
            sink.report(
                Code::UnknownGoal,
                named.place,
                format!("there is no goal `{}`", named.decoded),
                suggest::help(named.decoded, entries.iter().map(|e| e.key.as_str()), "define it under [goals]"),
            );
        }
    }
    goals
}

/// The named lists, sorted, from values or from files.
pub(super) fn lists(root: &Table, sink: &mut Sink<'_>) -> Vec<NamedList> {
    let entries = root.entries_of("lists");
    at_most(entries, "lists", limits::LISTS_MAX, sink);
    let mut lists = Vec::new();
    for entry in entries {
        let Some(table) = entry.node.table() else { continue };
        let values = match (table.get("values"), table.text("file")) {
            (Some(values), None) => values.texts().iter().map(|text| (text.decoded.to_owned(), text.place)).collect(),
            (None, Some(file)) => match lines(file, sink) {
                Some(values) => values,
                None => continue,
            },
            _ => {
                sink.report(
                    Code::BadList,
                    entry.key_place,
                    format!("list `{}` has both values and a file, or neither", entry.key),
                    "write file = \"lists/clearance.txt\", or values = [\"22423\"]",
                );
                continue;
            }
        };
        lists.push(NamedList { key: entry.key.clone(), values: checked(&entry.key, entry.key_place, values, sink) });
    }
    lists
}

/// The categories of the feed and those beside it, sorted, where there is either.
pub(super) fn categories(
    root: &Table,
    products: Option<&Products>,
    aliases: &Aliases,
    sink: &mut Sink<'_>,
) -> Option<Vec<String>> {
    let mut keys = beside(root, aliases, sink)?;
    keys.extend(products.iter().flat_map(|products| products.categories.iter().map(|(key, _)| key.clone())));
    keys.sort_unstable();
    keys.dedup();
    (!keys.is_empty()).then_some(keys)
}

/// The keys of `[catalog] categories`; `None`, reported, where their file is not there.
fn beside(root: &Table, aliases: &Aliases, sink: &mut Sink<'_>) -> Option<Vec<String>> {
    let Some(node) = root.table("catalog").and_then(|table| table.get("categories")) else { return Some(Vec::new()) };
    let values = match node.text() {
        Some(file) => lines(file, sink)?,
        None => node.texts().iter().map(|text| (text.decoded.to_owned(), text.place)).collect(),
    };
    let values = checked("categories", node.place, values, sink);
    Some(values.iter().map(|name| aliases.category(name).into_owned()).collect())
}

/// Says when the feed's categories are none of those that the site names: they would never meet.
pub(super) fn report_apart(
    root: &Table,
    products: Option<&Products>,
    aliases: &Aliases,
    asked: &BTreeSet<String>,
    sink: &mut Sink<'_>,
) {
    let (Some(products), Some(feed)) = (products, root.table("catalog").and_then(|table| table.entry("feed"))) else {
        return;
    };
    let mut named = asked.clone();
    // What is wrong with their file was said before.
    named.extend(beside(root, aliases, &mut Sink::new(sink.files())).unwrap_or_default());
    let of_feed = || products.categories.iter().map(|(key, _)| key.as_str());
    if named.is_empty() || products.categories.is_empty() || of_feed().any(|key| named.contains(key)) {
        return;
    }
    let (feeds, sites): (Vec<&str>, Vec<&str>) =
        (of_feed().take(SHOWN).collect(), named.iter().take(SHOWN).map(String::as_str).collect());
    sink.report(
        Code::CategoriesApart,
        feed.key_place,
        format!(
            "none of the {} categories of the feed, such as {}, is one that the site names, such as {}",
            products.categories.len(),
            suggest::quoted(&feeds),
            suggest::quoted(&sites)
        ),
        "where they are the same by another name, say so in [catalog] category_aliases; [catalog] columns can name another column as `category`",
    );
}

/// Categories of each side that a warning shows.
const SHOWN: usize = 3;

/// `[catalog] category_aliases`, by key.
pub(super) fn aliases(root: &Table, sink: &mut Sink<'_>) -> Aliases {
    let entries = root.table("catalog").map(|table| table.entries_of("category_aliases")).unwrap_or_default();
    at_most(entries, "names of categories that stand for others", limits::CATEGORY_ALIASES_MAX, sink);
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    for entry in entries {
        let Some(to) = entry.node.text() else { continue };
        let (key, other) = (category_key(&entry.key), category_key(to.decoded));
        let problem = if key.is_empty() || other.is_empty() {
            Some("has no letter or digit".to_owned())
        } else if pairs.iter().any(|(known, _)| *known == key) {
            Some(format!("is there twice: its key is `{key}`"))
        } else if key == other {
            Some(format!("stands for itself: its key is `{key}`"))
        } else {
            None
        };
        match problem {
            Some(problem) => sink.report(
                Code::BadName,
                entry.key_place,
                format!("the category \"{}\" {problem}", entry.key),
                "write the name of the feed or of events, and the key that pages have: \"Tea lights\" = \"candles\"",
            ),
            None => pairs.push((key, other)),
        }
    }
    for entry in entries {
        let other = entry.node.text().map(|to| category_key(to.decoded)).unwrap_or_default();
        if pairs.iter().any(|(key, _)| *key == other) {
            sink.report(
                Code::BadName,
                entry.node.place,
                format!("`{other}` stands for another category itself"),
                "name the last one",
            );
        }
    }
    Aliases::from_pairs(pairs.iter().map(|(key, other)| (key.as_ref(), other.as_ref())))
}

/// One value a line; `None`, reported, without the file. Blank lines and lines that begin with `#` are nothing.
fn lines(file: Text<'_>, sink: &mut Sink<'_>) -> Option<Vec<(String, Place)>> {
    let Some(index) = sink.files().iter().position(|known| known.path == file.decoded) else {
        let known: Vec<&str> =
            sink.files().iter().filter(|f| f.has_extension("txt")).map(|f| f.path.as_str()).collect();
        sink.report(
            Code::NoFile,
            file.place,
            format!("there is no file {}", file.decoded),
            suggest::help(file.decoded, known, "put it into lists/ beside attune.toml, with .txt at its end"),
        );
        return None;
    };
    let text = sink.files().get(index).map_or("", |file| file.text.as_str());
    let mut at = 0;
    let mut values = Vec::new();
    for line in text.split_inclusive('\n') {
        let value = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if !value.is_empty() && !value.starts_with('#') {
            values.push((value.to_owned(), Place::new(index, start..start + value.len())));
        }
    }
    Some(values)
}

fn checked(key: &str, place: Place, values: Vec<(String, Place)>, sink: &mut Sink<'_>) -> Vec<String> {
    if values.is_empty() || values.len() > limits::LIST_MAX {
        sink.report(
            Code::BadList,
            place,
            format!("list `{key}` has {} values", values.len()),
            format!("1 to {} are possible", limits::LIST_MAX),
        );
    }
    if let Some((text, place)) = values.iter().find(|(text, _)| text.is_empty() || text.len() > limits::TEXT_BYTES_MAX)
    {
        sink.report(
            Code::BadList,
            *place,
            format!("the value has {} bytes", text.len()),
            format!("1 to {} are possible", limits::TEXT_BYTES_MAX),
        );
    }
    let mut values: Vec<String> = values.into_iter().map(|(text, _)| text).collect();
    values.sort_unstable();
    values.dedup();
    values
}
