//! What is asked of the page's product, and what a locale with a feed of its own shows.

use super::*;
use crate::artifacts::LivePrices;
use crate::artifacts::catalog::{LocalePart, OfferPart};

/// What `product.*` says of a product of a shop with sale dates, live prices if any, and a private field.
fn asked(visitor: &Visitor, artifacts: &Artifacts, attribute: Attribute, argument: Option<&str>) -> Value<'static> {
    let subject = AttributeRef { attribute, argument: argument.map(Into::into) };
    visitor.with(artifacts, |facts| match facts.value(&subject) {
        Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        Value::Bool(holds) => Value::Bool(holds),
        Value::Number(number) => Value::Number(number),
        Value::Unknown(why) => Value::Unknown(why),
        Value::Place(..) => unreachable!("no place is asked"),
    })
}

fn shop(currency: &str, live_age_s_max: u32) -> Artifacts {
    shop_of(currency, live_age_s_max, Vec::new())
}

fn shop_of(currency: &str, live_age_s_max: u32, locales: Vec<LocalePart>) -> Artifacts {
    let lamp = ItemPart {
        id: "lamp".into(),
        title: "Lamp".into(),
        url: "/p/lamp".into(),
        category: Some(0),
        availability: Availability::Preorder,
        price_minor: Some(2_000),
        sale_minor: Some(1_550),
        sale_s: Some((NOW_S, NOW_S + 60)),
        extras: vec![
            ExtraPart { field: 0, text: "red".into(), hundredths: None },
            ExtraPart { field: 1, text: "4".into(), hundredths: Some(400) },
        ],
        ..ItemPart::default()
    };
    let gone = ItemPart { id: "gone".into(), availability: Availability::Gone, ..ItemPart::default() };
    let field = |name: &str, private| FieldPart { name: name.into(), private };
    let parts = CatalogParts {
        epoch: 3,
        currency: currency.into(),
        live_age_s_max,
        categories: vec![("lamps".into(), "Home > Lamps".into())],
        fields: vec![field("colour", false), field("margin", true)],
        items: vec![lamp, gone],
        locales,
    };
    let mut artifacts = Artifacts::default();
    artifacts.put(ArtifactKind::Catalog as u8, encode(&parts).unwrap()).unwrap();
    artifacts
}

/// A lamp in pounds, with a German feed that has it or not.
fn abroad(live_age_s_max: u32, offer: Option<OfferPart>) -> Artifacts {
    let german = LocalePart { tag: "de-DE".into(), currency: "EUR".into(), offers: vec![offer, None] };
    shop_of("GBP", live_age_s_max, vec![german])
}

fn german_lamp() -> OfferPart {
    OfferPart {
        title: "Lampe".into(),
        url: "/de/p/lampe".into(),
        price_minor: Some(2_400),
        sale_minor: Some(1_900),
        sale_s: Some((NOW_S, NOW_S + 30)),
    }
}

#[test]
fn a_second_locale_had_the_first_ones_titles_and_no_prices() {
    let list = Source::List(RecommendationReason::Chosen, vec!["lamp".into()]);
    let mut german = cards(&[list], 1);
    german.currency = "EUR".into();
    german.card.parts.extend([hole(Attribute::ItemTitle, Format::Plain), hole(Attribute::ItemUrl, Format::Plain)]);
    german.card.parts.push(hole(Attribute::ItemWas, Format::Plain));
    let mut visitor = Visitor::viewing("", &[]);
    let html = |visitor: &Visitor, artifacts: &Artifacts, cards: &Cards| {
        visitor.with(artifacts, |facts| Recommender::default().fill(artifacts, cards, None, facts).unwrap().0)
    };
    visitor.locale = 1;
    let artifacts = abroad(0, Some(german_lamp()));
    assert_eq!(html(&visitor, &artifacts, &german), "<ul><li>lamp 19</li>Lampe/de/p/lampe24</ul>");
    visitor.now_s = NOW_S + 31;
    assert_eq!(
        html(&visitor, &artifacts, &german),
        "<ul><li>lamp 24</li>Lampe/de/p/lampe</ul>",
        "the German sale is over"
    );
    // What the German feed does not have is shown as the first locale has it, without a price in pounds.
    assert_eq!(html(&visitor, &abroad(0, None), &german), "<ul><li>lamp </li>Lamp/p/lamp</ul>");
    visitor.locale = 0;
    german.currency = "GBP".into();
    assert_eq!(html(&visitor, &artifacts, &german), "<ul><li>lamp 15.5</li>Lamp/p/lamp20</ul>");
}

#[test]
fn conditions_ask_the_price_of_the_pages_locale() {
    let unknown = Value::Unknown(UnknownReason::Absent);
    let mut on = Visitor::viewing("lamp", &[]);
    on.locale = 1;
    let price = |on: &Visitor, artifacts: &Artifacts| asked(on, artifacts, Attribute::ProductPrice, None);
    assert_eq!(price(&on, &abroad(0, Some(german_lamp()))), Value::Number(19.0));
    assert_eq!(price(&on, &abroad(0, None)), unknown);
    let unpriced = OfferPart { price_minor: None, sale_minor: None, ..german_lamp() };
    assert_eq!(price(&on, &abroad(0, Some(unpriced))), unknown, "the German feed has it without a price");
    on.now_s = NOW_S + 31;
    let artifacts = abroad(0, Some(german_lamp()));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductOnSale, None), Value::Bool(false), "reduced in pounds only");
    on.locale = 0;
    assert_eq!(asked(&on, &artifacts, Attribute::ProductOnSale, None), Value::Bool(true));
}

#[test]
fn an_overlay_of_the_first_locale_is_no_price_in_another_currency() {
    let mut on = Visitor::viewing("lamp", &[]);
    on.locale = 1;
    let live = [Live { ordinal: 0, price_minor: Some(1_200), stock: Some(2), availability: Availability::InStock }];
    let put = |artifacts: &mut Artifacts, locales: &[LivePrices]| {
        artifacts.put(ArtifactKind::Overlay as u8, encode_overlay(3, NOW_S, &live, locales).unwrap()).unwrap();
    };
    let german = |price| [LivePrices { tag: "de-DE".into(), prices_minor: vec![price] }];
    let price = |on: &Visitor, artifacts: &Artifacts| asked(on, artifacts, Attribute::ProductPrice, None);
    let unknown = Value::Unknown(UnknownReason::Absent);
    let mut artifacts = abroad(900, Some(german_lamp()));
    assert_eq!(price(&on, &artifacts), unknown, "no overlay yet");
    put(&mut artifacts, &german(Some(1_700)));
    assert_eq!(price(&on, &artifacts), Value::Number(17.0));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductOnSale, None), Value::Bool(true));
    put(&mut artifacts, &german(None));
    assert_eq!(price(&on, &artifacts), unknown, "the overlay says that it has no price in Germany");
    put(&mut artifacts, &[]);
    assert_eq!(price(&on, &artifacts), Value::Number(19.0), "the overlay says nothing of Germany");
    let mut foreign = abroad(900, None);
    put(&mut foreign, &[]);
    assert_eq!(price(&on, &foreign), unknown, "the German feed does not have it");
    on.locale = 0;
    assert_eq!(price(&on, &foreign), Value::Number(12.0));
}

#[test]
fn the_product_of_the_page_is_what_the_catalogue_has_now() {
    let unknown = Value::Unknown(UnknownReason::Absent);
    let text = |text: &'static str| Value::Text(text.into());
    let (mut on, artifacts) = (Visitor::viewing("lamp", &[]), shop("GBP", 0));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductPrice, None), Value::Number(15.5));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductOnSale, None), Value::Bool(true));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductAvailability, None), text("preorder"));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductCategory, None), text("lamps"));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductExtra, Some("colour")), text("red"));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductExtra, Some("margin")), unknown, "a private field");
    on.now_s = NOW_S + 61;
    assert_eq!(asked(&on, &artifacts, Attribute::ProductPrice, None), Value::Number(20.0), "the sale is over");
    assert_eq!(asked(&on, &artifacts, Attribute::ProductOnSale, None), Value::Bool(false));
    let euros = shop("EUR", 0);
    assert_eq!(asked(&on, &euros, Attribute::ProductPrice, None), unknown, "the page is in pounds");
    assert_eq!(asked(&on, &euros, Attribute::ProductOnSale, None), Value::Bool(false));
    for sku in ["", "gone", "other"] {
        let on = Visitor::viewing(sku, &[]);
        for attribute in [Attribute::ProductPrice, Attribute::ProductOnSale, Attribute::ProductAvailability] {
            assert_eq!(asked(&on, &artifacts, attribute, None), unknown, "{sku}");
        }
    }
    assert_eq!(asked(&on, &Artifacts::default(), Attribute::ProductCategory, None), unknown, "no catalogue");
}

#[test]
fn the_product_of_the_page_costs_what_the_overlay_says_while_it_is_fresh() {
    let unknown = Value::Unknown(UnknownReason::Absent);
    let (mut on, mut artifacts) = (Visitor::viewing("lamp", &[]), shop("GBP", 900));
    let price = |on: &Visitor, artifacts: &Artifacts| asked(on, artifacts, Attribute::ProductPrice, None);
    assert_eq!(price(&on, &artifacts), unknown, "no overlay yet");
    let live = Live { ordinal: 0, price_minor: Some(1_200), stock: None, availability: Availability::OutOfStock };
    artifacts.put(ArtifactKind::Overlay as u8, encode_overlay(3, NOW_S, &[live], &[]).unwrap()).unwrap();
    assert_eq!(price(&on, &artifacts), Value::Number(12.0));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductOnSale, None), Value::Bool(true));
    assert_eq!(asked(&on, &artifacts, Attribute::ProductAvailability, None), Value::Text("out-of-stock".into()));
    on.now_s = NOW_S + 901;
    for attribute in [Attribute::ProductPrice, Attribute::ProductOnSale, Attribute::ProductAvailability] {
        assert_eq!(asked(&on, &artifacts, attribute, None), unknown, "the overlay is too old");
    }
    assert_eq!(asked(&on, &artifacts, Attribute::ProductCategory, None), Value::Text("lamps".into()));
}
