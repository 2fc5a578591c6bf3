//! Compiled catalogues.

use crate::failure::Failure;
use crate::input;
use attune_core::artifacts::catalog::Catalog;
use std::path::Path;

/// Reads the file that `attune compile --catalog` writes.
pub fn load(path: &Path) -> Result<Catalog<Vec<u8>>, Failure> {
    Catalog::load(input::read(path, "a compiled catalogue")?).map_err(|error| {
        Failure::new(format!("{} is refused: {error}", path.display()), "compile it with `attune compile --catalog`")
    })
}
