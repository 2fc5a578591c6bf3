//! Values against the best so far, on one held-out part after the other.

use super::objective::Objective;
use crate::evaluation::{Estimate, Figure, HeldOut, Outcome, Paired};
use crate::{LearnError, Parameters};

/// How much better a value has to be to be taken, in HR@20 + MRR@20: less is not worth a change.
const MARGIN: f64 = 0.000_5;
/// How many standard errors of its advantage a value has to be better: with few predictions, more of it is chance.
const STANDARD_ERRORS: f64 = 0.75;
/// By how many standard errors a value may be behind on the parts so far: from there on the others are not asked.
const BEHIND: f64 = 0.5;
/// By how many standard errors HR@20 or MRR@20 alone may be below what the defaults have.
const BELOW_DEFAULTS: f64 = 1.0;
/// Hits at the first place, gained or lost, that always count as chance. With a hundred predictions, of which most are
/// the same in both outcomes, the spread of the few others says too little.
const CHANCE_HITS: f64 = 2.0;
/// What such a hit adds to HR@20 and MRR@20 together.
pub(super) const HIT: f64 = 2.0;

/// The best parameters so far.
pub(super) struct Contest {
    parts: Vec<Part>,
    pub(super) best: Parameters,
    /// What is not better than the best.
    refused: Vec<Parameters>,
}

/// A held-out part with what it says of the defaults and of the best.
struct Part {
    objective: Objective,
    defaults: Outcome,
    best: Outcome,
}

impl Contest {
    /// Begins with the defaults.
    ///
    /// # Errors
    /// As [`Objective::measure`].
    pub(super) fn new(held_out: &[HeldOut], items: usize, include_current: bool) -> Result<Self, LearnError> {
        let start = Parameters::default();
        let mut parts = Vec::with_capacity(held_out.len());
        for sessions in held_out {
            let mut objective = Objective::new(sessions, items, include_current)?;
            let defaults = objective.measure(&start)?;
            parts.push(Part { objective, best: defaults.clone(), defaults });
        }
        Ok(Self { parts, best: start, refused: Vec::new() })
    }

    /// What the best has on each part.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.parts.iter().map(|part| &part.best)
    }

    /// Whether nothing is known yet of these parameters beside the best.
    pub(super) fn is_open(&self, other: &Parameters) -> bool {
        *other != self.best && !self.refused.contains(other)
    }

    /// Makes other parameters the best, if they are better beyond chance on all parts together.
    ///
    /// # Errors
    /// As [`Objective::measure`].
    pub(super) fn challenge(&mut self, other: Parameters) -> Result<(), LearnError> {
        // A shorter list is better at the same figures, but they have to be the same beyond doubt.
        let shorter = other.neighbours < self.best.neighbours;
        let (mut ahead, mut above_defaults) = (Paired::default(), Paired::default());
        let mut outcomes = Vec::with_capacity(self.parts.len());
        for part in &mut self.parts {
            let Estimate { mean, error } = advantage(&ahead, Figure::Both);
            if mean + if shorter { MARGIN } else { 0.0 } < -BEHIND * error {
                self.refused.push(other);
                return Ok(());
            }
            let outcome = part.objective.measure(&other)?;
            ahead.add(part.objective.sessions(), &outcome, &part.best);
            above_defaults.add(part.objective.sessions(), &outcome, &part.defaults);
            outcomes.push(outcome);
        }
        let Estimate { mean, error } = advantage(&ahead, Figure::Both);
        let doubt = STANDARD_ERRORS * error;
        let needed = if shorter { doubt - MARGIN } else { doubt.max(MARGIN) };
        let kept = [Figure::Hits, Figure::Ranks].into_iter().all(|figure| {
            let Estimate { mean, error } = advantage(&above_defaults, figure);
            mean >= -BELOW_DEFAULTS * error
        });
        if !(mean > needed && kept) {
            self.refused.push(other);
            return Ok(());
        }
        self.best = other;
        self.refused.clear();
        for (part, outcome) in self.parts.iter_mut().zip(outcomes) {
            part.objective.settle();
            part.best = outcome;
        }
        Ok(())
    }
}

/// By how much a figure is better, where two hits at the first place are always chance.
pub(super) fn advantage(paired: &Paired, figure: Figure) -> Estimate {
    let hit = match figure {
        Figure::Hits | Figure::Ranks => HIT / 2.0,
        Figure::Both => HIT,
    };
    paired.estimate(figure, CHANCE_HITS * hit)
}
