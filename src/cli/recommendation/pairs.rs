//! `attune learn --pairs`: an index from pair counts that a database made.

use super::failure::failure;
use super::{figures, items};
use crate::failure::Failure;
use crate::output;
use attune_learn::Parameters;
use attune_learn::ordinals::Ordinals;
use attune_learn::pairs;
use std::path::Path;

/// Pair counts, and what is made of them.
pub(super) struct Pairs<'a> {
    /// The file of counts.
    pub(super) counts: &'a Path,
    /// The index to write.
    pub(super) out: &'a Path,
    /// The file of numbers.
    pub(super) items: &'a Path,
    pub(super) new_epoch: bool,
    pub(super) parameters: Parameters,
    pub(super) budget_bytes: u64,
}

impl Pairs<'_> {
    /// Builds the index and writes it.
    pub(super) fn learn(&self) -> Result<(), Failure> {
        let Self { counts, out, items, parameters, budget_bytes, .. } = self;
        let mut ordinals = items::read(items, out, self.new_epoch)?.ordinals;
        let items_before = ordinals.items.len();
        if parameters.beta > 0.0 {
            return Err(Failure::new(
                "pair counts do not say what comes next, so beta cannot be above 0",
                "leave beta out, or give --sessions",
            ));
        }
        let build = |ordinals: &mut Ordinals| {
            pairs::build(counts, &mut ordinals.items, parameters, ordinals.epoch, *budget_bytes).map_err(failure)
        };
        let mut built = build(&mut ordinals)?;
        // The epoch of new numbers comes from the products, which are known when the file has been read once.
        if ordinals.epoch == 0 {
            ordinals.epoch = Ordinals::first_epoch(&ordinals.items);
            built = build(&mut ordinals)?;
        }
        output::write(items, ordinals.to_text().as_bytes())?;
        output::write(out, &built.bytes)?;
        output::print(&figures::text(&built, &ordinals, items_before, parameters))
    }
}
