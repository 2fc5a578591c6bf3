//! Checks every reference of a bundle once, so that evaluation needs no checks.

use super::Loaded;
use super::validation::{LEAN, campaign, condition, content, site};
use crate::bundle::{BundleError, Campaign, Decoded, Disabled, Rules, decode};
use crate::limits;
use crate::segment::Conditions;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

impl Loaded {
    /// Reads and checks a bundle.
    ///
    /// # Errors
    /// [`BundleError`] when nothing of it can be used. A single bad part is disabled instead.
    pub fn load(bytes: &[u8]) -> Result<Self, BundleError> {
        Self::load_hashed(bytes, None)
    }

    /// The same with the SHA-256 of the bytes in hexadecimal, where it is known. What cannot be one is not believed.
    pub(crate) fn load_hashed(bytes: &[u8], sha256: Option<&str>) -> Result<Self, BundleError> {
        let mut loaded = Self::unchecked(decode(bytes, sha256)?);
        site::site(&loaded.site)?;
        if let Err(reason) = site::rules(&loaded.site.rules) {
            loaded.site.rules = Rules::default();
            loaded.rules_bytes.clear();
            loaded.disabled.push(Disabled { what: "rules", index: 0, key: String::new(), reason });
        }
        loaded.disable("atom", |l| &mut l.conditions.atoms, |l, _, atom| condition::atom(l, atom), |_| "");
        let depths = condition::segment_depths(&loaded.segments);
        let check =
            |l: &Self, index: usize, segment: &_| condition::segment(l, index, segment, depths.get(index).copied());
        loaded.disable("segment", |l| &mut l.segments, check, |s| &s.key);
        loaded.disable("content", |l| &mut l.contents, |l, _, c| content::content(l, c), |c| &c.key);
        loaded.disable("layer", |l| &mut l.layers, |_, _, layer| campaign::layer(layer), |layer| &layer.key);
        let depths = campaign::requirement_depths(&loaded.campaigns);
        let check = |l: &Self, index: usize, c: &Campaign| {
            condition::program(l, l.segments.len(), &c.eligible)?;
            campaign::campaign(l, c)?;
            campaign::requirements(l, c, depths.get(index).copied().flatten())
        };
        loaded.disable("campaign", |l| &mut l.campaigns, check, |c| &c.key);
        loaded.conditions.prepare(&loaded.segments, &loaded.campaigns);
        Ok(loaded)
    }

    /// Reads a bundle whose signature was verified: what wrote it has checked every reference, and the checks are 5 KB that a
    /// browser need not load. A reference to nothing is nothing, too; it is never out of bounds.
    ///
    /// # Errors
    /// [`BundleError`] when nothing of it can be used, such as one of a later format.
    pub(crate) fn load_signed(bytes: &[u8], sha256: &str) -> Result<Self, BundleError> {
        let mut loaded = Self::unchecked(decode(bytes, Some(sha256))?);
        loaded.conditions.prepare(&loaded.segments, &loaded.campaigns);
        Ok(loaded)
    }

    /// Whether contents are disabled because this core was built without recommendations.
    pub(crate) fn lacks_recommendations(&self) -> bool {
        self.disabled.iter().any(|part| part.reason == LEAN)
    }

    fn unchecked(decoded: Decoded) -> Self {
        Self {
            version: decoded.version,
            site: decoded.site,
            conditions: Conditions::new(decoded.atoms, decoded.lists, decoded.patterns),
            segments: decoded.segments,
            slots: decoded.slots,
            campaigns: decoded.campaigns,
            contents: decoded.contents,
            layers: decoded.layers,
            elsewhere: decoded.elsewhere,
            disabled: decoded.disabled,
            site_bytes: decoded.site_bytes,
            rules_bytes: decoded.rules_bytes,
            measurement_bytes: decoded.measurement_bytes,
            own_events: decoded.own_events,
        }
    }

    /// Runs a check over one list and removes what fails it. Segments may refer to earlier ones, so each
    /// verdict takes effect before the next check.
    #[inline(never)]
    fn disable<T>(
        &mut self,
        what: &'static str,
        list: impl Fn(&mut Self) -> &mut Vec<Option<T>>,
        check: impl Fn(&Self, usize, &T) -> Result<(), &'static str>,
        key: impl Fn(&T) -> &str,
    ) {
        for index in 0..list(self).len() {
            let Some(item) = list(self).get_mut(index).and_then(Option::take) else { continue };
            let named = match key(&item) {
                long if long.len() > limits::KEY_BYTES_MAX => Err("its key is too long"),
                _ => Ok(()),
            };
            match named.and_then(|()| check(self, index, &item)) {
                Ok(()) => {
                    if let Some(place) = list(self).get_mut(index) {
                        *place = Some(item);
                    }
                }
                Err(reason) => self.disabled.push(Disabled { what, index, key: key(&item).to_string(), reason }),
            }
        }
    }
}
