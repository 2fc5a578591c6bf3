#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::cooccurrence::{Counts, count_rows};
use super::inverted::InvertedSessions;
use super::weights::{ONE, PairWeights};
use super::{Target, build, entries_within};
use crate::Parameters;
use crate::fixtures::{sessions, walks};
use crate::sessions::{SessionLog, Sessions};
use attune_core::artifacts::index::Index;

fn counted(sessions: &Sessions, items: usize, weights: &PairWeights) -> Vec<Counts> {
    let mut all = Vec::new();
    let sorted = |_: u32, counts: &mut Counts| {
        counts.pairs.sort_unstable();
        counts.next.sort_unstable();
        counts.clone()
    };
    let wanted: Vec<u32> = (0..u32::try_from(items).unwrap()).collect();
    count_rows(&InvertedSessions::new(sessions, items), items, &wanted, weights, sorted, |counts| all.push(counts));
    all
}

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the definition, in the unit of the sums")]
fn a_pair_weighs_what_its_definition_says() {
    // 0 is clicked twice: its last place counts. Places: 1 at 1, 0 at 2, 2 at 3.
    let rows = counted(&sessions(&[&[0, 1, 0, 2], &[3, 1]]), 4, &PairWeights::decaying(4.0, 0.5, true));
    let fixed = |weight: f64| (weight * ONE).round() as u64;
    let three = |gap: f64| 3f64.powf(-0.5) * (-gap / 4.0).exp();
    assert_eq!(rows[0].pairs, [(0, fixed(three(0.0))), (1, fixed(0.5 * three(1.0))), (2, fixed(three(1.0)))]);
    assert_eq!(rows[1].pairs[2], (2, fixed(three(2.0))));
    assert_eq!(rows[1].pairs[3], (3, fixed(0.5 * 0.5f64.sqrt() * (-0.25f64).exp())));
    assert_eq!(rows[1].next, [(0, fixed(1.0)), (2, fixed(0.5))]);
    assert_eq!(rows[3].next, [(1, fixed(1.0))]);
}

#[test]
fn baskets_have_no_order() {
    let mut baskets = sessions(&[&[0, 1, 2]]);
    baskets.baskets = true;
    let rows = counted(&baskets, 3, &PairWeights::decaying(1.0, 0.0, false));
    assert!(rows[2].pairs.iter().all(|(_, sum)| *sum == rows[0].pairs[0].1));
    assert_eq!(rows[2].pairs.len(), 3);
}

#[test]
fn neighbours_of_neighbours_are_found_behind_neighbours() {
    let log = SessionLog::of(sessions(&[&[0, 1], &[1, 2]]));
    let row = |further: f64| -> Vec<u32> {
        let built = build(&log, &Parameters { further, ..Parameters::default() }, &Target::of(3)).unwrap();
        Index::load(built.bytes).unwrap().row(0).entries().map(|(item, _)| item).collect()
    };
    assert_eq!(row(0.0), [0, 1]);
    assert_eq!(row(0.4), [0, 1, 2]);
}

#[test]
fn the_own_weight_is_of_the_product_in_its_own_row_alone() {
    let log = SessionLog::of(sessions(&[&[0, 1, 2], &[0, 1]]));
    let row = |own: f64| -> Vec<(u32, f32)> {
        let built = build(&log, &Parameters { own, ..Parameters::default() }, &Target::of(3)).unwrap();
        let index = Index::load(built.bytes).unwrap();
        let row = index.row(0);
        row.entries().map(|(item, weight)| (item, f32::from(weight) * row.max)).collect()
    };
    let weight =
        |own: f64, item: u32| row(own).iter().find(|(other, _)| *other == item).map_or(0.0, |(_, weight)| *weight);
    for (own, factor) in [(0.25, 0.25), (2.0, 2.0), (0.0, 0.0)] {
        assert!((weight(own, 0) - factor * weight(1.0, 0)).abs() < 0.01 * weight(1.0, 0), "{own} {:?}", row(own));
        assert!((weight(own, 1) - weight(1.0, 1)).abs() < 0.01 * weight(1.0, 0), "{own} {:?}", row(own));
    }
}

#[test]
fn an_index_within_a_budget_keeps_what_is_asked_for_most() {
    let log = SessionLog::of(walks(4_000, 300));
    let within = |budget_bytes| build(&log, &Parameters::default(), &Target { budget_bytes, ..Target::of(300) });
    let built = |budget| within(budget).unwrap();
    let whole = built(u64::MAX);
    assert_eq!(whole.entries_kept, whole.entries_found);
    let tight = built(whole.bytes.len() as u64 / 3);
    assert!(tight.bytes.len() <= whole.bytes.len() / 3 && tight.bytes.len() + 16 > whole.bytes.len() / 3);
    let (all, some) = (Index::load(&whole.bytes).unwrap(), Index::load(&tight.bytes).unwrap());
    for item in 0..300 {
        // What is left of a row is its beginning.
        assert!(some.row(item).entries().eq(all.row(item).entries().take(some.row(item).len())));
    }
    let [most, least] = [0, 299].map(|rank| some.row(tight.popularity.order[rank]).len());
    assert!(most > 2 * least, "{most} {least}");
    let refused = within(4_000).unwrap_err();
    assert_eq!(refused.to_string(), "300 products do not fit into an index of 4000 bytes");
    assert_eq!(entries_within(24_000_000, 100_000, 0).map(|entries| entries / 100_000), Some(57));
    assert_eq!(entries_within(24_000_000, 3_000_000, 0), None);
}

#[test]
fn sizes_of_one_shirt_count_as_one() {
    // 1 is another size of 0; sessions were read with 0 for both.
    let log = SessionLog::of(sessions(&[&[0, 2], &[0, 3], &[0, 2]]));
    let target = Target { groups: &[0, 0, 2, 3], ..Target::of(4) };
    let built = build(&log, &Parameters { further: 0.0, ..Parameters::default() }, &target).unwrap();
    let index = Index::load(built.bytes).unwrap();
    let row = |item| index.row(item).entries().map(|(other, _)| other).collect::<Vec<_>>();
    assert_eq!(row(1), row(0));
    assert_eq!((row(0), row(2)), (vec![0, 2, 3], vec![2, 0]));
    assert_eq!(index.row(1).max.to_bits(), index.row(0).max.to_bits());
}
