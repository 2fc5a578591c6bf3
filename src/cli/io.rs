//! Files, standard input and standard output.

use crate::failure::Failure;
use std::io::{Read, Write};
use std::path::Path;

/// Reads a file, or standard input for `-`.
pub(crate) fn read(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| {
        Failure::file("read", path, &error, &format!("give the path of {what}, or - for standard input"))
    })
}

/// As [`read`], for text.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String, Failure> {
    String::from_utf8(read(path, what)?)
        .map_err(|_| Failure::new(format!("{} is not UTF-8 text", path.display()), format!("give the path of {what}")))
}

/// Writes a file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::file("write", path, &error, "give a path in a folder that exists"))
}

/// Prints to standard output. A reader that stopped reading ends the command without a complaint.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}"), "check where it goes"))
        }
        _ => Ok(()),
    }
}

/// Writes to standard error; one that is closed ends nothing.
pub(crate) fn tell(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Prints JSON, indented.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("the answer cannot be written: {error}"), "please report this"))?;
    print(&format!("{text}\n"))
}
