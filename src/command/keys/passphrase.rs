//! Passphrases: from the terminal, without showing them, or from the environment.

use crate::failure::Failure;
use crate::host::host;

/// Where a job that has no terminal gives it.
const VARIABLE: &str = "ATTUNE_PASSPHRASE";
/// Where `attune keys passwd` takes the next one from, without a terminal.
const NEW_VARIABLE: &str = "ATTUNE_NEW_PASSPHRASE";
/// Fewest characters of a new one.
const CHARS_MIN: usize = 10;

/// The passphrase of a key that is there.
pub(super) fn of(what: &str) -> Result<String, Failure> {
    if let Some(passphrase) = variable(VARIABLE) {
        return Ok(passphrase);
    }
    ask(&format!("Passphrase of {what}: "), VARIABLE)
}

/// A passphrase for a new key.
pub(super) fn for_new_key() -> Result<String, Failure> {
    new(VARIABLE)
}

/// The next passphrase of a key.
pub(super) fn next() -> Result<String, Failure> {
    new(NEW_VARIABLE)
}

fn new(name: &str) -> Result<String, Failure> {
    let passphrase = if let Some(passphrase) = variable(name) {
        passphrase
    } else {
        let first = ask("New passphrase: ", name)?;
        if ask("The same again: ", name)? != first {
            return Err(Failure::new("the two passphrases are not the same", "run the command again"));
        }
        first
    };
    if passphrase.chars().count() < CHARS_MIN {
        return Err(Failure::new(
            format!("a passphrase has at least {CHARS_MIN} characters"),
            "take four or five words that nobody can guess",
        ));
    }
    Ok(passphrase)
}

fn variable(name: &str) -> Option<String> {
    host().variable(name).filter(|value| !value.is_empty())
}

fn ask(question: &str, variable: &str) -> Result<String, Failure> {
    let help = format!("run the command in a terminal, or give it in the environment as {variable}");
    if !host().is_terminal() {
        return Err(Failure::new("a passphrase is needed, and there is no terminal to ask for it", help));
    }
    host().read_secret(question).map_err(|error| Failure::new(format!("the passphrase cannot be read: {error}"), help))
}
