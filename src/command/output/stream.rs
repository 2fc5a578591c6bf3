//! Standard output and standard error.

use crate::failure::Failure;
use crate::host::host;

/// Prints to standard output. A reader that stopped reading ends the command without a complaint.
pub fn print(text: &str) -> Result<(), Failure> {
    match host().print(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}"), "check where it goes"))
        }
        _ => Ok(()),
    }
}

/// Prints to standard error. If it is closed, the command goes on.
pub fn print_error(text: &str) {
    host().print_error(text);
}

/// Prints indented JSON to standard output.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("the answer cannot be written: {error}"), "please report this"))?;
    print(&format!("{text}\n"))
}
