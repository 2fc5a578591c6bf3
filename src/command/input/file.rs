//! Files and standard input.

use crate::failure::Failure;
use crate::host::{self, host};
use std::io::Read;
use std::path::Path;

/// Reads a file, or standard input for `-`.
pub fn read(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        host().input().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        host::read(path)
    };
    bytes.map_err(|error| {
        Failure::file("read", path, &error, &format!("give the path of {what}, or - for standard input"))
    })
}

/// As [`read`], for text.
pub fn read_text(path: &Path, what: &str) -> Result<String, Failure> {
    String::from_utf8(read(path, what)?)
        .map_err(|_| Failure::new(format!("{} is not UTF-8 text", path.display()), format!("give the path of {what}")))
}
