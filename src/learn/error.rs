//! Why learning stops.

use std::path::{Path, PathBuf};

/// Why learning stops. Noise in the data does not stop it: that is counted in [`crate::Noise`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// A file cannot be read or written.
    #[error("cannot {action} {}: {error}", path.display())]
    File {
        /// What was tried: `open`, `read`, `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A file is not in the format it should be in.
    #[error("{} is not readable as {format}: {reason}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The format that was tried.
        format: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// A file is of a kind that is not read.
    #[error("{} is {what}, which is not read as it is", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do about it.
        help: &'static str,
    },
    /// A column is missing.
    #[error("{} has no column `{column}`; it has {found}", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column that is needed.
        column: String,
        /// The columns there are.
        found: String,
    },
    /// Times are written as numbers of day and month, and nothing says which is which.
    #[error("the times of {} may have the day or the month first, such as `{example}`: no day is above 12", path.display())]
    TimeOrder {
        /// The file.
        path: PathBuf,
        /// One of its times.
        example: String,
    },
    /// Nothing can be learned from what was read.
    #[error("nothing to learn from: {0}")]
    Empty(String),
    /// Not even the products without any neighbours fit into an index.
    #[error("{items} products do not fit into an index of {budget_bytes} bytes")]
    Budget {
        /// Number of products.
        items: usize,
        /// Bytes there are, at most 24 MiB.
        budget_bytes: u64,
    },
    /// More than the format of the index can hold.
    #[error("{0}")]
    Encode(#[from] attune_core::artifacts::index::EncodeError),
    /// The index that was just written is refused: a bug.
    #[error("{0}")]
    Index(#[from] attune_core::artifacts::index::IndexError),
    /// The file of ordinals cannot be trusted.
    #[error("{0}")]
    Ordinals(String),
}

impl LearnError {
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::File { action, path: path.to_path_buf(), error }
    }

    pub(crate) fn column(path: &Path, column: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Column { path: path.to_path_buf(), column: column.into(), found: found.into() }
    }

    pub(crate) fn format(path: &Path, format: &'static str, reason: impl Into<String>) -> Self {
        Self::Format { path: path.to_path_buf(), format, reason: reason.into() }
    }
}
