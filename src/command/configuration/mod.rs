//! Configuration folders: reading, checking, compiling, and a first one to start from.

mod assets;
mod attributes;
pub(crate) mod check;
mod compiled;
mod files;
pub(crate) mod init;
mod summary;

pub use attributes::{of_atom as attributes_of_atom, of_body as attributes_of_body};
pub use compiled::Configuration;
pub use files::read as read_files;
pub use summary::counts as summary_counts;
