//! How bad a problem of the authored files is.

use serde::Serialize;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No bundle is made.
    Error,
    /// A bundle is made, but it may not do what was meant.
    Warning,
}
