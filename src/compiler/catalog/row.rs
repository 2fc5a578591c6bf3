//! A row of a feed, as every format gives it.

use super::columns::{Columns, KNOWN};
use super::flaw::Flaw;
use crate::source::Place;
use std::borrow::Cow;

/// One row as its format has it: columns and values, and where it begins and ends in the file.
pub(super) struct Row<'r> {
    pub(super) cells: Vec<(&'r str, Cow<'r, str>)>,
    pub(super) place: Place,
}

/// What a reader finds.
pub(super) enum Found<'r> {
    /// A row.
    Row(Row<'r>),
    /// A row that cannot be read.
    Bad(Flaw, Place),
}

impl Row<'_> {
    fn cell(&self, name: &str) -> Option<&str> {
        let found = self.cells.iter().find(|(column, _)| *column == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// One of the things that every product may have.
    pub(super) fn known(&self, key: &str, columns: &Columns) -> Option<&str> {
        let at = KNOWN.iter().position(|(name, _)| *name == key)?;
        columns.names(at).iter().find_map(|name| self.cell(name))
    }

    /// A field.
    pub(super) fn field(&self, at: usize, columns: &Columns) -> Option<&str> {
        self.cell(columns.fields().get(at)?)
    }
}

/// Where a feed cannot be read any further, and why.
pub(super) type Broken = (usize, String);
