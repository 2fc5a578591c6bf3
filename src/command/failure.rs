//! How a command ends when it does not succeed.

use std::path::Path;

/// Why a command ends without success.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The answer is no, and has been printed.
    #[error("no")]
    No,
    /// The command cannot be carried out.
    #[error("{message}\n  help: {help}")]
    Broken {
        /// What went wrong.
        message: String,
        /// What to do about it.
        help: String,
    },
}

impl Failure {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Broken { message: message.into(), help: help.into() }
    }

    /// Reading or writing a file did not work.
    pub fn file(action: &str, path: &Path, error: &std::io::Error, help: &str) -> Self {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
            std::io::ErrorKind::PermissionDenied => "it is not permitted".to_owned(),
            std::io::ErrorKind::AlreadyExists => "it is already there".to_owned(),
            std::io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
            _ => error.to_string(),
        };
        Self::new(format!("cannot {action} {}: {reason}", path.display()), help)
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::No => 1,
            Self::Broken { .. } => 2,
        }
    }
}
