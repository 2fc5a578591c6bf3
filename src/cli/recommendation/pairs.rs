//! `attune learn --pairs`: an index from pair counts that a database made.

use super::failure::broken;
use super::learn::Options;
use super::{build_report, items};
use crate::failure::Failure;
use crate::output;
use attune_learn::ordinals::Ordinals;
use attune_learn::pairs;
use std::path::Path;

pub(crate) fn run(options: &Options, path: &Path) -> Result<(), Failure> {
    let job = options.job()?;
    let items_path = options.items_path();
    let mut ordinals = items::read(&items_path, &options.out, options.new_epoch)?.ordinals;
    let before = ordinals.items.len();
    let parameters = options.log.parameters.unwrap_or_default();
    if parameters.beta > 0.0 {
        return Err(Failure::new(
            "pair counts do not say what comes next, so beta cannot be above 0",
            "leave beta out, or give --sessions",
        ));
    }
    // The epoch of new numbers comes from the products, which are known when the file has been read once.
    let mut built =
        pairs::build(path, &mut ordinals.items, &parameters, ordinals.epoch, options.budget).map_err(broken)?;
    if ordinals.epoch == 0 {
        ordinals.epoch = Ordinals::first_epoch(&ordinals.items);
        built = pairs::build(path, &mut ordinals.items, &parameters, ordinals.epoch, options.budget).map_err(broken)?;
    }
    output::write(&items_path, ordinals.to_text().as_bytes())?;
    output::write(&options.out, &built.bytes)?;
    output::print(&build_report::text(&built, &ordinals, before, &parameters))?;
    job.map_or(Ok(()), |job| job.publish_index(options.kind(), built.bytes))
}
