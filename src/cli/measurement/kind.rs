//! What is exported.

use clap::ValueEnum;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// First exposures of units, by their day
    Exposures,
    /// What units did that goals count, by its day
    Events,
    /// Sums over units, by the day that changed them
    Sums,
}
