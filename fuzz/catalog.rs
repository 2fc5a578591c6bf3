//! Laws of the catalogue, the overlay and the posteriors.

use attune_core::artifacts::Overlay;
use attune_core::artifacts::Posteriors;
use attune_core::artifacts::catalog::Catalog;
use attune_core::codec::checksum;

/// The bytes with a checksum that fits, so that what it protects is looked at too.
fn sealed(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    if bytes.len() > 16 {
        let sum = checksum(&bytes[16..]);
        bytes[8..16].copy_from_slice(&sum.to_le_bytes());
    }
    bytes
}

/// Any bytes as a catalogue: refused, or everything in it can be read and every product is found by its key.
pub fn catalog(data: &[u8]) {
    for bytes in [data.to_vec(), sealed(data)] {
        let Ok(catalog) = Catalog::load(bytes) else { continue };
        let locales: Vec<_> = catalog.locales().map(|(tag, currency)| catalog.market(tag, currency)).collect();
        for ordinal in 0..catalog.item_count() {
            for market in &locales {
                let item = catalog.item_in(ordinal, *market).unwrap();
                let _ = (item.title(), item.url(), item.price_minor(), item.sale_minor(1_795_300_000));
            }
            let item = catalog.item(ordinal).unwrap();
            assert!(item.group() < catalog.item_count());
            let _ = (
                item.title(),
                item.url(),
                item.image(),
                item.price_minor(),
                item.sale_minor(1_795_300_000),
                item.stock(),
            );
            for field in 0..32 {
                std::hint::black_box(catalog.extra(&item, field));
            }
            assert!(catalog.ordinal(item.id()).is_none_or(|found| catalog.item(found).unwrap().id() == item.id()));
        }
        for category in 0..u16::try_from(catalog.categories()).unwrap() {
            let _ = (catalog.category_key(category), catalog.category_name(category));
            assert!(catalog.members(category).all(|member| member < catalog.item_count()));
        }
        let _ = (catalog.currency(), catalog.field("margin"), catalog.live_age_s_max());
    }
}

/// Any bytes as an overlay: refused, or every product that it has is found.
pub fn overlay(data: &[u8]) {
    for bytes in [data.to_vec(), sealed(data)] {
        let Ok(overlay) = Overlay::load(bytes) else { continue };
        let _ = (overlay.epoch(), overlay.made_s());
        for ordinal in [0, 1, 2, 3, u32::MAX] {
            assert!(overlay.of(ordinal).is_none_or(|live| live.ordinal == ordinal));
            assert!(overlay.of(ordinal).is_some() || overlay.price_in(ordinal, "de-DE").is_none());
        }
    }
}

/// Any bytes as posteriors: refused, or every draw is within the quantiles.
pub fn posteriors(data: &[u8]) {
    for bytes in [data.to_vec(), sealed(data)] {
        let Some(key) = bytes.get(32..40).and_then(|key| key.first_chunk().copied()) else { continue };
        let Ok(posteriors) = Posteriors::load(bytes) else { continue };
        let _ = (posteriors.site(), posteriors.made_s(), posteriors.age_s_max());
        let Some(belief) = posteriors.of(key) else { continue };
        for random in [0, 1, 1 << 26, (1 << 26) - 1, u32::MAX] {
            assert!((belief.knots[0]..=belief.knots[64]).contains(&belief.draw(random)));
        }
    }
}
