//! What is prepared once when a bundle is loaded, so that a visitor costs what they match, not what there is.
//!
//! It is made from the checked conditions and not carried in the bundle: a reader would have to compare a
//! carried index with the conditions, which is as much work as making it.

mod access;
mod clauses;
mod steps;
mod variable;

pub(crate) use clauses::ClauseTest;
pub(crate) use steps::Step;
pub(crate) use variable::{NOT_ASKED, UNKNOWN, Variables};

use crate::bundle::{Atom, Campaign, Program, Segment};
use crate::sort;
use access::{Access, Accesses, Gate, Way, access};
use alloc::vec::Vec;
use clauses::clauses_of;
use core::ops::Range;
use steps::steps_of;

/// The steps of one condition, a range of all steps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Condition {
    from: u32,
    to: u32,
}

/// Segments behind the gates of one variable, as ranges of [`Index::gates`].
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) variable: u32,
    /// Open from a code on; ascending.
    from: Range<usize>,
    /// Open before a code; ascending.
    before: Range<usize>,
    /// Open at a code; ascending.
    at: Range<usize>,
}

/// Everything prepared for the conditions of a bundle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) variables: Variables,
    steps: Vec<Step>,
    segments: Vec<Condition>,
    tests: Vec<ClauseTest>,
    /// For each segment its clauses, a range of `tests`; an empty one for a condition of another form.
    clauses: Vec<Condition>,
    campaigns: Vec<Condition>,
    /// For each segment, where its verdict is kept; `u32::MAX` for one that no condition asks.
    memo: Vec<u32>,
    pub(crate) memo_count: usize,
    doors: Vec<Door>,
    /// Codes of gates, sorted within each range of a door, and the segment behind each.
    gates: Vec<u32>,
    behind: Vec<u32>,
    /// Segments that every visitor has to be asked about.
    pub(crate) always: Vec<u32>,
}

impl Index {
    /// Prepares the conditions of a bundle whose references were checked.
    pub(crate) fn of(atoms: &[Option<Atom>], segments: &[Option<Segment>], campaigns: &[Option<Campaign>]) -> Self {
        let mut index = Self { variables: Variables::of(atoms), ..Self::default() };
        let programs = || segments.iter().map(|segment| segment.as_ref().map(|segment| &segment.when));
        for program in programs() {
            let condition = index.add(program);
            index.segments.push(condition);
            let from = length(&index.tests);
            let variables = &index.variables;
            let tests =
                program.and_then(|program| clauses_of(program, |atom, holds| access::share(atom, holds, variables)));
            index.tests.extend(tests.unwrap_or_default());
            index.clauses.push(Condition { from, to: length(&index.tests) });
        }
        for campaign in campaigns {
            let condition = index.add(campaign.as_ref().map(|campaign| &campaign.eligible));
            index.campaigns.push(condition);
        }
        index.keep(segments.len());
        let mut accesses: Vec<Accesses> = Vec::with_capacity(segments.len());
        for program in programs() {
            let never = || (Access::Ways(0.0, Vec::new()), Access::Ways(0.0, Vec::new()));
            accesses.push(program.map_or_else(never, |program| access(program, &index.variables, &accesses)));
        }
        index.open(&accesses);
        index
    }

    fn add(&mut self, program: Option<&Program>) -> Condition {
        let from = length(&self.steps);
        match program {
            Some(program) => self.steps.extend(steps_of(program)),
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

    /// Sorts the ways into the segments by variable, kind of gate and code.
    fn open(&mut self, accesses: &[Accesses]) {
        let mut ways: Vec<(Way, u32)> = Vec::new();
        for (segment, (holds, _)) in (0_u32..).zip(accesses) {
            match holds {
                Access::Ways(_, list) => ways.extend(list.iter().map(|way| (*way, segment))),
                Access::Any => self.always.push(segment),
            }
        }
        let mut order: Vec<u32> = (0..length(&ways)).collect();
        sort::indices(&mut order, &|a, b| {
            let key = |index: u32| ways.get(index as usize).map(|(way, segment)| (way.variable, way.gate, *segment));
            key(a).cmp(&key(b))
        });
        for (way, segment) in order.iter().filter_map(|index| ways.get(*index as usize)) {
            let here = self.gates.len();
            if self.doors.last().is_none_or(|door| door.variable != way.variable) {
                let none = here..here;
                self.doors.push(Door { variable: way.variable, from: none.clone(), before: none.clone(), at: none });
            }
            let Some(door) = self.doors.last_mut() else { continue };
            let (range, code) = match way.gate {
                Gate::From(code) => (&mut door.from, code),
                Gate::Before(code) => (&mut door.before, code),
                Gate::At(code) => (&mut door.at, code),
            };
            if range.start == range.end {
                range.start = here;
            }
            range.end = here + 1;
            self.gates.push(code);
            self.behind.push(*segment);
        }
    }

    /// The variables that lead to segments.
    pub(crate) fn doors(&self) -> &[Door] {
        &self.doors
    }

    /// The segments behind the gates of a door that a code opens.
    pub(crate) fn behind(&self, door: &Door, code: u32) -> [&[u32]; 3] {
        if code == UNKNOWN {
            return [&[]; 3];
        }
        let gates = |range: &Range<usize>| self.gates.get(range.clone()).unwrap_or_default();
        let up_to = |range: &Range<usize>| range.start + gates(range).partition_point(|gate| *gate <= code);
        let at = door.at.start + gates(&door.at).partition_point(|gate| *gate < code);
        let open = [door.from.start..up_to(&door.from), up_to(&door.before)..door.before.end, at..up_to(&door.at)];
        open.map(|range| self.behind.get(range).unwrap_or_default())
    }

    pub(crate) fn segments_len(&self) -> usize {
        self.segments.len()
    }

    pub(crate) fn segment(&self, index: u32) -> Option<&[Step]> {
        self.segments.get(index as usize).map(|condition| self.steps_of(*condition))
    }

    /// The clauses of a segment; none for a condition of another form.
    pub(crate) fn clauses(&self, segment: u32) -> &[ClauseTest] {
        let Condition { from, to } = self.clauses.get(segment as usize).copied().unwrap_or_default();
        self.tests.get(from as usize..to as usize).unwrap_or_default()
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
