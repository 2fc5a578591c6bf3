//! An index that is learned from one log, to measure it on another.

use super::failure::{TIMES, broken};
use super::log_options::LogOptions;
use super::{log, parameters};
use crate::failure::Failure;
use attune_learn::evaluation::HeldOut;
use attune_learn::index::{Built, Target, build};
use attune_learn::items::Items;
use attune_learn::log::Products;
use attune_learn::sessions::SessionLog;
use attune_learn::tuning::Tuning;
use attune_learn::{Noise, Parameters};
use std::path::Path;

/// A log to learn from.
pub(super) struct TrainingLog {
    pub(super) log: SessionLog,
    /// What could not be used of it.
    pub(super) noise: Noise,
    pub(super) items: Items,
}

impl TrainingLog {
    /// Reads a log.
    pub(super) fn read(path: &Path, options: &LogOptions) -> Result<Self, Failure> {
        let mut items = Items::default();
        let (log, noise) = log::read(&options.clicks(path), &mut Products::Growing(&mut items))?;
        if items.is_empty() {
            let help = if noise.is_mostly_untimed() {
                TIMES
            } else {
                "name the columns: --columns session=..,item=..,time=..; write times as 2026-11-21 18:30:00, or in seconds since 1970"
            };
            return Err(Failure::new(format!("no click can be used of {}: {noise}", path.display()), help));
        }
        Ok(Self { log, noise, items })
    }
}

/// What a log teaches.
pub(super) struct Training {
    pub(super) source: TrainingLog,
    pub(super) parameters: Parameters,
    /// How the parameters were chosen, where none were given.
    pub(super) tuning: Option<Tuning>,
    pub(super) built: Built,
}

impl Training {
    /// Reads a log and builds its index, for lists with or without the current product.
    pub(super) fn of(path: &Path, options: &LogOptions, include_current: bool) -> Result<Self, Failure> {
        let source = TrainingLog::read(path, options)?;
        let items = source.items.len();
        let given = options.parameters;
        let held_out =
            if given.is_none() { HeldOut::parts(&source.log, options.memory).map_err(broken)? } else { Vec::new() };
        let (parameters, tuning) = parameters::choose(&held_out, items, given, include_current)?;
        drop(held_out);
        let built = build(&source.log, &parameters, &Target::of(items)).map_err(broken)?;
        Ok(Self { source, parameters, tuning, built })
    }
}
