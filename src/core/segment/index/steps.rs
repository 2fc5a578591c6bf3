//! Conditions as steps with jumps: what cannot change the verdict is not looked at.

use crate::bundle::{Op, Program};
use alloc::vec;
use alloc::vec::Vec;

/// One step over a verdict and a stack of earlier ones. Jumps go forward, over so many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The verdict becomes an atom's.
    Atom(u32),
    /// It becomes a segment's.
    Segment(u32),
    /// It becomes a constant.
    Const(bool),
    /// It is negated.
    Not,
    /// Both it and an atom.
    AndAtom(u32),
    /// Either it or an atom.
    OrAtom(u32),
    /// It goes onto the stack.
    Push,
    /// Both it and the top of the stack.
    And,
    /// Either it or the top of the stack.
    Or,
    /// Over the next steps.
    Skip(u32),
    /// The same when it is false.
    SkipIfFalse(u32),
    /// The same when it is true.
    SkipIfTrue(u32),
    /// The same when it is unknown.
    SkipIfUnknown(u32),
}

/// The steps of a program whose stack was checked; an empty program has none and is true.
pub(super) fn steps_of(program: &Program) -> Vec<Step> {
    let mut stack: Vec<Vec<Step>> = Vec::new();
    for op in program {
        // A missing operand cannot arise; if it did, it would be no steps, and the verdict another's.
        let mut pop = || stack.pop().unwrap_or_default();
        let steps = match op {
            Op::Atom(atom) => vec![Step::Atom(*atom)],
            Op::Segment(segment) => vec![Step::Segment(*segment)],
            Op::Const(holds) => vec![Step::Const(*holds)],
            Op::Not => {
                let mut steps = pop();
                steps.push(Step::Not);
                steps
            }
            Op::And | Op::Or => {
                let (b, a) = (pop(), pop());
                joined(a, &b, *op == Op::And)
            }
            Op::Choose => {
                let (no, yes, mut steps) = (pop(), pop(), pop());
                steps.push(Step::SkipIfUnknown(length(&yes) + length(&no) + 2));
                steps.push(Step::SkipIfFalse(length(&yes) + 1));
                steps.extend(yes);
                steps.push(Step::Skip(length(&no)));
                steps.extend(no);
                steps
            }
        };
        stack.push(steps);
    }
    let mut steps = stack.pop().unwrap_or_default();
    thread(&mut steps);
    steps
}

fn joined(mut a: Vec<Step>, b: &[Step], is_and: bool) -> Vec<Step> {
    let skip = |count| if is_and { Step::SkipIfFalse(count) } else { Step::SkipIfTrue(count) };
    if let [Step::Atom(atom)] = b {
        a.extend([skip(1), if is_and { Step::AndAtom(*atom) } else { Step::OrAtom(*atom) }]);
        return a;
    }
    a.extend([skip(length(b) + 2), Step::Push]);
    a.extend_from_slice(b);
    a.push(if is_and { Step::And } else { Step::Or });
    a
}

/// Lets a conditional jump that lands on another jump go where that one would lead: the verdict is the same there.
fn thread(steps: &mut [Step]) {
    for at in (0..steps.len()).rev() {
        let (mut count, kind): (u32, fn(u32) -> Step) = match steps.get(at) {
            Some(Step::SkipIfFalse(count)) => (*count, Step::SkipIfFalse),
            Some(Step::SkipIfTrue(count)) => (*count, Step::SkipIfTrue),
            Some(Step::SkipIfUnknown(count)) => (*count, Step::SkipIfUnknown),
            _ => continue,
        };
        while let Some(next) = steps.get(at + 1 + count as usize) {
            count += 1 + match *next {
                Step::Skip(further) => further,
                Step::SkipIfFalse(further) | Step::SkipIfTrue(further) | Step::SkipIfUnknown(further)
                    if kind(further) == *next =>
                {
                    further
                }
                Step::SkipIfFalse(_) | Step::SkipIfTrue(_) | Step::SkipIfUnknown(_) => 0,
                _ => break,
            };
        }
        if let Some(step) = steps.get_mut(at) {
            *step = kind(count);
        }
    }
}

fn length(steps: &[Step]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}
