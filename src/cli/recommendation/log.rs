//! Reading logs.

use super::failure::failure;
use super::progress;
use crate::failure::Failure;
use attune_learn::Noise;
use attune_learn::log::{Products, Source, read as read_log};
use attune_learn::sessions::{SessionLog, Sessions};
use std::path::Path;

/// Reads a log with a progress bar.
pub(super) fn read(source: &Source<'_>, products: &mut Products<'_>) -> Result<(SessionLog, Noise), Failure> {
    let mut noise = Noise::default();
    let bar = progress::file(Path::new(source.path));
    let log = read_log(source, products, &mut noise, &mut |bytes| bar.set_position(bytes)).map_err(failure)?;
    bar.finish_and_clear();
    Ok((log, noise))
}

/// All sessions of a log, in one piece.
pub(super) fn sessions(log: &SessionLog) -> Result<Sessions, Failure> {
    let mut sessions = Sessions::default();
    for chunk in log.chunks() {
        let chunk = chunk.map_err(failure)?;
        chunk.iter().zip(&chunk.ends_ms).for_each(|(items, end_ms)| sessions.push(items, *end_ms));
    }
    Ok(sessions)
}
