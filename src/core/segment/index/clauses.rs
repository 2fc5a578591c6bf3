//! Conditions that are a conjunction of clauses, each a few tests of which one is enough: nearly all that people write.
//!
//! Whether such a condition holds is found in one pass over numbers; what is written otherwise is evaluated step by step.

use crate::bundle::{Op, Program};
use alloc::vec;
use alloc::vec::Vec;

/// More tests than this are evaluated step by step.
const TESTS_MAX: usize = 64;

/// A test of a clause: an atom, the verdict that it has to have, and whether it is the last of its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClauseTest(u32);

impl ClauseTest {
    /// The atom.
    pub(crate) fn atom(self) -> u32 {
        self.0 >> 2
    }

    /// It has to be true; if not, it has to be false.
    pub(crate) fn is_positive(self) -> bool {
        self.0 & 1 != 0
    }

    /// The next test is of another clause.
    pub(crate) fn is_last(self) -> bool {
        self.0 & 2 != 0
    }
}

/// An atom times two, plus one where it has to be true.
type Literal = u32;
type Clauses = Vec<Vec<Literal>>;

/// The clauses of a program, one after the other; `None` for a program of another form. `share` estimates how many
/// visitors an atom has a verdict for.
pub(super) fn clauses_of(program: &Program, share: impl Fn(u32, bool) -> f32) -> Option<Vec<ClauseTest>> {
    let mut stack: Vec<Clauses> = Vec::new();
    for op in program {
        let clauses = match op {
            // Its number has to leave room for two bits.
            Op::Atom(atom) if *atom < 1 << 30 => vec![vec![atom * 2 + 1]],
            Op::Not => negated(stack.pop()?)?,
            Op::And => {
                let (b, mut a) = (stack.pop()?, stack.pop()?);
                a.extend(b);
                a
            }
            Op::Or => either(stack.pop()?, stack.pop()?)?,
            _ => return None,
        };
        stack.push(clauses);
    }
    let mut clauses = stack.pop()?;
    // What fails most often comes first; but the rarest of all is known to hold already: it led here.
    let share = |clause: &Vec<Literal>| clause.iter().map(|literal| share(literal >> 1, literal & 1 != 0)).sum::<f32>();
    // Numbers above nought have the order of their bits.
    crate::sort::by_key(&mut clauses, |clause| share(clause).to_bits());
    if !clauses.is_empty() {
        clauses.rotate_left(1);
    }
    let tests: Vec<ClauseTest> = clauses.iter().flat_map(|clause| tests(clause)).collect();
    (tests.len() <= TESTS_MAX).then_some(tests)
}

fn negated(mut clauses: Clauses) -> Option<Clauses> {
    if let [clause] = clauses.as_mut_slice() {
        return Some(clause.drain(..).map(|literal| vec![literal ^ 1]).collect());
    }
    let alone = |clause: &Vec<Literal>| if let [literal] = clause.as_slice() { Some(literal ^ 1) } else { None };
    clauses.iter().map(alone).collect::<Option<Vec<_>>>().map(|clause| vec![clause])
}

fn either(mut a: Clauses, mut b: Clauses) -> Option<Clauses> {
    let ([one], [other]) = (a.as_mut_slice(), b.as_mut_slice()) else { return None };
    other.append(one);
    Some(b)
}

fn tests(clause: &[Literal]) -> impl Iterator<Item = ClauseTest> {
    let last = clause.len().saturating_sub(1);
    clause
        .iter()
        .enumerate()
        .map(move |(at, literal)| ClauseTest((literal >> 1) << 2 | literal & 1 | if at == last { 2 } else { 0 }))
}
