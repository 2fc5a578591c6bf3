//! What was refused, by cause, and how visitors answered: counted here and told to the ledger with the next message, so that
//! whoever floods the site with forgeries does not reach it.

use super::{Counters, Pairs};
use std::cell::RefCell;

thread_local! {
    static WAITING: RefCell<Counters> = const { RefCell::new(Pairs(Vec::new())) };
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
        WAITING.with_borrow_mut(|waiting| waiting.add(name, count));
    }
}

/// How much waits.
pub(crate) fn waiting() -> u32 {
    WAITING.with_borrow(Counters::sum)
}

/// Takes so many of the counters that wait.
pub(crate) fn taken(most: usize) -> Counters {
    WAITING.with_borrow_mut(|Pairs(waiting)| Pairs(waiting.drain(..most.min(waiting.len())).collect()))
}

/// Lets counters wait for the next message.
pub(crate) fn keep(counts: Counters) {
    WAITING.with_borrow_mut(|waiting| waiting.add_all(counts));
}
