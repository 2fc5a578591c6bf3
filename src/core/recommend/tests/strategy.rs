//! Strategies, and what is drawn for them.

use super::*;
use crate::artifacts::{Belief, KNOTS, Posteriors, PosteriorsError, encode_posteriors};
use crate::bundle::cards::Strategy;
use crate::codec::hash32;
use sha2::{Digest, Sha256};

const SITE: &str = "shop";
const VISITORS: u32 = 6_000;

/// Evenly between two rates, in thousandths.
fn belief(strategy: &str, low: u32, high: u32) -> Belief {
    let unit = u32::MAX / 1_000;
    let mut knots = [0; KNOTS];
    for (step, knot) in (0..).zip(&mut knots) {
        *knot = low * unit + (high - low) * (unit / 64) * step;
    }
    Belief { key: Belief::key("campaign", "slot", strategy), mean: u32::midpoint(low, high) * unit, knots }
}

fn snapshot(beliefs: &[Belief]) -> Vec<u8> {
    encode_posteriors(hash32(&[SITE]), NOW_S - 60, 3_600, &mut beliefs.to_vec()).unwrap()
}

fn artifacts_with(beliefs: &[Belief]) -> Artifacts {
    let mut artifacts = Artifacts::of_site(SITE);
    artifacts.put(ArtifactKind::Catalog as u8, catalog(0)).unwrap();
    artifacts.put(ArtifactKind::Posteriors as u8, snapshot(beliefs)).unwrap();
    artifacts
}

fn three() -> Cards {
    let list =
        |skus: &[&str]| Source::List(RecommendationReason::Chosen, skus.iter().map(|sku| String::from(*sku)).collect());
    let strategies = [("a", "p1"), ("b", "p2"), ("c", "p3")];
    let strategies = strategies.map(|(key, sku)| Strategy { key: key.into(), sources: vec![list(&[sku])] });
    Cards { strategies: strategies.into(), ..cards(&[list(&["p7", "p8"])], 2) }
}

/// How many of the visitors follow each strategy.
fn shares(artifacts: &Artifacts) -> [u32; 3] {
    let mut counts = [0; 3];
    for visitor in 0..VISITORS {
        counts[chosen(artifacts, Some(visitor)).strategy] += 1;
    }
    counts
}

fn chosen(artifacts: &Artifacts, visitor: Option<u32>) -> Choice {
    let mut who = Visitor::viewing("p0", &[]);
    who.profile.id = visitor.map(|n| u128::from(n).to_be_bytes());
    who.with(artifacts, |facts| choice(artifacts, &three(), "campaign", "slot", facts).unwrap())
}

/// Chi-square with two degrees of freedom: 13.8 is exceeded once in a thousand.
fn is_even(counts: [u32; 3]) -> bool {
    let even = f64::from(VISITORS) / 3.0;
    counts.iter().map(|count| (f64::from(*count) - even).powi(2) / even).sum::<f64>() < 13.8
}

#[test]
fn what_is_surely_better_is_what_nearly_everybody_gets() {
    let [a, b, c] = shares(&artifacts_with(&[belief("a", 10, 30), belief("b", 40, 60), belief("c", 20, 41)]));
    assert_eq!(a, 0);
    assert!(b > VISITORS - 40 && c < 40, "{a} {b} {c}");
}

#[test]
fn what_is_equally_good_is_shared_evenly() {
    let counts = shares(&artifacts_with(&["a", "b", "c"].map(|key| belief(key, 10, 90))));
    assert!(is_even(counts), "{counts:?}");
}

#[test]
fn the_share_is_the_chance_of_being_best() {
    // Uniform from 0 to 2 against uniform from 1 to 3: the first is above the second once in eight times.
    let [a, b, c] = shares(&artifacts_with(&[belief("a", 0, 200), belief("b", 100, 300), belief("c", 0, 1)]));
    let expected = f64::from(VISITORS) / 8.0;
    assert!((f64::from(a) - expected).abs() < 4.0 * expected.sqrt() && c == 0, "{a} {b} {c}");
}

#[test]
fn a_visitor_keeps_the_strategy_until_the_snapshot_is_replaced() {
    let even = ["a", "b", "c"].map(|key| belief(key, 10, 90));
    let (artifacts, mut later) = (artifacts_with(&even), artifacts_with(&even));
    later
        .put(
            ArtifactKind::Posteriors as u8,
            encode_posteriors(hash32(&[SITE]), NOW_S, 3_600, &mut even.clone()).unwrap(),
        )
        .unwrap();
    let all =
        |artifacts: &Artifacts| (0..100).map(|visitor| chosen(artifacts, Some(visitor)).strategy).collect::<Vec<_>>();
    assert_eq!(all(&artifacts), all(&artifacts));
    assert_ne!(all(&artifacts), all(&later));
}

#[test]
fn who_has_no_id_gets_what_is_best_by_what_is_believed() {
    let artifacts = artifacts_with(&[belief("a", 0, 20), belief("b", 10, 40), belief("c", 0, 30)]);
    let choice = chosen(&artifacts, None);
    assert_eq!(choice.strategy, 1);
    assert!(choice.draws.iter().all(|draw| draw.drawn.is_none()));
    assert_eq!(chosen(&Artifacts::default(), None).strategy, 0, "the first without a snapshot");
}

#[test]
fn without_a_snapshot_or_with_an_old_one_all_get_the_same_share() {
    let far = [belief("a", 10, 30), belief("b", 40, 60), belief("c", 20, 30)];
    let mut old = Artifacts::of_site(SITE);
    old.put(
        ArtifactKind::Posteriors as u8,
        encode_posteriors(hash32(&[SITE]), NOW_S - 3_601, 3_600, &mut far.clone()).unwrap(),
    )
    .unwrap();
    for artifacts in [Artifacts::default(), old] {
        let counts = shares(&artifacts);
        assert!(is_even(counts), "{counts:?}");
    }
}

#[test]
fn a_strategy_that_the_snapshot_does_not_know_gets_an_equal_share() {
    let [a, b, c] = shares(&artifacts_with(&[belief("a", 10, 30), belief("b", 40, 60)]));
    let third = VISITORS / 3;
    assert!(a == 0 && b.abs_diff(2 * third) < 200 && c.abs_diff(third) < 200, "{a} {b} {c}");
}

#[test]
fn damaged_and_foreign_snapshots_are_refused_whole() {
    let good = snapshot(&[belief("a", 10, 30), belief("b", 40, 60)]);
    let mut artifacts = Artifacts::of_site(SITE);
    for len in 0..good.len() {
        assert!(artifacts.put(ArtifactKind::Posteriors as u8, good[..len].to_vec()).is_err(), "{len}");
    }
    for at in (0..good.len()).filter(|at| !matches!(at, 6 | 7)) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(artifacts.put(ArtifactKind::Posteriors as u8, bad).is_err(), "byte {at}");
    }
    let mut elsewhere = Artifacts::of_site("another shop");
    assert_eq!(elsewhere.put(ArtifactKind::Posteriors as u8, good.clone()), Err(ArtifactError::Site));
    assert_eq!(artifacts.put(ArtifactKind::Posteriors as u8, good), Ok(()));
    let twice = [belief("a", 1, 2), belief("a", 1, 2)];
    assert_eq!(encode_posteriors(hash32(&[SITE]), 0, 1, &mut twice.clone()), Err(PosteriorsError::Inconsistent));
}

#[test]
fn the_strategy_comes_first_and_what_all_have_fills_up() {
    let recommendations = |strategy| {
        let recommendation = |facts: &Facts| Recommender::default().pick(&artifacts(), &three(), strategy, facts);
        Visitor::viewing("p0", &[])
            .with(&artifacts(), recommendation)
            .iter()
            .map(|recommendation| recommendation.ordinal)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (recommendations(Some(0)), recommendations(Some(2)), recommendations(None)),
        (vec![1, 7], vec![3, 7], vec![7, 8])
    );
}

#[test]
fn a_draw_can_be_recomputed() {
    let artifacts = artifacts_with(&["a", "b", "c"].map(|key| belief(key, 10, 90)));
    let text = format!("strategy:campaign:slot:{}:{:032x}", NOW_S - 60, 5);
    let choice = chosen(&artifacts, Some(5));
    // The second four bytes of the hash draw for the first strategy.
    let digest = Sha256::digest(text.as_bytes());
    let random = u32::from_be_bytes([digest[4], digest[5], digest[6], digest[7]]);
    assert_eq!(choice.draws[0].drawn, Some(belief("a", 10, 90).draw(random)));
    assert_eq!(Artifacts::of_site("x").posteriors(NOW_S).map(Posteriors::made_s), None);
}
