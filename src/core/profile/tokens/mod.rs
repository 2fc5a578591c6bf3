//! Signed values beside the cookies: each is a text with a MAC of its own purpose.

pub(super) mod decision;
pub(super) mod handle;
pub(super) mod login;
pub(super) mod mint;
pub(super) mod page;
pub(super) mod preview;
