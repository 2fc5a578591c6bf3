//! A run that has not come to its end: the next one takes what it has read.

use super::part::{AGE_S_MAX, failed};
use crate::failure::Failure;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Beside the files while a run is under way.
const NAME: &str = "unfinished";

/// A run, which may have begun in a process that was ended.
pub(super) struct Run {
    path: PathBuf,
    /// When the run began that this one goes on with.
    begun: Option<SystemTime>,
}

impl Run {
    /// Goes on with the run of this folder, or begins one.
    pub(super) fn begin(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(NAME);
        let known = written_at(&path).filter(|begun| {
            // A clock that was set back makes it young.
            begun.elapsed().unwrap_or_default() < Duration::from_secs(AGE_S_MAX.unsigned_abs())
        });
        if known.is_none() {
            let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, "attune export\n"));
            written.map_err(|error| failed("write", &path, &error))?;
        }
        Ok(Self { path, begun: known })
    }

    /// Whether a whole file was read by the run that this one goes on with.
    pub(super) fn has(&self, target: &Path) -> bool {
        self.begun.is_some_and(|begun| written_at(target).is_some_and(|written| written >= begun))
    }

    /// Everything is there.
    pub(super) fn end(self) -> Result<(), Failure> {
        fs::remove_file(&self.path).map_err(|error| failed("remove", &self.path, &error))
    }
}

/// When something was last written to a file.
pub(super) fn written_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|found| found.modified()).ok()
}
