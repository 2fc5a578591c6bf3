//! Who gets the origin's content everywhere.

use super::{Observer, Reason, Salt, Unit};
use crate::bundle::UnitKind;
use crate::loaded::Loaded;

/// Why the origin's content stays everywhere, if it does.
pub(super) fn everywhere(loaded: &Loaded, unit: Unit, observer: &mut impl Observer) -> Option<Reason> {
    if unit.bot {
        return Some(Reason::Bot);
    }
    let held = !unit.id.is_empty()
        && unit.forced.is_empty()
        && loaded.site.holdout_bp > 0
        && site_bucket(loaded, unit, observer) < loaded.site.holdout_bp;
    held.then_some(Reason::SiteHoldout)
}

fn site_bucket(loaded: &Loaded, unit: Unit, observer: &mut impl Observer) -> u16 {
    let bucket = unit.bucket(Salt::Site, &loaded.site.name, 0, UnitKind::Visitor);
    observer.drew(None, Salt::Site, bucket);
    bucket
}
