//! What the grammar is made of: shapes of values, tables and their keys.

/// What a value may be.
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// A condition in CEL.
    Condition,
    /// A text with placeholders.
    Template,
    /// true or false.
    Bool,
    /// A whole number in this range.
    Whole(i64, i64),
    /// A number of at least 0.
    Weight,
    /// A percentage with at most two decimals.
    Percent,
    /// A text such as "7d".
    Span,
    /// A date or a date with time; in JSON a text.
    Moment,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list.
    List(&'static Self),
    /// One, or a list of them.
    OneOrMore(&'static Self),
    /// A table with these keys.
    Table(&'static Keys),
    /// A table whose keys are names of the author's.
    Map(Name, &'static Self),
    /// One of these, told apart by the type of the value.
    Either(&'static [Self]),
}

/// The keys of a table.
pub(crate) struct Keys {
    /// What the table is, with its article, for messages.
    pub(crate) what: &'static str,
    /// Known keys.
    pub(crate) known: &'static [Key],
    /// What other keys are, if any are allowed.
    pub(crate) rest: Option<(Name, &'static Shape)>,
}

/// One key.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) doc: &'static str,
}

/// What names an author may give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// Lower-case letters, digits, `-`, `_`.
    Key,
    /// A locale of the site.
    Locale,
    /// A country, `EU` or `other`.
    Region,
    /// Any text: a name of the shop's.
    Any,
}

/// A key that may be left out.
pub(super) const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, doc }
}

/// A key that must be there.
pub(super) const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, doc }
}

/// A table that has these keys and no others.
pub(super) const fn table(what: &'static str, keys: &'static [Key]) -> Keys {
    Keys { what, known: keys, rest: None }
}
