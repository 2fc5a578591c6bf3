//! Which product has which number, from one build to the next.

use super::broken;
use crate::failure::Failure;
use crate::io;
use attune_core::recommend::Index;
use attune_learn::ordinals::Ordinals;
use std::path::{Path, PathBuf};

/// Where the numbers of an index are kept.
pub(super) fn beside(index: &Path) -> PathBuf {
    let mut name = index.as_os_str().to_owned();
    name.push(".items");
    name.into()
}

/// The numbers so far and the index that was built with them; refused when they are not of each other.
pub(super) fn read(items: &Path, index: &Path, new_epoch: bool) -> Result<(Ordinals, Option<Vec<u8>>), Failure> {
    if new_epoch {
        return Ok((Ordinals::default(), None));
    }
    let help = "restore it from a copy, or begin with new numbers: --new-epoch";
    let previous = index.exists().then(|| io::read(index, "the index")).transpose()?;
    if !items.exists() {
        return match previous {
            None => Ok((Ordinals::default(), None)),
            Some(_) => Err(Failure::new(
                format!("{} is there, but {} with its numbers is not", index.display(), items.display()),
                help,
            )),
        };
    }
    let ordinals = Ordinals::parse(&io::read_text(items, "the file of numbers")?).map_err(broken)?;
    if let Some(bytes) = &previous {
        let before = Index::load(bytes.as_slice()).map_err(|error| {
            Failure::new(
                format!("{} is not an index that can be replaced: {error}", index.display()),
                "give another --out, or remove it",
            )
        })?;
        if before.epoch() != ordinals.epoch || before.items() as usize > ordinals.items.len() {
            let message = format!(
                "{} is of epoch {} with {} products, {} of epoch {} with {}",
                index.display(),
                before.epoch(),
                before.items(),
                items.display(),
                ordinals.epoch,
                ordinals.items.len()
            );
            return Err(Failure::new(message, help));
        }
    }
    Ok((ordinals, previous))
}
