#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::artifacts::{Live, LivePrices, Overlay, OverlayError, encode_overlay};
use crate::codec::checksum;
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

const NOW_S: u32 = 1_795_300_000;

fn parts() -> CatalogParts {
    let item = |id: &str, title: &str, category: u16| ItemPart {
        id: id.into(),
        title: title.into(),
        url: format!("/p/{id}"),
        image: format!("/i/{id}.jpg"),
        category: Some(category),
        availability: Availability::InStock,
        price_minor: Some(1_250),
        ..ItemPart::default()
    };
    let mut shirt = item("shirt-s", "Shirt", 1);
    shirt.group = "shirt".into();
    let mut large = item("shirt-l", "Shirt", 1);
    large.group = "shirt".into();
    let mut sale = item("lamp", "Lämpchen", 0);
    (sale.sale_minor, sale.sale_s, sale.stock) = (Some(999), Some((NOW_S - 10, NOW_S + 10)), Some(3));
    sale.extras = vec![
        ExtraPart { field: 0, text: "blue".into(), hundredths: None },
        ExtraPart { field: 1, text: "2.5".into(), hundredths: Some(250) },
    ];
    let gone = ItemPart { id: "old".into(), ..ItemPart::default() };
    CatalogParts {
        epoch: 7,
        currency: "GBP".into(),
        live_age_s_max: 900,
        categories: vec![("light".into(), "Home > Light".into()), ("clothes".into(), "Clothes".into())],
        fields: vec![
            FieldPart { name: "colour".into(), private: false },
            FieldPart { name: "margin".into(), private: true },
        ],
        items: vec![sale, shirt, gone, large],
        locales: Vec::new(),
    }
}

/// The same, of which the lamp and a shirt are in a German feed, and the lamp in a French one.
fn local_parts() -> CatalogParts {
    let offer = |title: &str, price: Option<u32>| OfferPart {
        title: title.into(),
        url: format!("/x/{title}"),
        price_minor: price,
        ..OfferPart::default()
    };
    let lamp = OfferPart {
        sale_minor: Some(1_100),
        sale_s: Some((NOW_S, NOW_S + 5)),
        ..offer("Kleine Lämpchen", Some(1_499))
    };
    let locale = |tag: &str, currency: &str, offers| LocalePart { tag: tag.into(), currency: currency.into(), offers };
    CatalogParts {
        locales: vec![
            locale("de-DE", "EUR", vec![Some(lamp), Some(offer("Hemd", None)), None, None]),
            locale("fr-FR", "EUR", vec![Some(offer("Lampe", Some(1_600))), None, None, None]),
        ],
        ..parts()
    }
}

fn bytes() -> Vec<u8> {
    encode(&parts()).unwrap()
}

/// Bytes whose checksum is right, whatever they are.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&bytes[16..]);
    bytes[8..16].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn what_was_written_is_read() {
    let catalog = Catalog::load(bytes()).unwrap();
    assert_eq!((catalog.epoch(), catalog.item_count(), catalog.currency()), (7, 4, "GBP"));
    assert_eq!(catalog.live_age_s_max(), Some(900));
    let lamp = catalog.item(catalog.ordinal("lamp").unwrap()).unwrap();
    assert_eq!((lamp.title(), lamp.url(), lamp.image()), ("Lämpchen", "/p/lamp", "/i/lamp.jpg"));
    assert_eq!((lamp.price_minor(), lamp.stock()), (Some(1_250), Some(3)));
    assert_eq!([NOW_S - 11, NOW_S, NOW_S + 11].map(|now_s| lamp.sale_minor(now_s)), [None, Some(999), None]);
    assert_eq!(
        (catalog.category_key(0), catalog.category_name(0), catalog.category_of("clothes")),
        ("light", "Light", Some(1))
    );
    assert_eq!(catalog.field("margin"), Some((1, true)));
    assert_eq!(catalog.extra(&lamp, 0), Some(("blue", None)));
    assert_eq!(catalog.extra(&lamp, 1), Some(("2.5", Some(250))));
    assert_eq!((catalog.ordinal("nothing"), catalog.item(4).is_none()), (None, true));
}

#[test]
fn sizes_of_one_shirt_are_one_group_and_gone_products_are_in_no_category() {
    let catalog = Catalog::load(bytes()).unwrap();
    let groups: Vec<u32> = (0..4).map(|ordinal| catalog.item(ordinal).unwrap().group()).collect();
    assert_eq!(groups, [0, 1, 2, 1]);
    assert_eq!(catalog.members(1).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(catalog.item(2).unwrap().availability(), Availability::Gone);
}

#[test]
fn damage_is_refused_whole() {
    let good = bytes();
    assert_eq!(Catalog::load(b"ATBN".as_slice()).unwrap_err(), CatalogError::Foreign);
    for cut in [5, 63, 64, 200, good.len() - 1] {
        assert!(matches!(Catalog::load(&good[..cut]).unwrap_err(), CatalogError::Length { .. }), "{cut}");
    }
    let mut format = good.clone();
    format[4] = 3;
    assert_eq!(Catalog::load(format).unwrap_err(), CatalogError::Format(3));
    for good in [good, encode(&local_parts()).unwrap()] {
        for at in 16..good.len() {
            let mut flipped = good.clone();
            flipped[at] ^= 1;
            assert!(Catalog::load(&flipped).is_err(), "bit of byte {at}");
            // With a checksum that fits, it is refused, or whatever it says can be read.
            if let Ok(catalog) = Catalog::load(sealed(flipped)) {
                let markets = ["", "de-DE", "fr-FR"].map(|tag| catalog.market(tag, "EUR"));
                for (ordinal, market) in
                    (0..catalog.item_count()).flat_map(|ordinal| markets.map(|market| (ordinal, market)))
                {
                    let item = catalog.item_in(ordinal, market).unwrap();
                    let _ = (item.id(), item.title(), item.url(), item.image(), catalog.extra(&item, 0));
                }
            }
        }
    }
}

#[test]
fn a_locale_has_its_own_titles_links_and_prices_and_never_the_price_of_another_currency() {
    let catalog = Catalog::load(encode(&local_parts()).unwrap()).unwrap();
    assert_eq!(catalog.locales().collect::<Vec<_>>(), [("de-DE", "EUR"), ("fr-FR", "EUR")]);
    let asked = |tag: &str, currency: &str, id: &str| {
        let item = catalog.item_in(catalog.ordinal(id).unwrap(), catalog.market(tag, currency)).unwrap();
        (item.title(), item.url(), item.price_minor(), item.sale_minor(NOW_S))
    };
    assert_eq!(asked("en-GB", "GBP", "lamp"), ("Lämpchen", "/p/lamp", Some(1_250), Some(999)));
    assert_eq!(asked("de-DE", "EUR", "lamp"), ("Kleine Lämpchen", "/x/Kleine Lämpchen", Some(1_499), Some(1_100)));
    assert_eq!(asked("fr-FR", "EUR", "lamp"), ("Lampe", "/x/Lampe", Some(1_600), None));
    // In the feed without a price: none, and not that of the first locale.
    assert_eq!(asked("de-DE", "EUR", "shirt-s"), ("Hemd", "/x/Hemd", None, None));
    // Not in the feed: what the first locale says, but not in pounds.
    assert_eq!(asked("de-DE", "EUR", "shirt-l"), ("Shirt", "/p/shirt-l", None, None));
    // Without a feed of its own: the first locale's, with the price where the currency is the same.
    assert_eq!(asked("de-AT", "EUR", "lamp"), ("Lämpchen", "/p/lamp", None, None));
    assert_eq!(asked("en-IE", "GBP", "shirt-l"), ("Shirt", "/p/shirt-l", Some(1_250), None));
    // A site that pays in another currency since the catalogue was made.
    assert_eq!(asked("de-DE", "CHF", "lamp"), ("Kleine Lämpchen", "/x/Kleine Lämpchen", None, None));
}

#[test]
fn the_bytes_of_a_catalogue_of_several_locales_are_those_of_the_golden_file() {
    let golden = include_bytes!("../../../../tests/golden/locales.catalog");
    assert_eq!(encode(&local_parts()).unwrap(), golden);
    // Without such locales it is one of the first format, which older Workers read.
    assert_eq!((golden[4], bytes()[4]), (2, 1));
    let mut unread = bytes();
    unread[4] = 2;
    assert_eq!(Catalog::load(unread).unwrap().locales().count(), 0);
}

#[test]
fn parts_that_do_not_belong_together_are_not_written() {
    let mut category = parts();
    category.items[0].category = Some(2);
    let mut currency = parts();
    currency.currency = "POUND".into();
    let mut locale = local_parts();
    locale.locales[1].offers.pop();
    for wrong in [category, currency, locale] {
        assert!(matches!(encode(&wrong).unwrap_err(), CatalogError::Inconsistent(_)));
    }
    let mut long = parts();
    long.items[0].title = String::from_utf8(vec![b'x'; 3_000]).unwrap();
    let mut link = local_parts();
    link.locales[0].offers[0].as_mut().unwrap().url = "x".repeat(3_000);
    let mut many = parts();
    many.locales = vec![LocalePart { offers: vec![None; 4], currency: "EUR".into(), ..LocalePart::default() }; 65];
    for over in [long, link, many] {
        assert!(matches!(encode(&over).unwrap_err(), CatalogError::Limit(_)));
    }
}

#[test]
fn an_overlay_says_what_it_was_told_and_nothing_else() {
    let live =
        |ordinal, price| Live { ordinal, price_minor: price, stock: Some(0), availability: Availability::OutOfStock };
    let bytes = encode_overlay(7, NOW_S, &[live(1, Some(5)), live(3, None)], &[]).unwrap();
    let overlay = Overlay::load(&bytes).unwrap();
    assert_eq!((overlay.epoch(), overlay.made_s()), (7, NOW_S));
    assert_eq!(
        [0, 1, 2, 3, 4].map(|ordinal| overlay.of(ordinal)),
        [None, Some(live(1, Some(5))), None, Some(live(3, None)), None]
    );
    assert_eq!(encode_overlay(7, NOW_S, &[live(3, None), live(1, None)], &[]), Err(OverlayError::Inconsistent));
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        assert!(Overlay::load(&flipped).is_err() || matches!(at, 6 | 7), "byte {at}");
        assert!(Overlay::load(&bytes[..at]).is_err());
    }
}

#[test]
fn an_overlay_has_the_prices_of_each_locale() {
    let live = |ordinal| Live { ordinal, price_minor: Some(5), stock: None, availability: Availability::InStock };
    let prices = |tag: &str, prices_minor| LivePrices { tag: tag.into(), prices_minor };
    let locales = [prices("de-DE", vec![Some(7), None]), prices("fr-FR", vec![None, Some(8)])];
    let bytes = encode_overlay(7, NOW_S, &[live(1), live(3)], &locales).unwrap();
    let overlay = Overlay::load(&bytes).unwrap();
    assert_eq!((overlay.of(1), overlay.of(3), overlay.of(2)), (Some(live(1)), Some(live(3)), None));
    let asked = |tag| [1, 2, 3].map(|ordinal| overlay.price_in(ordinal, tag));
    assert_eq!(asked("de-DE"), [Some(Some(7)), None, Some(None)]);
    assert_eq!(asked("fr-FR"), [Some(None), None, Some(Some(8))]);
    assert_eq!(asked("en-GB"), [None; 3]);
    let few = [prices("de-DE", vec![Some(7)])];
    assert_eq!(encode_overlay(7, NOW_S, &[live(1), live(3)], &few), Err(OverlayError::Inconsistent));
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        assert!(Overlay::load(&flipped).is_err() || matches!(at, 6 | 7), "byte {at}");
        assert!(Overlay::load(&bytes[..at]).is_err());
    }
    // The first format has no locales, whatever it says.
    let mut first = bytes;
    first[4] = 1;
    assert_eq!(Overlay::load(first).unwrap_err(), OverlayError::Inconsistent);
}
