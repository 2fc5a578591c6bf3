//! What is prepared once when a bundle is loaded, so that a page costs what its campaigns ask, not what there is.
//!
//! It is made from the checked conditions and not carried in the bundle: a reader would have to compare a
//! carried index with the conditions, which is as much work as making it.

mod steps;
mod variable;

pub(crate) use steps::Step;
pub(crate) use variable::{NOT_ASKED, UNKNOWN, Variables};

use crate::bundle::{Atom, Campaign, Program, Segment};
use alloc::vec::Vec;
use steps::append;

/// The steps of one condition, a range of all steps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Condition {
    from: u32,
    to: u32,
}

/// Everything prepared for the conditions of a bundle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) variables: Variables,
    steps: Vec<Step>,
    segments: Vec<Condition>,
    campaigns: Vec<Condition>,
    /// For each segment, where its verdict is kept; `u32::MAX` for one that no condition asks.
    memo: Vec<u32>,
    pub(crate) memo_count: usize,
}

impl Index {
    /// Prepares the conditions of a bundle whose references were checked.
    #[inline(never)]
    pub(crate) fn of(atoms: &[Option<Atom>], segments: &[Option<Segment>], campaigns: &[Option<Campaign>]) -> Self {
        let mut index = Self { variables: Variables::of(atoms), ..Self::default() };
        let mut stack = Vec::new();
        for segment in segments {
            let condition = index.add(segment.as_ref().map(|segment| &segment.when), &mut stack);
            index.segments.push(condition);
        }
        for campaign in campaigns {
            let condition = index.add(campaign.as_ref().map(|campaign| &campaign.eligible), &mut stack);
            index.campaigns.push(condition);
        }
        index.keep(segments.len());
        index
    }

    fn add(&mut self, program: Option<&Program>, stack: &mut Vec<usize>) -> Condition {
        let from = length(&self.steps);
        match program {
            Some(program) => append(&mut self.steps, stack, program),
            // A disabled condition is unknown.
            None => self.steps.push(Step::Segment(u32::MAX)),
        }
        Condition { from, to: length(&self.steps) }
    }

    /// Gives every segment that a condition asks a place for its verdict.
    fn keep(&mut self, segments: usize) {
        self.memo = alloc::vec![u32::MAX; segments];
        let mut count = 0;
        for step in &self.steps {
            let Step::Segment(segment) = step else { continue };
            if let Some(place @ &mut u32::MAX) = self.memo.get_mut(*segment as usize) {
                *place = count;
                count += 1;
            }
        }
        self.memo_count = count as usize;
    }

    pub(crate) fn segment(&self, index: u32) -> Option<&[Step]> {
        self.segments.get(index as usize).map(|condition| self.steps_of(*condition))
    }

    pub(crate) fn campaign(&self, index: usize) -> Option<&[Step]> {
        self.campaigns.get(index).map(|condition| self.steps_of(*condition))
    }

    fn steps_of(&self, condition: Condition) -> &[Step] {
        self.steps.get(condition.from as usize..condition.to as usize).unwrap_or_default()
    }

    pub(crate) fn memo(&self, segment: u32) -> Option<usize> {
        self.memo.get(segment as usize).map(|place| *place as usize)
    }
}

fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
