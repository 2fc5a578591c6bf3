//! The numbers of products, and the catalogue that has them.

use crate::failure::Failure;
use crate::{host, output};
use attune_compiler::{Ordinals, Products};
use std::path::{Path, PathBuf};

/// The file that keeps the number of each product, in the configuration's folder.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join("catalog/items")
}

/// Reads the numbers.
pub(super) fn read(path: &Path) -> Result<Ordinals, Failure> {
    let help = "restore it from a copy; for the first catalogue, or to begin again, give --new-epoch: what was learned before is then refused";
    let text = host::read_text(path).map_err(|error| Failure::file("read", path, &error, help))?;
    Ordinals::parse(&text).map_err(|error| Failure::new(format!("{} is refused: {error}", path.display()), help))
}

/// The bytes of the catalogue. New products get new numbers.
pub(super) fn encode(products: &Products, ordinals: &mut Ordinals) -> Result<Vec<u8>, Failure> {
    products.artifact(ordinals).map_err(|error| {
        Failure::new(format!("the catalogue cannot be written: {error}"), "leave products or texts out of the feed")
    })
}

/// The bytes of the catalogue that is published. New products get new numbers, which are written first, so that no number is
/// given twice.
pub fn for_publishing(dir: &Path, products: &Products, new_epoch: bool) -> Result<Vec<u8>, Failure> {
    let path = path(dir);
    let mut ordinals = if new_epoch { Ordinals::default() } else { read(&path)? };
    let bytes = encode(products, &mut ordinals)?;
    output::write(&path, ordinals.to_text().as_bytes())?;
    Ok(bytes)
}

/// The bytes of the catalogue that a decision on this machine uses.
pub(crate) fn for_decisions(dir: &Path, products: &Products) -> Result<Vec<u8>, Failure> {
    let path = path(dir);
    // Without a file of numbers there is no index that refers to them, so any numbers will do.
    let mut ordinals = if host::is_file(&path) { read(&path)? } else { Ordinals::default() };
    encode(products, &mut ordinals)
}
