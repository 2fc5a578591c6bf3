//! What may change while a test runs.

use super::format::{Locked, LockedLayer, Step};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::syntax::{Entry, Table};

/// How far a visitor's clock may be from the site's, in seconds.
const ZONES_S: i64 = 14 * 3_600;
const BEGIN_ANEW: &str = "undo it, or raise `phase`: the test then begins anew";

/// Reports every change that a running test must not have. Without a time, every test counts as running and nothing as
/// past.
pub(super) fn compare(before: &[Locked], now: &[Locked], root: &Table, now_s: Option<u32>, sink: &mut Sink<'_>) {
    for new in now {
        let Some(old) = before.iter().find(|old| old.campaign == new.campaign) else { continue };
        let Some(entry) = root.table("campaigns").and_then(|campaigns| campaigns.entry(&new.campaign)) else {
            continue;
        };
        let mut change = Change { entry, now_s, sink };
        if new.phase < old.phase {
            let message = format!("the phase of `{}` was {} and is now {}", new.campaign, old.phase, new.phase);
            change.report(Code::PhaseFell, &["phase"], message, &format!("write {} or more", old.phase));
        } else if new.phase == old.phase && change.runs(old) {
            change.shares(old, new);
            if !old.weights.is_empty() || old.holdout > 0 {
                change.test(old, new);
                change.weights(old, new);
            }
        }
    }
}

struct Change<'s, 'f> {
    entry: &'s Entry,
    now_s: Option<u32>,
    sink: &'s mut Sink<'f>,
}

impl Change<'_, '_> {
    fn runs(&self, old: &Locked) -> bool {
        self.now_s.is_none_or(|now_s| old.starts - ZONES_S <= i64::from(now_s))
    }

    /// The place of the first of these keys that the campaign has. Default: its name.
    fn place(&self, keys: &[&str]) -> Place {
        let table = self.entry.node.table();
        let entry = keys.iter().find_map(|key| table.and_then(|table| table.entry(key)));
        entry.map_or(self.entry.key_place, |entry| entry.key_place)
    }

    fn report(&mut self, code: Code, keys: &[&str], message: String, help: &str) {
        let place = self.place(keys);
        self.sink.report(code, place, message, help);
    }

    /// Who takes part. Visitors are only added.
    fn shares(&mut self, old: &Locked, new: &Locked) {
        let key = &new.campaign;
        let (covered, covers) = (self.covered(&old.coverage), self.covered(&new.coverage));
        if covers < covered {
            self.report(
                Code::BadRamp,
                &["coverage", "ramp"],
                format!("`{key}` covers {} of the visitors now and would cover {}", percent(covered), percent(covers)),
                "cover as many or more: who takes part stays. To end it, use `during`; to begin anew, raise `phase`",
            );
        }
        if !keeps(old.layer.as_ref(), new.layer.as_ref()) {
            let message = format!("the layer of `{key}` would take visitors from it");
            self.report(
                Code::RunningChanged,
                &["layer"],
                message,
                "give it the share that it had, and more only behind that; attune.lock has the buckets",
            );
        }
    }

    /// The share that is covered now; without a time, that of the last step.
    fn covered(&self, steps: &[Step]) -> u16 {
        if steps.is_empty() {
            return 10_000;
        }
        let past = steps.iter().filter(|step| self.now_s.is_none_or(|now_s| step.from <= now_s));
        past.map(|step| step.share).next_back().unwrap_or(0)
    }

    /// What the test compares: it stays as it was.
    fn test(&mut self, old: &Locked, new: &Locked) {
        let eligible = old.r#where == new.r#where && old.segments == new.segments;
        let changes = [
            (!eligible, "where", "who is eligible"),
            (old.requires != new.requires, "requires", "its prerequisites"),
            (old.arms != new.arms, "arms", "what its arms are"),
            (old.unit != new.unit, "unit", "its unit"),
            (old.mode != new.mode, "mode", "its mode"),
            (old.holdout != new.holdout, "holdout", "its holdout"),
            (old.sticky != new.sticky, "sticky", "whether it is sticky"),
            (old.bandit != new.bandit, "bandit", "whether its weights follow the results"),
        ];
        for (changed, place, what) in changes {
            if !changed {
                continue;
            }
            let segment = (place == "where" && old.r#where == new.r#where).then(|| changed_segment(old, new)).flatten();
            let through = segment.map_or_else(String::new, |key| format!(", through segment `{key}`"));
            let message = format!("`{}` is running, and {what} would change{through}", new.campaign);
            self.report(Code::RunningChanged, &[place, "show"], message, BEGIN_ANEW);
        }
    }

    /// The first weights stay; changes are only added, and begin in the future.
    fn weights(&mut self, old: &Locked, new: &Locked) {
        // Different arms were reported by `test`.
        if old.arms.keys().ne(new.arms.keys()) {
            return;
        }
        let key = &new.campaign;
        if old.weights.first() != new.weights.first() {
            self.report(
                Code::WeightsChanged,
                &["arms"],
                format!("the weights of `{key}` change while it runs, and the ones before would be forgotten"),
                "leave them as they were, and add weights = [{ from = 2027-01-01T00:00:00, arms = { ... } }]",
            );
            return;
        }
        let past = |from: u32| self.now_s.is_some_and(|now_s| from <= now_s);
        let settled = old.weights.iter().filter(|change| self.now_s.is_none() || past(change.from)).count();
        let same = old.weights.iter().zip(&new.weights).take_while(|(old, new)| old == new).count();
        let added_late = new.weights.iter().skip(same).any(|change| past(change.from));
        if same < settled || added_late {
            let message = if same < settled {
                format!("a change of the weights of `{key}` that has begun is changed or removed")
            } else {
                format!("a change of the weights of `{key}` begins in the past")
            };
            self.report(
                Code::HistoryChanged,
                &["weights", "arms"],
                message,
                "keep what has begun, and let a new change begin after it is published",
            );
        }
    }
}

fn percent(share_bp: u16) -> String {
    format!("{} %", f64::from(share_bp) / 100.0)
}

/// Whether every visitor whom the layer gave to the campaign is still given to it.
fn keeps(old: Option<&LockedLayer>, new: Option<&LockedLayer>) -> bool {
    match (old, new) {
        (_, None) => true,
        (None, Some(new)) => new.holdout == 0 && new.from == 0 && new.to == 10_000,
        (Some(old), Some(new)) => {
            let same = (&old.key, old.phase, old.holdout) == (&new.key, new.phase, new.holdout);
            same && new.from <= old.from && new.to >= old.to
        }
    }
}

/// A segment whose condition has changed.
fn changed_segment<'l>(old: &'l Locked, new: &'l Locked) -> Option<&'l str> {
    let differs = |(key, when): &(&String, &String)| old.segments.get(*key) != Some(*when);
    let changed = new
        .segments
        .iter()
        .find(differs)
        .or_else(|| old.segments.iter().find(|(key, _)| !new.segments.contains_key(*key)));
    changed.map(|(key, _)| key.as_str())
}
