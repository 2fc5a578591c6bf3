//! What a reader refuses of a bundle that no compiler of ours wrote.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::Loaded;
use crate::attribute::Attribute;
use crate::bundle::*;
use crate::limits;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

fn site() -> Site {
    Site {
        name: "shop".into(),
        hosts: vec!["shop.example".into()],
        locales: vec![Locale { tag: "en-GB".into(), currency: "GBP".into() }],
        ..Site::default()
    }
}

fn bundle() -> Bundle {
    Bundle { site: site(), ..Bundle::default() }
}

/// What is said of the parts that are disabled.
fn disabled(bundle: &Bundle) -> Vec<String> {
    let loaded = Loaded::load(&encode(bundle).unwrap()).unwrap();
    loaded.disabled.iter().map(|part| format!("{} {}", part.what, part.reason)).collect()
}

fn long(bytes: usize) -> String {
    "x".repeat(bytes)
}

fn atom(attribute: Attribute, argument: Option<String>, test: Test) -> Bundle {
    let atom = Atom { subject: AttributeRef { attribute, argument }, default: None, test };
    Bundle { atoms: vec![atom], ..bundle() }
}

/// The frame of a bundle whose section claims so many blobs.
fn claiming(tag: u8, count: usize) -> Vec<u8> {
    let mut bytes = encode(&bundle()).unwrap();
    bytes.push(tag);
    bytes.extend_from_slice(&u32::try_from(count).unwrap().to_le_bytes());
    let body = u32::try_from(bytes.len() - 12).unwrap();
    bytes[8..12].copy_from_slice(&body.to_le_bytes());
    bytes
}

#[test]
fn more_of_anything_than_its_limit_is_refused() {
    for (tag, max) in [
        (2, limits::ATOMS_MAX),
        (3, limits::SEGMENTS_MAX),
        (4, limits::SLOTS_MAX),
        (5, limits::CAMPAIGNS_MAX),
        (6, limits::CONTENTS_MAX),
        (8, limits::LISTS_MAX),
        (9, limits::PATTERNS_COMPILED_MAX),
        (11, limits::CAMPAIGNS_MAX),
        (12, limits::LAYERS_MAX),
    ] {
        let over = Loaded::load(&claiming(tag, max + 1)).unwrap_err();
        assert!(
            matches!(over, BundleError::Limit { count, max: allowed, .. } if count == max + 1 && allowed == max),
            "{tag}"
        );
        assert_eq!(
            Loaded::load(&claiming(tag, max)).unwrap_err(),
            BundleError::Length,
            "{tag}: as many may be claimed"
        );
    }
    assert!(matches!(Loaded::load(&vec![0; limits::BUNDLE_BYTES_MAX + 1]), Err(BundleError::TooLarge(_))));
}

#[test]
fn a_site_beyond_a_limit_is_refused() {
    let many = |count: usize| (0..count).map(|n| format!("{n}")).collect::<Vec<_>>();
    let page = |key: String| PageType { key, patterns: Vec::new() };
    for (what, site) in [
        ("hosts", Site { hosts: many(limits::HOSTS_MAX + 1), ..site() }),
        ("query parameters", Site { query_keys: many(limits::QUERY_KEYS_MAX + 1), ..site() }),
        ("page types", Site { pages: many(limits::PATTERNS_MAX + 1).into_iter().map(page).collect(), ..site() }),
        ("locales", Site { locales: vec![site().locales[0].clone(); limits::LOCALES_MAX + 1], ..site() }),
        ("bytes in a name", Site { name: long(limits::KEY_BYTES_MAX + 1), ..site() }),
        ("bytes in a name", Site { pages: vec![page(long(limits::KEY_BYTES_MAX + 1))], ..site() }),
        ("bytes in a name", Site { query_keys: vec![long(limits::KEY_BYTES_MAX + 1)], ..site() }),
    ] {
        let error = Loaded::load(&encode(&Bundle { site, ..Bundle::default() }).unwrap()).unwrap_err();
        assert!(matches!(error, BundleError::Limit { what: found, .. } if found == what), "{what}: {error}");
    }
}

#[test]
fn a_test_beyond_a_limit_is_disabled() {
    let text = || long(limits::TEXT_BYTES_MAX + 1);
    for test in [
        Test::TextEquals(text()),
        Test::TextIn(vec![text()]),
        Test::StartsWith(text()),
        Test::Lowered(TextTest::EndsWith(text())),
        Test::Lowered(TextTest::In(vec![text()])),
    ] {
        assert_eq!(disabled(&atom(Attribute::PagePath, None, test)), ["atom its text is too long"]);
    }
    let key = Some(long(limits::KEY_BYTES_MAX + 1));
    assert_eq!(disabled(&atom(Attribute::CartHas, key, Test::IsTrue)), ["atom its argument is too long"]);
    let list = vec![String::new(); limits::LIST_MAX + 1];
    assert_eq!(disabled(&atom(Attribute::PagePath, None, Test::TextIn(list))), ["atom its list is too long"]);
    let by_nought = Test::Remainder(0, Comparison::Equal, 0.0);
    assert_eq!(disabled(&atom(Attribute::VisitCount, None, by_nought)), ["atom it divides by 0"]);
    let endless = Test::Length(Comparison::Less, f64::INFINITY);
    assert_eq!(disabled(&atom(Attribute::PagePath, None, endless)), ["atom its number is not finite"]);
}

#[test]
fn a_segment_beyond_a_limit_is_disabled() {
    let segment = |key: String, when: Program| Segment { key, name: String::new(), when };
    let of = |segments: Vec<Segment>| disabled(&Bundle { segments, ..bundle() });
    let named = segment(long(limits::KEY_BYTES_MAX + 1), Vec::new());
    assert_eq!(of(vec![named]), ["segment its key is too long"]);
    let steps = [vec![Op::Const(true)], vec![Op::Not; limits::PROGRAM_OPS_MAX]].concat();
    assert_eq!(of(vec![segment("s".into(), steps)]), ["segment its condition is too long"]);
    let deep =
        [vec![Op::Const(true); limits::PROGRAM_DEPTH_MAX + 1], vec![Op::And; limits::PROGRAM_DEPTH_MAX]].concat();
    assert_eq!(of(vec![segment("s".into(), deep)]), ["segment its condition is too deep"]);
    let nested = (0..=limits::SEGMENT_DEPTH_MAX).map(|n| {
        let when = n.checked_sub(1).map_or(Op::Const(true), |before| Op::Segment(u32::try_from(before).unwrap()));
        segment(format!("s{n}"), vec![when])
    });
    assert_eq!(of(nested.collect()), ["segment its segments refer to each other too deeply"]);
}

#[test]
fn a_content_beyond_a_limit_is_disabled() {
    let parts = vec![Part::Literal("x".into()); limits::TEMPLATE_PARTS_MAX + 1];
    let content = |body: Body| Content { key: "c".into(), bodies: vec![body], by_locale: vec![0] };
    let of = |body: Body| disabled(&Bundle { contents: vec![content(body)], ..bundle() });
    assert_eq!(of(Body::Html(Template { parts: parts.clone() })), ["content its template has too many parts"]);
    let cards = cards::Cards { count: 1, min: 1, card: Template { parts }, ..cards::Cards::default() };
    assert_eq!(of(Body::Cards(Box::new(cards.clone()))), ["content its template has too many parts"]);
    let many = cards::Cards { count: u8::try_from(limits::CARDS_MAX + 1).unwrap(), ..cards };
    assert_eq!(of(Body::Cards(Box::new(many))), ["content its recommendation is over a limit"]);
}

#[test]
fn rules_beyond_a_limit_are_not_used() {
    let signal = |key: String, tests: usize| Signal {
        key,
        event: "view_item".into(),
        tests: vec![ItemTest::Discount(Comparison::Greater, 0); tests],
        measure: Measure::Count,
        half_life_days: 0,
    };
    let top = |values: Vec<String>| Signal { measure: Measure::TopBrand(values), ..signal("s".into(), 0) };
    let known =
        |key: String, values: Vec<String>| Trait { key, values, source: String::new(), trust: RuleTrust::Server };
    for rules in [
        Rules { signals: vec![signal("s".into(), 0); limits::SIGNALS_MAX + 1], ..Rules::default() },
        Rules { signals: vec![signal("s".into(), limits::SIGNAL_TESTS_MAX + 1)], ..Rules::default() },
        Rules { signals: vec![signal(long(limits::KEY_BYTES_MAX + 1), 0)], ..Rules::default() },
        Rules { signals: vec![top(vec!["v".into(); limits::TOP_VALUES_MAX + 1])], ..Rules::default() },
        Rules { signals: vec![top(vec![long(limits::ITEM_TEXT_BYTES_MAX + 1)])], ..Rules::default() },
        Rules { signals: vec![top(vec!["v".into(); limits::TOP_ENTRIES_MAX]); 4], ..Rules::default() },
        Rules { traits: vec![known("t".into(), Vec::new()); limits::TRAITS_MAX + 1], ..Rules::default() },
        Rules { traits: vec![known("t".into(), vec!["v".into(); limits::TRAIT_VALUES_MAX + 1])], ..Rules::default() },
        Rules { traits: vec![known("t".into(), vec![long(limits::TRAIT_BYTES_MAX + 1)])], ..Rules::default() },
        Rules { traits: vec![known(long(limits::KEY_BYTES_MAX + 1), Vec::new())], ..Rules::default() },
        Rules { zone: Zone { offset_min: 0, changes: vec![(1, 1); limits::ZONE_CHANGES_MAX + 1] }, ..Rules::default() },
    ] {
        let loaded =
            Loaded::load(&encode(&Bundle { site: Site { rules, ..site() }, ..Bundle::default() }).unwrap()).unwrap();
        assert_eq!(loaded.site.rules, Rules::default());
        assert_eq!(loaded.disabled.len(), 1, "{:?}", loaded.disabled);
    }
}

#[test]
fn a_campaign_beyond_a_limit_is_disabled() {
    let arm = |key: String| Arm { key, show: Vec::new() };
    let campaign = |arms: Vec<Arm>, enrolment: Enrolment| Campaign {
        key: "c".into(),
        owner: String::new(),
        priority: 0,
        eligible: Vec::new(),
        during: None,
        cap: None,
        holdout_bp: 0,
        phase: 1,
        arms,
        ranges: vec![ArmRange { from_bp: 0, to_bp: 10_000, arm: 0 }],
        slots: Vec::new(),
        enrolment,
    };
    let of = |arms: usize, enrolment: Enrolment| {
        let arms = (0..arms).map(|n| arm(format!("a{n}"))).collect();
        disabled(&Bundle { campaigns: vec![campaign(arms, enrolment)], ..bundle() })
    };
    assert_eq!(of(limits::ARMS_MAX + 1, Enrolment::default()), ["campaign it has no arms, or too many"]);
    let named = campaign(vec![arm(long(limits::KEY_BYTES_MAX + 1))], Enrolment::default());
    assert_eq!(disabled(&Bundle { campaigns: vec![named], ..bundle() }), ["campaign an arm's key is too long"]);
    let step = |n: usize| CoverageStep { from_s: u32::try_from(n).unwrap(), share_bp: 1 };
    let coverage = (0..=limits::RAMP_STEPS_MAX).map(step).collect();
    let ramp = Enrolment { coverage, ..Enrolment::default() };
    assert_eq!(of(2, ramp), ["campaign its ramp has too many steps, or one that takes visitors away"]);
    let ranges = vec![ArmRange { from_bp: 0, to_bp: 10_000, arm: 0 }];
    let change = |n: usize| WeightChange { from_s: u32::try_from(n).unwrap(), ranges: ranges.clone() };
    let weights = (0..=limits::WEIGHT_CHANGES_MAX).map(change).collect();
    let changes = Enrolment { weights, ..Enrolment::default() };
    assert_eq!(of(2, changes), ["campaign its changes of weights are too many, out of order or not parts of 10,000"]);
    let requires = vec![Requirement { campaign: 0, arms: Vec::new() }; limits::REQUIRES_MAX + 1];
    assert_eq!(of(2, Enrolment { requires, ..Enrolment::default() }), ["campaign it has too many prerequisites"]);
}

#[test]
fn a_hash_that_is_told_is_the_version_if_it_can_be_one() {
    let bytes = encode(&bundle()).unwrap();
    let version = |sha256: &str| Loaded::load_hashed(&bytes, Some(sha256)).unwrap().version;
    let own = Loaded::load(&bytes).unwrap().version;
    assert_eq!(version(&"0123456789abcdef".repeat(4)), "0123456789ab");
    for wrong in ["", "0123456789ab", &"0123456789ABCDEF".repeat(4), &"é".repeat(32), &"0".repeat(65)] {
        assert_eq!(version(wrong), own, "{wrong}");
    }
}

#[test]
fn page_types_that_are_decided_elsewhere_are_read_and_what_cannot_be_read_is_said() {
    let told = Bundle { elsewhere: TextList::of(["product", ""]), ..bundle() };
    let bytes = encode(&told).unwrap();
    let loaded = Loaded::load(&bytes).unwrap();
    assert_eq!(loaded.elsewhere.texts().collect::<Vec<_>>(), ["", "product"]);
    let ordinary = encode(&bundle()).unwrap();
    assert!(bytes.len() > ordinary.len() && Loaded::load(&ordinary).unwrap().elsewhere.is_empty());
    let mut broken = claiming(18, 1);
    broken.extend_from_slice(&[1, 0, 0, 0, 9]);
    let body = u32::try_from(broken.len() - 12).unwrap();
    broken[8..12].copy_from_slice(&body.to_le_bytes());
    let loaded = Loaded::load(&broken).unwrap();
    assert_eq!((loaded.elsewhere.len(), loaded.disabled[0].what), (0, "elsewhere"));
    assert!(matches!(Loaded::load(&claiming(18, 2)), Err(BundleError::Limit { what: "elsewhere", .. })));
}

/// A bundle with these texts in section 17.
fn with_tool(texts: &[&str]) -> Vec<u8> {
    let mut bytes = claiming(17, texts.len());
    for text in texts {
        bytes.extend_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    let body = u32::try_from(bytes.len() - 12).unwrap();
    bytes[8..12].copy_from_slice(&body.to_le_bytes());
    bytes
}

#[test]
fn a_consent_tool_has_a_section_of_its_own_and_one_that_cannot_be_read_refuses_the_bundle() {
    for texts in [
        ["tcf", "euconsent-v2", "", ""],
        ["gpp", "", "", ""],
        ["gtag", "", "", ""],
        ["cookie", "CookieConsent", "preferences:true", "statistics:true"],
    ] {
        let mut told = bundle();
        let [_, cookie, personalization, measurement] = texts.map(String::from);
        let source = ConsentSource::ALL.into_iter().find(|source| source.word() == texts[0]).unwrap();
        told.site.consent.tool = ConsentTool { source, cookie, personalization, measurement };
        let bytes = encode(&told).unwrap();
        assert_eq!(bytes, with_tool(&texts), "{texts:?}");
        assert_eq!(Loaded::load(&bytes).unwrap().site.consent, told.site.consent);
    }
    assert!(!encode(&bundle()).unwrap().contains(&17), "a site without a tool has no such section");
    let too_long = long(limits::TOOL_TEXT_BYTES_MAX + 1);
    for texts in [
        &["euconsent", "a", "", ""][..],
        &["tcf", &too_long, "", ""],
        &["cookie", "a", "b", ""],
        &["cookie", "", "b", "c"],
        &["tcf", "a", ""],
        &["tcf", "a", "", "", ""],
        &[],
    ] {
        assert_eq!(Loaded::load(&with_tool(texts)).map(|_| ()), Err(BundleError::ConsentTool), "{texts:?}");
    }
}
