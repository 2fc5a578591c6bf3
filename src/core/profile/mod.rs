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

mod consent;
pub mod cookie;
mod events;
mod handout;
#[cfg(any(test, feature = "json"))]
pub mod json;
mod keys;
mod model;
#[cfg(test)]
mod tests;
mod time;
mod tokens;

pub use consent::{Choices, ConsentState, Effective, gpp_choices, tcf_choices};
pub use cookie::{
    CookieScope, DOMAIN_CONSENT_COOKIE, DOMAIN_COOKIE, Dropped, Encoded, HOST_CONSENT_COOKIE, HOST_COOKIE, Held,
    Refusal, ScopeError, Unreadable, Verdict, header,
};
pub use events::apply::apply;
pub use events::event::{
    EVENT_LATE_S_MAX, Event, EventKind, EventRefusal, Item, PathFacts, campaign_hash, transaction_hash,
};
pub use events::interest;
pub use events::lines::batch_from_lines;
pub use events::log::{Batch, BatchOutcome, Rulebook, Sent, take_batch};
pub use events::mailbox::{Mail, MailBody};
pub use events::order::{Order, apply_order};
pub use events::server_update::{Customer, ServerUpdate};
pub use events::shown_products::{QUARTERS, ShownProduct, ShownProducts, product_hash};
pub use events::signal::{memory_bytes, named, signal};
pub use events::signal_sum::SUM_MILLI_MAX;
pub use events::top::top_hash;
pub use events::visit::{PageSeen, VIEW_REPEAT_S, customer_hash};
pub use keys::{KeyError, KeyPurpose, KeyRing, MAC_BYTES, SiteKeys};
pub use model::{
    CampaignImpressions, Cart, CartLine, Choice, Consent, ConsentSource, Interest, LogMark, MailboxMark, Orders,
    Profile, SignalState, TraitValue, UnknownSection, Viewed, Visits,
};
pub use time::{EPOCH_DAY, EPOCH_S};
pub use tokens::decision::seal_decision;
pub use tokens::handle::{TokenError, open_handle, seal_handle};
pub use tokens::login::{LoginError, login_id, open_login, seal_login};
pub use tokens::mint::{MINT_CHARS, Minted, open_mint, seal_mint};
pub use tokens::page::{
    PAGE_EXPOSURES_MAX, PAGE_TOKEN_CHARS_MAX, PageExposure, PageToken, SiteArm, coarse, experiment_hash, open_page,
    seal_page,
};
pub use tokens::preview::{
    PREVIEW_CHARS_MAX, PREVIEW_COOKIE, PREVIEW_TEXT_BYTES_MAX, Preview, PreviewError, PreviewSubject, RequestOverrides,
};
