//! Evaluates conditions: each distinct value and each segment at most once for a page.

use super::index::{Index, NOT_ASKED, Step};
use super::{Conditions, Facts, Truth};
use crate::limits::PROGRAM_DEPTH_MAX;
use alloc::vec;
use alloc::vec::Vec;

/// The verdicts of one page, remembered.
pub struct Evaluation<'a> {
    conditions: &'a Conditions,
    index: &'a Index,
    /// What is known.
    pub facts: Facts<'a>,
    /// Of each variable, the code of the visitor's value.
    codes: Vec<u32>,
    /// Of each atom that was asked, its verdict.
    atoms: Vec<Option<Truth>>,
    /// Of each segment that other conditions ask, its verdict.
    segments: Vec<Option<Truth>>,
    /// Campaigns that are switched off, whatever their conditions say; ascending.
    killed: &'a [usize],
}

impl<'a> Evaluation<'a> {
    /// Nothing is evaluated yet.
    pub fn new(conditions: &'a Conditions, facts: Facts<'a>) -> Self {
        let index = &conditions.index;
        let codes = vec![NOT_ASKED; index.variables.len()];
        let (atoms, segments) = (vec![None; conditions.atoms.len()], vec![None; index.memo_count]);
        Self { conditions, index, facts, codes, atoms, segments, killed: &[] }
    }

    /// The same with some campaigns switched off, by their indexes, which ascend.
    #[must_use]
    pub fn without(self, killed: &'a [usize]) -> Self {
        Self { killed, ..self }
    }

    /// Whether a campaign is switched off.
    pub fn is_killed(&self, campaign: usize) -> bool {
        self.killed.binary_search(&campaign).is_ok()
    }

    /// Whether a visitor is eligible for a campaign, by its index; unknown for a disabled one.
    pub fn eligible(&mut self, campaign: usize) -> Truth {
        let index = self.index;
        index.campaign(campaign).map_or(Truth::Unknown, |steps| self.run(steps))
    }

    /// Membership of a segment; a disabled one is unknown.
    pub fn segment(&mut self, segment: u32) -> Truth {
        let index = self.index;
        let Some(steps) = index.segment(segment) else { return Truth::Unknown };
        let place = index.memo(segment).unwrap_or(usize::MAX);
        if let Some(Some(verdict)) = self.segments.get(place) {
            return *verdict;
        }
        // Loading has bounded how deep segments refer to each other.
        let verdict = self.run(steps);
        if let Some(place) = self.segments.get_mut(place) {
            *place = Some(verdict);
        }
        verdict
    }

    /// The verdict of an atom; a disabled one is unknown.
    pub fn atom(&mut self, index: u32) -> Truth {
        match self.atoms.get(index as usize) {
            Some(Some(verdict)) => *verdict,
            _ => self.ask(index),
        }
    }

    #[cold]
    fn ask(&mut self, index: u32) -> Truth {
        let variables = &self.index.variables;
        let verdict = variables.holds(index, |variable| self.code(variable));
        if let Some(place) = self.atoms.get_mut(index as usize) {
            *place = Some(verdict);
        }
        verdict
    }

    /// The code of a variable, looked up when it is first asked for.
    pub(super) fn code(&mut self, variable: u32) -> u32 {
        let Some(place) = self.codes.get_mut(variable as usize) else { return NOT_ASKED };
        if *place == NOT_ASKED {
            *place =
                self.index.variables.code(&self.conditions.atoms, &self.conditions.matchers, &self.facts, variable);
        }
        *place
    }

    fn run(&mut self, steps: &[Step]) -> Truth {
        // Loading has checked that every step finds its operands, so a missing one cannot arise; if it did, it
        // would be unknown, and an unknown condition never matches.
        let mut stack = [Truth::Unknown; PROGRAM_DEPTH_MAX];
        let mut top = 0;
        let mut verdict = Truth::True;
        let mut at = 0;
        while let Some(step) = steps.get(at) {
            at += 1;
            match *step {
                Step::Atom(atom) => verdict = self.atom(atom),
                Step::AndAtom(atom) => verdict = verdict.and(self.atom(atom)),
                Step::OrAtom(atom) => verdict = verdict.or(self.atom(atom)),
                Step::Segment(segment) => verdict = self.segment(segment),
                Step::Const(holds) => verdict = Truth::from(holds),
                Step::Not => verdict = verdict.not(),
                Step::Push => {
                    if let Some(place) = stack.get_mut(top) {
                        *place = verdict;
                        top += 1;
                    }
                }
                Step::And | Step::Or => {
                    top = top.saturating_sub(1);
                    let before = stack.get(top).copied().unwrap_or_default();
                    verdict = if *step == Step::And { before.and(verdict) } else { before.or(verdict) };
                }
                Step::Skip(count) => at += count as usize,
                Step::SkipIfFalse(count) if verdict == Truth::False => at += count as usize,
                Step::SkipIfTrue(count) if verdict == Truth::True => at += count as usize,
                Step::SkipIfUnknown(count) if verdict == Truth::Unknown => at += count as usize,
                Step::SkipIfFalse(_) | Step::SkipIfTrue(_) | Step::SkipIfUnknown(_) => {}
            }
        }
        verdict
    }
}
