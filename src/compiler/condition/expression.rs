//! Expressions to programs.

use super::constant::Constant;
use super::lowering::{Lowering, Meaning};
use super::resolve::path;
use super::subject::{Step, describe};
use crate::codes::Code;
use attune_core::attribute::Kind;
use attune_core::bundle::{Op, Program, Test};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

impl Lowering<'_, '_, '_> {
    /// The program of an expression that must be true or false.
    pub(super) fn truth(&mut self, expr: &IdedExpr) -> Option<Program> {
        let meaning = self.meaning(expr);
        self.truth_of(meaning, expr)
    }

    pub(super) fn truth_of(&mut self, meaning: Meaning, expr: &IdedExpr) -> Option<Program> {
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
                (format!("`{name}` is {}", describe(subject.kind())), help)
            }
            Meaning::Constant(constant) => {
                (format!("this is {}", constant.describe()), "write a comparison such as cart.items > 0".to_owned())
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
            // CEL's has() is known().
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
            ("-_", [a]) => self.negative(expr, a),
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
