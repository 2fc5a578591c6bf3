//! What holds for every configuration and every visitor.

use super::enrolment::{experiment, visitors};
use super::*;
use crate::bundle::{CoverageStep, Layer, LayerShare, WeightChange};
use proptest::prelude::*;

/// Ascending parts of 10,000 for these arms.
fn ranges(weights: &[u16]) -> Vec<ArmRange> {
    let sum: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
    let (mut from_bp, mut so_far, mut out) = (0, 0, Vec::new());
    for (arm, weight) in (0_u16..).zip(weights) {
        so_far += u32::from(*weight);
        let to_bp = u16::try_from(so_far * 10_000 / sum).unwrap();
        if from_bp < to_bp {
            out.push(ArmRange { from_bp, to_bp, arm });
        }
        from_bp = to_bp;
    }
    out
}

prop_compose! {
    /// An experiment of two arms with anything that decides who takes part.
    fn any_experiment(layers: u16)(
        weights in prop::collection::vec(1_u16..100, 2),
        changes in prop::collection::vec((1_u32..1_000, prop::collection::vec(1_u16..100, 2)), 0..3),
        steps in prop::collection::vec((1_u32..1_000, 1_u16..4_000), 0..4),
        holdout_bp in prop_oneof![Just(0), 1_u16..5_000],
        layer in prop::option::of(0..layers),
        sticky: bool,
        phase in 1_u16..4,
    ) -> Campaign {
        let mut test = experiment("", 0);
        test.phase = phase;
        test.ranges = ranges(&weights);
        test.holdout_bp = holdout_bp;
        test.enrolment.sticky = sticky;
        let mut from_s = NOW_S;
        test.enrolment.weights = changes.iter().map(|(after_s, weights)| {
            from_s += after_s;
            WeightChange { from_s, ranges: ranges(weights) }
        }).collect();
        let (mut from_s, mut share_bp) = (NOW_S, 0);
        test.enrolment.coverage = steps.iter().map(|(after_s, more)| {
            from_s += after_s;
            share_bp = (share_bp + more).min(10_000);
            CoverageStep { from_s, share_bp }
        }).collect();
        test.enrolment.layer = layer.map(|layer| LayerShare { layer, from_bp: 0, to_bp: 0 });
        test
    }
}

prop_compose! {
    /// Up to six of them in two layers, whose shares are disjoint.
    fn any_bundle()(
        tests in prop::collection::vec(any_experiment(2), 1..7),
        holdouts in prop::collection::vec(0_u16..3_000, 2),
        site_bp in prop_oneof![Just(0), 1_u16..5_000],
    ) -> Bundle {
        let mut tests = tests;
        for layer in 0..2 {
            let mut members: Vec<_> =
                tests.iter_mut().filter_map(|test| test.enrolment.layer.as_mut()).filter(|l| l.layer == layer).collect();
            let width = 10_000 / u16::try_from(members.len().max(1)).unwrap();
            for (at, member) in (0_u16..).zip(&mut members) {
                (member.from_bp, member.to_bp) = (at * width, at * width + width);
            }
        }
        for (index, test) in tests.iter_mut().enumerate() {
            test.key = alloc::format!("test-{index}");
            test.priority = -i32::try_from(index).unwrap();
        }
        let mut bundle = bundle(tests);
        bundle.layers = (0_u16..).zip(holdouts)
            .map(|(index, holdout_bp)| Layer { key: alloc::format!("layer-{index}"), phase: index, holdout_bp })
            .collect();
        bundle.site.holdout_bp = site_bp;
        bundle
    }
}

fn stands(loaded: &Loaded, id: &str, minted_s: u32, now_s: u32) -> Vec<Assignment> {
    let unit = Unit { id, minted_s, ..Unit::default() };
    (0..loaded.campaigns.len())
        .map(|index| assignment(loaded, &Weights::default(), index, unit, now_s, &mut ()))
        .collect()
}

fn load(bundle: &Bundle) -> Loaded {
    let loaded = Loaded::load(&encode(bundle).unwrap()).unwrap();
    assert_eq!(loaded.disabled, []);
    loaded
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_ramp_only_adds(bundle in any_bundle(), later in prop::collection::vec(0_u32..1_500, 4)) {
        let loaded = load(&bundle);
        let mut times = later;
        times.sort_unstable();
        for id in visitors(40) {
            let mut taking_part = vec![false; bundle.campaigns.len()];
            for after_s in &times {
                let now = stands(&loaded, &id, NOW_S, NOW_S + after_s);
                for (took_part, now) in taking_part.iter_mut().zip(now) {
                    let takes_part = !matches!(now, Assignment::Out(_));
                    prop_assert!(takes_part || !*took_part, "{id} was taken away");
                    *took_part = takes_part;
                }
            }
        }
    }

    #[test]
    fn a_sticky_visitor_never_changes_the_arm(bundle in any_bundle(), minted in 0_u32..2_000, later in prop::collection::vec(0_u32..3_000, 4)) {
        let loaded = load(&bundle);
        let minted_s = NOW_S + minted;
        for id in visitors(40) {
            let mut arms: Vec<Option<usize>> = vec![None; bundle.campaigns.len()];
            for after_s in &later {
                let now = stands(&loaded, &id, minted_s, minted_s + after_s);
                for ((arm, now), campaign) in arms.iter_mut().zip(now).zip(&bundle.campaigns) {
                    if let Assignment::In(now) = now
                        && campaign.enrolment.sticky
                    {
                        prop_assert!(arm.is_none_or(|arm| arm == now), "{id} was moved");
                        *arm = Some(now);
                    }
                }
            }
        }
    }

    #[test]
    fn two_campaigns_of_a_layer_never_both_take_a_visitor(bundle in any_bundle()) {
        let loaded = load(&bundle);
        for id in visitors(60) {
            let now = stands(&loaded, &id, NOW_S, NOW_S + 5_000);
            for layer in 0..2 {
                let takes = now.iter().zip(&bundle.campaigns).filter(|(now, campaign)| {
                    campaign.enrolment.layer.is_some_and(|share| share.layer == layer) && matches!(now, Assignment::In(_))
                });
                prop_assert!(takes.count() <= 1, "{id} is in two");
            }
        }
    }

    #[test]
    fn a_holdout_gets_no_arm_of_what_it_covers_and_is_told_so(bundle in any_bundle()) {
        let loaded = load(&bundle);
        for id in visitors(60) {
            let now = stands(&loaded, &id, NOW_S, NOW_S + 5_000);
            let visit = Visit { unit: &id, context: Context { now_s: NOW_S + 5_000, path: "/", ..Context::default() }, ..Visit::default() };
            let slot = decided_on(&loaded, &visit, Unit { id: &id, ..Unit::default() })[0].clone();
            if bucket(Salt::Site, "shop", 0, &id) < bundle.site.holdout_bp {
                prop_assert!(now.iter().all(|one| *one == Assignment::HeldOut(Reason::SiteHoldout)));
                prop_assert_eq!((slot.reason, slot.fill), (Reason::SiteHoldout, None));
                continue;
            }
            for (one, campaign) in now.iter().zip(&bundle.campaigns) {
                let layer = campaign.enrolment.layer.map(|share| &bundle.layers[usize::from(share.layer)]);
                if layer.is_some_and(|layer| bucket(Salt::LayerHoldout, &layer.key, layer.phase, &id) < layer.holdout_bp) {
                    prop_assert_eq!(*one, Assignment::HeldOut(Reason::LayerHoldout));
                } else if bucket(Salt::Holdout, &campaign.key, campaign.phase, &id) < campaign.holdout_bp {
                    prop_assert!(!matches!(one, Assignment::In(_)));
                }
            }
            let first = now.iter().position(|one| !matches!(one, Assignment::Out(_)));
            prop_assert_eq!(slot.campaign, first);
            if let Some(Assignment::HeldOut(reason)) = first.map(|first| now[first]) {
                prop_assert_eq!((slot.reason, slot.fill), (reason, None));
            }
        }
    }

    #[test]
    fn the_order_of_campaigns_changes_no_arm(bundle in any_bundle(), rotate in 0_usize..6) {
        let mut other = bundle.clone();
        other.campaigns.reverse();
        let by = rotate % other.campaigns.len();
        other.campaigns.rotate_left(by);
        let (one, other) = (load(&bundle), load(&other));
        for id in visitors(30) {
            let arms = |loaded: &Loaded| {
                let now = stands(loaded, &id, NOW_S, NOW_S + 500);
                let mut arms: Vec<_> = loaded.campaigns.iter().flatten().map(|c| c.key.clone()).zip(now).collect();
                arms.sort_by(|a, b| a.0.cmp(&b.0));
                arms
            };
            prop_assert_eq!(arms(&one), arms(&other));
        }
    }
}
