//! Strategies, and what is drawn for them.

use super::*;
use crate::bundle::cards::Strategy;
use crate::codec::hash32;
use sha2::{Digest, Sha256};

const SITE: u32 = 77;
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
    encode_posteriors(SITE, NOW_S - 60, 3_600, &mut beliefs.to_vec()).unwrap()
}

fn shelf_with(beliefs: &[Belief]) -> Shelf {
    let mut shelf = Shelf::of(SITE);
    shelf.put(ArtifactKind::Catalog as u8, catalog(0)).unwrap();
    shelf.put(ArtifactKind::Posteriors as u8, snapshot(beliefs)).unwrap();
    shelf
}

fn three() -> Cards {
    let list = |skus: &[&str]| Source::List(Cause::Chosen, skus.iter().map(|sku| String::from(*sku)).collect());
    let strategies = [("a", "p1"), ("b", "p2"), ("c", "p3")];
    let strategies = strategies.map(|(key, sku)| Strategy { key: key.into(), sources: vec![list(&[sku])] });
    Cards { strategies: strategies.into(), ..cards(&[list(&["p7", "p8"])], 2) }
}

/// How many of the visitors follow each strategy.
fn shares(shelf: &Shelf) -> [u32; 3] {
    let mut counts = [0; 3];
    for visitor in 0..VISITORS {
        counts[chosen(shelf, Some(visitor)).strategy] += 1;
    }
    counts
}

fn chosen(shelf: &Shelf, visitor: Option<u32>) -> Choice {
    let mut who = Visitor::viewing("p0", &[]);
    who.profile.id = visitor.map(|n| u128::from(n).to_be_bytes());
    who.with(shelf, |facts| choice(shelf, &three(), "campaign", "slot", facts).unwrap())
}

/// Chi-square with two degrees of freedom: 13.8 is exceeded once in a thousand.
fn is_even(counts: [u32; 3]) -> bool {
    let even = f64::from(VISITORS) / 3.0;
    counts.iter().map(|count| (f64::from(*count) - even).powi(2) / even).sum::<f64>() < 13.8
}

#[test]
fn what_is_surely_better_is_what_nearly_everybody_gets() {
    let [a, b, c] = shares(&shelf_with(&[belief("a", 10, 30), belief("b", 40, 60), belief("c", 20, 41)]));
    assert_eq!(a, 0);
    assert!(b > VISITORS - 40 && c < 40, "{a} {b} {c}");
}

#[test]
fn what_is_equally_good_is_shared_evenly() {
    let counts = shares(&shelf_with(&["a", "b", "c"].map(|key| belief(key, 10, 90))));
    assert!(is_even(counts), "{counts:?}");
}

#[test]
fn the_share_is_the_chance_of_being_best() {
    // Uniform from 0 to 2 against uniform from 1 to 3: the first is above the second once in eight times.
    let [a, b, c] = shares(&shelf_with(&[belief("a", 0, 200), belief("b", 100, 300), belief("c", 0, 1)]));
    let expected = f64::from(VISITORS) / 8.0;
    assert!((f64::from(a) - expected).abs() < 4.0 * expected.sqrt() && c == 0, "{a} {b} {c}");
}

#[test]
fn a_visitor_keeps_the_strategy_until_the_snapshot_is_replaced() {
    let even = ["a", "b", "c"].map(|key| belief(key, 10, 90));
    let (shelf, mut later) = (shelf_with(&even), shelf_with(&even));
    later
        .put(ArtifactKind::Posteriors as u8, encode_posteriors(SITE, NOW_S, 3_600, &mut even.clone()).unwrap())
        .unwrap();
    let all = |shelf: &Shelf| (0..100).map(|visitor| chosen(shelf, Some(visitor)).strategy).collect::<Vec<_>>();
    assert_eq!(all(&shelf), all(&shelf));
    assert_ne!(all(&shelf), all(&later));
}

#[test]
fn who_has_no_id_gets_what_is_best_by_what_is_believed() {
    let shelf = shelf_with(&[belief("a", 0, 20), belief("b", 10, 40), belief("c", 0, 30)]);
    let choice = chosen(&shelf, None);
    assert_eq!(choice.strategy, 1);
    assert!(choice.draws.iter().all(|draw| draw.drawn.is_none()));
    assert_eq!(chosen(&Shelf::default(), None).strategy, 0, "the first without a snapshot");
}

#[test]
fn without_a_snapshot_or_with_an_old_one_all_get_the_same_share() {
    let far = [belief("a", 10, 30), belief("b", 40, 60), belief("c", 20, 30)];
    let mut old = Shelf::of(SITE);
    old.put(ArtifactKind::Posteriors as u8, encode_posteriors(SITE, NOW_S - 3_601, 3_600, &mut far.clone()).unwrap())
        .unwrap();
    for shelf in [Shelf::default(), old] {
        let counts = shares(&shelf);
        assert!(is_even(counts), "{counts:?}");
    }
}

#[test]
fn a_strategy_that_the_snapshot_does_not_know_gets_an_equal_share() {
    let [a, b, c] = shares(&shelf_with(&[belief("a", 10, 30), belief("b", 40, 60)]));
    let third = VISITORS / 3;
    assert!(a == 0 && b.abs_diff(2 * third) < 200 && c.abs_diff(third) < 200, "{a} {b} {c}");
}

#[test]
fn damaged_and_foreign_snapshots_are_refused_whole() {
    let good = snapshot(&[belief("a", 10, 30), belief("b", 40, 60)]);
    let mut shelf = Shelf::of(SITE);
    for len in 0..good.len() {
        assert!(shelf.put(ArtifactKind::Posteriors as u8, good[..len].to_vec()).is_err(), "{len}");
    }
    for at in (0..good.len()).filter(|at| !matches!(at, 6 | 7)) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(shelf.put(ArtifactKind::Posteriors as u8, bad).is_err(), "byte {at}");
    }
    let mut elsewhere = Shelf::of(SITE + 1);
    assert_eq!(elsewhere.put(ArtifactKind::Posteriors as u8, good.clone()), Err(ShelfError::Site));
    assert_eq!(shelf.put(ArtifactKind::Posteriors as u8, good), Ok(()));
    let twice = [belief("a", 1, 2), belief("a", 1, 2)];
    assert_eq!(encode_posteriors(SITE, 0, 1, &mut twice.clone()), Err(PosteriorsError::Inconsistent));
}

#[test]
fn the_strategy_comes_first_and_what_all_have_fills_up() {
    let picks = |strategy| {
        let pick = |facts: &Facts| Picking::default().pick(&shelf(), &three(), strategy, facts);
        Visitor::viewing("p0", &[]).with(&shelf(), pick).iter().map(|pick| pick.ordinal).collect::<Vec<_>>()
    };
    assert_eq!((picks(Some(0)), picks(Some(2)), picks(None)), (vec![1, 7], vec![3, 7], vec![7, 8]));
}

#[test]
fn a_draw_can_be_recomputed() {
    let shelf = shelf_with(&["a", "b", "c"].map(|key| belief(key, 10, 90)));
    let text = format!("strategy:campaign:slot:{}:{:032x}", NOW_S - 60, 5);
    let choice = chosen(&shelf, Some(5));
    // The second four bytes of the hash draw for the first strategy.
    let digest = Sha256::digest(text.as_bytes());
    let random = u32::from_be_bytes([digest[4], digest[5], digest[6], digest[7]]);
    assert_eq!(choice.draws[0].drawn, Some(belief("a", 10, 90).draw(random)));
    assert_eq!(Shelf::of(hash32(&["x"])).posteriors(NOW_S).map(Posteriors::made_s), None);
}
