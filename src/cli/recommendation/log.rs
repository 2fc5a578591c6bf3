//! Logs, read with a progress bar.

use super::failure::broken;
use crate::failure::Failure;
use crate::output::progress;
use attune_learn::Noise;
use attune_learn::log::{self, Products, Source};
use attune_learn::sessions::{SessionLog, Sessions};
use std::path::Path;

/// Reads a log, with what could not be used of it.
pub(super) fn read(source: &Source<'_>, products: &mut Products<'_>) -> Result<(SessionLog, Noise), Failure> {
    let mut noise = Noise::default();
    let bar = progress::file(Path::new(source.path));
    let log = log::read(source, products, &mut noise, &mut |bytes| bar.set_position(bytes)).map_err(broken)?;
    bar.finish_and_clear();
    Ok((log, noise))
}

/// All sessions of a log, in one piece.
pub(super) fn sessions(log: &SessionLog) -> Result<Sessions, Failure> {
    let mut sessions = Sessions::default();
    for chunk in log.chunks() {
        let chunk = chunk.map_err(broken)?;
        chunk.iter().zip(&chunk.ends_ms).for_each(|(items, end_ms)| sessions.push(items, *end_ms));
    }
    Ok(sessions)
}
