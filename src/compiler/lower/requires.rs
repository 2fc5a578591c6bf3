//! Prerequisites: other campaigns of which a visitor must be in an arm.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::suggest;
use crate::syntax::{Entry, Node};
use attune_core::bundle::{Campaign, Requirement};
use attune_core::limits;

/// Any arm at all.
const ANY: &str = "*";

/// Resolves every `requires`; the campaigns are in their final order.
pub(super) fn requires(campaigns: &mut [(Campaign, &Entry)], sink: &mut Sink<'_>) {
    let mut resolved: Vec<Vec<Requirement>> = Vec::with_capacity(campaigns.len());
    for (_, entry) in campaigns.iter() {
        let entries = entry.node.table().map_or(&[][..], |table| table.entries_of("requires"));
        if let Some(entry) = entries.get(limits::REQUIRES_MAX) {
            let help = format!("at most {} are possible", limits::REQUIRES_MAX);
            sink.report(Code::OverLimit, entry.key_place, format!("there are {} prerequisites", entries.len()), help);
        }
        resolved.push(entries.iter().filter_map(|required| requirement(required, campaigns, sink)).collect());
    }
    for ((campaign, _), requires) in campaigns.iter_mut().zip(resolved) {
        campaign.enrolment.requires = requires;
    }
    report_endless(campaigns, sink);
}

fn requirement(entry: &Entry, campaigns: &[(Campaign, &Entry)], sink: &mut Sink<'_>) -> Option<Requirement> {
    let keys = campaigns.iter().map(|(campaign, _)| campaign.key.as_str());
    let Some(index) = keys.clone().position(|key| key == entry.key) else {
        sink.report(
            Code::BadPrerequisite,
            entry.key_place,
            format!("there is no campaign `{}`", entry.key),
            suggest::help(&entry.key, keys, "define it under [campaigns]"),
        );
        return None;
    };
    let known = campaigns.get(index).map_or(&[][..], |(campaign, _)| &campaign.arms);
    let mut arms = Vec::new();
    for text in Node::texts(&entry.node) {
        if text.decoded == ANY {
            return Some(Requirement { campaign: u16::try_from(index).ok()?, arms: Vec::new() });
        }
        let names = known.iter().map(|arm| arm.key.as_str()).filter(|key| !key.is_empty());
        match known.iter().position(|arm| !arm.key.is_empty() && arm.key == text.decoded) {
            Some(arm) => arms.push(u16::try_from(arm).ok()?),
            None => sink.report(
                Code::BadPrerequisite,
                text.place,
                format!("campaign `{}` has no arm `{}`", entry.key, text.decoded),
                suggest::help(text.decoded, names, "write \"*\": whoever takes part in it"),
            ),
        }
    }
    if arms.is_empty() {
        return None;
    }
    Some(Requirement { campaign: u16::try_from(index).ok()?, arms })
}

/// Reports campaigns whose prerequisites are circular, or deeper than the limit.
fn report_endless(campaigns: &[(Campaign, &Entry)], sink: &mut Sink<'_>) {
    let mut ends = vec![false; campaigns.len()];
    for _ in 0..=limits::REQUIRES_DEPTH_MAX {
        let known = ends.clone();
        for ((campaign, _), end) in campaigns.iter().zip(&mut ends) {
            let mut requires = campaign.enrolment.requires.iter();
            *end = requires.all(|required| known.get(usize::from(required.campaign)).copied().unwrap_or(false));
        }
    }
    for (start, (_, entry)) in campaigns.iter().enumerate() {
        let Some((message, help)) = endless(start, campaigns, &ends) else { continue };
        let place =
            entry.node.table().and_then(|table| table.entry("requires")).map_or(entry.key_place, |e| e.key_place);
        sink.report(Code::BadPrerequisite, place, message, help);
    }
}

/// The problem of a campaign's prerequisites. A circle is reported for one of its campaigns only, and not for campaigns
/// that lead into it.
fn endless(start: usize, campaigns: &[(Campaign, &Entry)], ends: &[bool]) -> Option<(String, String)> {
    let is_endless = |index: usize| ends.get(index) == Some(&false);
    let key = |index: usize| campaigns.get(index).map_or("", |(campaign, _)| campaign.key.as_str());
    let mut path = vec![start];
    let mut at = start;
    while is_endless(at) {
        let required = campaigns.get(at)?.0.enrolment.requires.iter().map(|r| usize::from(r.campaign));
        let Some(next) = required.clone().find(|index| is_endless(*index)) else { break };
        if next == start {
            let is_first = path.iter().all(|index| start <= *index);
            let chain: Vec<String> = path.iter().skip(1).chain([&start]).map(|i| format!("`{}`", key(*i))).collect();
            let message = format!("`{}` requires {}: a circle", key(start), chain.join(", which requires "));
            return is_first.then(|| (message, "remove one of these prerequisites".to_owned()));
        }
        if path.contains(&next) {
            return None;
        }
        path.push(next);
        at = next;
    }
    is_endless(start).then(|| {
        let max = limits::REQUIRES_DEPTH_MAX;
        (
            format!("the prerequisites of `{}` lead through more than {max} campaigns", key(start)),
            format!("at most {max} are followed: require the last of them at once"),
        )
    })
}
