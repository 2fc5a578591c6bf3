//! Conditions: atoms, and programs over them.

use crate::attribute::Attribute;
use alloc::string::String;
use alloc::vec::Vec;

/// An attribute with its argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributeRef {
    /// The attribute.
    pub attribute: Attribute,
    /// Category, product or query key, where the attribute takes one.
    pub argument: Option<String>,
}

/// A comparison of two ordered values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "json"), derive(serde::Deserialize))]
pub enum Comparison {
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
    /// Equal.
    Equal,
}

impl Comparison {
    /// As an author writes it: `<=`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
        }
    }
}

/// A test of one value. Negation is the program's: `!=` is `Equal` and `Not`.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The value is known: never unknown itself.
    Known,
    /// A boolean value is true.
    IsTrue,
    /// A number, money, duration or date compares so with a constant.
    Number(Comparison, f64),
    /// A text equals.
    TextEquals(String),
    /// A text is one of these, sorted.
    TextIn(Vec<String>),
    /// A text starts with.
    StartsWith(String),
    /// A text ends with.
    EndsWith(String),
    /// A text contains.
    Contains(String),
    /// A text is in the long list with this number.
    TextInList(u32),
    /// The pattern with this number is found in a text.
    Matches(u32),
    /// A text, its ASCII letters in lower case, passes.
    Lowered(TextTest),
    /// A text that is a semantic version compares so with another; unknown when it is none.
    Version(Comparison, String),
    /// A place is no farther away than this.
    Near(Near),
    /// A number compares so with another attribute, times a factor, plus an offset.
    Versus(Comparison, AttributeRef, f64, f64),
    /// A text equals another attribute's.
    SameText(AttributeRef),
    /// What is left of a whole number after division by this compares so; unknown for any other number.
    Remainder(u32, Comparison, f64),
    /// The characters of a text, in number, compare so.
    Length(Comparison, f64),
}

/// A test of a text that a step before it made.
#[derive(Clone, Debug, PartialEq)]
pub enum TextTest {
    /// It equals.
    Equals(String),
    /// It is one of these, sorted.
    In(Vec<String>),
    /// It is in the long list with this number.
    InList(u32),
    /// It starts with.
    StartsWith(String),
    /// It ends with.
    EndsWith(String),
    /// It contains.
    Contains(String),
    /// The pattern with this number is found in it.
    Matches(u32),
}

/// A circle on the globe, as the straight line through it sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Its middle as a point on the unit sphere: x to 0 N 0 E, y to 0 N 90 E, z to the north pole.
    pub middle: [f64; 3],
    /// The square of the longest straight line from the middle, in radii of the globe: 0 to 4.
    pub chord_squared_max: f64,
}

/// A value for what is unknown: `or_default(x, v)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// A test of one attribute: the smallest condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// What is tested.
    pub subject: AttributeRef,
    /// What stands in for an unknown value.
    pub default: Option<Literal>,
    /// The test.
    pub test: Test,
}

/// One step of a condition, which is in postfix order over a stack of truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Push the verdict of an atom.
    Atom(u32),
    /// Push membership of an earlier segment.
    Segment(u32),
    /// Push a constant.
    Const(bool),
    /// Negate; unknown stays unknown.
    Not,
    /// Both of the top two (Kleene).
    And,
    /// Either of the top two (Kleene).
    Or,
    /// `c ? a : b`, pushed as c, a, b; unknown when c is.
    Choose,
}

/// A condition; an empty program is true.
pub type Program = Vec<Op>;

/// A named condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Key.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Condition.
    pub when: Program,
}
