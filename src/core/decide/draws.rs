//! The buckets of one unit, for a browser that decides without knowing its id.

use super::{BUCKETS, Salt, Unit, bucket};
use crate::bundle::{Campaign, Layer, UnitKind};
use crate::codec::hash64;
use crate::limits::DRAWS_MAX;
use crate::loaded::Loaded;
use crate::number::decimal;
use alloc::vec::Vec;

/// Bytes of one entry: eight of the name, two of the bucket.
const ENTRY: usize = 10;

/// What was drawn for one unit, as [`Draws::of`] writes it: for each draw its name, the first 8 bytes of
/// SHA-256("drawn:salt:key:phase:kind"), and the bucket, big endian, ascending by name. `kind` is 0 for a visitor and 1 for a
/// customer.
#[derive(Clone, Copy, Debug)]
pub struct Draws<'a>(&'a [[u8; ENTRY]]);

impl<'a> Draws<'a> {
    /// Reads them; what is left over at the end of the bytes is nothing.
    pub fn from_bytes(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    /// Every draw that any campaign may ask of the unit; `None` for more than [`DRAWS_MAX`].
    pub fn of(loaded: &Loaded, unit: Unit) -> Option<Vec<u8>> {
        let mut entries: Vec<[u8; ENTRY]> = Vec::new();
        let mut put = |salt: Salt, key: &str, phase: u16, kind: UnitKind| {
            if let Some(id) = unit.hashed(kind) {
                entries.push(entry(name(salt, key, phase, kind), bucket(salt, key, phase, id)));
            }
        };
        if loaded.site.holdout_bp > 0 {
            put(Salt::Site, &loaded.site.name, 0, UnitKind::Visitor);
        }
        for Campaign { key, phase, ranges, holdout_bp, enrolment, .. } in loaded.campaigns.iter().flatten() {
            let kind = enrolment.unit;
            let asked = [
                (Salt::Coverage, !enrolment.coverage.is_empty()),
                (Salt::Holdout, *holdout_bp > 0),
                (Salt::Arm, !ranges.is_empty()),
            ];
            for (salt, _) in asked.into_iter().filter(|(_, is_asked)| *is_asked) {
                put(salt, key, *phase, kind);
            }
            let layer = enrolment.layer.and_then(|share| loaded.layers.get(usize::from(share.layer))?.as_ref());
            if let Some(Layer { key, phase, .. }) = layer {
                put(Salt::LayerHoldout, key, *phase, kind);
                put(Salt::Layer, key, *phase, kind);
            }
        }
        entries.sort_unstable();
        entries.dedup();
        (entries.len() <= DRAWS_MAX).then(|| entries.concat())
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

fn entry(name: [u8; 8], bucket: u16) -> [u8; ENTRY] {
    let mut entry = [0; ENTRY];
    let bytes = name.into_iter().chain(bucket.to_be_bytes());
    entry.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    entry
}
