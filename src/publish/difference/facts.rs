//! The parts of a configuration, and what is said of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What part of a configuration it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// A campaign.
    Campaign,
    /// A content.
    Content,
    /// A segment.
    Segment,
    /// A slot.
    Slot,
    /// A layer of experiments.
    Layer,
    /// The site itself.
    Site,
}

impl Area {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Content => "content",
            Self::Segment => "segment",
            Self::Slot => "slot",
            Self::Layer => "layer",
            Self::Site => "site",
        }
    }
}

/// A part in words: what, and how it is.
pub(super) type Facts = BTreeMap<String, String>;
/// A configuration in words.
pub(super) type Description = BTreeMap<(Area, String), Facts>;
