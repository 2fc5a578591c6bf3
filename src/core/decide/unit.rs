//! Who is decided for.

use crate::bundle::Campaign;
use alloc::boxed::Box;

/// Who decides: the visitor's unit, or nobody yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unit<'a> {
    /// Visitor id as 32 lower-case hexadecimal digits; empty before consent: nobody is enrolled.
    pub id: &'a str,
    /// When that id was minted, in seconds since the Unix epoch; 0 when it is not known.
    pub minted_s: u32,
    /// [`crate::profile::customer_hash`] of the customer as 32 lower-case hexadecimal digits; empty when it is not
    /// known which customer this is, and before consent.
    pub customer: &'a str,
    /// A robot: every slot keeps the origin's content.
    pub bot: bool,
    /// Campaign and arm keys forced by a preview token.
    pub forced: &'a [(Box<str>, Box<str>)],
}

impl Unit<'_> {
    /// The arm of this campaign that a preview forces, if it does.
    pub(super) fn forced_arm(&self, campaign: &Campaign) -> Option<usize> {
        let (_, arm) = self.forced.iter().find(|(key, _)| **key == *campaign.key)?;
        campaign.arms.iter().position(|known| *known.key == **arm)
    }
}
