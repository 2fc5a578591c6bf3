//! Whether conditions can hold together.

use crate::condition::Conjunction;
use attune_core::attribute::Attribute;
use attune_core::bundle::{Atom, AttributeRef, Bundle, Op, Program, Test};

/// The most segments that are followed.
const EXPANDED_MAX: usize = 1_000;

/// Whether all tests of the programs and their segments can hold together; on pages of one type, if given.
pub(super) fn satisfiable(bundle: &Bundle, programs: &[&Program], page_type: Option<&str>) -> bool {
    let mut together = Conjunction::default();
    if let Some(page_type) = page_type {
        let subject = AttributeRef { attribute: Attribute::PageType, argument: None };
        together.add(&Atom { subject, default: None, test: Test::TextEquals(page_type.to_owned()) }, true);
    }
    let mut pending: Vec<&[Op]> = programs.iter().flat_map(|program| conjuncts(program)).collect();
    let mut expanded = 0;
    while let Some(part) = pending.pop() {
        let holds = match part {
            [Op::Const(holds)] => *holds,
            [Op::Atom(atom)] => bundle.atoms.get(*atom as usize).is_none_or(|atom| together.add(atom, true)),
            [Op::Atom(atom), Op::Not] => bundle.atoms.get(*atom as usize).is_none_or(|atom| together.add(atom, false)),
            [Op::Segment(segment)] if expanded < EXPANDED_MAX => {
                expanded += 1;
                if let Some(segment) = bundle.segments.get(*segment as usize) {
                    pending.extend(conjuncts(&segment.when));
                }
                true
            }
            _ => true,
        };
        if !holds {
            return false;
        }
    }
    true
}

/// The parts that `&&` joins, each as the steps of its own program.
pub(super) fn conjuncts(program: &[Op]) -> Vec<&[Op]> {
    let mut parts = Vec::new();
    let mut pending = vec![program];
    while let Some(program) = pending.pop() {
        match program.split_last() {
            Some((Op::And, rest)) => {
                let Some(middle) = split(rest) else { continue };
                let (left, right) = rest.split_at(middle);
                pending.extend([left, right]);
            }
            _ => parts.push(program),
        }
    }
    parts
}

/// Where the second of two adjacent programs begins.
fn split(programs: &[Op]) -> Option<usize> {
    let mut needed = 1_usize;
    for (index, op) in programs.iter().enumerate().rev() {
        needed = needed - 1
            + match op {
                Op::Atom(_) | Op::Segment(_) | Op::Const(_) => 0,
                Op::Not => 1,
                Op::And | Op::Or => 2,
                Op::Choose => 3,
            };
        if needed == 0 {
            return Some(index);
        }
    }
    None
}
