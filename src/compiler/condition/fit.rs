//! Whether a constant is a value that the attribute can have.

use super::closed;
use super::constant::{Constant, date_days};
use super::lowering::Lowering;
use super::subject::{Step, Subject, describe};
use super::time::has_gone_by;
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::{Attribute, Kind};
use attune_core::bundle::{Comparison, Literal};
use cel::common::ast::IdedExpr;

impl Lowering<'_, '_, '_> {
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
                // A default may be a value that the attribute never has, and a test may compare with it.
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
            format!("`{}` is {}, not {}", subject.name(), describe(expected), constant.describe()),
            help,
        );
    }

    /// Warns of a comparison that no value of the attribute can pass.
    pub(super) fn reachable(&mut self, subject: &Subject, comparison: Comparison, number: f64, at: &IdedExpr) {
        let plain = subject.default.is_none() && matches!(subject.step, Step::None | Step::Linear(..));
        let gone = |now_s| has_gone_by(subject.reference.attribute, comparison, number, now_s);
        if plain && subject.step == Step::None && self.sink.around().now_s.is_some_and(gone) {
            let message = "this moment has gone by, so this is never true again";
            self.report(Code::Past, at, message, "correct the date, or take the comparison out");
        }
        let Some((low, high)) = subject.reference.attribute.range().filter(|_| plain) else { return };
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

    /// Whether a remainder can be this number. True for everything that is no remainder.
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
