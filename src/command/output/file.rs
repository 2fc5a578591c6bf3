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

/// Writes a file that only its owner may read. A file that is there is replaced as a whole, or not at all.
pub fn write_private(path: &Path, bytes: &[u8], replaces: bool) -> Result<(), Failure> {
    let to = if replaces { path.with_extension("new") } else { path.to_owned() };
    let written = host().write_private(&to, bytes, !replaces);
    let written = written.and_then(|()| if replaces { host().rename(&to, path) } else { Ok(()) });
    written.map_err(|error| Failure::file("write", path, &error, "give a new path: a secret key is never overwritten"))
}
