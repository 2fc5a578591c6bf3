//! A cut decides as the whole does, whatever the shop and the visitor.

use super::shop::any_shop;
use attune_compiler::client::{Cut, Part, Why, cut};
use attune_compiler::{Compiled, Ordinals};
use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::bundle::{Bundle, encode};
use attune_core::codec::hash32;
use attune_core::context::Context;
use attune_core::decide::{SlotDecision, Unit, decide};
use attune_core::loaded::Loaded;
use attune_core::profile::{CampaignImpressions, CartLine, Profile, TraitValue};
use attune_core::segment::{Evaluation, Facts, Page};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const NOW_S: u32 = 1_800_000_000;

prop_compose! {
    fn any_visitor()(
        id in any::<[u8; 16]>(),
        visits in 0_u16..5,
        orders in prop_oneof![Just(0_u16), 1_u16..6],
        cart in 0_u16..4,
        tier in prop::option::of("(gold|silver)"),
        theme in prop::option::of("(dark|light)"),
        seen in prop::collection::vec((0..8_u8, 0..4_u8), 0..3),
        purchased in prop::bool::weighted(0.2),
        consent in prop::bool::weighted(0.8),
        path in prop::sample::select(vec!["/", "/p/1", "/p/2", "/basket", "/other"]),
        country in prop::sample::select(vec!["", "DE", "GB"]),
        lang in prop::sample::select(vec!["", "de-DE", "en-GB"]),
    ) -> (Profile, Context<'static>, bool) {
        let mut profile = Profile { id: Some(id), ..Profile::default() };
        profile.visits.count = visits;
        profile.orders.count = orders;
        profile.orders.total_minor = u64::from(orders) * 1_000;
        profile.orders.last_s = if orders > 0 { NOW_S - 86_400 } else { 0 };
        profile.purchased_s = if purchased { NOW_S - 3_600 } else { 0 };
        if cart > 0 {
            profile.cart.lines = vec![CartLine { sku: "1".into(), quantity: cart, price_minor: 900 }];
            profile.cart.at_s = NOW_S - 60;
        }
        let value = |key: &str, value: String| TraitValue { key: hash32(&[key]), value: value.into() };
        profile.traits = tier.map(|tier| value("tier", tier)).into_iter().collect();
        profile.traits.extend(theme.map(|theme| value("theme", theme)));
        profile.traits.sort_by_key(|of| of.key);
        profile.impressions = seen
            .iter()
            .map(|(campaign, count)| CampaignImpressions {
                campaign: hash32(&[&format!("c{campaign}")]), count: *count, since_s: NOW_S - 60,
            })
            .collect();
        let context = Context {
            now_s: NOW_S, path, country, document_lang: lang, utc_offset_min: Some(60), ..Context::default()
        };
        (profile, context, consent)
    }
}

pub(super) fn loaded(bundle: &Bundle) -> Loaded {
    let loaded = Loaded::load(&encode(bundle).unwrap()).unwrap();
    assert_eq!(loaded.disabled, []);
    loaded
}

/// What each slot gets, by its key, with keys for all numbers.
fn decided(loaded: &Loaded, artifacts: &Artifacts, visitor: &(Profile, Context<'_>, bool)) -> Vec<(String, String)> {
    let (profile, context, personalization) = visitor;
    let page = Page::of(&loaded.site, context.path, context.document_lang);
    let facts = Facts {
        site: &loaded.site,
        artifacts,
        profile,
        context,
        page: &page,
        personalization: *personalization,
        measurement: false,
    };
    let id = attune_core::codec::to_hex(&profile.id.unwrap());
    let unit = Unit { id: if *personalization { &id } else { "" }, ..Unit::default() };
    let slots = decide(loaded, &mut Evaluation::new(&loaded.conditions, facts), unit, &mut ());
    let campaign = |index: usize| loaded.campaigns[index].as_ref().unwrap().key.as_str();
    let shown = |index: usize| loaded.contents[index].as_ref().unwrap().key.as_str();
    let told = |slot: &SlotDecision| {
        let observed = slot.observed.map(|of| (campaign(of.campaign), of.arm, of.content.map(shown), of.reason));
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {observed:?}",
            slot.campaign.map(campaign),
            slot.arm,
            slot.content.map(shown),
            slot.reason,
            slot.fill,
            slot.recommendations,
            slot.strategy
        )
    };
    let keys = loaded.slots.iter().map(|slot| slot.as_ref().unwrap().key.clone());
    keys.zip(slots.iter().map(told)).collect()
}

fn artifacts(compiled: &Compiled) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let catalog = compiled.products.as_ref().unwrap().artifact(&mut Ordinals::default()).unwrap();
    artifacts.put(ArtifactKind::Catalog as u8, catalog).unwrap();
    artifacts
}

fn is_left_out(cut: &Cut, part: Part, key: &str) -> bool {
    cut.left_out.iter().any(|out| out.part == part && out.key == key)
}

/// Nothing of it needs to be remembered or counted by anybody: it is here to see that the cases are worth something.
#[derive(Default)]
struct Seen {
    whole: usize,
    part: usize,
    nothing: usize,
    filled: usize,
}

#[test]
fn a_cut_decides_its_slots_as_the_whole_does() {
    let seen = std::cell::RefCell::new(Seen::default());
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(240) });
    let cases = (any_shop(), prop::collection::vec(any_visitor(), 10), any::<bool>());
    runner
        .run(&cases, |(shop, visitors, cards)| {
            let compiled = shop.compiled();
            let bundle = compiled.bundle.as_ref().unwrap();
            let cut = cut(bundle, &compiled.private, cards);
            let (whole, part) = (loaded(bundle), loaded(&cut.bundle));
            let mut seen = seen.borrow_mut();
            match (part.slots.len(), cut.left_out.iter().any(|out| out.part == Part::Slot && out.why != Why::Empty)) {
                (0, _) => seen.nothing += 1,
                (_, true) => seen.part += 1,
                (_, false) => seen.whole += 1,
            }
            for slot in bundle.slots.iter().map(|slot| slot.key.as_str()) {
                let is_in = cut.bundle.slots.iter().any(|own| own.key == slot);
                prop_assert!(is_in != is_left_out(&cut, Part::Slot, slot), "{slot}");
            }
            for campaign in bundle.campaigns.iter().map(|campaign| campaign.key.as_str()) {
                let is_in = cut.bundle.campaigns.iter().any(|own| own.key == campaign);
                prop_assert!(is_in != is_left_out(&cut, Part::Campaign, campaign), "{campaign}");
            }
            let artifacts = artifacts(&compiled);
            for visitor in &visitors {
                let whole = decided(&whole, &artifacts, visitor);
                for (slot, told) in decided(&part, &artifacts, visitor) {
                    let (_, expected) = whole.iter().find(|(key, _)| *key == slot).unwrap();
                    prop_assert_eq!(&told, expected, "{} {:?}\n{}", slot, visitor, shop.fixture());
                    seen.filled += usize::from(told.contains("Shown"));
                }
            }
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    let is_worth_it = seen.part > 10 && seen.nothing > 5 && seen.whole > 5 && seen.filled > 100;
    assert!(is_worth_it, "{} whole, {} in part, {} empty, {} filled", seen.whole, seen.part, seen.nothing, seen.filled);
}
