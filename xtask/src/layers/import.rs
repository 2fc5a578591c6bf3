//! Sources, and one file using a name of another.

use std::collections::BTreeMap;

/// The text of each source file by its path from the root of the workspace.
pub(super) type Sources = BTreeMap<String, String>;

/// One import: the file that uses a name, and the file that defines it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Import {
    /// The file that uses the name.
    pub(super) from: String,
    /// The file that defines it.
    pub(super) to: String,
    /// The path as it is written.
    pub(super) name: String,
}
