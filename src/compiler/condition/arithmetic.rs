//! Arithmetic: of constants, and of one attribute with constants.

use super::constant::{self, Constant};
use super::lowering::{Lowering, Meaning};
use super::subject::{Step, Subject};
use crate::codes::Code;
use attune_core::attribute::{Attribute, Kind};
use cel::common::ast::IdedExpr;

impl Lowering<'_, '_, '_> {
    pub(super) fn arithmetic(&mut self, expr: &IdedExpr, operator: &str, a: &IdedExpr, b: &IdedExpr) -> Meaning {
        match (self.meaning(a), self.meaning(b)) {
            (Meaning::Bad, _) | (_, Meaning::Bad) => Meaning::Bad,
            (Meaning::Constant(x), Meaning::Constant(y)) => {
                if let Some(folded) = constant::fold(operator, &x, &y) {
                    return Meaning::Constant(folded);
                }
                self.report(
                    Code::TypeMismatch,
                    expr,
                    format!("{} and {} do not combine like this", x.describe(), y.describe()),
                    "combine numbers with numbers and lengths of time with lengths of time; never divide by 0",
                );
                Meaning::Bad
            }
            (Meaning::Subject(subject), other) if operator == "_%_" => self.remainder(expr, Some(subject), &other),
            (other, Meaning::Subject(_)) if operator == "_%_" => self.remainder(expr, None, &other),
            (Meaning::Subject(subject), Meaning::Constant(constant)) => {
                self.shifted(expr, operator, subject, &constant, false)
            }
            (Meaning::Constant(constant), Meaning::Subject(subject)) => {
                self.shifted(expr, operator, subject, &constant, true)
            }
            (Meaning::Subject(_), Meaning::Subject(_)) => self.refused(
                expr,
                "one side of a comparison reckons with one attribute",
                "put the other one on the other side: cart.value > 2 * orders.average + 10",
            ),
            (Meaning::Choice(..), _) | (_, Meaning::Choice(..)) => self.refused(
                expr,
                "a choice between two values is compared, not reckoned with",
                "put the arithmetic into both: cart.value > (geo.eu ? 25 + 5 : 30 + 5)",
            ),
            _ => self.refused(
                expr,
                "a condition is no number",
                "join conditions with && and ||; write (condition ? 1 : 0) to count one",
            ),
        }
    }

    /// `-x`.
    pub(super) fn negative(&mut self, expr: &IdedExpr, operand: &IdedExpr) -> Meaning {
        match self.meaning(operand) {
            Meaning::Constant(Constant::Number(n)) => Meaning::Constant(Constant::Number(-n)),
            Meaning::Constant(Constant::Span(n)) => Meaning::Constant(Constant::Span(-n)),
            Meaning::Subject(subject) if !matches!(subject.kind(), Kind::Bool | Kind::Text | Kind::Place) => {
                let minus = Constant::Number(-1.0);
                self.shifted(expr, "_*_", subject, &minus, false)
            }
            Meaning::Bad => Meaning::Bad,
            _ => self.refused(expr, "this has no opposite number", "write !(...) for the opposite of a condition"),
        }
    }

    /// `visit.count % 3`, of a subject that stands to the left.
    fn remainder(&mut self, expr: &IdedExpr, subject: Option<Subject>, divisor: &Meaning) -> Meaning {
        let fraction = |subject: &Subject| {
            let attribute = subject.reference.attribute;
            matches!(attribute, Attribute::InterestScore | Attribute::TopInterestScore | Attribute::Signal)
        };
        let count = subject.filter(|s| s.kind() == Kind::Number && s.step == Step::None && !fraction(s));
        if let (Some(subject), Meaning::Constant(Constant::Number(n))) = (count, divisor)
            && n.fract().abs() <= 0.0
            && (1.0..=f64::from(u32::MAX)).contains(n)
        {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: 1 to u32::MAX")]
            return Meaning::Subject(Subject { step: Step::Remainder(*n as u32), ..subject });
        }
        self.report(
            Code::TypeMismatch,
            expr,
            "`%` divides a count by a whole number of at least 1",
            "write visit.count % 3 == 0: of counts, hours and weekdays only, with nothing added before it",
        );
        Meaning::Bad
    }

    /// An attribute in arithmetic with one constant, which stands on its left when `before`.
    fn shifted(
        &mut self,
        expr: &IdedExpr,
        operator: &str,
        subject: Subject,
        constant: &Constant,
        before: bool,
    ) -> Meaning {
        const DAY_S: f64 = 86_400.0;
        let (factor, offset) = match subject.step {
            Step::None => (1.0, 0.0),
            Step::Linear(factor, offset) => (factor, offset),
            _ => (0.0, 0.0),
        };
        let amount = match (subject.kind(), constant) {
            (Kind::Number | Kind::Money, Constant::Number(n)) => Some(*n),
            (Kind::Duration | Kind::Date | Kind::Time, Constant::Number(n)) if matches!(operator, "_*_" | "_/_") => {
                // Twice a date has no meaning. Neither has `0 - date`, but it compares as one expects.
                (subject.kind() == Kind::Duration || n.abs() <= 1.0).then_some(*n)
            }
            (Kind::Duration | Kind::Time, Constant::Span(s)) if matches!(operator, "_+_" | "_-_") => Some(*s),
            (Kind::Date, Constant::Span(s)) if matches!(operator, "_+_" | "_-_") && s % DAY_S == 0.0 => Some(s / DAY_S),
            _ => None,
        };
        let step = amount.and_then(|n| match (operator, before) {
            ("_+_", _) => Some((factor, offset + n)),
            ("_-_", false) => Some((factor, offset - n)),
            ("_-_", true) => Some((-factor, n - offset)),
            ("_*_", _) => Some((factor * n, offset * n)),
            ("_/_", false) => Some((factor / n, offset / n)),
            _ => None,
        });
        match step {
            Some((factor, offset)) if factor.is_finite() && factor.abs() > 0.0 && offset.is_finite() => {
                Meaning::Subject(Subject { step: Step::Linear(factor, offset), ..subject })
            }
            _ => {
                self.report(
                    Code::TypeMismatch,
                    expr,
                    format!("`{}` and {} do not combine like this", subject.name(), constant.describe()),
                    "add and subtract what has the same unit (days(7) to dates); multiply and divide by numbers other than 0",
                );
                Meaning::Bad
            }
        }
    }
}
