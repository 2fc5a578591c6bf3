//! What was refused, by cause, and how visitors answered: counted here and told to the ledger with the next message, so that
//! whoever floods the site with forgeries does not reach it.

use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    static WAITING: RefCell<BTreeMap<String, u32>> = const { RefCell::new(BTreeMap::new()) };
}

/// Notes that something was refused for this cause.
pub(crate) fn refused(cause: &str) {
    refused_many(cause, 1);
}

/// Notes that so many things were refused for this cause.
pub(crate) fn refused_many(cause: &str, count: usize) {
    note(format!("refused/{cause}"), count);
}

/// Notes how a visitor answered.
pub(crate) fn answered(personalization: bool, measurement: bool) {
    let answer = match (personalization, measurement) {
        (true, true) => "both",
        (true, false) => "personalization",
        (false, true) => "measurement",
        (false, false) => "none",
    };
    note(format!("consent/{answer}"), 1);
}

fn note(name: String, count: usize) {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if count > 0 {
        WAITING.with_borrow_mut(|waiting| {
            let known = waiting.entry(name).or_default();
            *known = known.saturating_add(count);
        });
    }
}

/// How much waits.
pub(crate) fn waiting() -> u32 {
    WAITING.with_borrow(|waiting| waiting.values().fold(0_u32, |sum, count| sum.saturating_add(*count)))
}

/// Moves what waits into the counters of a message.
pub(crate) fn add_waiting(counts: &mut BTreeMap<String, u32>) {
    for (name, count) in WAITING.take() {
        let known = counts.entry(name).or_default();
        *known = known.saturating_add(count);
    }
}
