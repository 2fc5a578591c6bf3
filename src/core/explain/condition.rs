//! A condition as the tree that its author wrote, with the verdict of every part.

use super::{Finding, finding};
use crate::bundle::{Op, Program};
use crate::loaded::Loaded;
use crate::segment::{Evaluation, Truth};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// What a part of a condition is.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// All parts must hold.
    All,
    /// One part must hold.
    Any,
    /// The part must not hold.
    Not,
    /// The first part decides whether the second or the third must hold.
    Choose,
    /// A test of one value.
    Atom(Finding),
    /// A segment: its key and its name for people.
    Segment(String, String),
    /// A constant.
    Const,
    /// What could not be read from the bundle.
    Disabled,
}

/// A part of a condition and its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What it is.
    pub what: What,
    /// Its verdict.
    pub verdict: Truth,
    /// Its parts, as written.
    pub parts: Vec<Condition>,
}

/// The tree of a condition. `None` for an empty one, which is true.
pub fn condition(loaded: &Loaded, program: &Program, evaluation: &mut Evaluation) -> Option<Condition> {
    let mut stack: Vec<Condition> = Vec::new();
    for op in program {
        // Loading has checked that every operation finds its operands.
        let node = match op {
            Op::Atom(index) => leaf(finding(loaded, *index, evaluation).map(What::Atom), evaluation.atom(*index)),
            Op::Segment(index) => segment(loaded, *index, evaluation),
            Op::Const(holds) => leaf(Some(What::Const), Truth::from(*holds)),
            Op::Not => {
                let part = stack.pop()?;
                Condition { what: What::Not, verdict: part.verdict.not(), parts: vec![part] }
            }
            Op::And => joined(What::All, &mut stack, Truth::and)?,
            Op::Or => joined(What::Any, &mut stack, Truth::or)?,
            Op::Choose => {
                let (no, yes, condition) = (stack.pop()?, stack.pop()?, stack.pop()?);
                let verdict = condition.verdict.choose(yes.verdict, no.verdict);
                Condition { what: What::Choose, verdict, parts: vec![condition, yes, no] }
            }
        };
        stack.push(node);
    }
    stack.pop()
}

fn leaf(what: Option<What>, verdict: Truth) -> Condition {
    Condition { what: what.unwrap_or(What::Disabled), verdict, parts: Vec::new() }
}

fn segment(loaded: &Loaded, index: u32, evaluation: &mut Evaluation) -> Condition {
    let verdict = evaluation.segment(index);
    let Some(Some(segment)) = loaded.segments.get(index as usize) else { return leaf(None, verdict) };
    // Loading has bounded how deep segments refer to each other.
    let parts = condition(loaded, &segment.when, evaluation).into_iter().collect();
    Condition { what: What::Segment(segment.key.clone(), segment.name.clone()), verdict, parts }
}

/// Joins the top two; `a && b && c` is one list of three.
fn joined(what: What, stack: &mut Vec<Condition>, verdict: fn(Truth, Truth) -> Truth) -> Option<Condition> {
    let (right, left) = (stack.pop()?, stack.pop()?);
    let verdict = verdict(left.verdict, right.verdict);
    let mut parts = Vec::new();
    for side in [left, right] {
        if side.what == what {
            parts.extend(side.parts);
        } else {
            parts.push(side);
        }
    }
    Some(Condition { what, verdict, parts })
}
