//! Comparisons of an attribute with constants, checked by type.

use super::constant::date_days;
use super::time::has_gone_by;
use super::{Constant, Meaning, Step, Subject, Work, closed};
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::{Attribute, Kind};
use attune_core::bundle::{Atom, Comparison, Literal, Op, Program, Test, TextTest};
use attune_core::limits;
use attune_core::segment::Version;
use cel::common::ast::IdedExpr;

impl Work<'_, '_, '_> {
    /// `subject operator constant`; the operator is CEL's.
    pub(super) fn compare(&mut self, subject: &Subject, operator: &str, constant: &Constant, at: &IdedExpr) -> Meaning {
        if subject.step == Step::Version || matches!(constant, Constant::Version(_)) {
            return self.compare_versions(subject, operator, constant, at);
        }
        let Some(literal) = self.fit(subject, constant, at) else {
            return Meaning::Bad;
        };
        // `2 * x + 3 > 9` asks what `x > 3` asks, and shares its atom.
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
    pub(super) fn among(&mut self, subject: &Subject, mut texts: Vec<String>) -> Meaning {
        let test = match texts.len() {
            1 => Test::TextEquals(texts.remove(0)),
            2..=limits::LIST_INLINE_MAX => Test::TextIn(texts),
            _ => Test::TextInList(self.compiler.large.list(&texts)),
        };
        Meaning::Condition(vec![self.atom(subject, test)])
    }

    fn compare_versions(&mut self, subject: &Subject, operator: &str, constant: &Constant, at: &IdedExpr) -> Meaning {
        let (Step::Version, Constant::Version(version)) = (subject.step, constant) else {
            self.report(
                Code::TypeMismatch,
                at,
                "a version is compared with what is none",
                format!("write version({}) >= version(\"2.10.0\")", subject.name()),
            );
            return Meaning::Bad;
        };
        let mut program = vec![self.atom(subject, Test::Version(comparison(operator), version.clone()))];
        if operator == "_!=_" {
            program.push(Op::Not);
        }
        Meaning::Condition(program)
    }

    /// Two attributes of one type: `cart.value > 2 * orders.average`, `page.category == top_interest.name`.
    pub(super) fn compare_attributes(
        &mut self,
        left: &Subject,
        operator: &str,
        right: &Subject,
        at: &IdedExpr,
    ) -> Meaning {
        let plain = |subject: &Subject| subject.step == Step::None;
        let reference = &right.reference;
        let equality = matches!(operator, "_==_" | "_!=_");
        let (test, operator) = match (left.kind(), left.step, right.step) {
            _ if left.kind() != right.kind() || right.default.is_some() => (None, operator),
            // Of two such values nothing can be said in one test.
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
        if !self.short_enough(&text, argument)
            || (function != "matches" && !self.lower_enough(subject, &text, argument))
        {
            return Meaning::Bad;
        }
        let wanted = match function {
            "startsWith" => Test::StartsWith(text),
            "endsWith" => Test::EndsWith(text),
            "matches" => match self.compiler.large.pattern(&text) {
                Ok(number) => Test::Matches(number),
                Err(why) => {
                    let help = "write a regular expression of RE2, such as \"^/(sale|outlet)/\"";
                    self.report(Code::BadPatternText, argument, format!("the expression cannot be used: {why}"), help);
                    return Meaning::Bad;
                }
            },
            _ => Test::Contains(text),
        };
        Meaning::Condition(vec![self.atom(subject, wanted)])
    }

    pub(super) fn atom(&mut self, subject: &Subject, test: Test) -> Op {
        let test = match (subject.step, test) {
            (Step::Lowered, test) => lowered(test),
            (Step::Remainder(divisor), Test::Number(comparison, than)) => Test::Remainder(divisor, comparison, than),
            (Step::Length, Test::Number(comparison, than)) => Test::Length(comparison, than),
            (_, test) => test,
        };
        Op::Atom(self.compiler.atoms.number(Atom {
            subject: subject.reference.clone(),
            default: subject.default.clone(),
            test,
        }))
    }

    /// A text in lower case never has a capital in it.
    fn lower_enough(&mut self, subject: &Subject, text: &str, at: &IdedExpr) -> bool {
        let never = subject.step == Step::Lowered && text.bytes().any(|byte| byte.is_ascii_uppercase());
        if never {
            self.report(
                Code::UnknownValue,
                at,
                format!("after lowerAscii() there is no capital, so it is never \"{text}\""),
                format!("write \"{}\"", text.to_ascii_lowercase()),
            );
        }
        !never
    }

    pub(super) fn short_enough(&mut self, text: &str, at: &IdedExpr) -> bool {
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
                self.is_remainder(subject, *n, at).then_some(Literal::Number(*n))
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
            (Kind::Time, Constant::Time(n)) => Some(Literal::Number(*n)),
            (Kind::Text, Constant::Text(text)) if subject.step == Step::Lowered => {
                let good = self.short_enough(text, at) && self.lower_enough(subject, text, at);
                good.then(|| Literal::Text(text.clone()))
            }
            (Kind::Text, Constant::Text(text)) => {
                let text = &if closed::is_category(subject) { self.category(text) } else { text.clone() };
                // What stands in for unknown need be no value of the attribute's, and may be asked for.
                let stands_in = matches!(&subject.default, Some(Literal::Text(default)) if default == text);
                let good = self.short_enough(text, at) && (stands_in || self.possible(subject, text, at));
                good.then(|| Literal::Text(text.clone()))
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
                format!("write a plain number: {}", subject.reference.attribute.meaning())
            }
            (Kind::Number | Kind::Money, _) => "write a number without quotes".to_owned(),
            (Kind::Text, _) => "write a text in quotes".to_owned(),
            (Kind::Date, _) => "write a date in quotes: \"2026-11-27\"".to_owned(),
            (Kind::Bool, _) => format!("write `{}` or `!{}`", subject.name(), subject.name()),
            (Kind::Duration, _) => "write a length of time: hours(1)".to_owned(),
            (Kind::Time, _) => "write a moment: timestamp(\"2026-11-27T18:00:00Z\")".to_owned(),
            (Kind::Place, _) => "ask geo.near(51.5, -0.13, 30): latitude, longitude, kilometres".to_owned(),
        };
        self.report(
            Code::TypeMismatch,
            at,
            format!("`{}` is {}, not {}", subject.name(), kind(expected), constant.what()),
            help,
        );
    }

    /// Warns of a comparison that no value of the attribute can pass.
    fn reachable(&mut self, subject: &Subject, comparison: Comparison, number: f64, at: &IdedExpr) {
        let plain = subject.default.is_none() && matches!(subject.step, Step::None | Step::Linear(..));
        let gone = |now_s| has_gone_by(subject.reference.attribute, comparison, number, now_s);
        if plain && subject.step == Step::None && self.sink.around().now_s.is_some_and(gone) {
            let message = "this moment has gone by, so this is never true again";
            self.report(Code::Past, at, message, "correct the date, or take the comparison out");
        }
        let Some((low, high)) = closed::range(subject.reference.attribute).filter(|_| plain) else { return };
        let never = match comparison {
            Comparison::Less => number <= low,
            Comparison::LessOrEqual => number < low,
            Comparison::Greater => number >= high,
            Comparison::GreaterOrEqual => number > high,
            Comparison::Equal => number < low || number > high,
        };
        if never {
            let name = Subject { step: Step::None, ..subject.clone() }.name();
            let message = match (high.is_finite(), low > 0.0) {
                (true, _) => format!("`{name}` is {low} to {high}, so this is never true"),
                (false, true) => format!("`{name}` is at least {low}, so this is never true"),
                (false, false) => format!("`{name}` is never below 0, so this is never true"),
            };
            let help = "compare it with a value that it can have, or take the comparison out";
            self.report(Code::NeverTrue, at, message, help);
        }
    }

    /// Whether a remainder can be this number; of anything else that is not asked.
    fn is_remainder(&mut self, subject: &Subject, number: f64, at: &IdedExpr) -> bool {
        let Step::Remainder(divisor) = subject.step else { return true };
        let possible = number.fract().abs() <= 0.0 && (0.0..f64::from(divisor)).contains(&number);
        if !possible {
            self.report(
                Code::UnknownValue,
                at,
                format!("`{}` is never {number}", subject.name()),
                format!("write a whole number from 0 to {}", divisor - 1),
            );
        }
        possible
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
        let help = match closed::values(&subject.reference, &self.compiler.scope) {
            Some(values) if values.contains(&text) => return true,
            Some(values) => match suggest::country(text).filter(|_| attribute == Attribute::GeoCountry) {
                Some(code) => format!("did you mean `{code}`?"),
                None => suggest::help(text, values.iter().copied(), "define it first"),
            },
            None => return true,
        };
        if closed::is_category(subject) {
            let message = format!("the catalogue has no category \"{text}\"");
            self.report(Code::UnknownCategory, at, message, help);
            // A category may come with the next delivery: a warning.
            return true;
        }
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
        Kind::Time => "a moment",
        Kind::Place => "a place",
    }
}

fn comparison(operator: &str) -> Comparison {
    match operator {
        "_<_" => Comparison::Less,
        "_<=_" => Comparison::LessOrEqual,
        "_>_" => Comparison::Greater,
        "_>=_" => Comparison::GreaterOrEqual,
        _ => Comparison::Equal,
    }
}

/// The operator with its sides exchanged.
pub(super) fn mirrored(operator: &str) -> &str {
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

/// The test after lower-casing. What does not look at text has no subject of text.
fn lowered(of: Test) -> Test {
    Test::Lowered(match of {
        Test::TextEquals(word) => TextTest::Equals(word),
        Test::TextIn(list) => TextTest::In(list),
        Test::TextInList(list) => TextTest::InList(list),
        Test::StartsWith(word) => TextTest::StartsWith(word),
        Test::EndsWith(word) => TextTest::EndsWith(word),
        Test::Contains(word) => TextTest::Contains(word),
        Test::Matches(pattern) => TextTest::Matches(pattern),
        other => return other,
    })
}

/// A version that can be read, as a constant.
pub(super) fn version(text: &str) -> Option<Constant> {
    Version::parse(text).map(|_| Constant::Version(text.to_owned()))
}
