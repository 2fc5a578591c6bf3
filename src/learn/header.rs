//! The first line of a CSV file whose columns have fixed names.

use crate::LearnError;
use csv::StringRecord;
use std::path::Path;

/// Places of the columns, which may be in any order and among others.
///
/// # Errors
/// When a column is missing.
pub(crate) fn places<const N: usize>(
    path: &Path,
    names: &StringRecord,
    columns: [&str; N],
) -> Result<[usize; N], LearnError> {
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = names
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| LearnError::column(path, column, names.iter().collect::<Vec<_>>().join(", ")))?;
    }
    Ok(places)
}
