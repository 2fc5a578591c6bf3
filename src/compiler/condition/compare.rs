//! Comparisons: of attributes with constants, and of two attributes, checked by type.

use super::constant::{self, Constant};
use super::lowering::{Lowering, Meaning};
use super::subject::{Step, Subject};
use crate::codes::Code;
use attune_core::attribute::Kind;
use attune_core::bundle::{Comparison, Literal, Op, Program, Test};
use cel::common::ast::IdedExpr;

impl Lowering<'_, '_, '_> {
    pub(super) fn comparison(&mut self, expr: &IdedExpr, operator: &str, a: &IdedExpr, b: &IdedExpr) -> Meaning {
        let (left, right) = (self.meaning(a), self.meaning(b));
        self.compared(expr, operator, (left, a), (right, b))
    }

    fn compared(
        &mut self,
        expr: &IdedExpr,
        operator: &str,
        (left, a): (Meaning, &IdedExpr),
        (right, b): (Meaning, &IdedExpr),
    ) -> Meaning {
        match (left, right) {
            (Meaning::Bad, _) | (_, Meaning::Bad) => Meaning::Bad,
            // (c ? x : y) < z is c ? x < z : y < z.
            (Meaning::Choice(condition, yes, no), other) => {
                let yes = self.compared(expr, operator, (*yes, a), (other.clone(), b));
                let no = self.compared(expr, operator, (*no, a), (other, b));
                self.chosen(condition, yes, no, expr)
            }
            (other, Meaning::Choice(condition, yes, no)) => {
                let yes = self.compared(expr, operator, (other.clone(), a), (*yes, b));
                let no = self.compared(expr, operator, (other, a), (*no, b));
                self.chosen(condition, yes, no, expr)
            }
            (Meaning::Subject(subject), Meaning::Constant(constant)) => self.compare(&subject, operator, &constant, b),
            (Meaning::Constant(constant), Meaning::Subject(subject)) => {
                self.compare(&subject, mirrored(operator), &constant, a)
            }
            (Meaning::Constant(x), Meaning::Constant(y)) => {
                if let Some(value) = constant::compare(operator, &x, &y) {
                    return Meaning::Constant(Constant::Bool(value));
                }
                self.report(
                    Code::TypeMismatch,
                    expr,
                    format!("{} is compared with {}", x.describe(), y.describe()),
                    "compare an attribute with a constant of its type",
                );
                Meaning::Bad
            }
            (Meaning::Condition(mut program), Meaning::Constant(Constant::Bool(value)))
            | (Meaning::Constant(Constant::Bool(value)), Meaning::Condition(mut program))
                if matches!(operator, "_==_" | "_!=_") =>
            {
                if value == (operator == "_!=_") {
                    program.push(Op::Not);
                }
                Meaning::Condition(program)
            }
            (Meaning::Subject(left), Meaning::Subject(right)) => self.compare_attributes(&left, operator, &right, expr),
            _ => {
                self.report(
                    Code::TypeMismatch,
                    expr,
                    "a condition is compared as if it were a value",
                    "join conditions with && and ||, negate with !",
                );
                Meaning::Bad
            }
        }
    }

    fn chosen(&mut self, mut condition: Program, yes: Meaning, no: Meaning, expr: &IdedExpr) -> Meaning {
        let (Some(yes), Some(no)) = (self.truth_of(yes, expr), self.truth_of(no, expr)) else {
            return Meaning::Bad;
        };
        condition.extend(yes);
        condition.extend(no);
        condition.push(Op::Choose);
        Meaning::Condition(condition)
    }

    /// `subject operator constant`; the operator is CEL's.
    fn compare(&mut self, subject: &Subject, operator: &str, constant: &Constant, at: &IdedExpr) -> Meaning {
        if subject.step == Step::Version || matches!(constant, Constant::Version(_)) {
            return self.compare_versions(subject, operator, constant, at);
        }
        let Some(literal) = self.fit(subject, constant, at) else {
            return Meaning::Bad;
        };
        // `2 * x + 3 > 9` is `x > 3`, and shares its atom.
        let (literal, operator) = match (literal, subject.step) {
            (Literal::Number(n), Step::Linear(factor, offset)) => {
                let operator = if factor < 0.0 { mirrored(operator) } else { operator };
                (Literal::Number((n - offset) / factor), operator)
            }
            (literal, _) => (literal, operator),
        };
        let negate = operator == "_!=_";
        let test = match (&literal, operator) {
            (Literal::Bool(value), "_==_" | "_!=_") => {
                let mut program = vec![self.atom(subject, Test::IsTrue)];
                if *value == negate {
                    program.push(Op::Not);
                }
                return Meaning::Condition(program);
            }
            (Literal::Text(text), "_==_" | "_!=_") => Test::TextEquals(text.clone()),
            (Literal::Number(n), _) => {
                if !negate {
                    self.reachable(subject, comparison(operator), *n, at);
                }
                Test::Number(comparison(operator), *n)
            }
            _ => {
                self.report(
                    Code::TypeMismatch,
                    at,
                    format!("`{}` has no order", subject.name()),
                    "compare it with == or !=",
                );
                return Meaning::Bad;
            }
        };
        let mut program = vec![self.atom(subject, test)];
        if negate {
            program.push(Op::Not);
        }
        Meaning::Condition(program)
    }

    /// Two attributes of one type: `cart.value > 2 * orders.average`, `page.category == top_interest.name`.
    fn compare_attributes(&mut self, left: &Subject, operator: &str, right: &Subject, at: &IdedExpr) -> Meaning {
        let plain = |subject: &Subject| subject.step == Step::None;
        let reference = &right.reference;
        let equality = matches!(operator, "_==_" | "_!=_");
        let (test, operator) = match (left.kind(), left.step, right.step) {
            _ if left.kind() != right.kind() || right.default.is_some() => (None, operator),
            // One test cannot compare two such values.
            (_, Step::Remainder(_) | Step::Length, _) | (_, _, Step::Remainder(_) | Step::Length) => (None, operator),
            (Kind::Text, ..) if equality && plain(left) && plain(right) => {
                (Some(Test::SameText(reference.clone())), operator)
            }
            (Kind::Text | Kind::Bool | Kind::Place, ..) => (None, operator),
            (_, left, right) => {
                // a * x + b < c * y + d is x < c / a * y + (d - b) / a, or > when a is below 0.
                let ((a, b), (c, d)) = (linear(left), linear(right));
                let operator = if a < 0.0 { mirrored(operator) } else { operator };
                let other = reference.clone();
                (Some(Test::Versus(comparison(operator), other, c / a, (d - b) / a)), operator)
            }
        };
        let Some(test) = test else {
            self.report(
                Code::TwoAttributes,
                at,
                format!("`{}` and `{}` cannot be compared like this", left.name(), right.name()),
                "compare numbers with numbers, money with money, texts by == or !=; or_default may stand on the left only",
            );
            return Meaning::Bad;
        };
        let mut program = vec![self.atom(left, test)];
        if operator == "_!=_" {
            program.push(Op::Not);
        }
        Meaning::Condition(program)
    }
}

pub(super) fn comparison(operator: &str) -> Comparison {
    match operator {
        "_<_" => Comparison::Less,
        "_<=_" => Comparison::LessOrEqual,
        "_>_" => Comparison::Greater,
        "_>=_" => Comparison::GreaterOrEqual,
        _ => Comparison::Equal,
    }
}

/// The operator with its sides exchanged.
fn mirrored(operator: &str) -> &str {
    match operator {
        "_<_" => "_>_",
        "_<=_" => "_>=_",
        "_>_" => "_<_",
        "_>=_" => "_<=_",
        same => same,
    }
}

fn linear(step: Step) -> (f64, f64) {
    match step {
        Step::Linear(factor, offset) => (factor, offset),
        _ => (1.0, 0.0),
    }
}
