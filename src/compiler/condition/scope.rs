//! What conditions may refer to.

use super::lists::NamedList;
use attune_core::artifacts::catalog::FieldPart;
use attune_core::bundle::Aliases;

/// What conditions may refer to.
pub(crate) struct Scope<'a> {
    /// Segment keys; their position is the number in `Op::Segment`.
    pub(crate) segments: Vec<&'a str>,
    /// Page types.
    pub(crate) page_types: Vec<&'a str>,
    /// Locales of the site.
    pub(crate) locales: Vec<&'a str>,
    /// IANA name of the site's time zone.
    pub(crate) timezone: &'a str,
    /// Traits with the values they may have; none for any text.
    pub(crate) traits: Vec<(&'a str, Vec<&'a str>)>,
    /// Signals, each with its values if it is a text.
    pub(crate) signals: Vec<(&'a str, Option<Vec<&'a str>>)>,
    /// Named lists.
    pub(crate) lists: &'a [NamedList],
    /// Extra and private fields of the catalogue, where there is one.
    pub(crate) fields: Option<&'a [FieldPart]>,
    /// Categories of the catalogue, sorted, where any are known.
    pub(crate) categories: Option<Vec<&'a str>>,
    /// Categories by other names.
    pub(crate) aliases: &'a Aliases,
}
