//! A regular expression, compiled offline to a sparse automaton; here is only its search loop.
//!
//! `[states u16 LE][start u16 LE]`, then for each state its row: `[runs u16 LE]` and for each run
//! `[last byte u8][next u16 LE]`, last bytes ascending and the final one 255. The lowest bit of `runs` says
//! that a text which ends here matches; the count is in the other bits. `next` is a state, or one of two that
//! have no row: [`MATCHED`] (whatever follows) and [`DEAD`] (nothing can match any more).

use crate::codec::u16_at;
use crate::limits::{PATTERN_BYTES_MAX, PATTERN_STATES_MAX};
use alloc::vec::Vec;

/// The text matches, whatever follows.
pub const MATCHED: u16 = 0xffff;
/// The text cannot match any more.
pub const DEAD: u16 = 0xfffe;

/// One state of an automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// A text that ends here matches.
    pub accepts_end: bool,
    /// Last byte of each run of bytes, ascending to 255, and the state that it leads to.
    pub runs: Vec<(u8, u16)>,
}

/// A deterministic automaton over bytes that answers whether a text matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    bytes: Vec<u8>,
    /// Where each state's row begins in `bytes`.
    rows: Vec<u32>,
}

const HEADER_BYTES: usize = 4;
const RUN_BYTES: usize = 3;

impl Pattern {
    /// The bytes of an automaton, as [`Self::from_bytes`] reads them.
    pub fn encode(start: u16, states: &[State]) -> Vec<u8> {
        let mut out = u16::try_from(states.len()).unwrap_or(u16::MAX).to_le_bytes().to_vec();
        out.extend_from_slice(&start.to_le_bytes());
        for state in states {
            let runs = u16::try_from(state.runs.len()).unwrap_or(u16::MAX);
            out.extend_from_slice(&(runs << 1 | u16::from(state.accepts_end)).to_le_bytes());
            for (last, next) in &state.runs {
                out.push(*last);
                out.extend_from_slice(&next.to_le_bytes());
            }
        }
        out
    }

    /// Takes the bytes of an automaton; `None` unless every state, run and step of it is valid.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        if bytes.len() > PATTERN_BYTES_MAX {
            return None;
        }
        let states = usize::from(u16_at(&bytes, 0)?);
        let exists = |state: u16| usize::from(state) < states || state >= DEAD;
        if states > PATTERN_STATES_MAX || !exists(u16_at(&bytes, 2)?) {
            return None;
        }
        let mut rows = Vec::with_capacity(states);
        let mut at = HEADER_BYTES;
        for _ in 0..states {
            rows.push(u32::try_from(at).ok()?);
            let runs = usize::from(u16_at(&bytes, at)? >> 1);
            let row = bytes.get(at + 2..at + 2 + runs * RUN_BYTES)?;
            let mut last = None;
            for run in row.chunks_exact(RUN_BYTES) {
                if last >= run.first().copied() || !exists(u16_at(run, 1)?) {
                    return None;
                }
                last = run.first().copied();
            }
            if last != Some(u8::MAX) {
                return None;
            }
            at += 2 + row.len();
        }
        (at == bytes.len()).then_some(Self { bytes, rows })
    }

    /// Whether the pattern is found anywhere in a text: one step a byte.
    pub fn is_match(&self, text: &str) -> bool {
        let mut state = u16_at(&self.bytes, 2).unwrap_or(DEAD);
        for byte in text.as_bytes() {
            if state >= DEAD {
                break;
            }
            let runs = self.row(state).map_or(&[][..], |(_, runs)| runs);
            // Few runs a state: a walk is faster than a search that halves them.
            let run = runs.chunks_exact(RUN_BYTES).find(|run| run.first().is_some_and(|last| byte <= last));
            state = run.and_then(|run| u16_at(run, 1)).unwrap_or(DEAD);
        }
        match state {
            MATCHED => true,
            DEAD => false,
            state => self.row(state).is_some_and(|(accepts_end, _)| accepts_end),
        }
    }

    /// Whether a text may end in a state, and its runs.
    fn row(&self, state: u16) -> Option<(bool, &[u8])> {
        let at = usize::try_from(*self.rows.get(usize::from(state))?).ok()?;
        let head = u16_at(&self.bytes, at)?;
        Some((head & 1 == 1, self.bytes.get(at + 2..at + 2 + usize::from(head >> 1) * RUN_BYTES)?))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    /// `ab$`, found anywhere.
    fn ends_in_ab() -> Vec<u8> {
        let state = |accepts_end, after_a| State {
            accepts_end,
            runs: [(b'a' - 1, 0), (b'a', 1), (b'b', after_a), (u8::MAX, 0)].to_vec(),
        };
        Pattern::encode(0, &[state(false, 0), state(false, 2), state(true, 0)])
    }

    #[test]
    fn an_automaton_finds_what_it_describes() {
        let pattern = Pattern::from_bytes(ends_in_ab()).unwrap();
        for (text, found) in [("ab", true), ("xaab", true), ("abx", false), ("", false), ("é", false), ("éab", true)]
        {
            assert_eq!(pattern.is_match(text), found, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_spoilt_automaton_is_refused_or_comes_to_an_end(at in 0_usize..60, byte: u8, text in ".{0,20}") {
            let mut bytes = ends_in_ab();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            if let Some(pattern) = Pattern::from_bytes(bytes) {
                pattern.is_match(&text);
            }
        }
    }
}
