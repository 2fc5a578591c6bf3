//! Expressions to programs.

use super::compare::mirrored;
use super::constant;
use super::resolve::path;
use super::{Constant, Meaning, Step, Subject, Work, compare};
use crate::codes::Code;
use attune_core::attribute::{Attribute, Kind};
use attune_core::bundle::{Op, Program, Test};
use attune_core::limits;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

impl Work<'_, '_, '_> {
    /// The program of an expression that must be true or false.
    pub(super) fn truth(&mut self, expr: &IdedExpr) -> Option<Program> {
        let meaning = self.meaning(expr);
        self.truth_of(meaning, expr)
    }

    fn truth_of(&mut self, meaning: Meaning, expr: &IdedExpr) -> Option<Program> {
        let (what, help) = match meaning {
            Meaning::Condition(program) => return Some(program),
            Meaning::Constant(Constant::Bool(value)) => return Some(vec![Op::Const(value)]),
            Meaning::Subject(subject) if subject.kind() == Kind::Bool => {
                return Some(vec![self.atom(&subject, Test::IsTrue)]);
            }
            Meaning::Choice(mut condition, yes, no) => {
                let (yes, no) = (self.truth_of(*yes, expr)?, self.truth_of(*no, expr)?);
                condition.extend(yes);
                condition.extend(no);
                condition.push(Op::Choose);
                return Some(condition);
            }
            Meaning::Bad => return None,
            Meaning::Subject(subject) => {
                let name = subject.name();
                let help = match subject.kind() {
                    _ if matches!(subject.step, Step::Remainder(_) | Step::Length) => {
                        format!("compare it: {name} == 1")
                    }
                    Kind::Text => format!("compare it: {name} == \"...\", or ask known({name})"),
                    Kind::Duration => format!("compare it: {name} > hours(1), or ask known({name})"),
                    Kind::Time => format!("compare it: {name} >= timestamp(\"2026-11-27T18:00:00Z\")"),
                    Kind::Date => format!("compare it: {name} >= \"2026-11-27\", or ask known({name})"),
                    _ => format!("compare it: {name} > 0, or ask known({name})"),
                };
                (format!("`{name}` is {}", compare::kind(subject.kind())), help)
            }
            Meaning::Constant(constant) => {
                (format!("this is {}", constant.what()), "write a comparison such as cart.items > 0".to_owned())
            }
        };
        self.report(Code::NotACondition, expr, format!("{what}, where true or false is needed"), help);
        None
    }

    pub(super) fn meaning(&mut self, expr: &IdedExpr) -> Meaning {
        match &expr.expr {
            Expr::Literal(LiteralValue::Boolean(b)) => Meaning::Constant(Constant::Bool(*b.inner())),
            #[expect(clippy::cast_precision_loss, reason = "exact below 2^53, far above any count")]
            Expr::Literal(LiteralValue::Int(n)) => Meaning::Constant(Constant::Number(*n.inner() as f64)),
            #[expect(clippy::cast_precision_loss, reason = "exact below 2^53, far above any count")]
            Expr::Literal(LiteralValue::UInt(n)) => Meaning::Constant(Constant::Number(*n.inner() as f64)),
            Expr::Literal(LiteralValue::Double(n)) if n.inner().is_finite() => {
                Meaning::Constant(Constant::Number(*n.inner()))
            }
            Expr::Literal(LiteralValue::String(text)) => Meaning::Constant(Constant::Text(text.inner().to_owned())),
            Expr::Literal(_) => self.refused(
                expr,
                "null and bytes are no values of an attribute",
                "ask known(cart.value) whether a value is known, or or_default(cart.value, 0)",
            ),
            // CEL's has() asks what known() asks.
            Expr::Select(select) if select.test => match path(&select.operand) {
                Some(operand) => match self.named(expr, &format!("{operand}.{}", select.field)) {
                    Meaning::Subject(subject) => Meaning::Condition(vec![self.atom(&subject, Test::Known)]),
                    other => other,
                },
                None => self.computed(expr),
            },
            Expr::Ident(_) | Expr::Select(_) => self.name(expr),
            Expr::Call(call) => self.call(expr, call),
            Expr::List(_) => self.refused(
                expr,
                "a list stands only to the right of `in`",
                "write geo.country in [\"GB\", \"IE\"]",
            ),
            Expr::Comprehension(_) => self.refused(
                expr,
                "no attribute is a list, so there is nothing to go through with all, exists, map or filter",
                "ask one by one: cart.has(\"22423\") || cart.has(\"22424\"), orders.has(...), viewed(...); or page.sku in [\"22423\", \"22424\"]",
            ),
            Expr::Map(_) | Expr::Struct(_) => {
                self.refused(expr, "no attribute is a map or a message", "compare the parts one by one, joined by &&")
            }
            Expr::Unspecified => Meaning::Bad,
        }
    }

    /// Reports what is CEL, and no part of a condition.
    pub(super) fn refused(&mut self, expr: &IdedExpr, message: impl Into<String>, help: impl Into<String>) -> Meaning {
        self.report(Code::CelNotYet, expr, message, help);
        Meaning::Bad
    }

    pub(super) fn computed(&mut self, expr: &IdedExpr) -> Meaning {
        self.refused(
            expr,
            "what is computed has no fields",
            "write attributes in full, such as orders.last.value or page.query[\"utm_source\"]",
        )
    }

    fn call(&mut self, expr: &IdedExpr, call: &CallExpr) -> Meaning {
        match (call.func_name.as_str(), call.args.as_slice()) {
            ("_&&_", [a, b]) => self.both(a, b, Op::And),
            ("_||_", [a, b]) => self.both(a, b, Op::Or),
            ("!_", [a]) => self.negated(a),
            ("_?_:_", [c, a, b]) => self.choice(c, a, b),
            ("_==_" | "_!=_" | "_<_" | "_<=_" | "_>_" | "_>=_", [a, b]) => self.comparison(expr, &call.func_name, a, b),
            ("@in", [a, list]) => self.membership(expr, a, list),
            ("_+_" | "_-_" | "_*_" | "_/_" | "_%_", [a, b]) => self.arithmetic(expr, &call.func_name, a, b),
            ("-_", [a]) => match self.meaning(a) {
                Meaning::Constant(Constant::Number(n)) => Meaning::Constant(Constant::Number(-n)),
                Meaning::Constant(Constant::Span(n)) => Meaning::Constant(Constant::Span(-n)),
                Meaning::Subject(subject) if !matches!(subject.kind(), Kind::Bool | Kind::Text | Kind::Place) => {
                    let minus = Constant::Number(-1.0);
                    self.shifted(expr, "_*_", subject, &minus, false)
                }
                Meaning::Bad => Meaning::Bad,
                _ => self.refused(expr, "this has no opposite number", "write !(...) for the opposite of a condition"),
            },
            ("_[_]", [operand, argument]) => match path(operand) {
                Some(name) => self.with_argument(expr, &name, std::slice::from_ref(argument), false),
                None => self.computed(expr),
            },
            _ => self.function(expr, call),
        }
    }

    fn both(&mut self, a: &IdedExpr, b: &IdedExpr, op: Op) -> Meaning {
        // Both sides are compiled, so that the problems of both are found.
        let (a, b) = (self.truth(a), self.truth(b));
        let (Some(mut program), Some(b)) = (a, b) else {
            return Meaning::Bad;
        };
        program.extend(b);
        program.push(op);
        Meaning::Condition(program)
    }

    fn negated(&mut self, a: &IdedExpr) -> Meaning {
        self.truth(a).map_or(Meaning::Bad, |mut program| {
            program.push(Op::Not);
            Meaning::Condition(program)
        })
    }

    fn choice(&mut self, c: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Meaning {
        let (condition, yes, no) = (self.truth(c), self.meaning(a), self.meaning(b));
        let Some(mut program) = condition else {
            return Meaning::Bad;
        };
        match (yes, no) {
            (Meaning::Bad, _) | (_, Meaning::Bad) => Meaning::Bad,
            (yes, no) if is_value(&yes) && is_value(&no) => Meaning::Choice(program, Box::new(yes), Box::new(no)),
            (yes, no) => {
                let (yes, no) = (self.truth_of(yes, a), self.truth_of(no, b));
                let (Some(yes), Some(no)) = (yes, no) else {
                    return Meaning::Bad;
                };
                program.extend(yes);
                program.extend(no);
                program.push(Op::Choose);
                Meaning::Condition(program)
            }
        }
    }

    fn comparison(&mut self, expr: &IdedExpr, operator: &str, a: &IdedExpr, b: &IdedExpr) -> Meaning {
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
                    format!("{} is compared with {}", x.what(), y.what()),
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

    fn membership(&mut self, expr: &IdedExpr, a: &IdedExpr, list: &IdedExpr) -> Meaning {
        let subject = self.meaning(a);
        if let Expr::Call(call) = &list.expr
            && call.func_name == "list"
            && call.target.is_none()
        {
            return match subject {
                Meaning::Subject(subject) => self.in_named_list(&subject, list, &call.args),
                Meaning::Bad => Meaning::Bad,
                _ => self.not_in(a),
            };
        }
        let Expr::List(list) = &list.expr else {
            self.report(
                Code::CelNotYet,
                expr,
                "`in` needs a list of constants on its right",
                "write geo.country in [\"GB\", \"IE\"] or page.sku in list(\"clearance\"); for carts and views write cart.has(\"22423\")",
            );
            return Meaning::Bad;
        };
        let mut items = Vec::with_capacity(list.elements.len());
        for element in &list.elements {
            match self.meaning(element) {
                Meaning::Constant(constant) => items.push((constant, element.clone())),
                Meaning::Bad => return Meaning::Bad,
                _ => {
                    let help = "write texts in quotes or numbers; join other conditions with ||";
                    return self.refused(element, "a list holds constants only", help);
                }
            }
        }
        match subject {
            Meaning::Subject(subject) => self.one_of(&subject, &items, expr),
            Meaning::Bad => Meaning::Bad,
            _ => self.not_in(a),
        }
    }

    fn not_in(&mut self, expr: &IdedExpr) -> Meaning {
        let help = "write geo.country in [\"GB\", \"IE\"]; of carts and orders ask cart.has(\"22423\")";
        self.refused(expr, "to the left of `in` stands an attribute", help)
    }

    fn arithmetic(&mut self, expr: &IdedExpr, operator: &str, a: &IdedExpr, b: &IdedExpr) -> Meaning {
        match (self.meaning(a), self.meaning(b)) {
            (Meaning::Bad, _) | (_, Meaning::Bad) => Meaning::Bad,
            (Meaning::Constant(x), Meaning::Constant(y)) => {
                if let Some(folded) = constant::fold(operator, &x, &y) {
                    return Meaning::Constant(folded);
                }
                self.report(
                    Code::TypeMismatch,
                    expr,
                    format!("{} and {} do not combine like this", x.what(), y.what()),
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
                // Twice a date is nothing; `0 - date` is not either, but compares as one expects.
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
                    format!("`{}` and {} do not combine like this", subject.name(), constant.what()),
                    "add and subtract what has the same unit (days(7) to dates); multiply and divide by numbers other than 0",
                );
                Meaning::Bad
            }
        }
    }

    /// Whether a program is within the limits of the evaluator; if not, that is reported.
    pub(super) fn within_limits(&mut self, program: &Program) -> bool {
        let depth = depth(program);
        let good = program.len() <= limits::PROGRAM_OPS_MAX && depth <= limits::PROGRAM_DEPTH_MAX;
        if !good {
            let root = self.tree.root.clone();
            self.report(
                Code::ConditionTooLarge,
                &root,
                format!("the condition has {} steps, nested {depth} deep", program.len()),
                format!(
                    "at most {} steps, nested {} deep, are possible: split it into segments and use in_segment",
                    limits::PROGRAM_OPS_MAX,
                    limits::PROGRAM_DEPTH_MAX
                ),
            );
        }
        good
    }
}

/// A value rather than a condition.
fn is_value(meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Constant(constant) => !matches!(constant, Constant::Bool(_)),
        Meaning::Subject(subject) => subject.kind() != Kind::Bool,
        Meaning::Choice(..) => true,
        Meaning::Condition(_) | Meaning::Bad => false,
    }
}

/// The deepest stack that a program needs.
pub(crate) fn depth(program: &[Op]) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for op in program {
        match op {
            Op::Atom(_) | Op::Segment(_) | Op::Const(_) => now += 1,
            Op::Not => {}
            Op::And | Op::Or => now = now.saturating_sub(1),
            Op::Choose => now = now.saturating_sub(2),
        }
        deepest = deepest.max(now);
    }
    deepest
}
