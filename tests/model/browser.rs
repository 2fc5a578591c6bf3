//! A browser: its cookies, its storage, and the page scripts in its tabs, as `www/browser/page.js` works.

use attune_core::profile::{Batch, Event, EventKind, Item, Sent};
use std::collections::{BTreeMap, VecDeque};

/// Entries that the log keeps.
pub(crate) const KEPT_MAX: usize = 32;
/// Events of one beacon.
const BATCH_MAX: usize = 16;

/// One event in the log.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: u32,
    /// By the browser's clock.
    at_ms: i64,
    adds: bool,
}

/// What the storage of an origin holds.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) id: u32,
    next: u32,
    pub(crate) mail: u64,
    pub(crate) entries: VecDeque<Entry>,
}

/// A page in a tab.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// Nothing is recorded or sent before the visitor agrees.
    pub(crate) on: bool,
    pub(crate) mint: Option<String>,
    /// What the cookie has of the log, as far as this page knows.
    pub(crate) known: u32,
    /// Id of the log that `known` is of.
    pub(crate) log: u32,
    pub(crate) sending: bool,
    /// The server took nothing of what was sent: wait for the next page or event.
    pub(crate) stuck: bool,
}

#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) jar: BTreeMap<String, String>,
    pub(crate) storage: Option<Log>,
    /// Added to the true time, in milliseconds; changes when the user sets the clock.
    pub(crate) clock_ms: i64,
}

impl Browser {
    pub(crate) fn header(&self) -> String {
        self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn set(&mut self, lines: &[String]) {
        for line in lines {
            let (pair, attributes) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0;") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.into(), value.into());
            }
        }
    }

    /// The script of a page records an event.
    pub(crate) fn record(&mut self, page: &mut Page, adds: bool, fresh_id: u32, now_ms: u64) -> bool {
        if !page.on {
            return false;
        }
        let at_ms = i64::try_from(now_ms).unwrap() + self.clock_ms;
        let log = self.storage.get_or_insert_with(|| Log { id: fresh_id, next: 1, mail: 0, entries: VecDeque::new() });
        log.entries.push_back(Entry { number: log.next, at_ms, adds });
        log.next += 1;
        if log.entries.len() > KEPT_MAX {
            log.entries.pop_front();
        }
        page.stuck = false;
        true
    }

    /// A page begins: what its plan lacks is sent again.
    pub(crate) fn open(&self, page: &mut Page, logs: &[(u32, u32)]) {
        let Some(log) = &self.storage else { return };
        page.log = log.id;
        page.known = logs.iter().find(|(id, _)| *id == log.id).map_or(0, |(_, last)| *last);
    }

    /// The next beacon of a page, with the mailbox's number.
    /// Its events have their age in the place of their time.
    pub(crate) fn beacon(&self, page: &mut Page, leaving: bool, now_ms: u64) -> Option<(Batch, u64)> {
        let log = self.storage.as_ref()?;
        if !page.on {
            return None;
        }
        if page.log != log.id {
            // Another page began a new log.
            (page.log, page.known, page.stuck) = (log.id, 0, false);
        }
        if !leaving && (page.stuck || page.sending) {
            return None;
        }
        let now_ms = i64::try_from(now_ms).unwrap() + self.clock_ms;
        let waiting = log.entries.iter().filter(|entry| entry.number > page.known);
        let events: Vec<Sent> = waiting.take(BATCH_MAX).map(|entry| sent(entry, now_ms - entry.at_ms)).collect();
        if events.is_empty() {
            return None;
        }
        page.sending = true;
        Some((Batch { log: log.id, oldest: log.entries.front().unwrap().number, events }, log.mail))
    }

    /// An answer arrives at the script that asked.
    pub(crate) fn answered(&mut self, page: &mut Page, batch: &Batch, answer: &super::server::Answer) {
        page.sending = false;
        if answer.refused {
            page.stuck = true;
            return;
        }
        let Some(log) = self.storage.as_mut().filter(|log| log.id == batch.log) else { return };
        if !answer.granted {
            self.stop(page);
            return;
        }
        log.mail = log.mail.max(answer.mail);
        let Some(last) = answer.last else {
            page.stuck = true;
            return;
        };
        page.mint = None;
        page.stuck = last == page.known && batch.events.first().is_some_and(|sent| sent.number == last + 1);
        page.known = last;
    }

    /// Withdrawn, or forgotten: the log is erased.
    pub(crate) fn stop(&mut self, page: &mut Page) {
        page.on = false;
        self.storage = None;
    }

    /// The request was lost, or its answer: the next try sends the same again.
    pub(crate) fn lost(page: &mut Page) {
        page.sending = false;
        page.stuck = true;
    }
}

fn sent(entry: &Entry, waited_ms: i64) -> Sent {
    let age_s = u32::try_from(waited_ms.max(0) / 1_000).unwrap();
    let item = Item { sku: "a".into(), quantity: 1, ..Item::default() };
    let kind = if entry.adds {
        EventKind::AddToCart(vec![item])
    } else {
        EventKind::PageView { path: "/".into(), sku: None, category: None }
    };
    let event = Event { at_s: age_s, kind };
    Sent { number: entry.number, page: "/".into(), event: Some(event) }
}
