//! Traps on request, so that the tests can see what the shim does after one. Never part of a shipped build.
//!
//! `?fault=open` traps before the decision; `?fault=scan-3` in the third scan of that stream. The countdown travels as
//! one more byte at the end of the stream's own state: other streams stay unharmed.

/// Traps when the query of the request says so.
pub(crate) fn before_open(request: &str) {
    assert!(fault(request) != Some("open"), "an injected fault in open");
}

/// How many scans of the stream end well before one traps, and one more; 0: all.
pub(crate) fn countdown(request: &str) -> u8 {
    fault(request).and_then(|fault| fault.strip_prefix("scan-")?.parse().ok()).unwrap_or(0)
}

/// The state without the countdown, and what is left of it; traps when nothing is.
pub(crate) fn before_scan(state: &[u8]) -> (&[u8], u8) {
    let Some((countdown, state)) = state.split_last() else { return (state, 0) };
    assert!(*countdown != 1, "an injected fault in scan");
    (state, countdown.saturating_sub(1))
}

fn fault(request: &str) -> Option<&str> {
    let query = request.split('\n').nth(5)?;
    query.split('&').find_map(|pair| pair.strip_prefix("fault="))
}
