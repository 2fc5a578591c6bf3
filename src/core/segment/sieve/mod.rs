//! All memberships of a visitor at once, for a cost that hardly depends on how many segments there are.
//!
//! Each segment is one bit of a row. For every code that a variable can have there is a row of the segments that none
//! of their tests of this variable rules out, and one of those with an alternative that it makes true. A visitor has one
//! code for each variable: the rows of these codes, put together, leave the segments that hold. What does not fit this
//! form is evaluated after that, and only where the rows have left it in doubt.

mod clauses;

use super::index::{UNKNOWN, Variables};
use super::{Conditions, Evaluation, Truth};
use crate::bundle::Segment;
use crate::limits::SIEVE_BYTES_MAX;
use alloc::vec;
use alloc::vec::Vec;
use clauses::{Literal, clauses_of};

/// More codes than this would make rows longer than what they save.
const CODES_MAX: u32 = 1_024;

/// The rows of one variable.
#[derive(Clone, Debug)]
struct Mesh {
    variable: u32,
    /// Codes it can have; the rows after theirs are for an unknown one.
    codes: u32,
    /// Of each code, the segments that it does not rule out.
    passes: Vec<u64>,
    /// Of each code, the segments of which it makes an alternative true; empty where there is none.
    reaches: Vec<u64>,
}

/// The segments of a bundle, prepared to be decided all at once.
#[derive(Clone, Debug, Default)]
pub struct Sieve {
    segments: usize,
    meshes: Vec<Mesh>,
    /// Segments that need one of their alternatives.
    needs: Vec<u64>,
    /// Segments of which the rows do not say everything.
    open: Vec<u64>,
}

impl Sieve {
    /// Prepares the segments of a bundle: time in proportion to their tests, and at most [`SIEVE_BYTES_MAX`].
    pub fn of(conditions: &Conditions, segments: &[Option<Segment>]) -> Self {
        let count = segments.len();
        let words = count.div_ceil(64);
        let variables = &conditions.index.variables;
        let mut sieve = Self { segments: count, meshes: Vec::new(), needs: vec![0; words], open: vec![0; words] };
        let clauses: Vec<_> =
            segments.iter().map(|segment| segment.as_ref().and_then(|segment| clauses_of(&segment.when))).collect();
        let mesh_of = sieve.lay(variables, &clauses, words);
        for (segment, clauses) in clauses.iter().enumerate() {
            let Some(clauses) = clauses else {
                // Of another form, or disabled: evaluation knows.
                set(&mut sieve.open, segment);
                continue;
            };
            let mut has_alternatives = false;
            for clause in clauses {
                let is_covered = clause.iter().all(|literal| mesh_index(*literal, variables, &mesh_of).is_some());
                match clause.as_slice() {
                    [literal] if is_covered => sieve.rule_out(segment, *literal, variables, &mesh_of),
                    many if is_covered && !has_alternatives => {
                        has_alternatives = true;
                        set(&mut sieve.needs, segment);
                        for literal in many {
                            sieve.reach(segment, *literal, variables, &mesh_of);
                        }
                    }
                    _ => set(&mut sieve.open, segment),
                }
            }
        }
        sieve
    }

    /// Lays out the rows, everything passing, for as many variables as there is room for, those with few codes first.
    /// Returns for each variable which of the meshes is its own.
    fn lay(
        &mut self,
        variables: &Variables,
        clauses: &[Option<Vec<Vec<Literal>>>],
        words: usize,
    ) -> Vec<Option<usize>> {
        let mut is_used = vec![(false, false); variables.len()];
        for clause in clauses.iter().flatten().flatten() {
            for literal in clause {
                let Some(used) = variables.variable_of(literal.atom).and_then(|v| is_used.get_mut(v as usize)) else {
                    continue;
                };
                if clause.len() == 1 { used.0 = true } else { used.1 = true }
            }
        }
        let mut order: Vec<(u32, u32)> = (0_u32..)
            .zip(&is_used)
            .filter(|(_, (alone, among))| *alone || *among)
            .filter_map(|(variable, _)| Some((variables.code_count(variable)?, variable)))
            .filter(|(codes, _)| *codes <= CODES_MAX)
            .collect();
        order.sort_unstable();
        let mut mesh_of = vec![None; variables.len()];
        let mut bytes_left = SIEVE_BYTES_MAX;
        for (codes, variable) in order {
            let (alone, among) = is_used.get(variable as usize).copied().unwrap_or_default();
            let rows = (codes as usize + 1) * words;
            let bytes = rows * 8 * (usize::from(alone) + usize::from(among));
            if bytes > bytes_left {
                break;
            }
            bytes_left -= bytes;
            if let Some(place) = mesh_of.get_mut(variable as usize) {
                *place = Some(self.meshes.len());
            }
            let passes = vec![u64::MAX; if alone { rows } else { 0 }];
            self.meshes.push(Mesh { variable, codes, passes, reaches: vec![0; if among { rows } else { 0 }] });
        }
        mesh_of
    }

    fn rule_out(&mut self, segment: usize, literal: Literal, variables: &Variables, mesh_of: &[Option<usize>]) {
        self.each_code(segment, literal, variables, mesh_of, |mesh, word, bit, holds| {
            if !holds && let Some(word) = mesh.passes.get_mut(word) {
                *word &= !bit;
            }
        });
    }

    fn reach(&mut self, segment: usize, literal: Literal, variables: &Variables, mesh_of: &[Option<usize>]) {
        self.each_code(segment, literal, variables, mesh_of, |mesh, word, bit, holds| {
            if holds && let Some(word) = mesh.reaches.get_mut(word) {
                *word |= bit;
            }
        });
    }

    /// Tells of each code that the variable of a literal can have whether the literal holds with it.
    fn each_code(
        &mut self,
        segment: usize,
        literal: Literal,
        variables: &Variables,
        mesh_of: &[Option<usize>],
        mut tell: impl FnMut(&mut Mesh, usize, u64, bool),
    ) {
        let words = self.needs.len();
        let mesh = mesh_index(literal, variables, mesh_of);
        let Some(mesh) = mesh.and_then(|mesh| self.meshes.get_mut(mesh)) else { return };
        let wanted = if literal.holds { Truth::True } else { Truth::False };
        let (word, bit) = (segment / 64, 1 << (segment % 64));
        for row in 0..=mesh.codes {
            let code = if row == mesh.codes { UNKNOWN } else { row };
            let holds = variables.holds(literal.atom, |_| code) == wanted;
            tell(mesh, row as usize * words + word, bit, holds);
        }
    }

    /// The segments that hold for a visitor, by their index, ascending.
    pub fn members(&self, evaluation: &mut Evaluation) -> Vec<u32> {
        let words = self.needs.len();
        let mut passed = vec![u64::MAX; words];
        let mut reached = vec![0; words];
        for mesh in &self.meshes {
            let row = evaluation.code(mesh.variable).min(mesh.codes) as usize * words;
            let row = row..row + words;
            for (word, row) in passed.iter_mut().zip(mesh.passes.get(row.clone()).unwrap_or_default()) {
                *word &= row;
            }
            for (word, row) in reached.iter_mut().zip(mesh.reaches.get(row).unwrap_or_default()) {
                *word |= row;
            }
        }
        let mut left: usize = 0;
        for ((passed, reached), needs) in passed.iter_mut().zip(&reached).zip(&self.needs) {
            *passed &= reached | !needs;
            left += passed.count_ones() as usize;
        }
        let mut members = Vec::with_capacity(left.min(self.segments));
        for ((first, word), open) in (0_u32..).step_by(64).zip(passed).zip(&self.open) {
            let mut rest = word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                let segment = first + bit;
                let is_open = open >> bit & 1 != 0;
                // The last word has bits of no segment.
                if (segment as usize) < self.segments && (!is_open || evaluation.segment(segment) == Truth::True) {
                    members.push(segment);
                }
            }
        }
        members
    }
}

/// The mesh of a literal's variable, if that has one.
fn mesh_index(literal: Literal, variables: &Variables, mesh_of: &[Option<usize>]) -> Option<usize> {
    *mesh_of.get(variables.variable_of(literal.atom)? as usize)?
}

fn set(bits: &mut [u64], at: usize) {
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}
