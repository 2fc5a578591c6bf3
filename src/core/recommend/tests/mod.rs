#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod loader;
mod product;
mod sources;
mod strategy;

use super::*;
use crate::artifacts::catalog::{Availability, CatalogParts, ExtraPart, FieldPart, ItemPart, encode};
use crate::artifacts::encode_overlay;
use crate::artifacts::index::{self as built_index, IndexParts, Rows};
use crate::artifacts::{ArtifactError, Artifacts, Live};
use crate::attribute::Attribute;
use crate::bundle::cards::{Cards, Exclude, Match, Mix, RecommendationReason, Rule, Seed, Source};
use crate::bundle::manifest::ArtifactKind;
use crate::bundle::{AttributeRef, Context as Place, Format, Hole, Locale, Part, PluralRule, Site, Template};
use crate::context::Context;
use crate::profile::{CartLine, Profile, Viewed, product_hash};
use crate::segment::{Facts, Page, UnknownReason, Value};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

const NOW_S: u32 = 1_795_300_000;

/// Ten products p0 to p9 of two categories; p8 and p9 are two sizes of one.
fn catalog(live_age_s_max: u32) -> Vec<u8> {
    let items = (0..10_u32).map(|n| ItemPart {
        id: format!("p{n}"),
        title: format!("Product {n}"),
        url: format!("/p/p{n}"),
        category: Some(u16::from(n >= 5)),
        group: if n >= 8 { "sizes".into() } else { String::new() },
        availability: Availability::InStock,
        price_minor: Some(100 * (n + 1)),
        stock: Some(n),
        extras: vec![ExtraPart { field: 0, text: format!("{n}"), hundredths: i32::try_from(n * 100).ok() }],
        ..ItemPart::default()
    });
    let parts = CatalogParts {
        epoch: 3,
        currency: "GBP".into(),
        live_age_s_max,
        categories: vec![("low".into(), "Low".into()), ("high".into(), "High".into())],
        fields: vec![FieldPart { name: "margin".into(), private: true }],
        items: items.collect(),
        locales: Vec::new(),
    };
    encode(&parts).unwrap()
}

/// Each product leads to the three after it, the next one most; p0 is the most popular.
fn index(epoch: u32) -> Vec<u8> {
    let mut rows = Rows { offsets: vec![0], ..Rows::default() };
    for n in 0..10_u32 {
        for (step, weight) in [(1, 255), (2, 200), (3, 150)] {
            if n + step < 10 {
                rows.entries.push((n + step, weight));
            }
        }
        rows.offsets.push(u32::try_from(rows.entries.len()).unwrap());
        rows.max.push(1.0);
    }
    let by_popularity: Vec<u32> = (0..10).collect();
    let mut decay = [0.0; 10];
    decay[..2].copy_from_slice(&[1.0, 0.5]);
    let parts = IndexParts { epoch, rows: &rows, next: None, beta: 0.0, decay, by_popularity: &by_popularity };
    built_index::encode(&parts).unwrap()
}

fn artifacts() -> Artifacts {
    let mut artifacts = Artifacts::default();
    artifacts.put(ArtifactKind::Catalog as u8, catalog(0)).unwrap();
    artifacts.put(ArtifactKind::Baskets as u8, index(3)).unwrap();
    artifacts
}

fn hole(attribute: Attribute, format: Format) -> Part {
    let source = AttributeRef { attribute, argument: None };
    Part::Hole(Hole { source, default: Some(String::new()), format, context: Place::Text })
}

fn cards(sources: &[Source], count: u8) -> Cards {
    let literal = |text: &str| Part::Literal(text.into());
    Cards {
        sources: sources.to_vec(),
        count,
        exclude: vec![Exclude::Current, Exclude::InCart],
        before: Template { parts: vec![literal("<ul>")] },
        card: Template {
            parts: vec![
                literal("<li>"),
                hole(Attribute::ItemId, Format::Plain),
                literal(" "),
                hole(Attribute::ItemPrice, Format::Plain),
                literal("</li>"),
            ],
        },
        after: Template { parts: vec![literal("</ul>")] },
        currency: "GBP".into(),
        ..Cards::default()
    }
}

struct Visitor {
    profile: Profile,
    sku: &'static str,
    category: &'static str,
    kind: &'static str,
    consent: bool,
    now_s: u32,
    locale: usize,
}

impl Visitor {
    fn viewing(sku: &'static str, viewed: &[&str]) -> Self {
        let viewed = viewed.iter().map(|sku| Viewed { sku: (*sku).into(), at_s: NOW_S }).collect();
        let profile = Profile { viewed, ..Profile::default() };
        Self { profile, sku, category: "", kind: "product", consent: true, now_s: NOW_S, locale: 0 }
    }

    fn with<T>(&self, from: &Artifacts, then: impl FnOnce(&Facts) -> T) -> T {
        let locale = |tag: &str, currency: &str| Locale { tag: tag.into(), currency: currency.into() };
        let site = Site { locales: vec![locale("en-GB", "GBP"), locale("de-DE", "EUR")], ..Site::default() };
        let context = Context { now_s: self.now_s, path: "/", ..Context::default() };
        let page = Page {
            kind: self.kind,
            locale: self.locale,
            sku: Cow::Borrowed(self.sku),
            category: Cow::Borrowed(self.category),
            ..Page::default()
        };
        let known = Facts {
            site: &site,
            artifacts: from,
            profile: &self.profile,
            context: &context,
            page: &page,
            personalization: self.consent,
            measurement: true,
        };
        then(&known)
    }

    fn recommendations(&self, from: &Artifacts, cards: &Cards) -> Vec<u32> {
        self.with(from, |facts| Recommender::default().pick(from, cards, None, facts))
            .iter()
            .map(|recommendation| recommendation.ordinal)
            .collect()
    }
}

#[test]
fn later_sources_fill_what_earlier_ones_leave() {
    let visitor = Visitor::viewing("p2", &[]);
    let goes_with = Source::GoesWith(Seed::Page);
    assert_eq!(visitor.recommendations(&artifacts(), &cards(core::slice::from_ref(&goes_with), 8)), [3, 4, 5]);
    let filled =
        visitor.recommendations(&artifacts(), &cards(&[goes_with, Source::CategoryPopular, Source::Popular], 8));
    // The rest of its category, then what is popular; of the two sizes only one.
    assert_eq!(filled, [3, 4, 5, 0, 1, 6, 7, 8]);
    assert!(Visitor::viewing("", &[]).recommendations(&artifacts(), &cards(&[Source::Session], 8)).is_empty());
}

#[test]
fn sources_may_take_turns() {
    let mut turns = cards(
        &[Source::Session, Source::List(RecommendationReason::Chosen, vec!["p9".into(), "p8".into(), "p0".into()])],
        4,
    );
    turns.mix = Mix::TakeTurns;
    assert_eq!(Visitor::viewing("p2", &[]).recommendations(&artifacts(), &turns), [3, 9, 4, 0]);
}

#[test]
fn what_is_in_the_cart_bought_or_viewed_is_left_out() {
    let mut visitor = Visitor::viewing("p2", &["p2", "p4"]);
    visitor.profile.cart.lines = vec![CartLine { sku: "p3".into(), quantity: 1, price_minor: 1 }];
    visitor.profile.orders.skus = vec!["p5".into()];
    let mut strict = cards(&[Source::Session], 8);
    assert_eq!(visitor.recommendations(&artifacts(), &strict), [5, 4, 6, 7]);
    strict.exclude.extend([Exclude::Purchased, Exclude::Viewed]);
    assert_eq!(visitor.recommendations(&artifacts(), &strict), [6, 7]);
}

#[test]
fn no_product_comes_twice_on_a_page() {
    let artifacts = artifacts();
    Visitor::viewing("p2", &[]).with(&artifacts, |facts| {
        let mut recommender = Recommender::default();
        let (first, _) = recommender.fill(&artifacts, &cards(&[Source::Popular], 3), None, facts).unwrap();
        let (second, _) = recommender.fill(&artifacts, &cards(&[Source::Popular], 3), None, facts).unwrap();
        assert_eq!(first, "<ul><li>p0 1</li><li>p1 2</li><li>p3 4</li></ul>");
        assert_eq!(second, "<ul><li>p4 5</li><li>p5 6</li><li>p6 7</li></ul>");
    });
}

#[test]
fn what_was_shown_and_not_clicked_gives_way_and_a_click_brings_it_back() {
    let artifacts = artifacts();
    let mut rotating = cards(&[Source::GoesWith(Seed::Page)], 2);
    // The first product sinks slowly.
    rotating.rotation_centi = 1_500;
    let mut visitor = Visitor::viewing("p2", &[]);
    assert_eq!(visitor.recommendations(&artifacts, &rotating), [3, 4]);
    let see =
        |visitor: &mut Visitor| visitor.profile.shown_products.add([product_hash("p3")].into_iter(), visitor.now_s);
    see(&mut visitor);
    assert_eq!(visitor.recommendations(&artifacts, &rotating), [4, 3], "it sinks, and does not vanish");
    see(&mut visitor);
    assert_eq!(visitor.recommendations(&artifacts, &rotating), [4, 5]);
    visitor.now_s += 7 * 86_400;
    assert_eq!(visitor.recommendations(&artifacts, &rotating), [4, 3]);
    visitor.now_s += 7 * 86_400;
    assert_eq!(visitor.recommendations(&artifacts, &rotating), [3, 4]);
    see(&mut visitor);
    see(&mut visitor);
    assert_eq!(visitor.recommendations(&artifacts, &rotating), [4, 5]);
    visitor.profile.shown_products.clicked(product_hash("p3"));
    assert_eq!(visitor.recommendations(&artifacts, &rotating), [3, 4]);
}

#[test]
fn a_list_of_nearly_equal_scores_that_was_seen_sinks_and_does_not_vanish() {
    let artifacts = artifacts();
    let keys = (0..8).map(|n| format!("p{n}")).collect();
    let mut rotating = cards(&[Source::List(RecommendationReason::Chosen, keys)], 4);
    rotating.rotation_centi = 50;
    let mut visitor = Visitor::viewing("", &[]);
    let mut views = vec![visitor.recommendations(&artifacts, &rotating)];
    assert_eq!(views[0], [0, 1, 2, 3]);
    for _ in 0..6 {
        let before = views[views.len() - 1].clone();
        visitor.profile.shown_products.add(before.iter().map(|n| product_hash(&format!("p{n}"))), NOW_S);
        let view = visitor.recommendations(&artifacts, &rotating);
        let new = view.iter().filter(|product| !before.contains(product)).count();
        assert!((1..4).contains(&new), "{before:?}, then {view:?}");
        views.push(view);
    }
    let all: alloc::collections::BTreeSet<u32> = views.concat().into_iter().collect();
    assert!(all.len() >= 7, "{views:?}");
}

#[test]
fn the_same_state_gives_the_same_cards() {
    let artifacts = artifacts();
    let visitor = Visitor::viewing("p4", &["p4", "p1"]);
    let all = cards(&[Source::Session, Source::Similar, Source::CategoryPopular, Source::Popular], 8);
    let html =
        |_| visitor.with(&artifacts, |facts| Recommender::default().fill(&artifacts, &all, None, facts).unwrap().0);
    assert_eq!(html(0), html(1));
}

#[test]
fn rules_of_the_business_hold() {
    let artifacts = artifacts();
    let visitor = Visitor::viewing("p2", &[]);
    let with = |rules: &[Rule]| {
        let mut ruled = cards(&[Source::Popular], 4);
        ruled.rules = rules.to_vec();
        visitor.recommendations(&artifacts, &ruled)
    };
    assert_eq!(with(&[]), [0, 1, 3, 4]);
    assert_eq!(with(&[Rule::Pin("p7".into(), 1)]), [0, 7, 1, 3]);
    assert_eq!(with(&[Rule::Weigh(Match::Category("high".into()), 500)])[..2], [5, 6]);
    assert_eq!(with(&[Rule::Weigh(Match::Products(vec!["p0".into()]), 10)])[0], 1);
    assert_eq!(with(&[Rule::AtLeast("margin".into(), 600)]), [6, 7, 8]);
    assert_eq!(with(&[Rule::AtLeast("unknown".into(), 1)]), [0; 0]);
    assert_eq!(with(&[Rule::MinStock(5)])[..2], [5, 6]);
    // The current product costs 3.00.
    assert_eq!(with(&[Rule::PriceBand(150, 220)]), [4, 5]);
    assert_eq!(with(&[Rule::MaxPerCategory(1)]), [0, 5]);
}

#[test]
fn an_old_overlay_hides_prices_and_fails_stock_rules_closed() {
    let visitor = Visitor::viewing("p2", &[]);
    let mut artifacts = Artifacts::default();
    artifacts.put(ArtifactKind::Catalog as u8, catalog(900)).unwrap();
    artifacts.put(ArtifactKind::Baskets as u8, index(3)).unwrap();
    let html = |artifacts: &Artifacts, cards: &Cards| {
        visitor.with(artifacts, |facts| Recommender::default().fill(artifacts, cards, None, facts))
    };
    let two = cards(&[Source::Popular], 2);
    let mut in_stock = two.clone();
    in_stock.exclude.push(Exclude::OutOfStock);
    let sold_out = Live { ordinal: 0, price_minor: Some(50), stock: Some(0), availability: Availability::OutOfStock };
    let mut put = |made_s| {
        artifacts.put(ArtifactKind::Overlay as u8, encode_overlay(3, made_s, &[sold_out], &[]).unwrap()).unwrap();
    };
    put(NOW_S - 900);
    let fresh = (html(&artifacts, &two).unwrap().0, html(&artifacts, &in_stock).unwrap().0);
    assert_eq!(fresh.0, "<ul><li>p0 0.5</li><li>p1 2</li></ul>");
    assert_eq!(fresh.1, "<ul><li>p1 2</li><li>p3 4</li></ul>");
    let mut artifacts = artifacts.clone();
    artifacts.put(ArtifactKind::Overlay as u8, encode_overlay(3, NOW_S - 901, &[sold_out], &[]).unwrap()).unwrap();
    assert_eq!(html(&artifacts, &two).unwrap().0, "<ul><li>p0 </li><li>p1 </li></ul>");
    assert_eq!(html(&artifacts, &in_stock), Err(Shortfall::TooFew));
}

#[test]
fn prices_in_another_currency_are_not_shown() {
    let mut euros = cards(&[Source::Popular], 1);
    euros.currency = "EUR".into();
    let html = Visitor::viewing("p2", &[])
        .with(&artifacts(), |facts| Recommender::default().fill(&artifacts(), &euros, None, facts).unwrap().0);
    assert_eq!(html, "<ul><li>p0 </li></ul>");
}

#[test]
fn every_pick_says_why() {
    let artifacts = artifacts();
    let words = ["Because of #", "With #", "Like #", "Best of #", "Popular", "New", "Chosen", "Again"];
    let mut telling = cards(&[Source::Session, Source::CategoryPopular], 5);
    telling.reason_texts = words.iter().map(|words| String::from(*words)).collect();
    let (recommendations, why) = Visitor::viewing("p2", &["p2", "p6"]).with(&artifacts, |facts| {
        let recommendations = Recommender::default().pick(&artifacts, &telling, None, facts);
        let why: Vec<String> = recommendations
            .iter()
            .map(|recommendation| reason_text(&artifacts, recommendation, &telling, facts).unwrap())
            .collect();
        (recommendations, why)
    });
    assert_eq!(why[0], "Because of Product 2");
    assert!(why.contains(&"Because of Product 6".into()), "{why:?}");
    assert_eq!(anchor_key(artifacts.catalog().unwrap(), &recommendations[0]), Some("p2"));
}

#[test]
fn artifacts_of_another_catalogue_are_refused() {
    let mut artifacts = Artifacts::default();
    assert_eq!(artifacts.put(ArtifactKind::Baskets as u8, index(3)), Err(ArtifactError::NoCatalog));
    artifacts.put(ArtifactKind::Catalog as u8, catalog(0)).unwrap();
    assert_eq!(
        artifacts.put(ArtifactKind::Sessions as u8, index(4)),
        Err(ArtifactError::Epoch { expected: 3, found: 4 })
    );
    assert!(artifacts.put(ArtifactKind::Catalog as u8, index(3)).is_err());
    assert_eq!(artifacts.put(ArtifactKind::Config as u8, Vec::new()), Err(ArtifactError::Kind(1)));
    // What was there stays: without an index there is what needs none.
    let list = Source::List(RecommendationReason::Chosen, vec!["p4".into(), "gone".into()]);
    assert_eq!(Visitor::viewing("p2", &[]).recommendations(&artifacts, &cards(&[Source::Session, list], 4)), [4]);
}

#[test]
fn a_score_is_told_in_its_parts() {
    let (reason, anchor) = (RecommendationReason::Viewed, Anchor::None);
    let plain = Recommendation {
        ordinal: 0,
        reason,
        anchor,
        base: 2.0,
        times_seen: 0.0,
        factor: 1.0,
        score: 2.0,
        place: 2,
        later: 2.0,
    };
    assert_eq!(score_parts(&plain), "2.000");
    let lifted = Recommendation { factor: 1.5, score: 3.0, ..plain };
    assert_eq!(score_parts(&lifted), "2.000 * 1.50 (rules) = 3.000");
    let seen = Recommendation { times_seen: 2.0, later: 8.5, ..lifted };
    assert_eq!(score_parts(&seen), "2.000 * 1.50 (rules) = 3.000, place 3 counts as 9.5 (seen 2.0 times, not clicked)");
    // Without rotation, sights change nothing.
    let unmoved = Recommendation { times_seen: 3.0, factor: 0.2, score: 0.4, ..plain };
    assert_eq!(score_parts(&unmoved), "2.000 * 0.20 (rules) = 0.400");
}
