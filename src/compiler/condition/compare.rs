//! Comparisons of an attribute with constants, checked by type.

use super::constant::date_days;
use super::{Constant, Meaning, Subject, Work, closed};
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::{Attribute, Kind};
use attune_core::bundle::{Atom, Comparison, Literal, Op, Program, Test};
use attune_core::limits;
use cel::common::ast::IdedExpr;

impl Work<'_, '_, '_> {
    /// `subject operator constant`; the operator is CEL's.
    pub(super) fn compare(&mut self, subject: &Subject, operator: &str, constant: &Constant, at: &IdedExpr) -> Meaning {
        let Some(literal) = self.fit(subject, constant, at) else {
            return Meaning::Bad;
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
                let comparison = match operator {
                    "_<_" => Comparison::Less,
                    "_<=_" => Comparison::LessOrEqual,
                    "_>_" => Comparison::Greater,
                    "_>=_" => Comparison::GreaterOrEqual,
                    _ => Comparison::Equal,
                };
                Test::Number(comparison, *n)
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

    /// `subject in [constants]`.
    pub(super) fn one_of(&mut self, subject: &Subject, items: &[(Constant, IdedExpr)], at: &IdedExpr) -> Meaning {
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
        if texts.len() == 1 {
            program.push(self.atom(subject, Test::TextEquals(texts.remove(0))));
        } else if !texts.is_empty() {
            program.push(self.atom(subject, Test::TextIn(texts)));
        }
        Meaning::Condition(program)
    }

    /// `subject.startsWith("x")` and its siblings.
    pub(super) fn text_test(
        &mut self,
        subject: &Subject,
        function: &str,
        argument: &IdedExpr,
        at: &IdedExpr,
    ) -> Meaning {
        let text = match self.meaning(argument) {
            Meaning::Constant(Constant::Text(text)) => text,
            Meaning::Bad => return Meaning::Bad,
            _ => {
                self.report(
                    Code::TypeMismatch,
                    argument,
                    format!("{function} takes a text in quotes"),
                    format!("write {}.{function}(\"...\")", subject.name()),
                );
                return Meaning::Bad;
            }
        };
        if subject.kind() != Kind::Text {
            self.report(
                Code::TypeMismatch,
                at,
                format!("{function} works on text, and `{}` is {}", subject.name(), kind(subject.kind())),
                "compare it with ==, <, <=, > or >=",
            );
            return Meaning::Bad;
        }
        if !self.short_enough(&text, argument) {
            return Meaning::Bad;
        }
        let wanted = match function {
            "startsWith" => Test::StartsWith(text),
            "endsWith" => Test::EndsWith(text),
            _ => Test::Contains(text),
        };
        Meaning::Condition(vec![self.atom(subject, wanted)])
    }

    pub(super) fn atom(&mut self, subject: &Subject, test: Test) -> Op {
        Op::Atom(self.compiler.atoms.number(Atom {
            subject: subject.reference.clone(),
            default: subject.default.clone(),
            test,
        }))
    }

    fn short_enough(&mut self, text: &str, at: &IdedExpr) -> bool {
        let short = text.len() <= limits::TEXT_BYTES_MAX;
        if !short {
            self.report(
                Code::OverLimit,
                at,
                format!("the text has {} bytes", text.len()),
                format!("at most {} are possible", limits::TEXT_BYTES_MAX),
            );
        }
        short
    }

    /// The constant as a value of the attribute's type; problems are reported.
    pub(super) fn fit(&mut self, subject: &Subject, constant: &Constant, at: &IdedExpr) -> Option<Literal> {
        match (subject.kind(), constant) {
            (Kind::Bool, Constant::Bool(b)) => Some(Literal::Bool(*b)),
            (Kind::Number | Kind::Money, Constant::Number(n)) | (Kind::Duration, Constant::Span(n)) => {
                Some(Literal::Number(*n))
            }
            (Kind::Date, Constant::Text(text)) => {
                if let Some(days) = date_days(text) {
                    return Some(Literal::Number(days));
                }
                self.report(
                    Code::BadConstant,
                    at,
                    format!("\"{text}\" is not a date"),
                    "write year, month and day: \"2026-11-27\"",
                );
                None
            }
            (Kind::Text, Constant::Text(text)) => {
                (self.short_enough(text, at) && self.possible(subject, text, at)).then(|| Literal::Text(text.clone()))
            }
            (expected, constant) => {
                self.mismatch(subject, expected, constant, at);
                None
            }
        }
    }

    fn mismatch(&mut self, subject: &Subject, expected: Kind, constant: &Constant, at: &IdedExpr) {
        let help = match (expected, constant) {
            (Kind::Duration, Constant::Number(_)) => {
                "write minutes(30), hours(1), days(7) or duration(\"1h30m\")".to_owned()
            }
            (Kind::Number, Constant::Span(_)) => {
                format!("write a plain number: {}", subject.reference.attribute.spec().meaning)
            }
            (Kind::Number | Kind::Money, _) => "write a number without quotes".to_owned(),
            (Kind::Text, _) => "write a text in quotes".to_owned(),
            (Kind::Date, _) => "write a date in quotes: \"2026-11-27\"".to_owned(),
            (Kind::Bool, _) => format!("write `{}` or `!{}`", subject.name(), subject.name()),
            (Kind::Duration, _) => "write a length of time: hours(1)".to_owned(),
        };
        self.report(
            Code::TypeMismatch,
            at,
            format!("`{}` is {}, not {}", subject.name(), kind(expected), constant.what()),
            help,
        );
    }

    /// Whether the attribute can have this value at all.
    fn possible(&mut self, subject: &Subject, text: &str, at: &IdedExpr) -> bool {
        let attribute = subject.reference.attribute;
        if attribute == Attribute::Language && text.chars().any(char::is_uppercase) {
            self.report(
                Code::UnknownValue,
                at,
                format!("`language` is in lower case, so it is never \"{text}\""),
                format!("write \"{}\"", text.to_lowercase()),
            );
            return false;
        }
        let help = match closed::values(attribute, &self.compiler.scope) {
            Some(values) if values.contains(&text) => return true,
            Some(values) => match suggest::country(text).filter(|_| attribute == Attribute::GeoCountry) {
                Some(code) => format!("did you mean `{code}`?"),
                None => suggest::help(text, values.iter().copied(), "define it first"),
            },
            None => return true,
        };
        self.report(Code::UnknownValue, at, format!("`{}` is never \"{text}\"", subject.name()), help);
        false
    }
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "a yes or no",
        Kind::Number => "a number",
        Kind::Money => "an amount of money",
        Kind::Duration => "a length of time",
        Kind::Date => "a date",
        Kind::Text => "text",
    }
}
