//! TC strings of the IAB's Transparency and Consent Framework 2.2 and 2.3.
//!
//! Read at fixed places: the version, the purposes, and the publisher's own purposes. Vendors are passed over: what is
//! asked is whether the shop may do something, not whether others may.

use super::bits::Bits;
use super::choices::Choices;

/// Where the purposes of the core segment begin.
const PURPOSES: usize = 152;
const PURPOSES_BITS: usize = 24;
/// The core segment up to its vendors: what is always there.
const CORE_BITS: usize = 213;
/// The highest vendor id, and how vendors are written.
const VENDORS_HEAD_BITS: usize = 17;
/// The publisher segment up to the purposes that the publisher has invented.
const PUBLISHER_BITS: usize = 57;

/// What a TC string says; `None` where it is malformed.
///
/// Personalization needs purposes 1, 5 and 6, measurement 1 and 8; legitimate interest is not consent. The publisher segment
/// is about what the shop does itself. Where it says anything, its purposes count and not those of the core segment, which are
/// about the vendors. One without any bit is written by tools that do not ask for it, and says nothing.
pub fn tcf_choices(text: &[u8]) -> Option<Choices> {
    let mut segments = text.split(|byte| *byte == b'.');
    let core = Bits::of(segments.next()?)?;
    if core.number(0, 6)? != 2 || core.count() < CORE_BITS + VENDORS_HEAD_BITS {
        return None;
    }
    let mut purposes = core.number(PURPOSES, PURPOSES_BITS)?;
    let mut has_publisher = false;
    for segment in segments {
        let bits = Bits::of(segment)?;
        match bits.number(0, 3)? {
            // Vendors that were disclosed, and that are allowed.
            1 | 2 => {}
            3 if !has_publisher => {
                has_publisher = true;
                purposes = publisher(bits, purposes)?;
            }
            _ => return None,
        }
    }
    let has = |purpose: usize| purposes >> (PURPOSES_BITS - purpose) & 1 == 1;
    Some(Choices::of(has(1) && has(5) && has(6), has(1) && has(8)))
}

/// The purposes that count beside a publisher segment: its own, or those of the core where it says nothing.
fn publisher(bits: Bits<'_>, core: u32) -> Option<u32> {
    let consents = bits.number(3, PURPOSES_BITS)?;
    let interests = bits.number(3 + PURPOSES_BITS, PURPOSES_BITS)?;
    let custom = bits.number(PUBLISHER_BITS - 6, 6)?;
    let is_whole = bits.count() >= PUBLISHER_BITS + 2 * usize::try_from(custom).ok()?;
    is_whole.then_some(if consents | interests | custom == 0 { core } else { consents })
}
