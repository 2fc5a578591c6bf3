//! Files.

use crate::failure::Failure;
use std::path::Path;

/// Writes a file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::file("write", path, &error, "give a path in a folder that exists"))
}
