//! Tags of the sections of a cookie, and their classes.

pub(in crate::profile) const CONSENT: u8 = 0x10;
pub(in crate::profile) const OPT_OUT: u8 = 0x11;
pub(in crate::profile) const ERASED: u8 = 0x12;
pub(in crate::profile) const ID: u8 = 0x20;
pub(in crate::profile) const VISITS: u8 = 0x21;
pub(in crate::profile) const INTERESTS: u8 = 0x22;
pub(in crate::profile) const VIEWED: u8 = 0x23;
pub(in crate::profile) const SHOWN: u8 = 0x24;
pub(in crate::profile) const CART: u8 = 0x25;
pub(in crate::profile) const ORDERS: u8 = 0x26;
pub(in crate::profile) const PURCHASED: u8 = 0x27;
/// The ring of event ids of format 1. No later format writes it.
pub(in crate::profile) const RING: u8 = 0x28;
pub(in crate::profile) const TRAITS: u8 = 0x29;
pub(in crate::profile) const SIGNALS: u8 = 0x2a;
pub(in crate::profile) const SEEN: u8 = 0x2b;
pub(in crate::profile) const CUSTOMER: u8 = 0x2c;
pub(in crate::profile) const LOGS: u8 = 0x2d;
pub(in crate::profile) const MAILBOX: u8 = 0x2e;

/// This version has a layout for that tag.
pub(in crate::profile) fn is_known(tag: u8) -> bool {
    matches!(tag, CONSENT..=ERASED | ID..=MAILBOX)
}

/// The class of a section: the high half of its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::profile) enum Class {
    /// 0x1x: needs no consent.
    Necessary,
    /// 0x2x.
    Personalization,
    /// 0x3x.
    Measurement,
}

impl Class {
    /// The class of a tag; `None` for tags that no version may write.
    pub(in crate::profile) fn of(tag: u8) -> Option<Self> {
        match tag >> 4 {
            1 => Some(Self::Necessary),
            2 => Some(Self::Personalization),
            3 => Some(Self::Measurement),
            _ => None,
        }
    }
}
