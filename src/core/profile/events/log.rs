//! The log of a page script, folded into the profile.
//!
//! The script numbers its events; the profile remembers the last number of each log and takes only higher ones, in
//! order. So a cookie that a slow answer set back is behind and never wrong: the script sends again what lies above.

use crate::bundle::Signal;
use crate::limits::{ERASE_MARGIN_S, LOGS_MAX};
use crate::profile::events::apply::apply;
use crate::profile::events::event::PathFacts;
use crate::profile::events::event::{Event, EventRefusal};
use crate::profile::model::{LogMark, Profile};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Events of one log as a beacon brings them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The log's random id.
    pub log: u32,
    /// Number of the oldest event that the log still has: what is missing below it will never come.
    pub oldest: u32,
    /// The events with their numbers, ascending; `None` for one that could not be read, which counts as taken.
    pub events: Vec<Sent>,
}

/// One numbered event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number in the log, from 1.
    pub number: u32,
    /// Path of the page that it happened on.
    pub page: Box<str>,
    /// The event; `None` when it could not be read.
    pub event: Option<Event>,
}

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchOutcome {
    /// Events that were applied.
    pub applied: usize,
    /// Events that were refused, by their number.
    pub refused: Vec<(u32, EventRefusal)>,
    /// The number that the log stands at now.
    pub last: u32,
    /// A visit began with it.
    pub began_visit: bool,
}

/// What the configuration knows of events.
pub struct Rulebook<'a> {
    /// What a path shows.
    pub facts: &'a dyn Fn(&str) -> PathFacts,
    /// The key of a category, by whatever name the page calls it.
    pub category: &'a dyn Fn(&str) -> Box<str>,
    /// The window of a campaign's cap, in seconds; `None` for a campaign that is not known.
    pub window_s: &'a dyn Fn(&str) -> Option<u32>,
    /// `[signals]`.
    pub signals: &'a [Signal],
}

impl Profile {
    /// The last number of a log that the profile has; 0 for none.
    pub fn last_of(&self, log: u32) -> u32 {
        self.logs.iter().find(|mark| mark.log == log).map_or(0, |mark| mark.last)
    }
}

/// Takes the events of a batch that the profile does not have yet, in the order of their numbers.
///
/// An event that happened before the visitor was last forgotten (`erased_s` with its margin) counts as taken and changes
/// nothing. A batch that begins above the next number, although the log still has what lies between, is left whole:
/// the events between are on their way, or have to be sent again.
pub fn take_batch(profile: &mut Profile, batch: Batch, erased_s: u32, now_s: u32, rulebook: &Rulebook) -> BatchOutcome {
    let mut last = profile.last_of(batch.log);
    let mut outcome = BatchOutcome { last, ..BatchOutcome::default() };
    let first = batch.events.first().map_or(0, |sent| sent.number);
    if profile.id.is_none() || first > last.saturating_add(1).max(batch.oldest) {
        return outcome;
    }
    let visits = profile.visits.count;
    for Sent { number, page, event } in batch.events {
        if number <= last {
            continue;
        }
        last = number;
        let Some(mut event) = event else { continue };
        // Without the margin: who agrees again at once loses nothing.
        let applied = if event.at_s.saturating_add(ERASE_MARGIN_S) <= erased_s {
            Err(EventRefusal::Erased)
        } else {
            event
                .resolve(&page, rulebook.facts, rulebook.category, rulebook.window_s)
                .and_then(|()| apply(profile, &event, rulebook.signals, now_s))
        };
        match applied {
            Ok(()) => outcome.applied += 1,
            Err(refusal) => outcome.refused.push((number, refusal)),
        }
    }
    if last > outcome.last {
        profile.logs.retain(|mark| mark.log != batch.log);
        profile.logs.insert(0, LogMark { log: batch.log, last });
        profile.logs.truncate(LOGS_MAX);
    }
    outcome.last = last;
    outcome.began_visit = profile.visits.count != visits;
    outcome
}
