//! Whether a product can be bought.

/// Whether a product can be bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Availability {
    /// No longer in the feed: its ordinal is kept, it is never shown.
    #[default]
    Gone = 0,
    /// In stock.
    InStock = 1,
    /// Out of stock.
    OutOfStock = 2,
    /// Can be ordered before it is there.
    Preorder = 3,
    /// Can be ordered and comes later.
    Backorder = 4,
}

impl Availability {
    /// The availability with this number in the formats.
    pub fn of(byte: u8) -> Option<Self> {
        [Self::Gone, Self::InStock, Self::OutOfStock, Self::Preorder, Self::Backorder]
            .into_iter()
            .find(|a| *a as u8 == byte)
    }

    /// As conditions have it; empty for a product that is gone.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gone => "",
            Self::InStock => "in-stock",
            Self::OutOfStock => "out-of-stock",
            Self::Preorder => "preorder",
            Self::Backorder => "backorder",
        }
    }

    /// It can be ordered now: also before it is there, and when it comes later.
    pub fn is_buyable(self) -> bool {
        matches!(self, Self::InStock | Self::Preorder | Self::Backorder)
    }
}
