//! Ways in: for each segment, a few tests of which at least one holds whenever the segment does.
//!
//! Of a conjunction the part that holds for the fewest visitors is enough; of a disjunction every part is needed. A
//! visitor's values then lead straight to the segments worth a look, however many others there are.

use super::variable::{Domain, Literal, Variables};
use crate::bundle::{Op, Program};
use alloc::vec::Vec;

/// More ways into one segment than this cost more than looking at it every time.
const WAYS_MAX: usize = 32;

/// Codes that a way is open for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gate {
    /// From this code on.
    From(u32),
    /// Before this code.
    Before(u32),
    /// This code.
    At(u32),
}

/// A way into a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) variable: u32,
    pub(super) gate: Gate,
}

/// What has to hold for a condition to have a verdict.
#[derive(Clone, Debug)]
pub(super) enum Access {
    /// One of these, which hold for about this share of visitors. None: the verdict never arises.
    Ways(f32, Vec<Way>),
    /// Nothing in particular: the condition has to be looked at.
    Any,
}

const NEVER: Access = Access::Ways(0.0, Vec::new());

impl Access {
    fn share(&self) -> f32 {
        match self {
            Self::Ways(share, _) => *share,
            Self::Any => f32::INFINITY,
        }
    }

    fn both(self, other: Self) -> Self {
        if other.share() < self.share() { other } else { self }
    }

    fn either(self, other: Self) -> Self {
        match (self, other) {
            (Self::Ways(a, mut ways), Self::Ways(b, more)) if ways.len() + more.len() <= WAYS_MAX => {
                ways.extend(more);
                Self::Ways(a + b, ways)
            }
            _ => Self::Any,
        }
    }
}

/// The ways to true and to false.
pub(super) type Accesses = (Access, Access);

/// The ways into a program, given those into earlier segments.
pub(super) fn access(program: &Program, variables: &Variables, segments: &[Accesses]) -> Accesses {
    if program.is_empty() {
        return (Access::Any, NEVER);
    }
    let mut stack: Vec<Accesses> = Vec::new();
    for op in program {
        let mut pop = || stack.pop().unwrap_or((Access::Any, Access::Any));
        let accesses = match op {
            Op::Atom(atom) => of_atom(*atom, variables),
            Op::Segment(segment) => segments.get(*segment as usize).cloned().unwrap_or((NEVER, NEVER)),
            Op::Const(true) => (Access::Any, NEVER),
            Op::Const(false) => (NEVER, Access::Any),
            Op::Not => {
                let (holds, fails) = pop();
                (fails, holds)
            }
            Op::And => {
                let (b, a) = (pop(), pop());
                (a.0.both(b.0), a.1.either(b.1))
            }
            Op::Or => {
                let (b, a) = (pop(), pop());
                (a.0.either(b.0), a.1.both(b.1))
            }
            Op::Choose => {
                let (no, yes, condition) = (pop(), pop(), pop());
                let holds = condition.0.clone().both(yes.0).either(condition.1.clone().both(no.0));
                (holds, condition.0.both(yes.1).either(condition.1.both(no.1)))
            }
        };
        stack.push(accesses);
    }
    stack.pop().unwrap_or((Access::Any, Access::Any))
}

/// About which share of visitors an atom has this verdict for.
pub(super) fn share(atom: u32, holds: bool, variables: &Variables) -> f32 {
    let (to_true, to_false) = of_atom(atom, variables);
    if holds { to_true.share() } else { to_false.share() }
}

fn of_atom(atom: u32, variables: &Variables) -> Accesses {
    let one = |share, variable, gate| Access::Ways(share, Vec::from([Way { variable, gate }]));
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let of_texts = |words: usize| (1.0 / (words + 1) as f32).max(0.02);
    match variables.literals.get(atom as usize) {
        Some(Literal::Between { variable, from, count }) => {
            let (variable, from, end) = (*variable, *from, *from + *count);
            let found = variables.list.get(variable as usize);
            let is_of_one = found.is_some_and(|variable| variable.has_argument);
            match found.map(|variable| &variable.domain) {
                Some(Domain::Numbers(cuts)) => {
                    // Few visitors are beyond a high threshold, most are before it.
                    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
                    let place = |code: u32| code as f32 / (cuts.len() * 2 + 1) as f32;
                    // Of one category among many, most visitors have nothing at all.
                    let beyond = |code: u32| if is_of_one { 0.3 - 0.2 * place(code) } else { 0.7 - 0.5 * place(code) };
                    if from == 0 {
                        (
                            one(1.0 - beyond(end), variable, Gate::Before(end)),
                            one(beyond(end), variable, Gate::From(end)),
                        )
                    } else if end as usize > cuts.len() * 2 {
                        let before = one(1.0 - beyond(from), variable, Gate::Before(from));
                        (one(beyond(from), variable, Gate::From(from)), before)
                    } else {
                        (one(0.1, variable, Gate::At(from)), one(0.9, variable, Gate::From(0)))
                    }
                }
                Some(Domain::Texts(words)) => {
                    (one(of_texts(words.len()), variable, Gate::At(from)), one(0.9, variable, Gate::From(0)))
                }
                Some(Domain::Bool) => (one(0.4, variable, Gate::At(1)), one(0.6, variable, Gate::At(0))),
                Some(Domain::Known | Domain::Atom) => {
                    (one(0.5, variable, Gate::At(1)), one(0.5, variable, Gate::At(0)))
                }
                None => (Access::Any, Access::Any),
            }
        }
        Some(Literal::OneOf { variable, at, count }) => {
            let codes = variables.codes(*at, *count);
            let ways = codes.iter().map(|code| Way { variable: *variable, gate: Gate::At(*code) });
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let share = of_texts(variables.words(*variable)) * codes.len() as f32;
            let holds = if codes.len() <= WAYS_MAX { Access::Ways(share, ways.collect()) } else { Access::Any };
            (holds, one(0.9, *variable, Gate::From(0)))
        }
        // Of a disabled atom neither verdict arises.
        Some(Literal::Unknown) | None => (NEVER, NEVER),
    }
}
