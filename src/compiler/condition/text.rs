//! Tests of texts: `startsWith`, `endsWith`, `contains`, `matches`, `size`, and the limits on the texts in conditions.

use super::constant::Constant;
use super::lowering::{Lowering, Meaning};
use super::subject::{Step, Subject, describe};
use crate::codes::Code;
use attune_core::attribute::Kind;
use attune_core::bundle::Test;
use attune_core::limits;
use cel::common::ast::IdedExpr;

impl Lowering<'_, '_, '_> {
    /// `subject.startsWith("x")`, and the same for `endsWith`, `contains` and `matches`.
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
                format!("{function} works on text, and `{}` is {}", subject.name(), describe(subject.kind())),
                "compare it with ==, <, <=, > or >=",
            );
            return Meaning::Bad;
        }
        if !self.short_enough(&text, argument)
            || (function != "matches" && !self.lower_enough(subject, &text, argument))
        {
            return Meaning::Bad;
        }
        let text_test = match function {
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
        Meaning::Condition(vec![self.atom(subject, text_test)])
    }

    /// CEL's `size` of a text: its characters.
    pub(super) fn size(&mut self, expr: &IdedExpr, argument: &IdedExpr) -> Meaning {
        match self.meaning(argument) {
            Meaning::Subject(subject)
                if subject.kind() == Kind::Text && matches!(subject.step, Step::None | Step::Lowered) =>
            {
                Meaning::Subject(Subject { step: Step::Length, ..subject })
            }
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            Meaning::Constant(Constant::Text(text)) => Meaning::Constant(Constant::Number(text.chars().count() as f64)),
            Meaning::Bad => Meaning::Bad,
            _ => self.wrong_size(expr),
        }
    }

    pub(super) fn wrong_size(&mut self, expr: &IdedExpr) -> Meaning {
        self.wrong_call(
            expr,
            "size counts the characters of one text",
            "write size(page.path) > 20; of the cart ask cart.items, of the last order orders.last.items",
        )
    }

    /// A text in lower case never has a capital in it.
    pub(super) fn lower_enough(&mut self, subject: &Subject, text: &str, at: &IdedExpr) -> bool {
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
}
