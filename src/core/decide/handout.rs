//! What a unit's id decides, for a browser that does not know it.

use super::draws::{ENTRY, entry};
use super::{Salt, Unit, bucket};
use crate::bundle::{Campaign, Layer, UnitKind};
use crate::limits::DRAWS_MAX;
use crate::loaded::Loaded;
use crate::sort;
use alloc::vec::Vec;

/// Every draw that any campaign may ask of the unit; `None` for more than [`DRAWS_MAX`].
pub fn draws(loaded: &Loaded, unit: Unit) -> Option<Vec<u8>> {
    let mut entries: Vec<[u8; ENTRY]> = Vec::new();
    let mut put = |salt: Salt, key: &str, phase: u16, kind: UnitKind| {
        if let Some(id) = unit.hashed(kind) {
            entries.push(entry(salt, key, phase, kind, bucket(salt, key, phase, id)));
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
    sort::by_key(&mut entries, |entry| *entry);
    entries.dedup();
    (entries.len() <= DRAWS_MAX).then(|| entries.concat())
}
