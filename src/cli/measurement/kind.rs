//! What is exported.

use super::days::DAY_S;
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

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Exposures => "exposures",
            Self::Events => "events",
            Self::Sums => "sums",
        }
    }

    /// How long after its end a day still changes, in seconds.
    pub(super) fn settles_s(self) -> i64 {
        match self {
            // They come up to seven days late, and their clocks may be off by one.
            Self::Exposures | Self::Events => 8 * DAY_S,
            // Of the moment at which a message is taken. Messages may be on their way.
            Self::Sums => 3_600,
        }
    }
}
