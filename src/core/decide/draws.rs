//! The buckets of one unit, for a browser that decides without knowing its id.

use super::{BUCKETS, Salt};
use crate::bundle::UnitKind;
use crate::codec::hash64;
use crate::number::decimal;

/// Bytes of one entry: eight of the name, two of the bucket.
pub(super) const ENTRY: usize = 10;

/// What was drawn for one unit, as [`draws`](fn@super::draws) writes it: for each draw its name, the first 8 bytes of
/// SHA-256("drawn:salt:key:phase:kind"), and the bucket, big endian, ascending by name. `kind` is 0 for a visitor and 1 for a
/// customer.
#[derive(Clone, Copy, Debug)]
pub struct Draws<'a>(&'a [[u8; ENTRY]]);

impl<'a> Draws<'a> {
    /// Reads them; what is left over at the end of the bytes is nothing.
    pub fn from_bytes(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    /// The bucket of one draw. One that is not there is above every share, so that nobody takes part by it.
    pub(super) fn bucket(self, salt: Salt, key: &str, phase: u16, kind: UnitKind) -> u16 {
        let wanted = name(salt, key, phase, kind);
        let place = self.0.binary_search_by(|entry| entry.first_chunk::<8>().cmp(&Some(&wanted)));
        let entry = place.ok().and_then(|at| self.0.get(at)?.last_chunk::<2>());
        entry.map_or(BUCKETS, |bucket| u16::from_be_bytes(*bucket))
    }
}

fn name(salt: Salt, key: &str, phase: u16, kind: UnitKind) -> [u8; 8] {
    let kind = match kind {
        UnitKind::Visitor => ":0",
        UnitKind::Customer => ":1",
    };
    hash64(&["drawn:", salt.text(), ":", key, ":", &decimal::whole(phase.into()), kind])
}

/// One draw as bytes.
pub(super) fn entry(salt: Salt, key: &str, phase: u16, kind: UnitKind, bucket: u16) -> [u8; ENTRY] {
    let mut entry = [0; ENTRY];
    let bytes = name(salt, key, phase, kind).into_iter().chain(bucket.to_be_bytes());
    entry.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    entry
}
