//! Who is decided for.

use super::{Draws, Salt, bucket};
use crate::bundle::{Campaign, UnitKind};
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
    /// In a browser that does not know its id: what was drawn for it elsewhere. The ids above only say then that there is one.
    pub draws: Option<Draws<'a>>,
}

impl<'a> Unit<'a> {
    /// The id that is hashed for units of this kind, if it is known.
    pub(super) fn hashed(&self, kind: UnitKind) -> Option<&'a str> {
        let id = match kind {
            UnitKind::Visitor => self.id,
            UnitKind::Customer => self.customer,
        };
        Some(id).filter(|id| !id.is_empty())
    }

    /// The bucket of this unit.
    pub(super) fn bucket(&self, salt: Salt, key: &str, phase: u16, kind: UnitKind) -> u16 {
        match self.draws {
            Some(draws) => draws.bucket(salt, key, phase, kind),
            None => bucket(salt, key, phase, self.hashed(kind).unwrap_or_default()),
        }
    }

    /// The arm of this campaign that a preview forces, if it does.
    pub(super) fn forced_arm(&self, campaign: &Campaign) -> Option<usize> {
        let (_, arm) = self.forced.iter().find(|(key, _)| **key == *campaign.key)?;
        campaign.arms.iter().position(|known| *known.key == **arm)
    }
}
