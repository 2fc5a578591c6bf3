//! Files.

use crate::failure::Failure;
use crate::host::host;
use std::path::Path;

/// Writes a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    host()
        .write(path, bytes)
        .map_err(|error| Failure::file("write", path, &error, "give a path in a folder that exists"))
}
