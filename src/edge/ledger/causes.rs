//! What was refused, by cause: counted here and told to the ledger with the next message, so that whoever floods the site
//! with forgeries does not reach it.

use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    static WAITING: RefCell<BTreeMap<&'static str, u32>> = const { RefCell::new(BTreeMap::new()) };
}

/// Notes that something was refused for this cause.
pub(crate) fn refused(cause: &'static str) {
    refused_many(cause, 1);
}

/// Notes that so many things were refused for this cause.
pub(crate) fn refused_many(cause: &'static str, count: usize) {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if count > 0 {
        WAITING.with_borrow_mut(|waiting| {
            let known = waiting.entry(cause).or_default();
            *known = known.saturating_add(count);
        });
    }
}

/// How many refusals wait.
pub(crate) fn waiting() -> u32 {
    WAITING.with_borrow(|waiting| waiting.values().fold(0_u32, |sum, count| sum.saturating_add(*count)))
}

/// Moves what waits into the counters of a message.
pub(crate) fn add_waiting(counts: &mut BTreeMap<String, u32>) {
    for (cause, count) in WAITING.take() {
        let known = counts.entry(format!("refused/{cause}")).or_default();
        *known = known.saturating_add(count);
    }
}
