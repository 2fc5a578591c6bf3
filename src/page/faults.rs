//! Traps on request, so that the tests can see what the shim does after one. Never part of a shipped build.
//!
//! `?fault=open` traps in `open`; `?fault=scan-3` in the third scan of that stream. The countdown travels as
//! one more byte at the end of the stream's own state: other streams stay unharmed.

use alloc::vec::Vec;

/// Traps when the query of the request says so.
pub(crate) fn before_open<'p>(request: &str, prelude: &'p [u8]) -> &'p [u8] {
    assert!(fault(request) != Some("open"), "an injected fault in open");
    prelude
}

/// Puts the countdown behind the scanner's state, the third part of an answer.
pub(crate) fn after_open(request: &str, mut answer: Vec<u8>) -> Vec<u8> {
    let countdown = fault(request).and_then(|fault| fault.strip_prefix("scan-")?.parse().ok()).unwrap_or(0);
    let mut at = 0;
    for _ in 0..2 {
        at += 4 + length(&answer, at);
    }
    let bytes = length(&answer, at);
    if bytes == 0 {
        return answer;
    }
    answer.insert(at + 4 + bytes, countdown);
    let length = u32::try_from(bytes + 1).unwrap_or(0).to_le_bytes();
    answer.splice(at..at + 4, length);
    answer
}

/// The state without the countdown, and what is left of it; traps when nothing is.
pub(crate) fn before_scan(state: &[u8]) -> (&[u8], u8) {
    let Some((countdown, state)) = state.split_last() else { return (state, 0) };
    assert!(*countdown != 1, "an injected fault in scan");
    (state, countdown.saturating_sub(1))
}

fn length(answer: &[u8], at: usize) -> usize {
    let bytes = answer.get(at..).and_then(|rest| rest.first_chunk::<4>());
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}

fn fault(request: &str) -> Option<&str> {
    let query = request.split('\n').nth(5)?;
    query.split('&').find_map(|pair| pair.strip_prefix("fault="))
}
