//! Conditions that can never be true: `x > 5 && x < 3`.

use super::lowering::Lowering;
use crate::codes::Code;
use attune_core::bundle::{Atom, Comparison, Op, Test};
use cel::common::ast::{Expr, IdedExpr};

/// Tests that must all hold, and what they leave of each attribute's values.
#[derive(Default)]
pub(crate) struct Conjunction {
    bounds: Vec<Bounds>,
}

/// What the tests of one attribute leave of its values.
struct Bounds {
    atom: Atom,
    /// Lowest and highest possible number, and whether they themselves are possible.
    low: (f64, bool),
    high: (f64, bool),
    /// The only possible texts, when they are few.
    texts: Option<Vec<String>>,
    /// The value of a yes or no.
    holds: Option<bool>,
    /// It must be known, or it must not.
    known: Option<bool>,
}

impl Conjunction {
    /// Adds a test, or with `holds` false its opposite; false when it leaves nothing.
    ///
    /// A test that is not understood leaves every value, so only certain contradictions are found.
    pub(crate) fn add(&mut self, atom: &Atom, holds: bool) -> bool {
        let same = |b: &Bounds| b.atom.subject == atom.subject && b.atom.default == atom.default;
        let at = self.bounds.iter().position(same).unwrap_or_else(|| {
            self.bounds.push(Bounds {
                atom: atom.clone(),
                low: (f64::NEG_INFINITY, true),
                high: (f64::INFINITY, true),
                texts: None,
                holds: None,
                known: None,
            });
            self.bounds.len() - 1
        });
        self.bounds.get_mut(at).is_none_or(|bounds| bounds.add(atom, holds))
    }
}

impl Bounds {
    fn add(&mut self, atom: &Atom, holds: bool) -> bool {
        match &atom.test {
            Test::Known => return self.fixed(|b| &mut b.known, holds) && (holds || !self.is_tested()),
            Test::IsTrue => {
                return self.fixed(|b| &mut b.holds, holds) && self.known != Some(false);
            }
            Test::Number(comparison, n) => self.number(*comparison, *n, holds),
            Test::TextEquals(text) => self.text(std::slice::from_ref(text), holds),
            Test::TextIn(list) => self.text(list, holds),
            _ => {}
        }
        // A test of an unknown value is never true. A value with a default has bounds of its own.
        let unknown = self.known == Some(false);
        let (low, high) = (self.low, self.high);
        let numbers = low.0 < high.0 || (low.0 <= high.0 && low.1 && high.1);
        numbers && !unknown && self.texts.as_ref().is_none_or(|texts| !texts.is_empty())
    }

    /// A test other than `known()` has been added.
    fn is_tested(&self) -> bool {
        self.low.0 > f64::NEG_INFINITY || self.high.0 < f64::INFINITY || self.texts.is_some() || self.holds.is_some()
    }

    fn fixed(&mut self, part: impl Fn(&mut Self) -> &mut Option<bool>, value: bool) -> bool {
        *part(self).get_or_insert(value) == value
    }

    fn number(&mut self, comparison: Comparison, n: f64, holds: bool) {
        let (up, down) = match (comparison, holds) {
            (Comparison::Less, true) | (Comparison::GreaterOrEqual, false) => (None, Some((n, false))),
            (Comparison::LessOrEqual, true) | (Comparison::Greater, false) => (None, Some((n, true))),
            (Comparison::Greater, true) | (Comparison::LessOrEqual, false) => (Some((n, false)), None),
            (Comparison::GreaterOrEqual, true) | (Comparison::Less, false) => (Some((n, true)), None),
            (Comparison::Equal, true) => (Some((n, true)), Some((n, true))),
            (Comparison::Equal, false) => {
                // Only where nothing else is left.
                let only = |end: (f64, bool)| (end.0 - n).abs() <= 0.0;
                if only(self.low) && only(self.high) {
                    self.low.1 = false;
                }
                return;
            }
        };
        if let Some((n, included)) = up
            && (n > self.low.0 || (n >= self.low.0 && !included))
        {
            self.low = (n, included);
        }
        if let Some((n, included)) = down
            && (n < self.high.0 || (n <= self.high.0 && !included))
        {
            self.high = (n, included);
        }
    }

    fn text(&mut self, list: &[String], holds: bool) {
        match &mut self.texts {
            Some(texts) => texts.retain(|text| list.contains(text) == holds),
            None if holds => self.texts = Some(list.to_vec()),
            None => {}
        }
    }
}

impl Lowering<'_, '_, '_> {
    /// Reports every part of an expression whose tests cannot hold together. The expression compiled without
    /// problems before.
    pub(super) fn contradictions(&mut self, expr: &IdedExpr) {
        let mut pending = vec![expr];
        while let Some(expr) = pending.pop() {
            let mut parts = Vec::new();
            conjuncts(expr, &mut parts);
            if parts.len() > 1 {
                self.report_contradiction(&parts);
            }
            for part in parts {
                if let Expr::Call(call) = &part.expr {
                    let operators = ["_&&_", "_||_", "!_", "_?_:_"];
                    if operators.contains(&call.func_name.as_str()) && !std::ptr::eq(part, expr) {
                        pending.push(part);
                    } else if operators.contains(&call.func_name.as_str()) {
                        pending.extend(&call.args);
                    }
                }
            }
        }
    }

    fn report_contradiction(&mut self, parts: &[&IdedExpr]) {
        let mut together = Conjunction::default();
        for (index, part) in parts.iter().enumerate() {
            let Some(program) = self.truth(part) else { return };
            let possible = match program.as_slice() {
                [Op::Const(holds)] => *holds,
                [Op::Atom(atom)] => self.add(&mut together, *atom, true),
                [Op::Atom(atom), Op::Not] => self.add(&mut together, *atom, false),
                _ => true,
            };
            if possible {
                continue;
            }
            let place = self.place(part);
            let message = "this can never be true together with what stands before it";
            let help = "correct one of the two, or write || where either will do";
            // The first part before it that contradicts it alone, if there is one.
            let other = parts.iter().take(index).find(|other| self.exclude(other, part)).map(|other| self.place(other));
            match other {
                Some(other) => {
                    self.sink.report_with(Code::NeverTrue, place, message, help, (other, "this excludes it"));
                }
                None => self.sink.report(Code::NeverTrue, place, message, help),
            }
            return;
        }
    }

    fn exclude(&mut self, a: &IdedExpr, b: &IdedExpr) -> bool {
        let mut together = Conjunction::default();
        [a, b].into_iter().any(|part| match self.truth(part).as_deref() {
            Some([Op::Atom(atom)]) => !self.add(&mut together, *atom, true),
            Some([Op::Atom(atom), Op::Not]) => !self.add(&mut together, *atom, false),
            _ => false,
        })
    }

    fn add(&mut self, together: &mut Conjunction, atom: u32, holds: bool) -> bool {
        self.compiler.atoms.get(atom).is_none_or(|atom| together.add(atom, holds))
    }
}

/// The parts of `a && b && c`, or the expression itself.
fn conjuncts<'e>(expr: &'e IdedExpr, parts: &mut Vec<&'e IdedExpr>) {
    let mut pending = vec![expr];
    while let Some(expr) = pending.pop() {
        match &expr.expr {
            Expr::Call(call) if call.func_name == "_&&_" => pending.extend(call.args.iter().rev()),
            _ => parts.push(expr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attune_core::attribute::Attribute;
    use attune_core::bundle::AttributeRef;
    use proptest::prelude::*;

    fn atom(comparison: Comparison, n: f64) -> Atom {
        let subject = AttributeRef { attribute: Attribute::CartItems, argument: None };
        Atom { subject, default: None, test: Test::Number(comparison, n) }
    }

    fn holds(comparison: Comparison, x: f64, n: f64) -> bool {
        match comparison {
            Comparison::Less => x < n,
            Comparison::LessOrEqual => x <= n,
            Comparison::Greater => x > n,
            Comparison::GreaterOrEqual => x >= n,
            Comparison::Equal => (x - n).abs() < 0.01,
        }
    }

    proptest! {
        /// What some value satisfies is never called a contradiction.
        #[test]
        fn only_impossible_conditions_are_reported(tests in prop::collection::vec((0_u8..5, 0_i32..4, any::<bool>()), 1..6)) {
            let tests: Vec<_> = tests.into_iter().map(|(c, n, positive)| {
                let comparison = [Comparison::Less, Comparison::LessOrEqual, Comparison::Greater, Comparison::GreaterOrEqual, Comparison::Equal]
                    .into_iter().nth(usize::from(c)).unwrap_or(Comparison::Equal);
                (comparison, f64::from(n), positive)
            }).collect();
            let mut together = Conjunction::default();
            let possible = tests.iter().all(|(c, n, positive)| together.add(&atom(*c, *n), *positive));
            let satisfied = (-2..12).map(|x| f64::from(x) / 2.0).any(|x| tests.iter().all(|(c, n, p)| holds(*c, x, *n) == *p));
            prop_assert!(possible || !satisfied, "{tests:?}");
        }
    }
}
