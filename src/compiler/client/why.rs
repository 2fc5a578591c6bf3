//! Why a slot or a campaign stays on the server, in words.

use std::fmt::{self, Display, Formatter};

/// What a browser must not know, or cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// An attribute that the shop's server alone knows.
    Attribute(String),
    /// An attribute of products outside recommendations, which the catalogue at the edge knows.
    Product(String),
    /// A trait that the shop's server alone sets.
    Trait(String),
    /// A list with `private = true`.
    List(String),
    /// A segment with `private = true`.
    Segment(String),
    /// A private field of the catalogue.
    Field(String),
    /// Pieces in stock.
    Stock,
}

/// Why a slot or a campaign is not in a client bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The campaign's condition asks something; within that public segment, where it does not ask it itself.
    Condition {
        /// What it asks.
        secret: Secret,
        /// The segment that the campaign asks.
        segment: Option<String>,
    },
    /// A content of the campaign says, or is chosen by, something.
    Content {
        /// Key of the content.
        content: String,
        /// What it says.
        secret: Secret,
    },
    /// A content recommends products, and recommendations were not asked for.
    Recommends {
        /// Key of the content.
        content: String,
    },
    /// The campaign's weights follow its results, and browsers are not told them.
    Bandit,
    /// The campaign requires one that stays on the server.
    Requires(String),
    /// All slots of the campaign stay on the server.
    Slots,
    /// The slot is filled by a campaign that stays on the server.
    FilledBy(String),
    /// Pages of a type show one campaign, and another slot of theirs stays on the server.
    LightPage {
        /// The page type.
        page: String,
        /// The other slot.
        slot: String,
    },
    /// A page shows no product twice, and another slot with recommendations stays on the server.
    Products {
        /// The other slot.
        slot: String,
    },
    /// No campaign fills the slot.
    Empty,
}

impl Display for Secret {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, "`{name}`, which only the shop's server knows"),
            Self::Product(name) => write!(f, "`{name}`, which only the catalogue on the server knows"),
            Self::Trait(name) => write!(f, "`{name}`, which only the shop's server sets"),
            Self::List(key) => write!(f, "list `{key}`, which is private"),
            Self::Segment(key) => write!(f, "segment `{key}`, which is private"),
            Self::Field(name) => write!(f, "field `{name}` of the catalogue, which is private"),
            Self::Stock => write!(f, "the pieces in stock, which only the server knows"),
        }
    }
}

impl Display for Why {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition { secret, segment: None } => write!(f, "its condition asks {secret}"),
            Self::Condition { secret, segment: Some(segment) } => {
                write!(f, "its condition asks segment `{segment}`, and that asks {secret}")
            }
            Self::Content { content, secret } => write!(f, "its content `{content}` uses {secret}"),
            Self::Recommends { content } => {
                write!(f, "its content `{content}` recommends products, which needs the catalogue")
            }
            Self::Bandit => write!(f, "its weights follow its results, which only the server knows"),
            Self::Requires(campaign) => write!(f, "it requires campaign `{campaign}`, which stays on the server"),
            Self::Slots => write!(f, "all its slots stay on the server"),
            Self::FilledBy(campaign) => write!(f, "campaign `{campaign}` fills it, which stays on the server"),
            Self::LightPage { page, slot } => write!(
                f,
                "`{page}` pages show one campaign (intensity is light), and slot `{slot}` of theirs stays on the server"
            ),
            Self::Products { slot } => {
                write!(f, "a page shows no product twice, and slot `{slot}` with recommendations stays on the server")
            }
            Self::Empty => write!(f, "no campaign fills it"),
        }
    }
}
