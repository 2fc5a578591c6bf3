//! Conditions that are a conjunction of clauses, each a few tests of which one is enough: nearly all that people write.

use crate::bundle::{Op, Program};
use alloc::vec;
use alloc::vec::Vec;

/// A test of a clause: an atom, and the verdict that it has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) atom: u32,
    pub(super) holds: bool,
}

type Clauses = Vec<Vec<Literal>>;

/// The clauses of a program; `None` for a program of another form.
pub(super) fn clauses_of(program: &Program) -> Option<Clauses> {
    if program.is_empty() {
        return Some(Vec::new());
    }
    let mut stack: Vec<Clauses> = Vec::new();
    for op in program {
        let clauses = match op {
            Op::Atom(atom) => vec![vec![Literal { atom: *atom, holds: true }]],
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
    stack.pop()
}

fn negated(mut clauses: Clauses) -> Option<Clauses> {
    let not = |literal: Literal| Literal { holds: !literal.holds, ..literal };
    if let [clause] = clauses.as_mut_slice() {
        return Some(clause.drain(..).map(|literal| vec![not(literal)]).collect());
    }
    let alone = |clause: &Vec<Literal>| if let [literal] = clause.as_slice() { Some(not(*literal)) } else { None };
    clauses.iter().map(alone).collect::<Option<Vec<_>>>().map(|clause| vec![clause])
}

fn either(mut a: Clauses, mut b: Clauses) -> Option<Clauses> {
    let ([one], [other]) = (a.as_mut_slice(), b.as_mut_slice()) else { return None };
    other.append(one);
    Some(b)
}
