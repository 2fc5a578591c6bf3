//! Random secrets.

use crate::failure::Failure;

/// 32 random bytes of the operating system.
pub(super) fn new() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::new(format!("the system gives no random numbers: {error}"), "try again on another machine")
    })?;
    Ok(bytes)
}
