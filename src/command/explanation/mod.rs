//! Explanations in plain sentences: of diagnostics, and of what a visitor sees.

mod blame;
pub(crate) mod explain;
mod sentences;
pub(crate) mod why;
