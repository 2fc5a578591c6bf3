//! What a client bundle does not have.

use super::why::Why;

/// A slot or a campaign that stays on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Which of the two.
    pub part: Part,
    /// Its key.
    pub key: String,
    /// Why.
    pub why: Why,
}

/// What a client bundle can leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A slot.
    Slot,
    /// A campaign.
    Campaign,
}

impl Part {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Slot => "slot",
            Self::Campaign => "campaign",
        }
    }
}
