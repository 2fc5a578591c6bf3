//! The question before something is published.

use crate::failure::Failure;
use crate::host::host;
use crate::output;

/// Asks whether to go on. Without a terminal there is nobody to ask.
pub(super) fn ask(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !host().is_interactive() {
        return Err(Failure::new(
            "nothing was published: there is no terminal to ask in",
            "read what it would change, and give --yes",
        ));
    }
    output::print_error(&format!("{question} [y/N] "));
    let line = host()
        .read_line()
        .map_err(|error| Failure::new(format!("the answer cannot be read: {error}"), "give --yes"))?;
    if matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes") { Ok(()) } else { Err(Failure::No) }
}
