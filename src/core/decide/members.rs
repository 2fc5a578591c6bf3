//! Memberships of segments, and what conditions ask.

use crate::bundle::{Op, Program};
use crate::loaded::Loaded;
use crate::segment::{Evaluation, Truth};
use alloc::vec;
use alloc::vec::Vec;

/// Membership of every segment of the bundle, in its order.
pub fn memberships(loaded: &Loaded, evaluation: &mut Evaluation) -> Vec<Truth> {
    (0_u32..).take(loaded.segments.len()).map(|index| evaluation.segment(index)).collect()
}

/// The atoms a condition asks, each once, segments included.
pub fn atoms_of(loaded: &Loaded, program: &Program) -> Vec<u32> {
    atoms_in(program, |segment| Some(&loaded.segments.get(segment as usize)?.as_ref()?.when))
}

/// The atoms that a program and its segments ask, where `condition` has the program of each segment.
pub fn atoms_in<'p>(program: &'p Program, condition: impl Fn(u32) -> Option<&'p Program>) -> Vec<u32> {
    let (mut atoms, mut pending, mut seen) = (Vec::new(), vec![program], Vec::new());
    while let Some(program) = pending.pop() {
        for op in program {
            match op {
                Op::Atom(atom) if !atoms.contains(atom) => atoms.push(*atom),
                Op::Segment(segment) if !seen.contains(segment) => {
                    seen.push(*segment);
                    pending.extend(condition(*segment));
                }
                _ => {}
            }
        }
    }
    atoms
}
