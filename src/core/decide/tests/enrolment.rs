//! Layers, ramps, prerequisites, units, observing and forced arms.

use super::*;
use crate::bundle::weights::{CampaignWeights, Learned};
use crate::bundle::{CoverageStep, FORMAT_MIN, Layer, LayerShare, Requirement, UnitKind, WeightChange};

fn halves() -> Vec<ArmRange> {
    vec![ArmRange { from_bp: 0, to_bp: 5_000, arm: 0 }, ArmRange { from_bp: 5_000, to_bp: 10_000, arm: 1 }]
}

/// An experiment on the hero with a control arm.
pub(super) fn experiment(key: &str, priority: i32) -> Campaign {
    let mut test = campaign(key, priority, Vec::new(), &[(0, 0)]);
    test.arms = vec![Arm { key: "control".into(), show: Vec::new() }, Arm { key: "sale".into(), show: vec![(0, 0)] }];
    test.ranges = halves();
    test.phase = 1;
    test
}

pub(super) fn visitors(count: u32) -> impl Iterator<Item = String> {
    (0..count).map(|visitor| alloc::format!("{visitor:032x}"))
}

fn loaded(bundle: &Bundle) -> Loaded {
    let loaded = Loaded::load(&encode(bundle).unwrap()).unwrap();
    assert_eq!(loaded.disabled, []);
    loaded
}

/// Where a visitor stands in the campaign with this index.
fn stands(loaded: &Loaded, campaign: usize, id: &str) -> Assignment {
    assignment(loaded, &Weights::default(), campaign, Unit { id, ..Unit::default() }, NOW_S, &mut ())
}

#[test]
fn a_layer_gives_each_visitor_to_one_campaign_or_to_its_holdout() {
    let mut tests = vec![experiment("a", 30), experiment("b", 20), experiment("c", 10)];
    for (test, (from_bp, to_bp)) in tests.iter_mut().zip([(0, 4_000), (4_000, 7_000), (7_000, 9_000)]) {
        test.enrolment.layer = Some(LayerShare { layer: 0, from_bp, to_bp });
    }
    let mut bundle = bundle(tests);
    bundle.layers = vec![Layer { key: "hero".into(), phase: 3, holdout_bp: 1_000 }];
    let loaded = loaded(&bundle);
    let mut counts = [0; 5];
    for id in visitors(4_000) {
        let all: Vec<Assignment> = (0..3).map(|index| stands(&loaded, index, &id)).collect();
        let held = bucket(Salt::LayerHoldout, "hero", 3, &id) < 1_000;
        let of = bucket(Salt::Layer, "hero", 3, &id);
        let expected = [0..4_000, 4_000..7_000, 7_000..9_000].iter().position(|share| share.contains(&of));
        let slot = &decided(&bundle, &Visit { unit: &id, ..Visit::default() })[0];
        if held {
            assert!(all.iter().all(|one| *one == Assignment::HeldOut(Reason::LayerHoldout)), "{all:?}");
            assert_eq!((slot.reason, slot.fill.as_ref(), slot.content), (Reason::LayerHoldout, None, None));
            counts[4] += 1;
            continue;
        }
        for (index, one) in all.iter().enumerate() {
            let other = *one == Assignment::Out(Reason::OtherInLayer);
            assert_eq!(matches!(one, Assignment::In(_)), Some(index) == expected, "{id} {all:?}");
            assert_eq!(other, Some(index) != expected);
        }
        assert_eq!(slot.campaign, expected);
        counts[expected.unwrap_or(3)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 200), "{counts:?}");
}

#[test]
fn a_campaign_runs_with_its_enrolment_or_not_at_all() {
    let mut covered = campaign("covered", 20, Vec::new(), &[(0, 0)]);
    covered.enrolment.coverage = vec![CoverageStep { from_s: 0, share_bp: 1 }];
    let whole = encode(&bundle(vec![covered])).unwrap();
    let at = whole.len() - 5;
    for byte in at..whole.len() {
        let mut broken = whole.clone();
        broken[byte] = 0xFF;
        let Ok(loaded) = Loaded::load(&broken) else { continue };
        let unharmed = loaded.campaigns.iter().flatten().all(|campaign| !campaign.enrolment.coverage.is_empty());
        assert!(unharmed, "byte {byte}");
    }
}

#[test]
fn a_bundle_of_the_format_before_is_read() {
    let mut bytes = encode(&bundle(vec![experiment("a", 30)])).unwrap();
    bytes[4] = u8::try_from(FORMAT_MIN).unwrap();
    let loaded = Loaded::load(&bytes).unwrap();
    assert_eq!(loaded.disabled, []);
    assert_eq!(loaded.campaigns[0].as_ref().unwrap().enrolment, Enrolment::default());
}

#[test]
fn a_ramp_covers_nobody_before_it_begins() {
    let mut ramped = campaign("ramped", 20, Vec::new(), &[(0, 0)]);
    ramped.enrolment.coverage = vec![CoverageStep { from_s: NOW_S + 1, share_bp: 10_000 }];
    let bundle = bundle(vec![ramped, campaign("next", 10, Vec::new(), &[(0, 1)])]);
    let mut visit = Visit::default();
    assert_eq!(decided(&bundle, &visit)[0].campaign, Some(1));
    visit.context.now_s += 1;
    assert_eq!(decided(&bundle, &visit)[0].campaign, Some(0));
}

#[test]
fn a_prerequisite_is_an_arm_of_another_campaign_wherever_that_one_runs() {
    let mut first = experiment("first", 10);
    // It does not apply on this page, nor today: the assignment is what counts.
    first.eligible = vec![Op::Const(false)];
    first.during = Some(During { from_s: None, until_s: Some(0), visitor_zone: false });
    let mut second = campaign("second", 20, Vec::new(), &[(1, 1)]);
    second.enrolment.requires = vec![Requirement { campaign: 1, arms: vec![1] }];
    let mut bundle = bundle(vec![second, first]);
    for id in visitors(64) {
        let slots = decided(&bundle, &Visit { unit: &id, ..Visit::default() });
        let sale = stands(&loaded(&bundle), 1, &id) == Assignment::In(1);
        assert_eq!(slots[1].campaign, sale.then_some(0));
    }
    let unit = Unit { id: VISITOR, ..Unit::default() };
    bundle.campaigns[0].enrolment.requires = vec![Requirement { campaign: 1, arms: Vec::new() }];
    assert_eq!(assignment(&loaded(&bundle), &Weights::default(), 0, unit, NOW_S, &mut ()), Assignment::In(0));
    bundle.campaigns[1].holdout_bp = 10_000;
    assert_eq!(
        assignment(&loaded(&bundle), &Weights::default(), 0, unit, NOW_S, &mut ()),
        Assignment::Out(Reason::Prerequisite)
    );
}

#[test]
fn prerequisites_in_a_circle_or_too_deep_disable_the_campaign() {
    let requires = |campaign| vec![Requirement { campaign, arms: Vec::new() }];
    let mut campaigns: Vec<Campaign> =
        (0..12).map(|index: u16| campaign(&alloc::format!("c{index:02}"), 0, Vec::new(), &[])).collect();
    for index in 1..12_u16 {
        campaigns[usize::from(index)].enrolment.requires = requires(index - 1);
    }
    let loaded = Loaded::load(&encode(&bundle(campaigns.clone())).unwrap()).unwrap();
    assert_eq!(loaded.campaigns.iter().flatten().count(), 9, "none, and eight of them");
    campaigns.truncate(3);
    campaigns[0].enrolment.requires = requires(2);
    assert_eq!(Loaded::load(&encode(&bundle(campaigns)).unwrap()).unwrap().campaigns.iter().flatten().count(), 0);
}

#[test]
fn a_campaign_that_goes_by_customer_needs_one_and_follows_them() {
    let mut test = experiment("test", 20);
    test.enrolment.unit = UnitKind::Customer;
    let bundle = bundle(vec![test]);
    let arm = |id: &str, customer: &str| {
        decided_for(&bundle, &Visit::default(), Unit { id, customer, ..Unit::default() })[0].arm
    };
    assert_eq!(arm(VISITOR, ""), None);
    for number in 0..32 {
        let customer = alloc::format!("K-{number}");
        let expected = usize::from(bucket(Salt::Arm, "test", 1, &customer) >= 5_000);
        assert_eq!(arm(VISITOR, &customer), Some(expected));
        assert_eq!(arm("ffffffffffffffffffffffffffffffff", &customer), Some(expected));
    }
}

#[test]
fn observing_draws_nothing_and_leaves_the_slot() {
    let mut watching = campaign("watching", 30, Vec::new(), &[(0, 0)]);
    watching.enrolment.observe = true;
    let mut second = campaign("second", 25, Vec::new(), &[(0, 1)]);
    second.enrolment.observe = true;
    let bundle = bundle(vec![watching, second, campaign("acting", 20, Vec::new(), &[(0, 1)])]);
    let slot = &decided(&bundle, &Visit::default())[0];
    assert_eq!((slot.campaign, slot.content), (Some(2), Some(1)));
    let observed = Observed { campaign: 0, arm: None, content: Some(0), reason: Reason::Shown };
    assert_eq!(slot.observed, Some(observed), "the first of them would have had it");
    // A preview is there to be looked at.
    let forced = [("watching".into(), "".into())];
    let unit = Unit { id: VISITOR, forced: &forced, ..Unit::default() };
    assert_eq!(decided_for(&bundle, &Visit::default(), unit)[0].campaign, Some(0));
}

#[test]
fn a_forced_arm_is_shown_before_its_time_and_before_everything_else() {
    let mut test = experiment("test", 10);
    test.eligible = vec![Op::Const(false)];
    test.during = Some(During { from_s: Some(i64::from(NOW_S) + 9), until_s: None, visitor_zone: false });
    test.holdout_bp = 10_000;
    let mut bundle = bundle(vec![campaign("always", 20, Vec::new(), &[(0, 1)]), test]);
    bundle.site.holdout_bp = 10_000;
    for (arm, index) in [("control", 0), ("sale", 1)] {
        let forced = [("test".into(), arm.into())];
        let slots = decided_for(&bundle, &Visit::default(), Unit { forced: &forced, ..Unit::default() });
        assert_eq!((slots[0].campaign, slots[0].arm), (Some(1), Some(index)));
        assert_eq!(slots[0].fill.is_some(), index == 1);
    }
}

#[test]
fn sticky_weights_follow_the_day_the_id_was_minted_and_others_the_clock() {
    let mut test = experiment("test", 10);
    test.ranges = vec![ArmRange { from_bp: 0, to_bp: 10_000, arm: 0 }];
    let all_sale = vec![ArmRange { from_bp: 0, to_bp: 10_000, arm: 1 }];
    test.enrolment.weights = vec![WeightChange { from_s: NOW_S - 100, ranges: all_sale }];
    let mut bundle = bundle(vec![test]);
    let arm = |bundle: &Bundle, minted_s, now_s| {
        assignment(
            &loaded(bundle),
            &Weights::default(),
            0,
            Unit { id: VISITOR, minted_s, ..Unit::default() },
            now_s,
            &mut (),
        )
    };
    bundle.campaigns[0].enrolment.sticky = true;
    assert_eq!(arm(&bundle, NOW_S - 101, NOW_S), Assignment::In(0));
    assert_eq!(arm(&bundle, NOW_S - 100, NOW_S), Assignment::In(1));
    bundle.campaigns[0].enrolment.sticky = false;
    assert_eq!(arm(&bundle, NOW_S - 101, NOW_S), Assignment::In(1));
    assert_eq!(arm(&bundle, NOW_S, NOW_S - 101), Assignment::In(0));
}

#[test]
fn a_bandit_follows_the_weights_beside_the_bundle_and_leaves_who_was_there_before() {
    let weights = |key: &str, shares_bp: &[u16]| {
        let change = |from_s, shares_bp: &[u16]| Learned { from_s, shares_bp: shares_bp.to_vec() };
        let changes = vec![change(NOW_S - 2 * 86_400, &[5_000, 5_000]), change(NOW_S, shares_bp)];
        Weights { campaigns: vec![CampaignWeights { key: key.into(), phase: 1, changes }], ..Weights::default() }
    };
    let mut test = experiment("test", 10);
    test.ranges = vec![ArmRange { from_bp: 0, to_bp: 10_000, arm: 0 }];
    (test.enrolment.sticky, test.enrolment.is_bandit) = (true, true);
    let share = |test: &Campaign, weights: &Weights, minted_s| {
        let loaded = loaded(&bundle(vec![test.clone()]));
        let arm = |id: &str| assignment(&loaded, weights, 0, Unit { id, minted_s, ..Unit::default() }, NOW_S, &mut ());
        visitors(4_000).filter(|id| arm(id) == Assignment::In(1)).count()
    };
    let learned = weights("test", &[1_000, 9_000]);
    assert_eq!(share(&test, &learned, NOW_S - 3 * 86_400), 0, "before the first change");
    assert!((1_850..2_150).contains(&share(&test, &learned, NOW_S - 86_400)), "between the two");
    assert!((3_500..3_700).contains(&share(&test, &learned, NOW_S)), "after the second");
    for (case, weights) in [
        ("of another campaign", weights("other", &[1_000, 9_000])),
        ("of other arms", weights("test", &[1_000, 8_000, 1_000])),
        ("none", Weights::default()),
    ] {
        assert_eq!(share(&test, &weights, NOW_S), 0, "{case}");
    }
    test.phase = 2;
    assert_eq!(share(&test, &learned, NOW_S), 0, "of another phase");
    (test.phase, test.enrolment.is_bandit) = (1, false);
    assert_eq!(share(&test, &learned, NOW_S), 0, "no bandit");
}
