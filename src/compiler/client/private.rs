//! What the author keeps on the server.

use std::collections::{BTreeMap, BTreeSet};

/// What never leaves the server: `private = true`, and the private fields of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    /// Which of the bundle's lists has the values of a private one, and its key.
    pub lists: BTreeMap<u32, String>,
    /// Keys of segments.
    pub segments: BTreeSet<String>,
    /// Names of fields of the catalogue.
    pub fields: BTreeSet<String>,
}
