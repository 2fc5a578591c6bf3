//! Files that only their owner may read.

use crate::failure::Failure;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// Writes a file that only its owner may read. A file that is there is replaced as a whole, or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8], replaces: bool) -> Result<(), Failure> {
    let to = if replaces { path.with_extension("new") } else { path.to_owned() };
    let mut options = OpenOptions::new();
    options.write(true).create_new(!replaces).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options.open(&to).and_then(|mut file| file.write_all(bytes));
    let written = written.and_then(|()| if replaces { std::fs::rename(&to, path) } else { Ok(()) });
    written.map_err(|error| Failure::file("write", path, &error, "give a new path: a secret key is never overwritten"))
}
