//! What a visitor's own cookie remembers, as plain data.
//!
//! Times are seconds since the Unix epoch (`u32`, until 2106) unless the name says otherwise. Money is in
//! minor units (pence, cents). Lists are newest first and never longer than their limit in
//! [`crate::limits`].
//!
//! [`CookieScope::read`] gives what a request's cookies say, [`Held`], and [`CookieScope::update`] the `Set-Cookie` header
//! of the response; in between, [`Held::effective`] says what the visitor agreed to, and [`take_batch`] and
//! [`Profile::deliver`] add what happened.
//!
//! ```
//! use attune_core::attribute::Purpose;
//! use attune_core::bundle::{Regime, Terms};
//! use attune_core::profile::{CookieScope, KeyRing, PageSeen};
//!
//! // Once for each bundle and key ring:
//! let secret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
//! let keys = KeyRing::parse(&format!("1:sign:{secret}")).unwrap().bind("giftshop");
//! let scope = CookieScope::of(&["www.giftshop.example"]).unwrap();
//!
//! // For each beacon:
//! let (cookie_header, now_s, random) = (b"", 1_795_219_200, [7; 16]);
//! let mut held = scope.read(cookie_header, &keys, now_s);
//! let terms = Terms { regime: Regime::OptOut, ..Terms::default() };
//! if held.effective(false, terms).grants(Purpose::Personalization) {
//!     held.profile.mint(random, now_s);
//!     held.profile.page(now_s);
//!     held.profile.see(PageSeen { sku: Some("22423"), category: Some("lanterns") }, now_s);
//! }
//! let set_cookie = scope.update(&held, &keys).unwrap();
//! assert!(set_cookie.starts_with("__Host-attune=AgE"));
//! ```

mod cart;
mod consent;
pub mod cookie;
mod decision;
mod event;
mod fit;
mod handle;
pub mod header;
mod held;
pub mod interest;
#[cfg(any(test, feature = "json"))]
pub mod json;
mod keys;
mod log;
mod login;
mod mailbox;
mod mint;
mod order;
mod preview;
mod scope;
mod sections;
mod seen;
mod signal;
mod statement;
mod time;
mod top;
mod visit;

pub use consent::Effective;
pub use cookie::{Encoded, Refusal, Unreadable, Verdict};
pub use decision::seal_decision;
pub use event::{
    EVENT_LATE_S_MAX, Event, EventKind, EventRefusal, Item, PathFacts, apply, campaign_hash, transaction_hash,
};
pub use fit::Dropped;
pub use handle::{TokenError, open_handle, seal_handle};
pub use held::{ConsentState, Held};
pub use keys::{KeyError, KeyPurpose, KeyRing, MAC_BYTES, SiteKeys, from_hex, to_hex};
pub use log::{Batch, Rulebook, Sent, Taken, take_batch};
pub use login::{LoginError, login_id, open_login, seal_login};
pub use mailbox::{Mail, MailBody};
pub use mint::{MINT_CHARS, Minted, open_mint, seal_mint};
pub use order::{Order, apply_order};
pub use preview::{PREVIEW_CHARS_MAX, PREVIEW_COOKIE, PREVIEW_TEXT_BYTES_MAX, Preview, PreviewError, RequestOverrides};
pub use scope::{CookieScope, DOMAIN_CONSENT_COOKIE, DOMAIN_COOKIE, HOST_CONSENT_COOKIE, HOST_COOKIE, ScopeError};
pub use seen::{QUARTERS, Seen, SeenProduct, product_hash};
pub use signal::{SUM_MILLI_MAX, SignalState, TraitValue, memory_bytes, named, signal};
pub use statement::{Customer, Statement};
pub use time::{EPOCH_DAY, EPOCH_S};
pub use top::top_hash;
pub use visit::{PageSeen, VIEW_REPEAT_S, customer_hash};

use crate::attribute::Purpose;
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

/// Where a consent record came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsentSource {
    /// `POST /_attune/consent`.
    #[default]
    Api,
    /// An IAB TCF string.
    Tcf,
    /// An IAB GPP string.
    Gpp,
    /// Google consent mode.
    Gtag,
    /// A cookie of the site's own consent tool.
    Cookie,
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
pub struct Shown {
    /// First 4 bytes, big endian, of SHA-256 of the campaign key.
    pub campaign: u32,
    /// Impressions in the current window, saturating.
    pub seen: u8,
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
    /// The consent record. A visitor's own is in the consent cookie; see [`Held`].
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
    pub shown: Vec<Shown>,
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
    pub seen: Seen,
    /// What the shop's systems said of the visitor, ascending by key: section 0x29.
    pub traits: Vec<TraitValue>,
    /// What the site's signals remember, ascending by key: section 0x2a.
    pub signals: Vec<SignalState>,
    /// Which customer of the shop this is, as [`customer_hash`]; `None` for nobody signed in: section 0x2c.
    pub customer: Option<[u8; 16]>,
    /// Sections of later versions, ascending by tag.
    pub unknown: Vec<UnknownSection>,
}

#[cfg(test)]
mod tests;
