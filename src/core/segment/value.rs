//! The value of an attribute.

use alloc::borrow::Cow;

/// Why a value is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// Nobody said, or it never happened.
    Absent,
    /// The visitor has not agreed to its use.
    NoConsent,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Not known.
    Unknown(UnknownReason),
    /// A yes or no.
    Bool(bool),
    /// A number, money in major units, seconds, or days since 1970-01-01.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A place: latitude and longitude, in degrees.
    Place(f64, f64),
}
