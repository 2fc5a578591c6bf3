//! Where in the authored files a problem is.

use serde::Serialize;

/// Bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// Path of the file, as it was passed in.
    pub file: String,
    /// First byte.
    pub start: usize,
    /// End, exclusive.
    pub end: usize,
}
