//! What a profile is made of.

use crate::attribute::Purpose;
pub use crate::bundle::ConsentSource;
use crate::limits::{CATEGORY_BYTES_MAX, SKU_BYTES_MAX};
use crate::profile::events::shown_products::ShownProducts;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The answer a visitor gave for one purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Never asked, or not answered.
    #[default]
    Unknown,
    /// Agreed.
    Granted,
    /// Refused or withdrawn.
    Denied,
}

impl Choice {
    /// As configuration, API and headers have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Granted => "granted",
            Self::Denied => "denied",
        }
    }
}

/// The consent record: section 0x10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Personalization from a profile.
    pub personalization: Choice,
    /// Measurement.
    pub measurement: Choice,
    /// When the visitor last decided; 0 when never.
    pub at_s: u32,
    /// Who recorded it.
    pub source: ConsentSource,
    /// `Sec-GPC: 1` came with the answer: whoever agreed did so despite their browser's signal.
    pub under_gpc: bool,
}

impl Consent {
    /// The recorded choice for a purpose; what needs no consent is always granted.
    pub fn choice(&self, purpose: Purpose) -> Choice {
        match purpose {
            Purpose::None => Choice::Granted,
            Purpose::Personalization => self.personalization,
            Purpose::Measurement => self.measurement,
        }
    }
}

/// Visits: section 0x21. A visit ends after 30 idle minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// Visits so far, this one included.
    pub count: u16,
    /// Start of the first visit.
    pub first_s: u32,
    /// Last page of the visit before this one; 0 in the first visit.
    pub previous_s: u32,
    /// Last page.
    pub last_s: u32,
    /// Pages of this visit, this one included.
    pub session_pages: u16,
}

/// Interest in one category: section 0x22.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    /// Category key, as in the page patterns.
    pub category: Box<str>,
    /// Decayed sum of event weights, in thousandths, as of `day`.
    pub score_milli: u32,
    /// Views ever, saturating.
    pub views: u16,
    /// Views on `day`, saturating.
    pub today: u8,
    /// UTC day (days since the Unix epoch) of the last event.
    pub day: u16,
}

/// A viewed product: section 0x23.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewed {
    /// Product key.
    pub sku: Box<str>,
    /// When it was last viewed.
    pub at_s: u32,
}

/// Impressions of one campaign: section 0x24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignImpressions {
    /// First 4 bytes, big endian, of SHA-256 of the campaign key.
    pub campaign: u32,
    /// Impressions in the current window, saturating.
    pub count: u8,
    /// When the current window began.
    pub since_s: u32,
}

/// One line of a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// Product key.
    pub sku: Box<str>,
    /// Pieces.
    pub quantity: u16,
    /// Price of one piece as the browser reported it, in minor units: never a price to charge.
    pub price_minor: u32,
}

/// The cart as the browser reported it: section 0x25.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    /// Lines, most recently changed first.
    pub lines: Vec<CartLine>,
    /// Last change; 0 when never.
    pub at_s: u32,
}

/// Orders from the server side: section 0x26.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// Orders ever.
    pub count: u16,
    /// Value of all orders, in minor units of the site's first currency.
    pub total_minor: u64,
    /// The last order; 0 when none.
    pub last_s: u32,
    /// Value of the last order, in minor units; `u32::MAX` for any higher.
    pub last_minor: u32,
    /// Different products of the last order.
    pub last_items: u16,
    /// Products bought, newest first: those of the last order lead.
    pub skus: Vec<Box<str>>,
}

impl Orders {
    /// Products of the last order, as far as they are remembered.
    pub fn last_skus(&self) -> impl Iterator<Item = &str> {
        self.skus.iter().take(self.last_items.into()).map(AsRef::as_ref)
    }
}

/// How far one log of a page script is in the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogMark {
    /// The log's random id.
    pub log: u32,
    /// Number of the last event that was taken; refused events count as taken.
    pub last: u32,
}

/// How far the mailbox of the visitor is in the profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailboxMark {
    /// Number of the last row that was taken; 0 for none.
    pub last: u64,
    /// Until when every beacon asks the mailbox, after a checkout, a purchase or a login; 0 for no such time.
    pub ask_until_s: u32,
    /// Rows were delivered with the answer that wrote this; the mailbox has not seen yet that they arrived.
    pub unacknowledged: bool,
}

/// A section that this version does not know, carried byte for byte under the consent of its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSection {
    /// Section tag.
    pub tag: u8,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Everything a visitor's cookie remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The consent record. A visitor's own is in the consent cookie; see [`Held`](crate::profile::Held).
    pub consent: Consent,
    /// An opt-out signal (`Sec-GPC: 1` or the visitor's own) that outlives forgetting: section 0x11.
    pub opt_out: bool,
    /// Random visitor id; `None` before consent: section 0x20, with `issued_s`.
    pub id: Option<[u8; 16]>,
    /// When this profile was minted.
    pub issued_s: u32,
    /// Visits.
    pub visits: Visits,
    /// Interests, highest score first.
    pub interests: Vec<Interest>,
    /// Viewed products.
    pub viewed: Vec<Viewed>,
    /// Impressions by campaign.
    pub impressions: Vec<CampaignImpressions>,
    /// The cart.
    pub cart: Cart,
    /// Orders.
    pub orders: Orders,
    /// Last purchase that the browser reported (recency only): section 0x27; 0 when never.
    pub purchased_s: u32,
    /// Hashes of the transactions of the last purchases that the browser reported, newest first: section 0x27.
    pub transactions: Vec<u32>,
    /// Which events of the page scripts' logs are in here, the log used last first: section 0x2d.
    pub logs: Vec<LogMark>,
    /// Which rows of the mailbox are in here: section 0x2e.
    pub mailbox: MailboxMark,
    /// Products shown and not clicked.
    pub shown_products: ShownProducts,
    /// What the shop's systems said of the visitor, ascending by key: section 0x29.
    pub traits: Vec<TraitValue>,
    /// What the site's signals remember, ascending by key: section 0x2a.
    pub signals: Vec<SignalState>,
    /// Which customer of the shop this is, as [`customer_hash`](crate::profile::customer_hash); `None` for nobody signed in: section 0x2c.
    pub customer: Option<[u8; 16]>,
    /// Sections of later versions, ascending by tag.
    pub unknown: Vec<UnknownSection>,
}

/// One trait of a visitor: section 0x29.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitValue {
    /// [`hash32`](crate::codec::hash32) of its key.
    pub key: u32,
    /// Its value.
    pub value: Box<str>,
}

/// What one signal, or one value of a signal with `top`, remembers: section 0x2a.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignalState {
    /// [`hash32`](crate::codec::hash32) of its key; of a value [`top_hash`](crate::profile::top_hash).
    pub key: u32,
    /// What its measure added up, in thousandths, as of `day`.
    pub sum_milli: u32,
    /// Of a share: all events, in thousandths, as of `day`; else 0.
    pub total_milli: u32,
    /// UTC day (days since the Unix epoch) of the last event that counted.
    pub day: u16,
}

/// Whether a profile can hold a product key.
pub(in crate::profile) fn is_sku(key: &str) -> bool {
    !key.is_empty() && key.len() <= SKU_BYTES_MAX
}

/// Whether a profile can hold a category key.
pub(in crate::profile) fn is_category(key: &str) -> bool {
    !key.is_empty() && key.len() <= CATEGORY_BYTES_MAX
}
