//! One row of a log, and what is done with it.

use super::field::FIELDS;
use crate::{LearnError, Noise};

/// One row as it is in a file. Empty where the file says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Row<'a> {
    /// Session, or order.
    pub session: &'a str,
    /// Product.
    pub item: &'a str,
    /// Time, as it is written.
    pub time: &'a str,
    /// What comes on top of the time, as it is written.
    pub offset: &'a str,
    /// Kind of event.
    pub event: &'a str,
    /// Pieces, of order lines.
    pub quantity: &'a str,
}

impl<'a> Row<'a> {
    /// The values in the order of [`Field`]; `None` if one cannot be read.
    pub(super) fn of(values: [Option<&'a str>; FIELDS]) -> Option<Self> {
        let [session, item, time, offset, event, quantity] = values;
        Some(Row { session: session?, item: item?, time: time?, offset: offset?, event: event?, quantity: quantity? })
    }
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tabs between values; quotes only if the first value has them.
    Tsv,
    /// Commas, semicolons, bars or spaces between values, with quotes.
    Csv,
    /// One JSON object a line: a row, or a session with a list of its rows.
    JsonLines,
    /// Columns, as databases and Spark write them.
    Parquet,
}

/// Called with the number of bytes read so far.
pub type Progress<'a> = &'a mut dyn FnMut(u64);
/// Called with each row.
pub type Take<'a> = &'a mut dyn FnMut(Row<'_>, &mut Noise) -> Result<(), LearnError>;
