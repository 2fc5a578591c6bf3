//! The slots of the configuration and those of the pages.

use super::code::Code;
use super::page::Page;
use super::reach::NO_CONFIG;
use super::report::{Report, places};
use super::seen::Seen;
use crate::output::describe;
use attune_core::bundle::Slot;
use attune_core::html::{self, ElementEdit, Op, Outcome, Selector, SlotContent, SlotTarget, Splicer, scan_start};
use serde_json::Value;
use std::collections::BTreeMap;

const OF_SLOTS: [Code; 5] =
    [Code::SlotNowhere, Code::SlotMissing, Code::SlotUnfillable, Code::NoElement, Code::UnknownSlot];

/// What the scanner makes of the slots of one page.
struct Scanned<'s> {
    page: &'s Page,
    kind: String,
    outcomes: Vec<Outcome>,
}

/// Judges slots with the scanner that the Worker has, on the pages that robots get: the origin's own.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    filled(seen, report);
    let Some(config) = seen.config else { return report.skip(&OF_SLOTS, NO_CONFIG) };
    let slots: Vec<&Slot> = config.slots.iter().flatten().collect();
    let scanned: Vec<Scanned> = seen
        .pages
        .iter()
        .filter_map(|page| {
            let outcomes = scan(&slots, page.origin()?)?;
            Some(Scanned { page, kind: seen.page_type(page), outcomes })
        })
        .collect();
    if scanned.is_empty() {
        return report.skip(&OF_SLOTS, "no page could be had as a robot gets it");
    }
    report.look(&OF_SLOTS);
    for (index, slot) in slots.iter().enumerate() {
        missing(slot, index, &scanned, report);
        broken(slot, index, &scanned, report);
    }
    unknown(&slots, &scanned, report);
}

/// Runs the scanner over a page, with an empty edit for each element of each slot.
fn scan(slots: &[&Slot], page: &[u8]) -> Option<Vec<Outcome>> {
    let edit = |selector: &Selector| ElementEdit {
        selector: selector.clone(),
        inner: Some(Vec::new()),
        attributes: Vec::new(),
    };
    let contents = slots.iter().map(|slot| {
        let edits: Vec<ElementEdit> = slot.elements.iter().map(|(_, selector)| edit(selector)).collect();
        (slot.selector.clone(), SlotContent::Edits(edits))
    });
    let mut splicer = Splicer::new(contents).ok()?;
    splicer.push(page, |_| {}).ok()?;
    splicer.finish(|_| {}).ok()
}

fn slot_of(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Filled { slot, .. } | Outcome::GivenUp { slot, .. } => *slot,
    }
}

fn missing(slot: &Slot, index: usize, scanned: &[Scanned], report: &mut Report) {
    let has = |page: &Scanned| page.outcomes.iter().any(|outcome| slot_of(outcome) == index);
    let could: Vec<&str> =
        scanned.iter().filter(|page| slot.is_on(&page.kind)).map(|page| page.page.path.as_str()).collect();
    let help = format!(
        "put an element with {} into the page's template, or correct the selector of [slots.{}]",
        slot.selector, slot.key
    );
    if !scanned.iter().any(has) {
        let looked = if could.is_empty() {
            "no page of its types was found".to_owned()
        } else {
            format!("looked at: {}", places(&could))
        };
        report.find(
            Code::SlotNowhere,
            format!("no page has the slot `{}` ({}); {looked}", slot.key, slot.selector),
            help,
        );
        return;
    }
    let named = scanned.iter().filter(|page| !slot.pages.is_empty() && slot.is_on(&page.kind) && !has(page));
    let without: Vec<String> = named.map(|page| format!("{} ({})", page.page.path, page.kind)).collect();
    if !without.is_empty() {
        report.find(
            Code::SlotMissing,
            format!("[slots.{}] pages names the type of these, and they lack it: {}", slot.key, places(&without)),
            help,
        );
    }
}

fn broken(slot: &Slot, index: usize, scanned: &[Scanned], report: &mut Report) {
    for page in scanned {
        let path = &page.page.path;
        for outcome in page.outcomes.iter().filter(|outcome| slot_of(outcome) == index) {
            match outcome {
                Outcome::GivenUp { reason, .. } => report.find(
                    Code::SlotUnfillable,
                    format!(
                        "{path}: the slot `{}` keeps the origin's content: {}",
                        slot.key,
                        describe::give_up(*reason)
                    ),
                    "let the slot be a <div> or <section> of its own, closed by its own end tag, of at most 64 KB",
                ),
                Outcome::Filled { unmet, .. } => {
                    let names =
                        unmet.iter().filter_map(|(at, _)| slot.elements.get(*at)).map(|(name, _)| name.as_str());
                    let names: Vec<&str> = names.collect();
                    if !names.is_empty() {
                        report.find(
                            Code::NoElement,
                            format!("{path}: the slot `{}` lacks what its elements name: {}", slot.key, places(&names)),
                            format!(
                                "add the elements to the page's template, or correct [slots.{}] elements",
                                slot.key
                            ),
                        );
                    }
                }
            }
        }
    }
}

/// Elements that say that they are slots, and are none of the configuration's.
fn unknown(slots: &[&Slot], scanned: &[Scanned], report: &mut Report) {
    let is_known = |name: &str| {
        let selector = format!("[data-slot=\"{name}\"]");
        slots.iter().any(|slot| slot.key == name || slot.selector.to_string().contains(&selector))
    };
    let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for page in scanned {
        for name in page.page.document.slots.iter().filter(|name| !is_known(name)) {
            let on = paths.entry(name).or_default();
            if !on.contains(&page.page.path.as_str()) {
                on.push(&page.page.path);
            }
        }
    }
    for (name, on) in paths {
        report.find(
            Code::UnknownSlot,
            format!("{} has data-slot=\"{name}\", and the configuration has no such slot", places(&on)),
            format!("add [slots.{name}] to the configuration, or take the attribute out of the page"),
        );
    }
}

/// What the page itself and its header say of filled slots.
fn filled(seen: &Seen, report: &mut Report) {
    let marked: Vec<(&Page, usize)> =
        seen.decided().into_iter().filter_map(|page| Some((page, page.mark.as_ref()?.filled()))).collect();
    if marked.is_empty() {
        return report.skip(&[Code::NothingFilled, Code::MarksLost], "no page was decided for a person");
    }
    report.look(&[Code::NothingFilled, Code::MarksLost]);
    if marked.iter().all(|(_, filled)| *filled == 0) {
        let reasons = marked.first().map(|(page, _)| reasons(page)).unwrap_or_default();
        report.find(
            Code::NothingFilled,
            format!("no campaign shows anything to a new visitor{reasons}"),
            "`attune why URL --visitor FILE` says in sentences what each campaign lacks",
        );
    }
    for (page, filled) in marked.into_iter().filter(|(page, filled)| *filled > 0 && page.document.marks == 0) {
        if holds_content(page) {
            report.find(
                Code::MarksLost,
                format!("{}: {filled} filled, and nothing in the page is marked as filled", page.path),
                "switch off the removal of comments (HTML minification) behind the Worker",
            );
        }
    }
}

/// Whether a slot holds something else than at the origin: then something was put there, and it must be marked.
fn holds_content(page: &Page) -> bool {
    let selectors: Vec<Selector> = planned(page)
        .iter()
        .filter(|slot| slot.get("content").is_some_and(Value::is_string))
        .filter_map(|slot| slot.get("selector")?.as_str()?.parse().ok())
        .collect();
    let Some(theirs) = page.origin().map(|origin| contents(&selectors, origin)) else { return false };
    contents(&selectors, &page.person.http.body)
        .iter()
        .any(|(slot, held)| theirs.iter().any(|(other, origin)| slot == other && held != origin))
}

/// What the slots of a page hold, as far as they can be filled.
fn contents<'p>(selectors: &[Selector], page: &'p [u8]) -> Vec<(u16, &'p [u8])> {
    let target = |(index, selector): (u16, &Selector)| SlotTarget { index, selector: selector.clone() };
    let targets: Vec<SlotTarget> = (0..).zip(selectors).map(target).collect();
    let (Ok(mut state), mut ops) = (scan_start(&targets, false), Vec::new()) else { return Vec::new() };
    if html::scan(&mut state, page, true, &mut ops).is_err() {
        return Vec::new();
    }
    let mut rest = page;
    let mut held = Vec::new();
    for op in ops {
        let (len, slot) = match op {
            Op::Send { len } => (len, None),
            Op::Fill { slot, len } => (len, Some(slot)),
            Op::Insert | Op::GiveUp { .. } => continue,
        };
        let (bytes, behind) = rest.split_at(usize::try_from(len).unwrap_or(usize::MAX).min(rest.len()));
        held.extend(slot.map(|slot| (slot, bytes)));
        rest = behind;
    }
    held
}

/// The slots of a page's plan.
fn planned(page: &Page) -> Vec<Value> {
    let plan = page.document.plan();
    plan.as_ref().and_then(|plan| plan.get("slots")?.as_array().cloned()).unwrap_or_default()
}

/// Why the slots of a page are not filled, from its plan.
fn reasons(page: &Page) -> String {
    let reason = |slot: &Value| Some(format!("{}: {}", slot.get("slot")?.as_str()?, slot.get("reason")?.as_str()?));
    let reasons: Vec<String> = planned(page).iter().filter_map(reason).collect();
    if reasons.is_empty() { String::new() } else { format!(" ({})", places(&reasons)) }
}
