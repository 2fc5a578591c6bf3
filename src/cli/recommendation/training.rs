//! Training on one log, for measuring on another.

use super::failure::{TIMES_HELP, failure};
use super::log_options::LogOptions;
use super::{log, parameters};
use crate::failure::Failure;
use attune_learn::index::{Built, Target, build};
use attune_learn::items::Items;
use attune_learn::log::Products;
use attune_learn::sessions::{SessionLog, Sessions};
use attune_learn::tune::{HeldOut, Tuning};
use attune_learn::{Noise, Parameters};
use std::path::Path;

/// What was learned from one log, and the sessions of another.
pub(super) struct Training {
    pub(super) items: Items,
    pub(super) train: SessionLog,
    pub(super) noise: Noise,
    pub(super) parameters: Parameters,
    /// How the parameters were chosen, if they were not given.
    pub(super) tuning: Option<Tuning>,
    pub(super) built: Built,
    pub(super) test: Sessions,
    pub(super) test_noise: Noise,
}

impl Training {
    /// Reads both logs and builds the index of the first one.
    pub(super) fn run(train_path: &Path, test_path: &Path, options: &LogOptions) -> Result<Self, Failure> {
        let mut items = Items::default();
        let (train, noise) = log::read(&options.source(train_path, false), &mut Products::Growing(&mut items))?;
        if items.is_empty() {
            let help = if noise.is_mostly_untimed() {
                TIMES_HELP
            } else {
                "name the columns: --columns session=..,item=..,time=..; write times as 2026-11-21 18:30:00, or in seconds since 1970"
            };
            return Err(Failure::new(format!("no click can be used of {}: {noise}", train_path.display()), help));
        }
        let given = options.parameters;
        let held_out = if given.is_none() { HeldOut::of(&train, options.memory).map_err(failure)? } else { None };
        let (parameters, tuning) = parameters::choose(held_out.as_ref(), items.len(), given)?;
        drop(held_out);
        let built = build(&train, &parameters, &Target::of(items.len())).map_err(failure)?;
        let (test, test_noise) = log::read(&options.source(test_path, false), &mut Products::Known(&items))?;
        let test = log::sessions(&test)?;
        Ok(Self { items, train, noise, parameters, tuning, built, test, test_noise })
    }
}
