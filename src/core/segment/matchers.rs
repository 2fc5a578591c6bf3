//! Long lists and regular expressions, which tests refer to by number.

use crate::bundle::{Pattern, TextList};
use alloc::vec::Vec;

/// What tests refer to by number; a disabled one is `None`.
#[derive(Clone, Debug, Default)]
pub struct Matchers {
    /// Long lists of texts.
    pub lists: Vec<Option<TextList>>,
    /// Regular expressions.
    pub patterns: Vec<Option<Pattern>>,
}
