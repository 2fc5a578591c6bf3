//! Regular expressions to sparse automata. Building is done here, so the edge takes one step for each byte.

use attune_core::bundle::{DEAD, MATCHED, Pattern, State};
use attune_core::limits;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use std::collections::BTreeMap;

/// Memory that building may use, in bytes. A pattern that needs more would exceed the limits of its automaton too.
const WORK_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The bytes of the automaton that says whether a pattern is found anywhere in a text.
///
/// # Errors
/// Why not, in words.
pub(super) fn compile(pattern: &str) -> Result<Vec<u8>, String> {
    if pattern.len() > limits::PATTERN_TEXT_BYTES_MAX {
        return Err(format!(
            "it is {} bytes long, at most {} are possible",
            pattern.len(),
            limits::PATTERN_TEXT_BYTES_MAX
        ));
    }
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .dfa_size_limit(Some(WORK_BYTES_MAX))
        .determinize_size_limit(Some(WORK_BYTES_MAX));
    let dfa = dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().nest_limit(50))
        .build(&re2(pattern))
        .map_err(|error| reason(&error))?;
    let start = dfa
        .start_state_forward(&Input::new("").anchored(Anchored::No))
        .map_err(|_| "it cannot be searched for from the start of a text".to_owned())?;
    let (start, states) = walk(&dfa, start).ok_or_else(too_large)?;
    let bytes = Pattern::encode(start, &states);
    if bytes.len() > limits::PATTERN_BYTES_MAX { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> String {
    format!("its automaton is larger than {} states or {} bytes", limits::PATTERN_STATES_MAX, limits::PATTERN_BYTES_MAX)
}

fn reason(error: &dense::BuildError) -> String {
    if error.is_size_limit_exceeded() {
        return too_large();
    }
    // The parser draws the pattern with a caret under it; its last line says why.
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    let last = text.lines().last().unwrap_or("").trim();
    last.strip_prefix("error: ").unwrap_or(last).trim_end_matches('.').to_owned()
}

/// In CEL, as in RE2, `\d`, `\w`, `\s` and `\b` are about ASCII; here they would be about Unicode.
fn re2(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('s') => out.push_str(r"[\t\n\f\r ]"),
            Some('S') => out.push_str(r"[^\t\n\f\r ]"),
            Some('b') => out.push_str(r"(?-u:\b)"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

/// Every state that can be reached, from the start; `None` when there are too many.
fn walk(dfa: &impl Automaton, start: StateID) -> Option<(u16, Vec<State>)> {
    let mut numbers = BTreeMap::from([(start, 0_u16)]);
    let mut pending = vec![start];
    let mut states = Vec::new();
    let mut at = 0;
    while let Some(from) = pending.get(at).copied() {
        at += 1;
        let mut runs: Vec<(u8, u16)> = Vec::new();
        for byte in 0..=u8::MAX {
            let next = dfa.next_state(from, byte);
            // A match is reported one byte late: a match state means that the text before this byte matched.
            let number = if dfa.is_match_state(next) {
                MATCHED
            } else if dfa.is_dead_state(next) || dfa.is_quit_state(next) {
                DEAD
            } else if let Some(number) = numbers.get(&next) {
                *number
            } else {
                let number = u16::try_from(pending.len()).ok()?;
                numbers.insert(next, number);
                pending.push(next);
                number
            };
            match runs.last_mut() {
                Some((last, to)) if *to == number => *last = byte,
                _ => runs.push((byte, number)),
            }
        }
        states.push(State { accepts_end: dfa.is_match_state(dfa.next_eoi_state(from)), runs });
        if states.len() > limits::PATTERN_STATES_MAX {
            return None;
        }
    }
    Some(shortened(states))
}

/// Removes the states in which a match is certain or impossible, whatever follows.
fn shortened(states: Vec<State>) -> (u16, Vec<State>) {
    let settled = |state: &State| match (state.runs.as_slice(), state.accepts_end) {
        ([(_, MATCHED)], true) => Some(MATCHED),
        ([(_, DEAD)], false) => Some(DEAD),
        _ => None,
    };
    let mut kept = 0_u16;
    let numbers: Vec<u16> = states
        .iter()
        .map(|state| {
            settled(state).unwrap_or_else(|| {
                kept += 1;
                kept - 1
            })
        })
        .collect();
    let renumbered = |to: u16| numbers.get(usize::from(to)).copied().unwrap_or(to);
    let start = renumbered(0);
    let states = states.into_iter().filter(|state| settled(state).is_none()).map(|state| {
        let mut runs: Vec<(u8, u16)> = Vec::new();
        for (last, to) in state.runs {
            let to = renumbered(to);
            match runs.last_mut() {
                Some((end, same)) if *same == to => *end = last,
                _ => runs.push((last, to)),
            }
        }
        State { runs, ..state }
    });
    (start, states.collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn found(pattern: &str, text: &str) -> bool {
        Pattern::from_bytes(compile(pattern).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn patterns_find_what_re2_finds() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("a", "bab", true),
            ("^a$", "a", true),
            ("^a$", "aa", false),
            (r"^/(sale|outlet)/\d+$", "/sale/22423", true),
            (r"^/(sale|outlet)/\d+$", "/sale/x", false),
            (r"\d", "٣", false),
            (r"^.$", "é", true),
            (r"(?i)summer", "SUMMER sale", true),
            (r"\bsale\b", "big-sale!", true),
            (r"\bsale\b", "wholesale", false),
            (r"[\w-]+\.example$", "www.shop-2.example", true),
            ("x*", "aaa", true),
            ("a.b", "a\nb", false),
            (r"\\d", r"\d", true),
        ] {
            assert_eq!(found(pattern, text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_cannot_be_compiled_is_told() {
        assert_eq!(compile("(").unwrap_err(), "unclosed group");
        assert!(compile(r"\p{Greek}{400}").unwrap_err().contains("larger than"), "too many states");
        assert!(compile(&"a".repeat(2_000)).unwrap_err().contains("2000 bytes"));
        assert!(compile(r"(a)\1").unwrap_err().contains("backreferences"));
    }

    proptest! {
        // Each case builds two automata.
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_automaton_agrees_with_the_engine_it_is_made_from(
            pattern in r"\^?([ab]|\[ab\]|\(a\|bc\)|\.|a\*|b\+|c\?|\(ab\)\{1,2\}){0,6}\$?",
            text in "[abcé\n]{0,10}",
        ) {
            let engine = dense::DFA::new(&pattern).unwrap();
            let expected = engine.try_search_fwd(&Input::new(&text)).unwrap().is_some();
            prop_assert_eq!(found(&pattern, &text), expected, "{} in {:?}", pattern, text);
        }
    }
}
