//! The prepared evaluation against the plain one: every atom asked of the facts, every operator in its place.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::{Evaluation, Facts, Page, Sieve, Truth, verdict};
use crate::artifacts::Artifacts;
use crate::attribute::Attribute;
use crate::bundle::{
    Arm, Atom, AttributeRef, Bundle, Campaign, Comparison, Literal, Locale, Op, Program, Segment, Test, encode,
};
use crate::context::Context;
use crate::loaded::Loaded;
use crate::profile::{Interest, Profile};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

const NOW_S: u32 = 1_800_000_000;
const COUNTRIES: [&str; 5] = ["AT", "DE", "FR", "GB", "US"];

/// The meaning of a condition, word by word.
fn plain(loaded: &Loaded, facts: &Facts, program: &Program) -> Truth {
    let mut stack: Vec<Truth> = Vec::new();
    for op in program {
        let mut pop = || stack.pop().unwrap();
        let truth = match op {
            Op::Atom(index) => {
                let atom = loaded.conditions.atoms.get(*index as usize).and_then(Option::as_ref);
                atom.map_or(Truth::Unknown, |atom| verdict(&loaded.conditions.matchers, facts, atom))
            }
            Op::Segment(index) => {
                let segment = loaded.segments.get(*index as usize).and_then(Option::as_ref);
                segment.map_or(Truth::Unknown, |segment| plain(loaded, facts, &segment.when))
            }
            Op::Const(holds) => Truth::from(*holds),
            Op::Not => pop().not(),
            Op::And => pop().and(pop()),
            Op::Or => pop().or(pop()),
            Op::Choose => {
                let (no, yes, condition) = (pop(), pop(), pop());
                condition.choose(yes, no)
            }
        };
        stack.push(truth);
    }
    if program.is_empty() { Truth::True } else { stack.pop().unwrap() }
}

fn comparisons() -> impl Strategy<Value = Comparison> {
    prop_oneof![
        Just(Comparison::Less),
        Just(Comparison::LessOrEqual),
        Just(Comparison::Greater),
        Just(Comparison::GreaterOrEqual),
        Just(Comparison::Equal),
    ]
}

fn texts() -> impl Strategy<Value = String> {
    (0..COUNTRIES.len()).prop_map(|index| COUNTRIES.get(index).copied().unwrap_or("").into())
}

fn tests() -> impl Strategy<Value = Test> {
    // Numbers of a half let a value fall between two thresholds, on one, and beyond them all.
    let number = (-2..12_i32).prop_map(|n| f64::from(n) / 2.0);
    prop_oneof![
        4 => (comparisons(), number).prop_map(|(comparison, than)| Test::Number(comparison, than)),
        2 => texts().prop_map(Test::TextEquals),
        2 => proptest::collection::btree_set(texts(), 0..4).prop_map(|set| Test::TextIn(set.into_iter().collect())),
        1 => Just(Test::IsTrue),
        1 => Just(Test::Known),
        1 => texts().prop_map(|text| Test::StartsWith(text.chars().take(1).collect())),
        1 => texts().prop_map(|text| Test::Contains(text.chars().skip(1).collect())),
        1 => (1..4_u32, comparisons(), 0..3_u8).prop_map(|(d, comparison, n)| Test::Remainder(d, comparison, n.into())),
        1 => (comparisons(), 0..4_u8).prop_map(|(comparison, n)| Test::Length(comparison, n.into())),
    ]
}

/// Any test of any subject, also one that does not fit its type.
fn atoms() -> impl Strategy<Value = Atom> {
    let subject = prop_oneof![
        3 => Just((Attribute::VisitCount, None)),
        2 => Just((Attribute::CartItems, None)),
        1 => Just((Attribute::OrdersAverage, None)),
        3 => Just((Attribute::GeoCountry, None)),
        1 => Just((Attribute::GeoEu, None)),
        2 => Just((Attribute::Views, Some("mugs"))),
        1 => Just((Attribute::Views, Some("bags"))),
        1 => Just((Attribute::ViewedToday, Some("mugs"))),
    ];
    let default = prop_oneof![
        5 => Just(None),
        1 => (0..5_i32).prop_map(|n| Some(Literal::Number(f64::from(n)))),
        1 => texts().prop_map(|text| Some(Literal::Text(text))),
        1 => any::<bool>().prop_map(|value| Some(Literal::Bool(value))),
    ];
    (subject, default, tests()).prop_map(|((attribute, argument), default, test)| Atom {
        subject: AttributeRef { attribute, argument: argument.map(String::from) },
        default,
        test,
    })
}

/// Programs over 24 atoms and the segments before one; indices are taken modulo what there is.
fn programs() -> impl Strategy<Value = Program> {
    let leaf = prop_oneof![
        12 => (0_u32..24).prop_map(|atom| Vec::from([Op::Atom(atom)])),
        2 => (0_u32..30).prop_map(|segment| Vec::from([Op::Segment(segment)])),
        1 => any::<bool>().prop_map(|holds| Vec::from([Op::Const(holds)])),
    ];
    let tree = leaf.prop_recursive(4, 24, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            4 => pair.clone().prop_map(|(a, b)| [a, b, Vec::from([Op::And])].concat()),
            3 => pair.prop_map(|(a, b)| [a, b, Vec::from([Op::Or])].concat()),
            2 => inner.clone().prop_map(|a| [a, Vec::from([Op::Not])].concat()),
            1 => (inner.clone(), inner.clone(), inner)
                .prop_map(|(c, a, b)| [c, a, b, Vec::from([Op::Choose])].concat()),
        ]
    });
    prop_oneof![1 => Just(Vec::new()), 30 => tree]
}

fn visitors() -> impl Strategy<Value = (Profile, Option<usize>, Option<bool>, bool)> {
    let interests = proptest::option::of((0_u16..7, 0_u8..3));
    let country = proptest::option::of(0..COUNTRIES.len());
    (0_u16..7, 0_u16..4, interests, country, any::<Option<bool>>(), proptest::bool::weighted(0.8)).prop_map(
        |(visits, orders, interest, country, eu, personalization)| {
            let mut profile = Profile::default();
            profile.visits.count = visits;
            profile.orders.count = orders;
            profile.orders.total_minor = 250 * u64::from(orders);
            if let Some((views, today)) = interest {
                let day = u16::try_from(NOW_S / 86_400).unwrap();
                profile.interests.push(Interest { category: "mugs".into(), score_milli: 1_000, views, today, day });
            }
            (profile, country, eu, personalization)
        },
    )
}

fn loaded_of(atoms: Vec<Atom>, programs: Vec<Program>) -> Loaded {
    let count = u32::try_from(atoms.len()).unwrap();
    let mut bundle = Bundle { atoms, ..Bundle::default() };
    for (index, mut when) in (0_u32..).zip(programs) {
        for op in &mut when {
            match op {
                Op::Atom(atom) => *atom %= count,
                Op::Segment(segment) if index > 0 => *segment %= index,
                Op::Segment(_) => *op = Op::Const(true),
                _ => {}
            }
        }
        bundle.segments.push(Segment { key: format!("s{index}"), name: String::new(), when });
    }
    bundle.campaigns = bundle.segments.iter().map(|segment| campaign(segment.when.clone())).collect();
    bundle.site.name = "shop".into();
    bundle.site.hosts = Vec::from(["shop.example".into()]);
    bundle.site.locales = Vec::from([Locale { tag: "en-GB".into(), currency: "GBP".into() }]);
    Loaded::load(&encode(&bundle).unwrap()).unwrap()
}

fn campaign(eligible: Program) -> Campaign {
    Campaign {
        key: String::new(),
        owner: String::new(),
        priority: 0,
        eligible,
        during: None,
        cap: None,
        holdout_bp: 0,
        phase: 0,
        arms: Vec::from([Arm { key: String::new(), show: Vec::new() }]),
        ranges: Vec::new(),
        slots: Vec::new(),
        enrolment: crate::bundle::Enrolment::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]
    #[test]
    fn the_prepared_evaluation_is_the_plain_one(
        atoms in proptest::collection::vec(atoms(), 1..24),
        programs in proptest::collection::vec(programs(), 1..30),
        visitors in proptest::collection::vec(visitors(), 1..6),
    ) {
        let loaded = loaded_of(atoms, programs);
        let sieve = Sieve::of(&loaded.conditions, &loaded.segments);
        for (profile, country, eu, personalization) in &visitors {
            let country = country.and_then(|index| COUNTRIES.get(index).copied()).unwrap_or("");
            let context = Context { now_s: NOW_S, path: "/", country, eu: *eu, ..Context::default() };
            let page = Page::of(&loaded.site, context.path, "");
            let facts = Facts {
                site: &loaded.site,
                artifacts: &Artifacts::default(),
                profile,
                context: &context,
                page: &page,
                personalization: *personalization,
                measurement: false,
            };
            let (mut all, mut one_by_one) = (Evaluation::new(&loaded.conditions, facts), Evaluation::new(&loaded.conditions, facts));
            let mut holds = Vec::new();
            for (index, segment) in (0_u32..).zip(&loaded.segments) {
                // One whose segments refer to each other too deeply is disabled, and unknown.
                let expected = segment.as_ref().map_or(Truth::Unknown, |segment| plain(&loaded, &facts, &segment.when));
                prop_assert_eq!(one_by_one.segment(index), expected, "segment {}", index);
                prop_assert_eq!(Evaluation::new(&loaded.conditions, facts).segment(index), expected, "segment {} alone", index);
                if expected == Truth::True {
                    holds.push(index);
                }
            }
            for (index, campaign) in loaded.campaigns.iter().enumerate() {
                let expected =
                    campaign.as_ref().map_or(Truth::Unknown, |campaign| plain(&loaded, &facts, &campaign.eligible));
                prop_assert_eq!(one_by_one.eligible(index), expected, "campaign {}", index);
            }
            prop_assert_eq!(sieve.members(&mut all), holds);
        }
    }
}
