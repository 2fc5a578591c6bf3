//! `or_default`: the value of an attribute that is unknown.

use super::closed;
use super::constant::Constant;
use super::lowering::{Lowering, Meaning};
use super::subject::{Step, Subject};
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::Attribute;
use attune_core::bundle::Literal;
use cel::common::ast::IdedExpr;

impl Lowering<'_, '_, '_> {
    pub(super) fn or_default(&mut self, expr: &IdedExpr, argument: &IdedExpr, value: &IdedExpr) -> Meaning {
        match (self.meaning(argument), self.meaning(value)) {
            (Meaning::Bad, _) | (_, Meaning::Bad) => Meaning::Bad,
            (Meaning::Subject(subject), Meaning::Constant(constant))
                if subject.default.is_none() && subject.step == Step::None =>
            {
                match self.stand_in(&subject, &constant, value) {
                    Some(literal) => Meaning::Subject(Subject { default: Some(literal), ..subject }),
                    None => Meaning::Bad,
                }
            }
            _ => self.wrong_call(
                expr,
                "or_default takes one attribute and a constant",
                "write or_default(cart.items, 0) == 0",
            ),
        }
    }

    /// The constant as the default of an unknown value. It may be a value that the attribute never has, such as "", but not
    /// one of the attribute's values with other capitals.
    fn stand_in(&mut self, subject: &Subject, constant: &Constant, at: &IdedExpr) -> Option<Literal> {
        let values = closed::values(&subject.reference, &self.compiler.scope);
        let (Constant::Text(text), Some(values)) = (constant, values) else {
            return self.fit(subject, constant, at);
        };
        let country = suggest::country(text).filter(|_| subject.reference.attribute == Attribute::GeoCountry);
        let meant = country.or_else(|| values.iter().find(|value| value.eq_ignore_ascii_case(text)).copied());
        match meant.filter(|meant| meant != text).map(str::to_owned) {
            Some(meant) => {
                let message = format!("`{}` is never \"{text}\"", subject.name());
                self.report(Code::UnknownValue, at, message, format!("did you mean \"{meant}\"?"));
                None
            }
            None => self.short_enough(text, at).then(|| Literal::Text(text.clone())),
        }
    }
}
