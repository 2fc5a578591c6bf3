//! Key rings.

use super::read_text;
use crate::failure::Failure;
use attune_core::profile::KeyRing;
use std::path::Path;

/// Reads a key ring.
pub fn read(path: &Path) -> Result<KeyRing, Failure> {
    KeyRing::parse(&read_text(path, "a key ring")?).map_err(|error| {
        Failure::new(
            format!("{} is not a key ring: {error}", path.display()),
            "write lines ID:STATE:SECRET; `attune keys ring` prints one",
        )
    })
}
