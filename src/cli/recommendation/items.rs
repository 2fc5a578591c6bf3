//! Which product has which number, from one build to the next.

use super::failure::broken;
use crate::failure::Failure;
use crate::input;
use attune_core::artifacts::catalog::Catalog;
use attune_core::artifacts::index::Index;
use attune_learn::items::Items;
use attune_learn::ordinals::Ordinals;
use std::path::{Path, PathBuf};

/// Where the numbers of an index are kept.
pub(super) fn beside(index: &Path) -> PathBuf {
    let mut name = index.as_os_str().to_owned();
    name.push(".items");
    name.into()
}

/// Which product has which number.
#[derive(Default)]
pub(super) struct Numbers {
    pub(super) ordinals: Ordinals,
    /// For each product the one that stands for its group; empty without a catalogue.
    pub(super) groups: Vec<u32>,
    /// The index that is there, if it is of these numbers.
    pub(super) previous: Option<Vec<u8>>,
}

/// The numbers of a compiled catalogue.
pub(super) fn of_catalog(catalog: &Catalog<Vec<u8>>, index: &Path) -> Result<Numbers, Failure> {
    let products = || (0..catalog.item_count()).filter_map(|ordinal| catalog.item(ordinal));
    let items = Items::from_keys(products().map(|item| item.id().into())).ok_or_else(|| {
        Failure::new("the catalogue has a product twice", "compile it with `attune compile --catalog`")
    })?;
    let groups = products().map(|item| item.group()).collect();
    let previous = index.exists().then(|| input::read(index, "the index")).transpose()?;
    let epoch = catalog.epoch();
    let of_these = |bytes: &Vec<u8>| Index::load(bytes.as_slice()).is_ok_and(|before| before.epoch() == epoch);
    Ok(Numbers { ordinals: Ordinals { epoch, items }, groups, previous: previous.filter(of_these) })
}

/// The numbers so far and the index that was built with them; refused when they are not of each other.
pub(super) fn read(items: &Path, index: &Path, new_epoch: bool) -> Result<Numbers, Failure> {
    if new_epoch {
        return Ok(Numbers::default());
    }
    let help = "restore it from a copy, or begin with new numbers: --new-epoch";
    let previous = index.exists().then(|| input::read(index, "the index")).transpose()?;
    if !items.exists() {
        return match previous {
            None => Ok(Numbers::default()),
            Some(_) => Err(Failure::new(
                format!("{} is there, but {} with its numbers is not", index.display(), items.display()),
                help,
            )),
        };
    }
    let ordinals = Ordinals::parse(&input::read_text(items, "the file of numbers")?).map_err(broken)?;
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
    Ok(Numbers { ordinals, previous, groups: Vec::new() })
}
