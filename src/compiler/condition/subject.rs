//! What a test is about: an attribute, and how its value is changed before the test.

use attune_core::attribute::{Argument, Attribute, Kind};
use attune_core::bundle::{AttributeRef, Literal};

/// An attribute with its default, and how its value is changed before the test.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) reference: AttributeRef,
    pub(crate) default: Option<Literal>,
    pub(crate) step: Step,
}

/// How a value is changed before it is tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// It is not changed.
    None,
    /// A text in lower case.
    Lowered,
    /// A text read as a semantic version.
    Version,
    /// A number times a factor, plus an offset.
    Linear(f64, f64),
    /// What is left of a whole number after division by this.
    Remainder(u32),
    /// How many characters a text has.
    Length,
}

impl Subject {
    pub(crate) fn of(attribute: Attribute, argument: Option<String>) -> Self {
        Self { reference: AttributeRef { attribute, argument }, default: None, step: Step::None }
    }

    /// Its name, without an argument in brackets.
    pub(crate) fn name(&self) -> String {
        let spec = self.reference.attribute.spec();
        let name = match (&self.reference.argument, spec.argument) {
            (Some(key), Argument::Key) => format!("{}.{key}", spec.name),
            _ => spec.name.to_owned(),
        };
        match self.step {
            Step::Remainder(divisor) => format!("{name} % {divisor}"),
            Step::Length => format!("size({name})"),
            _ => name,
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.step {
            Step::Remainder(_) | Step::Length => Kind::Number,
            _ => self.reference.attribute.spec().kind,
        }
    }
}

/// The type of an attribute, for messages.
pub(super) fn describe(kind: Kind) -> &'static str {
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
