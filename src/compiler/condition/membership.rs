//! `in`: whether a value is in a list that is written out, or in one with a name.

use super::closed;
use super::constant::Constant;
use super::lowering::{Lowering, Meaning};
use super::subject::{Subject, describe};
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::Kind;
use attune_core::bundle::{Comparison, Literal, Op, Program, Test};
use attune_core::limits;
use cel::common::ast::{Expr, IdedExpr};

impl Lowering<'_, '_, '_> {
    pub(super) fn membership(&mut self, expr: &IdedExpr, a: &IdedExpr, list: &IdedExpr) -> Meaning {
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

    /// `subject in [constants]`.
    fn one_of(&mut self, subject: &Subject, items: &[(Constant, IdedExpr)], at: &IdedExpr) -> Meaning {
        if items.is_empty() || items.len() > limits::LIST_MAX {
            self.report(
                Code::BadConstant,
                at,
                format!("the list has {} values", items.len()),
                format!("write 1 to {} values", limits::LIST_MAX),
            );
            return Meaning::Bad;
        }
        let mut texts = Vec::new();
        let mut program = Program::new();
        let mut good = true;
        for (constant, expr) in items {
            match self.fit(subject, constant, expr) {
                Some(Literal::Text(text)) => texts.push(text),
                Some(Literal::Number(n)) => {
                    self.reachable(subject, Comparison::Equal, n, expr);
                    let first = program.is_empty();
                    program.push(self.atom(subject, Test::Number(Comparison::Equal, n)));
                    if !first {
                        program.push(Op::Or);
                    }
                }
                Some(Literal::Bool(_)) => {
                    self.report(
                        Code::TypeMismatch,
                        expr,
                        "a list of true and false decides nothing",
                        format!("write `{}` or `!{}`", subject.name(), subject.name()),
                    );
                    good = false;
                }
                None => good = false,
            }
        }
        if !good {
            return Meaning::Bad;
        }
        texts.sort_unstable();
        texts.dedup();
        if texts.is_empty() { Meaning::Condition(program) } else { self.among(subject, texts) }
    }

    /// The value is one of these texts, sorted.
    fn among(&mut self, subject: &Subject, mut texts: Vec<String>) -> Meaning {
        let test = match texts.len() {
            1 => Test::TextEquals(texts.remove(0)),
            2..=limits::LIST_INLINE_MAX => Test::TextIn(texts),
            _ => Test::TextInList(self.compiler.large.list(&texts)),
        };
        Meaning::Condition(vec![self.atom(subject, test)])
    }

    /// `subject in list("clearance")`.
    fn in_named_list(&mut self, subject: &Subject, expr: &IdedExpr, args: &[IdedExpr]) -> Meaning {
        let key = match args {
            [argument] => match self.meaning(argument) {
                Meaning::Constant(Constant::Text(key)) => Some(key),
                Meaning::Bad => return Meaning::Bad,
                _ => None,
            },
            _ => None,
        };
        let Some(key) = key else {
            return self.wrong_call(expr, "list takes the name of a list", "write page.sku in list(\"clearance\")");
        };
        if subject.kind() != Kind::Text {
            let message = format!("`{}` is {}, and lists hold texts", subject.name(), describe(subject.kind()));
            self.report(Code::TypeMismatch, expr, message, "compare it with numbers: in [1, 2]");
            return Meaning::Bad;
        }
        let lists = self.compiler.scope.lists;
        let Some(list) = lists.iter().find(|list| list.key == key) else {
            let help = suggest::help(&key, lists.iter().map(|list| list.key.as_str()), "define it under [lists]");
            self.report(Code::UnknownList, expr, format!("there is no list `{key}`"), help);
            return Meaning::Bad;
        };
        let number = if closed::is_category(subject) {
            let mut keys: Vec<String> = list.values.iter().map(|name| self.category(name)).collect();
            keys.sort_unstable();
            keys.dedup();
            self.compiler.large.list(&keys)
        } else {
            self.compiler.large.list(&list.values)
        };
        if list.is_private {
            self.compiler.large.private.insert(number, key.clone());
        }
        self.compiler.large.named.insert(key);
        Meaning::Condition(vec![self.atom(subject, Test::TextInList(number))])
    }
}
