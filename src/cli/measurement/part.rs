//! A file that is being written: its beginning, and beside it where to go on. Only a whole file has its own name.

use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What was begun longer ago is begun anew: half of it would be of another time than the rest.
pub(super) const AGE_S_MAX: i64 = 86_400;

/// A beginning.
pub(super) struct Part {
    path: PathBuf,
    state: State,
}

/// Where it goes on.
#[derive(Default, Deserialize, Serialize)]
struct State {
    /// The cursor of the next page; nothing once all pages are there.
    next: Option<String>,
    /// How much of the file is sure.
    bytes: u64,
    rows: u64,
    begun_s: i64,
}

impl Part {
    /// What is there of a file, or an empty beginning.
    pub(super) fn open(target: &Path, now_s: i64) -> Result<Self, Failure> {
        let path = beside(target, ".part");
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|error| failed("make", folder, &error))?;
        }
        let known = fs::read(beside(&path, ".json")).ok().and_then(|text| serde_json::from_slice::<State>(&text).ok());
        let is_good = |state: &State| {
            now_s.saturating_sub(state.begun_s) < AGE_S_MAX
                && fs::metadata(&path).is_ok_and(|found| found.len() >= state.bytes)
        };
        let new = || State { next: Some(String::new()), begun_s: now_s, ..State::default() };
        let state = known.filter(is_good).unwrap_or_else(new);
        let cut = OpenOptions::new().create(true).write(true).truncate(false).open(&path);
        cut.and_then(|file| file.set_len(state.bytes)).map_err(|error| failed("write", &path, &error))?;
        Ok(Self { path, state })
    }

    /// The cursor of the next page; nothing once all pages are there.
    pub(super) fn next(&self) -> Option<&str> {
        self.state.next.as_deref()
    }

    pub(super) fn rows(&self) -> u64 {
        self.state.rows
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a page, and where the one after it begins.
    pub(super) fn add(&mut self, lines: &[u8], rows: u64, next: Option<String>) -> Result<(), Failure> {
        let written = OpenOptions::new().append(true).open(&self.path).and_then(|mut file| {
            file.write_all(lines)?;
            file.sync_data()
        });
        written.map_err(|error| failed("write", &self.path, &error))?;
        self.state.bytes += lines.len() as u64;
        self.state.rows += rows;
        self.state.next = next;
        let (place, new) = (beside(&self.path, ".json"), beside(&self.path, ".json.new"));
        let text = serde_json::to_vec(&self.state).map_err(io::Error::other);
        let written = text.and_then(|text| fs::write(&new, text)).and_then(|()| fs::rename(&new, &place));
        written.map_err(|error| failed("write", &place, &error))
    }

    /// Gives a whole file its name; `made` is what becomes the file, where it is not the lines themselves.
    pub(super) fn finish(self, target: &Path, made: Option<&Path>) -> Result<(), Failure> {
        let from = made.unwrap_or(&self.path);
        let named = File::open(from).and_then(|file| file.sync_all()).and_then(|()| fs::rename(from, target));
        named.map_err(|error| failed("write", target, &error))?;
        // What is left behind is begun anew by the next run.
        for left in [beside(&self.path, ".json"), self.path.clone()] {
            if left.exists() {
                fs::remove_file(&left).map_err(|error| failed("remove", &left, &error))?;
            }
        }
        Ok(())
    }
}

/// A path with something more at its end.
pub(super) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    name.into()
}

pub(super) fn failed(action: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::file(action, path, error, "give --out a folder that can be written to, on a disk with room")
}

/// A file of ours is not what it should be.
pub(super) fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("{} is not understood: {error}", path.display()), "remove it, and run the same command again")
}

/// As for every file of an export.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    failed("write", path, error)
}
