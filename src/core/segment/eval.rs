//! Evaluates conditions: each distinct atom and each segment at most once for a page.

use super::{Facts, Truth, Value};
use crate::bundle::{Atom, Comparison, Literal, Loaded, Op, Program, Test};
use crate::limits::PROGRAM_DEPTH_MAX;
use alloc::vec;
use alloc::vec::Vec;

/// The verdicts of one page, remembered.
pub struct Evaluation<'a> {
    loaded: &'a Loaded,
    /// What is known.
    pub facts: Facts<'a>,
    atoms: Vec<Option<Truth>>,
    segments: Vec<Option<Truth>>,
}

impl<'a> Evaluation<'a> {
    /// Nothing is evaluated yet.
    pub fn new(loaded: &'a Loaded, facts: Facts<'a>) -> Self {
        let (atoms, segments) = (loaded.atoms.len(), loaded.segments.len());
        Self { loaded, facts, atoms: vec![None; atoms], segments: vec![None; segments] }
    }

    /// The verdict of a condition; an empty one is true.
    pub fn program(&mut self, program: &Program) -> Truth {
        let mut stack = [Truth::Unknown; PROGRAM_DEPTH_MAX];
        let mut top = 0;
        for op in program {
            // Loading has checked that every operation finds its operands, so a missing one cannot arise; if it
            // did, the answer would be unknown, and an unknown condition never matches.
            let mut pop = || {
                top = usize::saturating_sub(top, 1);
                stack.get(top).copied().unwrap_or_default()
            };
            let verdict = match op {
                Op::Atom(index) => self.atom(*index),
                Op::Segment(index) => self.segment(*index),
                Op::Const(holds) => Truth::from(*holds),
                Op::Not => pop().not(),
                Op::And => pop().and(pop()),
                Op::Or => pop().or(pop()),
                Op::Choose => {
                    let (no, yes, condition) = (pop(), pop(), pop());
                    condition.choose(yes, no)
                }
            };
            if let Some(place) = stack.get_mut(top) {
                *place = verdict;
                top += 1;
            }
        }
        if program.is_empty() { Truth::True } else { stack.first().copied().unwrap_or_default() }
    }

    /// Membership of a segment; a disabled one is unknown.
    pub fn segment(&mut self, index: u32) -> Truth {
        let index = index as usize;
        if let Some(Some(verdict)) = self.segments.get(index) {
            return *verdict;
        }
        // Loading has bounded how deep segments refer to each other.
        let loaded = self.loaded;
        let verdict = match loaded.segments.get(index) {
            Some(Some(segment)) => self.program(&segment.when),
            _ => Truth::Unknown,
        };
        if let Some(place) = self.segments.get_mut(index) {
            *place = Some(verdict);
        }
        verdict
    }

    /// The verdict of an atom; a disabled one is unknown.
    pub fn atom(&mut self, index: u32) -> Truth {
        let index = index as usize;
        if let Some(Some(verdict)) = self.atoms.get(index) {
            return *verdict;
        }
        let verdict = match self.loaded.atoms.get(index) {
            Some(Some(atom)) => verdict(atom, &self.facts.value(&atom.subject)),
            _ => Truth::Unknown,
        };
        if let Some(place) = self.atoms.get_mut(index) {
            *place = Some(verdict);
        }
        verdict
    }
}

fn verdict(atom: &Atom, value: &Value) -> Truth {
    if atom.test == Test::Known {
        return Truth::from(!matches!(value, Value::Unknown(_)));
    }
    match (value, &atom.default) {
        (Value::Unknown(_), Some(Literal::Bool(value))) => test(&atom.test, &Value::Bool(*value)),
        (Value::Unknown(_), Some(Literal::Number(value))) => test(&atom.test, &Value::Number(*value)),
        (Value::Unknown(_), Some(Literal::Text(value))) => test(&atom.test, &Value::Text(value.as_str().into())),
        _ => test(&atom.test, value),
    }
}

/// A test that does not fit the type of the value is unknown; the compiler lets none through.
fn test(test: &Test, value: &Value) -> Truth {
    Truth::from(match (test, value) {
        (Test::IsTrue, Value::Bool(holds)) => *holds,
        (Test::Number(comparison, than), Value::Number(number)) => compare(*comparison, *number, *than),
        (Test::TextEquals(other), Value::Text(found)) => found == other,
        (Test::TextIn(list), Value::Text(found)) => list.binary_search_by(|item| item.as_str().cmp(found)).is_ok(),
        (Test::StartsWith(prefix), Value::Text(found)) => found.starts_with(prefix.as_str()),
        (Test::EndsWith(suffix), Value::Text(found)) => found.ends_with(suffix.as_str()),
        (Test::Contains(part), Value::Text(found)) => found.contains(part.as_str()),
        _ => return Truth::Unknown,
    })
}

#[expect(clippy::float_cmp, reason = "authors compare counts and amounts for equality, exactly")]
fn compare(comparison: Comparison, number: f64, than: f64) -> bool {
    match comparison {
        Comparison::Less => number < than,
        Comparison::LessOrEqual => number <= than,
        Comparison::Greater => number > than,
        Comparison::GreaterOrEqual => number >= than,
        Comparison::Equal => number == than,
    }
}
