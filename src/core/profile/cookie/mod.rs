//! The two cookies: their signed frame, and sections `[tag][length][bytes]`, tags ascending. SPEC.md, "Cookie".

mod frame;
pub mod header;
mod held;
pub(super) mod read_sections;
mod scope;
pub(super) mod selection;
pub(super) mod tag;
pub(super) mod write_sections;

pub use frame::{
    CONSENT_FORMAT, Encoded, FORMAT, FORMAT_1, Refusal, Unreadable, Verdict, encode, encode_consent, read,
};
pub use held::Held;
pub use scope::{CookieScope, DOMAIN_CONSENT_COOKIE, DOMAIN_COOKIE, HOST_CONSENT_COOKIE, HOST_COOKIE, ScopeError};
pub use selection::Dropped;
