//! What is cut for the browser decides as the whole, and has nothing that is to stay on the server.

use super::files;
use attune_compiler::client::{Cut, Part, Why, cut};
use attune_compiler::{Compiled, Ordinals, Severity, compile};
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
use std::fmt::Write;

const NOW_S: u32 = 1_800_000_000;

/// What every configuration of the tests has.
const BASE: &str = r#"-- attune.toml --
[site]
name = "shop"
hosts = ["www.shop.example"]
timezone = "Europe/London"
locales = { en-GB = "GBP", de-DE = "GBP" }
HOLDOUT
[pages]
home = ["/"]
product = ["/p/{sku}"]
basket = ["/basket"]
[decision_header.home]
paths = ["/"]
segments = ["whales"]
[catalog]
feed = "catalog/p.tsv"
extra = ["colour"]
private = ["margin"]
[traits.tier]
values = ["gold", "silver"]
source = "crm"
[traits.theme]
source = "page"
trust = "browser"
[signals.lamps]
event = "view_item"
where = 'item.category == "lamps"'
[lists.open]
values = ["/", "/p/1"]
[lists.long]
file = "lists/long.txt"
[lists.secret]
values = ["/basket", "/p/2"]
private = true
[segments.regulars]
when = 'visit.count > 1'
[segments.locals]
when = 'in_segment("regulars") && geo.country == "DE"'
[segments.whales]
when = 'visit.count > 2'
private = true
[segments.rich]
when = '!in_segment("whales") || geo.country == "DE"'
[layers.first]
holdout = 10
[content.plain]
html = "content/plain.html"
[content.visits]
text.en-GB = { text = "{{visit.count}} visits" }
text.de-DE = { text = "{{visit.count | default: '?'}} Besuche" }
[content.cart]
fallback = true
text.en-GB = { text = "{{cart.items}} pieces" }
[content.theme]
fallback = true
text.en-GB = { text = "{{traits.theme | default: 'light'}}" }
[content.orders]
text.en-GB = { text = "Hello" }
text.de-DE = { text = "{{orders.count | default: '0'}} mal" }
[content.price]
fallback = true
text.en-GB = { text = "Only {{product.price | money}}" }
[content.popular]
recommend = { sources = ["category-popular", "popular"], count = 2, min = 1, card = "content/card.html", weigh = [{ field = "colour", is = "red", percent = 500 }] }
[content.twins]
recommend = { sources = ["popular"], count = 3, min = 2, card = "content/card.html", pin = [{ product = "3", place = 1 }] }
[content.margins]
recommend = { sources = ["popular"], count = 2, min = 1, card = "content/card.html", at_least = { margin = 2 } }
[content.stocked]
recommend = { sources = ["popular"], count = 2, min = 1, card = "content/card.html", min_stock = 3 }
-- content/plain.html --
<b>Hello</b>
-- content/card.html --
<ul>{{#items}}<li>{{item.title}} {{item.price | money}} {{item.extra["colour"] | default: 'any'}}</li>{{/items}}</ul>
-- catalog/p.tsv --
id	title	link	price	margin	colour	quantity	product_type
1	One	/p/1	2.50 GBP	3	red	9	lamps
2	Two	/p/2	3.50 GBP	1	blue	1	lamps
3	Three	/p/3	4.50 GBP	5	red	4	lamps
4	Four	/p/4	5.50 GBP	2	blue	0	mugs
5	Five	/p/5	6.50 GBP	1	red	7	mugs
-- lists/long.txt --
/
/p/2
"#;

/// Conditions that a browser may ask, and then those that it may not.
const CONDITIONS: [&str; 18] = [
    "visit.count > 1",
    "geo.country == 'DE'",
    "page.path in list('open')",
    "page.path.matches('^/p/[0-9]$')",
    "in_segment('locals')",
    "traits.theme == 'dark'",
    "page.query['utm_source'] == 'x' || true",
    "!(page.path in list('long'))",
    "signal.lamps > 1.0 || cart.items > 1",
    "orders.count > 0",
    "page.path in list('secret')",
    "in_segment('whales')",
    "in_segment('rich')",
    "traits.tier == 'gold' || visit.count > 1",
    "lifecycle == 'loyal'",
    "cart.value > orders.average",
    "product.on_sale || visit.count > 2",
    "!in_segment('rich') && visit.count > 0",
];
/// How many of them a browser may ask.
const FREE: usize = 9;

/// Contents, those that a browser may have first.
const CONTENTS: [&str; 10] =
    ["plain", "visits", "cart", "theme", "popular", "twins", "orders", "price", "margins", "stocked"];

#[derive(Clone, Debug)]
struct Sketch {
    conditions: Vec<usize>,
    show: Vec<(usize, usize)>,
    arms: Option<Vec<(usize, usize)>>,
    requires: Option<usize>,
    holdout: bool,
    layer: bool,
    observe: bool,
    cap: bool,
    during: u8,
}

prop_compose! {
    fn any_campaign(slots: usize)(
        conditions in prop::collection::vec(prop_oneof![6 => 0..FREE, 1 => FREE..CONDITIONS.len()], 0..3),
        show in prop::collection::vec((0..slots, prop_oneof![9 => 0..6_usize, 1 => 6..CONTENTS.len()]), 1..4),
        arms in prop::option::weighted(0.3, prop::collection::vec((0..slots, 0..6_usize), 0..3)),
        requires in prop::option::weighted(0.2, 0..8_usize),
        holdout in prop::bool::weighted(0.2),
        layer in prop::bool::weighted(0.2),
        observe in prop::bool::weighted(0.15),
        cap in prop::bool::weighted(0.2),
        during in 0..6_u8,
    ) -> Sketch {
        Sketch { conditions, show, arms, requires, holdout, layer, observe, cap, during }
    }
}

#[derive(Clone, Debug)]
struct Shop {
    /// For each slot the page types that it is on, as bits; none for all.
    slots: Vec<u8>,
    intensity: [u8; 3],
    site_holdout: bool,
    campaigns: Vec<Sketch>,
}

fn any_shop() -> impl Strategy<Value = Shop> {
    let slots = prop::collection::vec(prop_oneof![Just(0_u8), 1..8_u8], 1..6);
    let intensity = prop::array::uniform3(prop_oneof![8 => Just(0_u8), 1 => 1..3_u8]);
    (slots, intensity, prop::bool::weighted(0.2)).prop_flat_map(|(slots, intensity, site_holdout)| {
        prop::collection::vec(any_campaign(slots.len()), 1..8).prop_map(move |campaigns| Shop {
            slots: slots.clone(),
            intensity,
            site_holdout,
            campaigns,
        })
    })
}

impl Shop {
    fn fixture(&self) -> String {
        let holdout = if self.site_holdout { "holdout = 10" } else { "" };
        let mut text = format!("{}-- campaigns/a.toml --\n", BASE.replace("HOLDOUT", holdout));
        let pages = ["home", "product", "basket"];
        text.push_str("[intensity]\n");
        for (page, intensity) in pages.iter().zip(self.intensity) {
            let word = ["full", "light", "off"][usize::from(intensity)];
            writeln!(text, "{page} = \"{word}\"").unwrap();
        }
        for (index, on) in self.slots.iter().enumerate() {
            let on: Vec<&str> = (0..3).filter(|bit| on & (1 << bit) != 0).map(|bit| pages[bit]).collect();
            writeln!(text, "[slots.s{index}]").unwrap();
            if !on.is_empty() {
                writeln!(text, "pages = {on:?}").unwrap();
            }
        }
        for (index, sketch) in self.campaigns.iter().enumerate() {
            campaign(&mut text, index, sketch);
        }
        text
    }

    fn compiled(&self) -> Compiled {
        let compiled = compile(&files(&self.fixture()));
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{}", self.fixture());
        compiled
    }
}

fn campaign(text: &mut String, index: usize, sketch: &Sketch) {
    let shown = |show: &[(usize, usize)]| {
        let mut by_slot = std::collections::BTreeMap::new();
        by_slot.extend(show.iter().copied());
        let parts: Vec<String> =
            by_slot.iter().map(|(slot, content)| format!("s{slot} = \"{}\"", CONTENTS[*content])).collect();
        parts.join(", ")
    };
    writeln!(text, "[campaigns.c{index}]\npriority = {}\nowner = \"team-{index}\"", 100 - index).unwrap();
    let conditions: Vec<&str> = sketch.conditions.iter().map(|index| CONDITIONS[*index]).collect();
    writeln!(text, "where = {conditions:?}").unwrap();
    match &sketch.arms {
        None => writeln!(text, "show = {{ {} }}", shown(&sketch.show)).unwrap(),
        Some(other) => {
            writeln!(text, "arms = {{ a = {{ {} }}, b = {{ {} }} }}", shown(&sketch.show), shown(other)).unwrap()
        }
    }
    if let Some(other) = sketch.requires.filter(|other| *other < index) {
        writeln!(text, "requires = {{ c{other} = \"*\" }}").unwrap();
    }
    for (is_set, line) in [
        (sketch.holdout, "holdout = 20"),
        (sketch.layer, "layer = \"first\""),
        (sketch.observe, "mode = \"observe\""),
        (sketch.cap, "cap = { seen = 2, per = \"7d\", stop_on = \"purchase\" }"),
        (sketch.during == 1, "during = { from = 2026-01-01, zone = \"visitor\" }"),
        (sketch.during == 2, "during = { from = 2036-01-01 }"),
    ] {
        if is_set {
            writeln!(text, "{line}").unwrap();
        }
    }
}

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

fn loaded(bundle: &Bundle) -> Loaded {
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
    let id: String = profile.id.unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let unit = Unit { id: if *personalization { &id } else { "" }, ..Unit::default() };
    let slots = decide(loaded, &mut Evaluation::new(&loaded.conditions, facts), unit, &mut ());
    let campaign = |index: usize| loaded.campaigns[index].as_ref().unwrap().key.as_str();
    let content = |index: usize| loaded.contents[index].as_ref().unwrap().key.as_str();
    let told = |slot: &SlotDecision| {
        let observed = slot.observed.map(|of| (campaign(of.campaign), of.arm, of.content.map(content), of.reason));
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {observed:?}",
            slot.campaign.map(campaign),
            slot.arm,
            slot.content.map(content),
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
    let mut runner = TestRunner::new(Config::with_cases(160));
    let cases = (any_shop(), prop::collection::vec(any_visitor(), 12), any::<bool>());
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

/// A campaign in slot `a`, and what is said of it.
fn why(campaign: &str) -> Option<String> {
    let text = format!(
        "{}-- campaigns/a.toml --\n[slots.a]\n[slots.b]\n[campaigns.first]\npriority = 9\nwhere = 'orders.count > 0'\nshow = {{ b = \"plain\" }}\n\
         [campaigns.it]\npriority = 5\n{campaign}\n",
        BASE.replace("HOLDOUT", "")
    );
    let compiled = compile(&files(&text));
    let cut =
        cut(compiled.bundle.as_ref().unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics)), &compiled.private, true);
    let left_out = cut.left_out.into_iter().find(|out| out.part == Part::Campaign && out.key == "it");
    left_out.map(|out| out.why.to_string())
}

#[test]
fn what_keeps_a_campaign_on_the_server_is_said_in_words() {
    let asks =
        |condition: &str| why(&format!("where = \"{condition}\"\nshow = {{ a = \"plain\" }}")).unwrap_or_default();
    for condition in CONDITIONS.iter().take(FREE) {
        assert_eq!(asks(condition), "", "{condition}");
    }
    for (condition, expected) in [
        ("!(orders.total > 5.0)", "its condition asks `orders.total`, which only the shop's server knows"),
        ("lifecycle == 'loyal'", "its condition asks `lifecycle`, which only the shop's server knows"),
        ("cart.value > orders.average", "its condition asks `orders.average`, which only the shop's server knows"),
        ("product.on_sale", "its condition asks `product.on_sale`, which only the catalogue on the server knows"),
        ("traits.tier == 'gold'", "its condition asks `traits.tier`, which only the shop's server sets"),
        ("page.path in list('secret')", "its condition asks list `secret`, which is private"),
        ("page.path.lowerAscii() in list('secret')", "its condition asks list `secret`, which is private"),
        ("in_segment('whales')", "its condition asks segment `whales`, which is private"),
        ("in_segment('rich')", "its condition asks segment `rich`, and that asks segment `whales`, which is private"),
    ] {
        assert_eq!(asks(condition), expected, "{condition}");
    }
    for (campaign, expected) in [
        ("show = { a = \"orders\" }", "its content `orders` uses `orders.count`, which only the shop's server knows"),
        (
            "show = { a = \"price\" }",
            "its content `price` uses `product.price`, which only the catalogue on the server knows",
        ),
        ("show = { a = \"margins\" }", "its content `margins` uses field `margin` of the catalogue, which is private"),
        ("show = { a = \"stocked\" }", "its content `stocked` uses the pieces in stock, which only the server knows"),
        (
            "arms = { x = { a = \"plain\" }, y = { a = \"orders\" } }",
            "its content `orders` uses `orders.count`, which only the shop's server knows",
        ),
        (
            "show = { a = \"plain\" }\nrequires = { first = \"*\" }",
            "it requires campaign `first`, which stays on the server",
        ),
        ("show = { b = \"plain\" }", "all its slots stay on the server"),
    ] {
        assert_eq!(why(campaign).as_deref(), Some(expected), "{campaign}");
    }
    assert_eq!(why("show = { a = \"plain\", b = \"plain\" }"), None, "its other slot can be decided without that one");
    assert_eq!(why("show = { a = \"popular\" }"), None);
}

#[test]
fn recommendations_go_along_only_where_they_are_asked_for() {
    let shop = Shop {
        slots: vec![0, 0],
        intensity: [0; 3],
        site_holdout: false,
        campaigns: vec![Sketch { show: vec![(0, 4)], ..plain() }, Sketch { show: vec![(1, 0)], ..plain() }],
    };
    let compiled = shop.compiled();
    let bundle = compiled.bundle.as_ref().unwrap();
    let without = cut(bundle, &compiled.private, false);
    let [slot, campaign] = &without.left_out[..] else { panic!("{:?}", without.left_out) };
    assert_eq!((slot.key.as_str(), slot.why.clone()), ("s0", Why::FilledBy("c0".into())));
    assert_eq!((campaign.key.as_str(), campaign.why.clone()), ("c0", Why::Recommends { content: "popular".into() }));
    assert_eq!(without.bundle.elsewhere.texts().collect::<Vec<_>>(), ["", "basket", "home", "product"]);
    let with = cut(bundle, &compiled.private, true);
    assert_eq!((with.left_out.len(), with.bundle.elsewhere.is_empty()), (0, true));
}

fn plain() -> Sketch {
    Sketch {
        conditions: Vec::new(),
        show: Vec::new(),
        arms: None,
        requires: None,
        holdout: false,
        layer: false,
        observe: false,
        cap: false,
        during: 0,
    }
}

/// What a slot on the server does to the others of its pages.
#[test]
fn slots_that_depend_on_one_another_stay_together() {
    let slot_of = |intensity, contents: [usize; 3], slots: [u8; 3]| {
        let shop = Shop {
            slots: slots.to_vec(),
            intensity,
            site_holdout: false,
            campaigns: (0..3).map(|at| Sketch { show: vec![(at, contents[at])], ..plain() }).collect(),
        };
        let compiled = shop.compiled();
        let cut = cut(compiled.bundle.as_ref().unwrap(), &compiled.private, true);
        let slots = cut.left_out.into_iter().filter(|out| out.part == Part::Slot);
        slots.map(|out| format!("{}: {}", out.key, out.why)).collect::<Vec<_>>()
    };
    let filled = "s0: campaign `c0` fills it, which stays on the server";
    assert_eq!(slot_of([0; 3], [6, 0, 0], [0; 3]), [filled]);
    let light = "`home` pages show one campaign (intensity is light), and slot `s0` of theirs stays on the server";
    assert_eq!(slot_of([1, 0, 0], [6, 0, 0], [1, 3, 2]), [filled.to_owned(), format!("s1: {light}")]);
    let products = "a page shows no product twice, and slot `s0` with recommendations stays on the server";
    assert_eq!(slot_of([0; 3], [8, 4, 0], [1, 1, 1]), [filled.to_owned(), format!("s1: {products}")]);
    assert_eq!(slot_of([0; 3], [8, 4, 0], [1, 2, 1]), [filled], "they are never on one page");
}

#[test]
fn a_prerequisite_without_a_slot_in_the_browser_goes_along_without_its_contents() {
    let shop = Shop {
        slots: vec![0, 0],
        intensity: [0; 3],
        site_holdout: false,
        campaigns: vec![
            Sketch { show: vec![(0, 6)], ..plain() },
            Sketch { show: vec![(0, 3)], arms: Some(vec![(0, 1)]), ..plain() },
            Sketch { show: vec![(1, 0)], requires: Some(1), ..plain() },
        ],
    };
    let compiled = shop.compiled();
    let cut = cut(compiled.bundle.as_ref().unwrap(), &compiled.private, false);
    let campaigns = &cut.bundle.campaigns;
    let keys: Vec<&str> = campaigns.iter().map(|campaign| campaign.key.as_str()).collect();
    assert_eq!(keys, ["c1", "c2"]);
    assert!(campaigns[0].slots.is_empty() && campaigns[0].arms.iter().all(|arm| arm.show.is_empty()));
    assert_eq!(campaigns[1].enrolment.requires[0].campaign, 0);
    let contents: Vec<&str> = cut.bundle.contents.iter().map(|content| content.key.as_str()).collect();
    assert_eq!(contents, ["plain"]);
}

#[test]
fn what_only_the_server_needs_is_gone_and_numbers_are_new() {
    let compiled = Shop {
        slots: vec![0, 0],
        intensity: [0; 3],
        site_holdout: true,
        campaigns: vec![
            Sketch { show: vec![(0, 0)], conditions: vec![10], ..plain() },
            Sketch { show: vec![(1, 1)], conditions: vec![3, 4, 7, 8], layer: true, ..plain() },
        ],
    }
    .compiled();
    let whole = compiled.bundle.as_ref().unwrap();
    let Cut { bundle, .. } = cut(whole, &compiled.private, false);
    assert_eq!((bundle.lists.len(), bundle.patterns.len(), bundle.slots.len()), (1, 1, 1));
    let segments: Vec<&str> = bundle.segments.iter().map(|segment| segment.key.as_str()).collect();
    assert_eq!(segments, ["regulars", "locals"]);
    assert!(bundle.segments.iter().all(|segment| segment.name.is_empty()));
    assert!(bundle.campaigns.iter().all(|campaign| campaign.owner.is_empty()));
    assert!(bundle.atoms.len() < whole.atoms.len());
    let site = &bundle.site;
    assert_eq!((site.holdout_bp, site.query_keys.len(), site.rules.traits.len()), (1_000, 0, 0));
    assert_eq!(site.rules.signals.len(), 1);
    assert_eq!(site.decision_headers.iter().flat_map(|header| header.segments()).count(), 0);
    assert_eq!(site.decision_headers.len(), 1, "in a site of two locales it says in which one pages are decided");
    loaded(&bundle);
}

/// None of it is used, and nothing is different.
#[test]
fn private_entries_change_no_ordinary_bundle() {
    let shop = any_text_of_private(true);
    let open = any_text_of_private(false);
    let encoded = |text: &str| encode(compile(&files(text)).bundle.as_ref().unwrap()).unwrap();
    assert!(encoded(&shop) == encoded(&open));
}

fn any_text_of_private(is_private: bool) -> String {
    let base = BASE.replace("HOLDOUT", if is_private { "local = true" } else { "" });
    let base = if is_private { base } else { base.replace("private = true\n", "") };
    format!(
        "{base}-- campaigns/a.toml --\n[slots.a]\n[campaigns.it]\nwhere = \"in_segment('rich') && page.path in list('secret')\"\nshow = {{ a = \"plain\" }}\n"
    )
}
