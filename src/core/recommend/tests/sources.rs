//! Each source, and what is known of a visitor whose products are gone.

use super::*;
use crate::profile::PageSeen;
use crate::profile::interest::{TOP_INTEREST_MIN, day_of};

fn ids(skus: &[&str]) -> Vec<String> {
    skus.iter().map(|sku| String::from(*sku)).collect()
}

#[test]
fn what_goes_with_something_goes_with_the_page_the_cart_or_the_last_order() {
    let mut visitor = Visitor::viewing("", &[]);
    visitor.profile.cart.lines = vec![CartLine { sku: "p1".into(), quantity: 1, price_minor: 1 }];
    visitor.profile.orders.skus = vec!["p5".into()];
    let with = |seed| cards(&[Source::GoesWith(seed)], 2);
    assert_eq!(visitor.recommendations(&artifacts(), &with(Seed::Page)), [0; 0], "neither a product nor the basket");
    assert_eq!(visitor.recommendations(&artifacts(), &with(Seed::Cart)), [2, 3]);
    assert_eq!(visitor.recommendations(&artifacts(), &with(Seed::LastOrder)), [6, 7]);
    visitor.kind = "basket";
    assert_eq!(visitor.recommendations(&artifacts(), &with(Seed::Page)), [2, 3]);
}

#[test]
fn what_goes_with_the_last_order_leaves_out_what_was_bought_before() {
    let mut visitor = Visitor::viewing("", &[]);
    // The last order was p5 and something that is gone; p1 and p2 were bought before.
    visitor.profile.orders.skus = ids(&["p5", "gone", "p1", "p2"]).into_iter().map(Into::into).collect();
    visitor.profile.orders.last_items = 2;
    let last = cards(&[Source::GoesWith(Seed::LastOrder)], 8);
    assert_eq!(visitor.recommendations(&artifacts(), &last), [6, 7, 8]);
    let recommendations = visitor.with(&artifacts(), |facts| {
        let mut recommendations = Recommender::default().pick(&artifacts(), &last, None, facts);
        explain(&artifacts(), facts, &mut recommendations);
        recommendations
    });
    assert_eq!(recommendations[0].anchor, Anchor::Product(5));
    // What was bought is excluded, in whichever order.
    let mut without = last.clone();
    without.exclude.push(Exclude::Purchased);
    visitor.profile.orders.last_items = 4;
    assert_eq!(visitor.recommendations(&artifacts(), &without), [6, 7, 8, 3, 4]);
    // Which products were in the last order is not known: what was bought lately, the latest most.
    visitor.profile.orders.last_items = 0;
    assert_eq!(visitor.recommendations(&artifacts(), &without), [6, 7, 8, 3, 4]);
    // All of the last order is gone from the catalogue: nothing goes with it.
    visitor.profile.orders.skus = ids(&["gone", "p1"]).into_iter().map(Into::into).collect();
    visitor.profile.orders.last_items = 1;
    assert_eq!(visitor.recommendations(&artifacts(), &last), [0; 0]);
}

#[test]
fn similar_finds_products_that_nobody_has_clicked_yet() {
    // The index knows p0 to p3 only: the others are new.
    let rows = Rows { offsets: vec![0; 5], max: vec![0.0; 4], entries: Vec::new() };
    let parts =
        IndexParts { epoch: 3, rows: &rows, next: None, beta: 0.0, decay: [0.0; 10], by_popularity: &[0, 1, 2, 3] };
    let mut artifacts = Artifacts::default();
    artifacts.put(ArtifactKind::Catalog as u8, catalog(0)).unwrap();
    artifacts.put(ArtifactKind::Sessions as u8, built_index::encode(&parts).unwrap()).unwrap();
    // Of the same category, the price nearest: p7 costs 8.00, p6 7.00, the sizes p8 and p9 9.00 and 10.00.
    let visitor = Visitor::viewing("p7", &[]);
    assert_eq!(visitor.recommendations(&artifacts, &cards(&[Source::Similar], 3)), [8, 6, 5]);
    // Popular in their category they are not, and still behind those that are.
    assert_eq!(visitor.recommendations(&artifacts, &cards(&[Source::CategoryPopular], 2)), [5, 6]);
}

#[test]
fn the_category_is_that_of_the_page_or_of_the_highest_interest() {
    let mut visitor = Visitor::viewing("", &[]);
    let popular = cards(&[Source::CategoryPopular], 2);
    assert_eq!(visitor.recommendations(&artifacts(), &popular), [0; 0]);
    visitor.profile.id = Some([1; 16]);
    for _ in 0..12 {
        visitor.profile.see(PageSeen { sku: None, category: Some("high") }, NOW_S);
    }
    assert!(visitor.profile.top_interest(day_of(NOW_S)).unwrap().1 >= TOP_INTEREST_MIN);
    assert_eq!(visitor.recommendations(&artifacts(), &popular), [5, 6]);
    visitor.category = "low";
    assert_eq!(visitor.recommendations(&artifacts(), &popular), [0, 1]);
}

#[test]
fn lists_keep_their_order_and_say_what_they_are() {
    let visitor = Visitor::viewing("p2", &["p2", "p9", "p0"]);
    for reason in [RecommendationReason::Chosen, RecommendationReason::Trending, RecommendationReason::Popular] {
        let list = cards(&[Source::List(reason, ids(&["p7", "p0", "gone", "p4"]))], 8);
        let recommendations =
            visitor.with(&artifacts(), |facts| Recommender::default().pick(&artifacts(), &list, None, facts));
        assert_eq!(
            recommendations
                .iter()
                .map(|recommendation| (recommendation.ordinal, recommendation.reason))
                .collect::<Vec<_>>(),
            [(7, reason), (0, reason), (4, reason)]
        );
    }
    assert_eq!(
        visitor.recommendations(&artifacts(), &cards(&[Source::Viewed], 8)),
        [9, 0],
        "last viewed first, never rotated"
    );
}

#[test]
fn products_of_the_cookie_that_the_catalogue_no_longer_has_are_passed_over() {
    let gone = ["gone-1", "gone-2", "p4", "gone-3"];
    let mut visitor = Visitor::viewing("gone-0", &gone);
    visitor.profile.cart.lines = vec![CartLine { sku: "gone-4".into(), quantity: 1, price_minor: 1 }];
    visitor.profile.orders.skus = vec!["gone-5".into()];
    visitor.profile.shown_products.add([product_hash("gone-6")].into_iter(), NOW_S);
    let mut all = cards(&[Source::Session, Source::GoesWith(Seed::Cart), Source::GoesWith(Seed::LastOrder)], 8);
    all.exclude.extend([Exclude::Purchased, Exclude::Viewed]);
    all.rotation_centi = 50;
    assert_eq!(visitor.recommendations(&artifacts(), &all), [5, 6, 7], "what p4 leads to");
    let nothing = Visitor::viewing("gone-0", &gone[..2]);
    assert_eq!(nothing.recommendations(&artifacts(), &all), [0; 0]);
}

#[test]
fn without_consent_only_the_page_counts() {
    let mut visitor = Visitor::viewing("p2", &["p2", "p7"]);
    visitor.profile.cart.lines = vec![CartLine { sku: "p3".into(), quantity: 1, price_minor: 1 }];
    visitor.consent = false;
    assert_eq!(visitor.recommendations(&artifacts(), &cards(&[Source::Session], 8)), [3, 4, 5]);
    assert_eq!(
        visitor.recommendations(&artifacts(), &cards(&[Source::GoesWith(Seed::Cart), Source::Viewed], 8)),
        [0; 0]
    );
}

#[test]
fn what_is_not_written_is_picked_all_the_same() {
    let artifacts = artifacts();
    let hole = |attribute, context, format| {
        Part::Hole(Hole { source: AttributeRef { attribute, argument: None }, default: None, format, context })
    };
    let large = |bytes| Part::Literal("x".repeat(bytes));
    let plain = || Format::Plain;
    let parts = [
        Vec::new(),
        vec![hole(Attribute::ItemUrl, Place::UrlStart, plain()), hole(Attribute::ItemTitle, Place::UrlPart, plain())],
        // A title may stand in a path, and is no path of its own; a number is one.
        vec![
            hole(Attribute::ItemTitle, Place::UrlSegment, plain()),
            hole(Attribute::ItemPrice, Place::UrlSegment, plain()),
        ],
        vec![
            hole(Attribute::ItemTitle, Place::UrlStart, Format::Title),
            hole(Attribute::ItemId, Place::UrlStart, plain()),
        ],
        // No product has a price before a sale, and none a safe URL for a name.
        vec![hole(Attribute::ItemWas, Place::Text, plain())],
        vec![
            hole(Attribute::ItemPrice, Place::UrlStart, plain()),
            hole(Attribute::ItemTitle, Place::Text, Format::Title),
        ],
        vec![hole(Attribute::ItemPrice, Place::Text, Format::Plural(PluralRule::Single, vec!["#".into()]))],
        // Three cards fit, the fourth does not; one does not; all do.
        vec![large(20_000)],
        vec![large(70_000)],
        vec![large(1_000)],
    ];
    let mut given_up = 0;
    for (at, extra) in parts.into_iter().enumerate() {
        for (min, in_frame) in [(1, false), (4, false), (1, true)] {
            let mut cards = cards(&[Source::Popular], 4);
            cards.min = min;
            if in_frame { &mut cards.after.parts } else { &mut cards.card.parts }.extend(extra.clone());
            Visitor::viewing("p2", &[]).with(&artifacts, |facts| {
                let (mut one, mut other) = (Recommender::default(), Recommender::default());
                for _ in 0..2 {
                    let written = one.fill(&artifacts, &cards, None, facts);
                    let unwritten = other.fill_unwritten(&artifacts, &cards, None, facts);
                    given_up += usize::from(written.is_err());
                    assert_eq!(
                        unwritten,
                        written.map(|(_, recommendations)| (String::new(), recommendations)),
                        "{at} {min} {in_frame}"
                    );
                    assert_eq!(other.groups_on_page(), one.groups_on_page(), "{at} {min} {in_frame}");
                }
            });
        }
    }
    assert!((10..40).contains(&given_up), "{given_up}");
}

#[test]
fn a_slot_that_is_given_up_takes_no_product_from_the_next() {
    let artifacts = artifacts();
    Visitor::viewing("p2", &[]).with(&artifacts, |facts| {
        let mut recommender = Recommender::default();
        let mut many = cards(&[Source::GoesWith(Seed::Page)], 8);
        many.min = 4;
        assert_eq!(recommender.fill(&artifacts, &many, None, facts), Err(Shortfall::TooFew));
        let mut broken = cards(&[Source::Popular], 3);
        broken.after.parts.push(Part::Hole(Hole {
            source: AttributeRef { attribute: Attribute::TopInterestName, argument: None },
            default: None,
            format: Format::Plain,
            context: Place::Text,
        }));
        assert_eq!(recommender.fill(&artifacts, &broken, None, facts), Err(Shortfall::Incomplete));
        let (html, _) = recommender.fill(&artifacts, &cards(&[Source::GoesWith(Seed::Page)], 3), None, facts).unwrap();
        assert_eq!(html, "<ul><li>p3 4</li><li>p4 5</li><li>p5 6</li></ul>");
        // And the one after it gets what is left, of the page's product again.
        let next = recommender.fill(&artifacts, &cards(&[Source::GoesWith(Seed::Page)], 3), None, facts);
        assert_eq!(next, Err(Shortfall::TooFew));
    });
}
