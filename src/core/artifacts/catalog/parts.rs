//! The parts of a catalogue, for whoever writes another one of them.

use super::encode::{CatalogParts, ExtraPart, FieldPart, ItemPart, LocalePart, OfferPart};
use super::item::Item;
use super::layout::{EXTRA_BYTES, OFFER_BYTES, known, text_in, u16_at, u32_at};
use super::read::Catalog;
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

impl<B: AsRef<[u8]>> Catalog<B> {
    /// Everything that [`encode`](super::encode) took: of the same parts it makes the same bytes again. Names of groups are not
    /// kept, so they are numbers.
    pub fn parts(&self) -> CatalogParts {
        let categories = 0..usize::try_from(self.counts.categories).unwrap_or(0);
        let fields = 0..usize::try_from(self.counts.fields).unwrap_or(0);
        CatalogParts {
            epoch: self.epoch(),
            currency: self.currency().to_owned(),
            live_age_s_max: self.live_age_s_max().unwrap_or(0),
            categories: categories
                .map(|category| self.layout.categories + 16 * category)
                .map(|at| (self.text_at(at).to_owned(), self.text_at(at + 8).to_owned()))
                .collect(),
            fields: fields
                .map(|field| self.layout.fields + 12 * field)
                .map(|at| FieldPart {
                    name: self.text_at(at).to_owned(),
                    private: u32_at(self.data(), at + 8) & 1 == 1,
                })
                .collect(),
            items: (0..self.item_count())
                .filter_map(|ordinal| self.item(ordinal))
                .map(|item| self.part(&item))
                .collect(),
            locales: (0_u32..).zip(self.locales()).map(|(locale, named)| self.locale_part(locale, named)).collect(),
        }
    }

    fn part(&self, item: &Item<'_>) -> ItemPart {
        let number = |at: usize| u32_at(item.record, at);
        ItemPart {
            id: item.id().to_owned(),
            title: item.title().to_owned(),
            url: item.url().to_owned(),
            image: item.image().to_owned(),
            category: item.category(),
            group: item.group().to_string(),
            availability: item.availability(),
            price_minor: known(number(36)),
            sale_minor: known(number(40)),
            sale_s: Some((number(44), number(48))),
            stock: item.stock(),
            extras: self.extras_of(item),
        }
    }

    fn extras_of(&self, item: &Item<'_>) -> Vec<ExtraPart> {
        let from = u32_at(item.record, 28) as usize;
        let extra = |at: usize| {
            let at = self.layout.extras + EXTRA_BYTES * at;
            let (from, bytes) = (u32_at(self.data(), at) as usize, usize::from(u16_at(self.data(), at + 4)));
            let number = u32_at(self.data(), at + 8).cast_signed();
            ExtraPart {
                field: u16_at(self.data(), at + 6),
                text: text_in(self.texts(), from, bytes).to_owned(),
                hundredths: Some(number).filter(|number| *number != i32::MIN),
            }
        };
        (from..from + usize::from(item.record[26])).map(extra).collect()
    }

    fn locale_part(&self, locale: u32, (tag, currency): (&str, &str)) -> LocalePart {
        let offer = |ordinal: u32| {
            let offer: &[u8; OFFER_BYTES] = self.offer(locale, ordinal)?;
            let text = |from: usize, bytes: usize| -> String {
                text_in(self.texts(), u32_at(offer, from) as usize, usize::from(u16_at(offer, bytes))).to_owned()
            };
            Some(OfferPart {
                title: text(0, 4),
                url: text(8, 6),
                price_minor: known(u32_at(offer, 12)),
                sale_minor: known(u32_at(offer, 16)),
                sale_s: Some((u32_at(offer, 20), u32_at(offer, 24))),
            })
        };
        LocalePart {
            tag: tag.to_owned(),
            currency: currency.to_owned(),
            offers: (0..self.item_count()).map(offer).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::super::encode;
    use super::*;
    use alloc::vec;

    #[test]
    fn the_parts_of_a_catalogue_make_the_same_catalogue() {
        let golden = include_bytes!("../../../../tests/golden/conditions.catalog");
        let catalog = Catalog::load(&golden[..]).unwrap();
        assert!(encode(&catalog.parts()).unwrap() == golden);
    }

    #[test]
    fn groups_sales_and_locales_are_among_the_parts() {
        let item = |id: &str, group: &str| ItemPart {
            id: id.into(),
            title: id.into(),
            url: "/p".into(),
            group: group.into(),
            sale_minor: Some(5),
            sale_s: Some((10, 20)),
            extras: vec![ExtraPart { field: 0, text: "red".into(), hundredths: None }],
            ..ItemPart::default()
        };
        let offer = OfferPart { title: "Eins".into(), url: "/de".into(), price_minor: Some(7), ..OfferPart::default() };
        let parts = CatalogParts {
            epoch: 4,
            currency: "GBP".into(),
            categories: vec![("mugs".into(), "Home > Mugs".into())],
            fields: vec![FieldPart { name: "colour".into(), private: true }],
            items: vec![item("a", ""), item("b", "sizes"), item("c", ""), item("d", "sizes")],
            locales: vec![LocalePart {
                tag: "de-DE".into(),
                currency: "EUR".into(),
                offers: vec![Some(offer), None, None, None],
            }],
            ..CatalogParts::default()
        };
        let bytes = encode(&parts).unwrap();
        let read = Catalog::load(bytes.clone()).unwrap().parts();
        assert_eq!(read.items.iter().map(|item| &*item.group).collect::<Vec<_>>(), ["0", "1", "2", "1"]);
        assert_eq!(encode(&read).unwrap(), bytes);
    }
}
