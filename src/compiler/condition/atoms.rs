//! The distinct atoms of a bundle.

use attune_core::bundle::{Atom, Comparison, Literal, Near, Op, Program, Test, TextTest};
use std::cmp::Ordering;

/// Collects atoms; equal ones get the same number.
#[derive(Default)]
pub(crate) struct Atoms {
    found: Vec<Atom>,
    /// Indices into `found`, in the final order.
    sorted: Vec<usize>,
}

impl Atoms {
    /// The provisional number of an atom.
    pub(crate) fn number(&mut self, atom: Atom) -> u32 {
        let found = self.sorted.binary_search_by(|i| self.found.get(*i).map_or(Ordering::Less, |a| order(a, &atom)));
        let index = match found {
            Ok(position) => self.sorted.get(position).copied().unwrap_or(0),
            Err(position) => {
                self.found.push(atom);
                self.sorted.insert(position, self.found.len() - 1);
                self.found.len() - 1
            }
        };
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    /// The atom with a provisional number.
    pub(crate) fn get(&self, number: u32) -> Option<&Atom> {
        self.found.get(usize::try_from(number).ok()?)
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// The sorted atoms, and the final number of each provisional one.
    pub(crate) fn finish(self) -> (Vec<Atom>, Vec<u32>) {
        let mut renumbered = vec![0; self.found.len()];
        for (new, old) in (0_u32..).zip(&self.sorted) {
            if let Some(slot) = renumbered.get_mut(*old) {
                *slot = new;
            }
        }
        let atoms = self.sorted.iter().filter_map(|i| self.found.get(*i).cloned()).collect();
        (atoms, renumbered)
    }
}

/// Puts final numbers into a program.
pub(crate) fn renumber(program: &mut Program, atoms: &[u32], segments: &[u32]) {
    for op in program {
        match op {
            Op::Atom(i) => *i = atoms.get(*i as usize).copied().unwrap_or(*i),
            Op::Segment(i) => *i = segments.get(*i as usize).copied().unwrap_or(*i),
            Op::Const(_) | Op::Not | Op::And | Op::Or | Op::Choose => {}
        }
    }
}

/// By attribute, then default, then test, thresholds ascending.
fn order(a: &Atom, b: &Atom) -> Ordering {
    a.subject
        .cmp(&b.subject)
        .then_with(|| order_default(a.default.as_ref(), b.default.as_ref()))
        .then_with(|| order_test(&a.test, &b.test))
}

fn order_default(a: Option<&Literal>, b: Option<&Literal>) -> Ordering {
    let rank = |literal: &Literal| match literal {
        Literal::Bool(_) => 0,
        Literal::Number(_) => 1,
        Literal::Text(_) => 2,
    };
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(Literal::Bool(a)), Some(Literal::Bool(b))) => a.cmp(b),
        (Some(Literal::Number(a)), Some(Literal::Number(b))) => a.total_cmp(b),
        (Some(Literal::Text(a)), Some(Literal::Text(b))) => a.cmp(b),
        (Some(a), Some(b)) => rank(a).cmp(&rank(b)),
    }
}

fn order_test(a: &Test, b: &Test) -> Ordering {
    let comparison = |found: Comparison| match found {
        Comparison::Less => 0,
        Comparison::LessOrEqual => 1,
        Comparison::Greater => 2,
        Comparison::GreaterOrEqual => 3,
        Comparison::Equal => 4,
    };
    let rank = |test: &Test| match test {
        Test::Known => 0,
        Test::IsTrue => 1,
        Test::Number(..) => 2,
        Test::TextEquals(_) => 3,
        Test::TextIn(_) => 4,
        Test::StartsWith(_) => 5,
        Test::EndsWith(_) => 6,
        Test::Contains(_) => 7,
        Test::TextInList(_) => 8,
        Test::Matches(_) => 9,
        Test::Lowered(_) => 10,
        Test::Version(..) => 11,
        Test::Near(_) => 12,
        Test::Versus(..) => 13,
        Test::SameText(_) => 14,
        Test::Remainder(..) => 15,
        Test::Length(..) => 16,
    };
    match (a, b) {
        (Test::Number(left, x), Test::Number(right, y)) | (Test::Length(left, x), Test::Length(right, y)) => {
            comparison(*left).cmp(&comparison(*right)).then_with(|| x.total_cmp(y))
        }
        (Test::TextIn(x), Test::TextIn(y)) => x.cmp(y),
        (Test::TextEquals(x), Test::TextEquals(y))
        | (Test::StartsWith(x), Test::StartsWith(y))
        | (Test::EndsWith(x), Test::EndsWith(y))
        | (Test::Contains(x), Test::Contains(y)) => x.cmp(y),
        (Test::TextInList(x), Test::TextInList(y)) | (Test::Matches(x), Test::Matches(y)) => x.cmp(y),
        (Test::Lowered(x), Test::Lowered(y)) => order_lowered(x, y),
        (Test::Version(left, x), Test::Version(right, y)) => {
            comparison(*left).cmp(&comparison(*right)).then_with(|| x.cmp(y))
        }
        (Test::Near(x), Test::Near(y)) => {
            let numbers = |near: &Near| [near.middle[0], near.middle[1], near.middle[2], near.chord_squared_max];
            order_numbers(&numbers(x), &numbers(y))
        }
        (Test::Versus(left, x, factor, offset), Test::Versus(right, y, other_factor, other_offset)) => {
            comparison(*left)
                .cmp(&comparison(*right))
                .then_with(|| x.cmp(y))
                .then_with(|| order_numbers(&[*factor, *offset], &[*other_factor, *other_offset]))
        }
        (Test::SameText(x), Test::SameText(y)) => x.cmp(y),
        (Test::Remainder(x, left, a), Test::Remainder(y, right, b)) => {
            x.cmp(y).then_with(|| comparison(*left).cmp(&comparison(*right))).then_with(|| a.total_cmp(b))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

fn order_numbers(a: &[f64], b: &[f64]) -> Ordering {
    a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn order_lowered(a: &TextTest, b: &TextTest) -> Ordering {
    let rank = |test: &TextTest| match test {
        TextTest::Equals(_) => 0,
        TextTest::In(_) => 1,
        TextTest::InList(_) => 2,
        TextTest::StartsWith(_) => 3,
        TextTest::EndsWith(_) => 4,
        TextTest::Contains(_) => 5,
        TextTest::Matches(_) => 6,
    };
    match (a, b) {
        (TextTest::In(x), TextTest::In(y)) => x.cmp(y),
        (TextTest::InList(x), TextTest::InList(y)) | (TextTest::Matches(x), TextTest::Matches(y)) => x.cmp(y),
        (TextTest::Equals(x), TextTest::Equals(y))
        | (TextTest::StartsWith(x), TextTest::StartsWith(y))
        | (TextTest::EndsWith(x), TextTest::EndsWith(y))
        | (TextTest::Contains(x), TextTest::Contains(y)) => x.cmp(y),
        _ => rank(a).cmp(&rank(b)),
    }
}
