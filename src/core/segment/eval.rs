//! Evaluates conditions: each distinct atom and each segment at most once for a page.

use super::{Facts, Truth, operator};
use crate::bundle::{Loaded, Op, Program};
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
            Some(Some(atom)) => operator::verdict(self.loaded, &self.facts, atom),
            _ => Truth::Unknown,
        };
        if let Some(place) = self.atoms.get_mut(index) {
            *place = Some(verdict);
        }
        verdict
    }
}
