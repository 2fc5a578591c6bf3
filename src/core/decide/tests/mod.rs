#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod enrolment;
mod exposures;
mod killed;
mod laws;

use super::*;
use crate::artifacts::Artifacts;
use crate::attribute::Attribute;
use crate::bundle::weights::Weights;
use crate::bundle::{
    Arm, ArmRange, Atom, AttributeRef, Body, Bundle, Campaign, Cap, Comparison, Content, Context as Place, During,
    Enrolment, Field, Format, Hole, Intensity, Locale, Op, PageType, Part, PathPattern, PathSegment, Program, Segment,
    Slot, Template, Test, TextList, encode,
};
use crate::codec::hash32;
use crate::context::Context;
use crate::html;
use crate::loaded::Loaded;
use crate::profile::{CampaignImpressions, Profile};
use crate::render::{self, Fill};
use crate::segment::{Evaluation, Facts, Page};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

const NOW_S: u32 = 1_800_000_000;
const VISITOR: &str = "000102030405060708090a0b0c0d0e0f";

fn literal(text: &str) -> Content {
    let template = Template { parts: vec![Part::Literal(text.into())] };
    Content { key: text.into(), bodies: vec![Body::Html(template)], by_locale: vec![0] }
}

fn campaign(key: &str, priority: i32, eligible: Program, show: &[(u16, u16)]) -> Campaign {
    Campaign {
        key: key.into(),
        owner: String::new(),
        priority,
        eligible,
        during: None,
        cap: None,
        holdout_bp: 0,
        phase: 0,
        arms: vec![Arm { key: String::new(), show: show.to_vec() }],
        ranges: Vec::new(),
        slots: show.iter().map(|(slot, _)| *slot).collect(),
        enrolment: Enrolment::default(),
    }
}

fn atom(attribute: Attribute, test: Test) -> Atom {
    Atom { subject: AttributeRef { attribute, argument: None }, default: None, test }
}

/// Two slots, atoms "visit.count >= 2" and "geo.country == DE".
fn bundle(campaigns: Vec<Campaign>) -> Bundle {
    let slot = |key: &str| Slot {
        key: key.into(),
        selector: "[data-slot]".parse().unwrap(),
        elements: Vec::new(),
        pages: TextList::default(),
    };
    let mut bundle = Bundle {
        atoms: vec![
            atom(Attribute::VisitCount, Test::Number(Comparison::GreaterOrEqual, 2.0)),
            atom(Attribute::GeoCountry, Test::TextEquals("DE".into())),
        ],
        segments: vec![Segment { key: "back".into(), name: "Back".into(), when: vec![Op::Atom(0)] }],
        slots: vec![slot("hero"), slot("bar")],
        contents: vec![literal("a"), literal("b")],
        campaigns,
        ..Bundle::default()
    };
    bundle.site.name = "shop".into();
    bundle.site.hosts = vec!["shop.example".into()];
    bundle.site.locales = vec![Locale { tag: "en-GB".into(), currency: "GBP".into() }];
    bundle
}

struct Visit<'a> {
    profile: Profile,
    context: Context<'a>,
    personalization: bool,
    unit: &'a str,
}

impl Default for Visit<'_> {
    fn default() -> Self {
        let mut profile = Profile::default();
        profile.visits.count = 2;
        Visit {
            profile,
            context: Context { now_s: NOW_S, path: "/", ..Context::default() },
            personalization: true,
            unit: VISITOR,
        }
    }
}

fn decided(bundle: &Bundle, visit: &Visit) -> Vec<SlotDecision> {
    decided_for(bundle, visit, Unit { id: visit.unit, ..Unit::default() })
}

fn decided_for(bundle: &Bundle, visit: &Visit, unit: Unit) -> Vec<SlotDecision> {
    let loaded = Loaded::load(&encode(bundle).unwrap()).unwrap();
    assert_eq!(loaded.disabled, []);
    decided_on(&loaded, visit, unit)
}

fn decided_on(loaded: &Loaded, visit: &Visit, unit: Unit) -> Vec<SlotDecision> {
    watched(loaded, visit, unit, &[], &mut ())
}

/// Decides, with the campaigns of these indexes switched off, while somebody watches.
fn watched(
    loaded: &Loaded,
    visit: &Visit,
    unit: Unit,
    killed: &[usize],
    observer: &mut impl Observer,
) -> Vec<SlotDecision> {
    let page = Page::of(&loaded.site, visit.context.path, "");
    let facts = Facts {
        site: &loaded.site,
        artifacts: &Artifacts::default(),
        profile: &visit.profile,
        context: &visit.context,
        page: &page,
        personalization: visit.personalization,
        measurement: false,
    };
    decide(loaded, &mut Evaluation::new(&loaded.conditions, facts).without(killed), unit, observer)
}

fn reasons(bundle: &Bundle, visit: &Visit) -> Vec<Reason> {
    decided(bundle, visit).iter().map(|slot| slot.reason).collect()
}

#[test]
fn a_page_type_has_its_intensity() {
    let mut bundle = bundle(vec![
        campaign("first", 20, Vec::new(), &[(0, 0)]),
        campaign("second", 10, Vec::new(), &[(1, 1)]),
        campaign("never", 5, vec![Op::Atom(1)], &[(1, 0)]),
    ]);
    let home = PathPattern { segments: Vec::new() };
    bundle.site.pages = vec![PageType { key: "home".into(), patterns: vec![home] }];
    let mut told = |intensity| {
        bundle.site.rules.intensity = vec![("basket".into(), Intensity::Off), ("home".into(), intensity)];
        reasons(&bundle, &Visit::default())
    };
    assert_eq!(told(Intensity::Full), [Reason::Shown, Reason::Shown]);
    assert_eq!(told(Intensity::Light), [Reason::Shown, Reason::None]);
    assert_eq!(told(Intensity::Off), [Reason::Intensity, Reason::Intensity]);
}

#[test]
fn a_slot_takes_part_on_the_pages_that_it_is_on() {
    let mut bundle = bundle(vec![
        campaign("first", 20, Vec::new(), &[(0, 0)]),
        campaign("second", 10, Vec::new(), &[(0, 1), (1, 1)]),
    ]);
    let literal = |text: &str| PathPattern { segments: vec![PathSegment::Literal(text.into())] };
    let page = |key: &str, path| PageType { key: key.into(), patterns: vec![path] };
    bundle.site.pages = vec![page("home", PathPattern { segments: Vec::new() }), page("basket", literal("basket"))];
    bundle.slots[0].pages = TextList::of(["basket", "product"]);
    let loaded = Loaded::load(&encode(&bundle).unwrap()).unwrap();
    assert_eq!(loaded.disabled, []);
    let told = |path, forced: &[(Box<str>, Box<str>)]| {
        let visit = Visit { context: Context { path, ..Visit::default().context }, ..Visit::default() };
        let slots = decided_on(&loaded, &visit, Unit { id: VISITOR, forced, ..Unit::default() });
        slots.iter().map(|slot| (slot.campaign, slot.reason)).collect::<Vec<_>>()
    };
    assert_eq!(told("/basket", &[]), [(Some(0), Reason::Shown), (Some(1), Reason::Shown)]);
    // Not at home, and not on a page of no type; its campaign has its other slot all the same.
    for path in ["/", "/other"] {
        assert_eq!(told(path, &[]), [(None, Reason::NotOnPage), (Some(1), Reason::Shown)], "{path}");
    }
    // What is not there cannot be previewed.
    assert_eq!(told("/", &[("first".into(), "".into())])[0], (None, Reason::NotOnPage));
    // One campaign has a page of light intensity, and one without a slot here does not count.
    bundle.site.rules.intensity = vec![("home".into(), Intensity::Light)];
    assert_eq!(reasons(&bundle, &Visit::default()), [Reason::NotOnPage, Reason::Shown]);
}

#[test]
fn a_slot_whose_pages_cannot_be_read_is_not_used() {
    let mut bundle = bundle(vec![campaign("a", 20, Vec::new(), &[(0, 0)]), campaign("b", 10, Vec::new(), &[(1, 1)])]);
    bundle.slots[0].pages = TextList::of(["home"]);
    let mut bytes = encode(&bundle).unwrap();
    let at = bytes.windows(4).rposition(|window| window == b"home").unwrap();
    bytes[at] = 0xff;
    let loaded = Loaded::load(&bytes).unwrap();
    assert_eq!(loaded.disabled[0].what, "slot's pages");
    assert_eq!(loaded.slots.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
    assert_eq!(loaded.campaigns.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
    let slots = decided_on(&loaded, &Visit::default(), Unit { id: VISITOR, ..Unit::default() });
    assert_eq!((slots[0].campaign, slots[1].campaign), (None, Some(1)));
}

#[test]
fn the_highest_priority_wins_and_the_loser_keeps_its_other_slot() {
    let bundle = bundle(vec![
        campaign("first", 20, vec![Op::Atom(0)], &[(0, 0)]),
        campaign("second", 10, Vec::new(), &[(0, 1), (1, 1)]),
    ]);
    let slots = decided(&bundle, &Visit::default());
    assert_eq!((slots[0].campaign, slots[0].content), (Some(0), Some(0)));
    assert_eq!((slots[1].campaign, slots[1].content), (Some(1), Some(1)));
    assert_eq!(slots[1].fill, Some(Fill::Html("b".into())));
}

#[test]
fn unknown_never_matches_not_even_negated() {
    let not_german = vec![Op::Atom(1), Op::Not];
    let not_back = vec![Op::Segment(0), Op::Not];
    let bundle = bundle(vec![campaign("a", 20, not_german, &[(0, 0)]), campaign("b", 10, not_back, &[(1, 1)])]);
    let mut visit = Visit { personalization: false, ..Visit::default() };
    assert_eq!(reasons(&bundle, &visit), [Reason::None, Reason::None]);
    visit.context.country = "FR";
    assert_eq!(reasons(&bundle, &visit), [Reason::Shown, Reason::None]);
}

#[test]
fn a_control_arm_takes_the_slot_and_shows_the_origin() {
    let mut test = campaign("test", 20, Vec::new(), &[]);
    test.arms = vec![Arm { key: "control".into(), show: Vec::new() }, Arm { key: "sale".into(), show: vec![(0, 0)] }];
    test.slots = vec![0];
    test.ranges =
        vec![ArmRange { from_bp: 0, to_bp: 5_000, arm: 0 }, ArmRange { from_bp: 5_000, to_bp: 10_000, arm: 1 }];
    let bundle = bundle(vec![test, campaign("other", 10, Vec::new(), &[(0, 1)])]);
    let mut seen = [0; 2];
    for visitor in 0..64 {
        let id = alloc::format!("{visitor:032x}");
        let slots = decided(&bundle, &Visit { unit: &id, ..Visit::default() });
        let arm = usize::from(bucket(Salt::Arm, "test", 0, &id) >= 5_000);
        assert_eq!((slots[0].campaign, slots[0].arm), (Some(0), Some(arm)));
        assert_eq!(slots[0].reason, [Reason::Control, Reason::Shown][arm]);
        assert_eq!(slots[0].fill.is_some(), arm == 1);
        seen[arm] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
    // Nobody is enrolled without an id: the next campaign has the slot.
    let slots = decided(&bundle, &Visit { unit: "", ..Visit::default() });
    assert_eq!(slots[0].campaign, Some(1));
}

#[test]
fn holdouts_keep_the_origin() {
    let mut held = campaign("held", 20, Vec::new(), &[(0, 0)]);
    held.holdout_bp = 10_000;
    let mut bundle = bundle(vec![held]);
    assert_eq!(reasons(&bundle, &Visit::default()), [Reason::Holdout, Reason::None]);
    bundle.site.holdout_bp = 10_000;
    assert_eq!(reasons(&bundle, &Visit::default()), [Reason::SiteHoldout, Reason::SiteHoldout]);
    assert_eq!(reasons(&bundle, &Visit { unit: "", ..Visit::default() }), [Reason::None, Reason::None]);
}

#[test]
fn caps_and_purchases_end_a_campaign_for_their_window() {
    let mut capped = campaign("capped", 20, Vec::new(), &[(0, 0)]);
    capped.cap = Some(Cap { seen: 3, per_s: 1_000, stop_on_purchase: true });
    let bundle = bundle(vec![capped]);
    let shown = |seen, since_s| Visit {
        profile: Profile {
            impressions: vec![CampaignImpressions { campaign: hash32(&["capped"]), count: seen, since_s }],
            ..Profile::default()
        },
        ..Visit::default()
    };
    assert_eq!(reasons(&bundle, &shown(2, NOW_S - 10))[0], Reason::Shown);
    assert_eq!(reasons(&bundle, &shown(3, NOW_S - 10))[0], Reason::None);
    assert_eq!(reasons(&bundle, &shown(3, NOW_S - 1_000))[0], Reason::Shown);
    let mut bought = shown(0, NOW_S);
    bought.profile.purchased_s = NOW_S - 999;
    assert_eq!(reasons(&bundle, &bought)[0], Reason::None);
}

#[test]
fn schedules_are_inclusive_and_follow_the_visitors_clock() {
    let mut dated = campaign("dated", 20, Vec::new(), &[(0, 0)]);
    let now = i64::from(NOW_S);
    dated.during = Some(During { from_s: Some(now), until_s: Some(now), visitor_zone: false });
    let mut evening = campaign("evening", 10, Vec::new(), &[(1, 1)]);
    evening.during = Some(During { from_s: Some(now + 3_600), until_s: None, visitor_zone: true });
    let bundle = bundle(vec![dated, evening]);
    let mut visit = Visit::default();
    assert_eq!(reasons(&bundle, &visit), [Reason::Shown, Reason::None]);
    visit.context.utc_offset_min = Some(60);
    visit.context.now_s += 1;
    assert_eq!(reasons(&bundle, &visit), [Reason::None, Reason::Shown]);
}

#[test]
fn a_content_without_a_value_passes_the_slot_on() {
    let hole = Hole {
        source: AttributeRef { attribute: Attribute::GeoCountry, argument: None },
        default: None,
        format: Format::Plain,
        context: Place::Text,
    };
    let mut bundle =
        bundle(vec![campaign("needs", 20, Vec::new(), &[(0, 0)]), campaign("plain", 10, Vec::new(), &[(0, 1)])]);
    bundle.contents[0].bodies = vec![Body::Html(Template { parts: vec![Part::Hole(hole)] })];
    let mut visit = Visit::default();
    assert_eq!(decided(&bundle, &visit)[0].campaign, Some(1));
    visit.context.country = "<D>";
    assert_eq!(decided(&bundle, &visit)[0].fill, Some(Fill::Html("&lt;D&gt;".to_string())));
}

#[test]
fn fields_have_sixteen_attributes_and_no_more_and_only_a_page_has_the_mark() {
    let text = |text: &str| Template { parts: vec![Part::Literal(text.into())] };
    for attributes in [16, 17] {
        let mut bundle = bundle(vec![campaign("first", 20, Vec::new(), &[(0, 0)])]);
        bundle.slots[0].elements =
            vec![("image".into(), "img".parse().unwrap()), ("title".into(), "h1".parse().unwrap())];
        let names = (0..attributes).map(|number| (alloc::format!("data-{number}"), text("x"))).collect();
        let image = Field { name: "image".into(), inner: None, attributes: names };
        let title = Field { name: "title".into(), inner: Some(text("Sale")), attributes: Vec::new() };
        bundle.contents[0].bodies = vec![Body::Fields(vec![image.clone(), title.clone()])];
        let Some(Fill::Fields(texts)) = &decided(&bundle, &Visit::default())[0].fill else {
            assert_eq!(attributes, 17);
            continue;
        };
        assert_eq!(attributes, 16);
        let (fields, slot) = ([image, title], &bundle.slots[0]);
        let told = html::decode_edits(&render::edits(&fields, slot, texts)).unwrap();
        assert_eq!((told[0].attributes.len(), told[1].inner.as_deref()), (16, Some("Sale".as_bytes())));
        let page = html::decode_edits(&render::marked_edits(&fields, slot, texts, true)).unwrap();
        assert_eq!(page[0].attributes.last(), Some(&("data-attune".into(), Vec::new())));
        assert_eq!(page[1].inner.as_deref(), Some("Sale<!--attune-->".as_bytes()));
    }
}

#[test]
fn a_bad_blob_disables_itself_and_what_uses_it() {
    let mut bundle =
        bundle(vec![campaign("a", 20, vec![Op::And], &[(0, 0)]), campaign("b", 10, Vec::new(), &[(0, 1)])]);
    bundle.segments.push(Segment { key: "later".into(), name: String::new(), when: vec![Op::Segment(1)] });
    let loaded = Loaded::load(&encode(&bundle).unwrap()).unwrap();
    let disabled: Vec<_> = loaded.disabled.iter().map(|d| (d.what, d.key.as_str(), d.reason)).collect();
    assert_eq!(
        disabled,
        [
            ("segment", "later", "it uses a segment that is missing, disabled or later"),
            ("campaign", "a", "its condition takes more values than it has"),
        ]
    );
    assert!(loaded.campaigns[1].is_some());
}

#[test]
fn no_cut_or_flipped_bundle_panics() {
    let bytes = encode(&bundle(vec![campaign("a", 20, vec![Op::Atom(0)], &[(0, 0)])])).unwrap();
    for cut in 0..bytes.len() {
        assert!(Loaded::load(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            if let Ok(loaded) = Loaded::load(&flipped) {
                let (profile, context) = (Profile::default(), Context { path: "/", ..Context::default() });
                let page = Page::of(&loaded.site, "/", "");
                let facts = Facts {
                    site: &loaded.site,
                    artifacts: &Artifacts::default(),
                    profile: &profile,
                    context: &context,
                    page: &page,
                    personalization: true,
                    measurement: true,
                };
                let slots = decide(&loaded, &mut Evaluation::new(&loaded.conditions, facts), Unit::default(), &mut ());
                assert_eq!(slots.len(), loaded.slots.len());
            }
        }
    }
}
