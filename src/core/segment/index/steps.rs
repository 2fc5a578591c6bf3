//! Conditions as steps with jumps: what cannot change the verdict is not looked at.

use crate::bundle::{Op, Program};
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

/// Appends the steps of a program whose stack was checked; an empty program has none and is true.
///
/// The operands lie behind each other at the end of `steps`, which is the stack; `from` says where each begins.
pub(super) fn append(steps: &mut Vec<Step>, from: &mut Vec<usize>, program: &Program) {
    let start = steps.len();
    from.clear();
    for op in program {
        // A missing operand cannot arise; if it did, it would be no steps, and the verdict another's.
        let mut pop = || from.pop().unwrap_or(start);
        let at = match op {
            Op::Atom(atom) => push(steps, Step::Atom(*atom)),
            Op::Segment(segment) => push(steps, Step::Segment(*segment)),
            Op::Const(holds) => push(steps, Step::Const(*holds)),
            Op::Not => {
                steps.push(Step::Not);
                pop()
            }
            Op::And | Op::Or => {
                let (b, a) = (pop(), pop());
                join(steps, b, *op == Op::And);
                a
            }
            Op::Choose => {
                let (no, yes, condition) = (pop(), pop(), pop());
                let [of_yes, of_no] = [no - yes, steps.len() - no].map(length);
                steps.insert(no, Step::Skip(of_no));
                steps.insert(yes, Step::SkipIfFalse(of_yes + 1));
                steps.insert(yes, Step::SkipIfUnknown(of_yes + of_no + 2));
                condition
            }
        };
        from.push(at);
    }
    thread(steps.get_mut(start..).unwrap_or_default());
}

/// Where a step is that is an operand of its own.
fn push(steps: &mut Vec<Step>, step: Step) -> usize {
    steps.push(step);
    steps.len() - 1
}

/// Joins the last operand, which begins at `b`, to the one before it.
fn join(steps: &mut Vec<Step>, b: usize, is_and: bool) {
    let skip = |count| if is_and { Step::SkipIfFalse(count) } else { Step::SkipIfTrue(count) };
    if let Some([last @ Step::Atom(_)]) = steps.get_mut(b..)
        && let Step::Atom(atom) = *last
    {
        *last = skip(1);
        steps.push(if is_and { Step::AndAtom(atom) } else { Step::OrAtom(atom) });
        return;
    }
    let count = length(steps.len() - b);
    steps.insert(b, Step::Push);
    steps.insert(b, skip(count + 2));
    steps.push(if is_and { Step::And } else { Step::Or });
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

fn length(steps: usize) -> u32 {
    u32::try_from(steps).unwrap_or(u32::MAX)
}
