//! `attune learn --pairs`: an index from pair counts that a database made.

use super::{broken, ordinals, report_built};
use crate::failure::Failure;
use crate::io;
use attune_learn::ordinals::Ordinals;
use attune_learn::pairs;
use std::path::Path;

pub(super) fn run(path: &Path, options: &super::args::LearnOptions, items_path: &Path) -> Result<(), Failure> {
    let mut known = ordinals::read(items_path, &options.out, options.new_epoch)?.ordinals;
    let before = known.items.len();
    let parameters = options.log.parameters.unwrap_or_default();
    if parameters.beta > 0.0 {
        return Err(Failure::new(
            "pair counts do not say what comes next, so beta cannot be above 0",
            "leave beta out, or give --sessions",
        ));
    }
    // The epoch of new numbers comes from the products, which are known when the file has been read once.
    let mut built = pairs::build(path, &mut known.items, &parameters, known.epoch, options.budget).map_err(broken)?;
    if known.epoch == 0 {
        known.epoch = Ordinals::first_epoch(&known.items);
        built = pairs::build(path, &mut known.items, &parameters, known.epoch, options.budget).map_err(broken)?;
    }
    io::write(items_path, known.to_text().as_bytes())?;
    io::write(&options.out, &built.bytes)?;
    io::print(&report_built(&built, &known, before, &parameters))
}
