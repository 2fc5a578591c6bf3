//! How a file is read, for people to check.

use super::field::{Field, Places};
use std::fmt::Write;

/// What was found in a file, or guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Format and columns, in words.
    pub text: String,
    /// Whether there is no column of sessions, but one of visitors.
    pub visitors: bool,
    /// Whether there is a column of times.
    pub timed: bool,
    /// Whether the columns were guessed from their values.
    pub guessed: bool,
}

impl Layout {
    /// Columns by place and, where they have any, by name.
    pub(super) fn new(places: &Places, names: &[&str], visitors: bool) -> Self {
        let mut layout = Self { visitors, ..Self::default() };
        for (field, place) in Field::ALL.into_iter().zip(places) {
            let Some(place) = place else { continue };
            layout.timed |= field == Field::Time;
            let comma = if layout.text.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = match names.get(*place) {
                Some(name) => write!(layout.text, "{comma}{} `{name}`", field.name()),
                None => write!(layout.text, "{comma}{} in column {}", field.name(), place + 1),
            };
        }
        layout
    }

    /// The same, in this format.
    pub(super) fn of(mut self, format: &str) -> Self {
        self.text = format!("{format}: {}", self.text);
        self
    }
}
