//! Arms and their shares.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::ArmRange;
use attune_core::limits;

/// All visitors, in basis points.
const ALL_BP: u16 = 10_000;

/// The shares of the arms, in the order of the file.
pub(super) fn ranges(entries: &[Entry], sink: &mut Sink<'_>) -> Vec<ArmRange> {
    if let Some(entry) = entries.get(limits::ARMS_MAX) {
        sink.report(
            Code::OverLimit,
            entry.key_place,
            format!("the campaign has {} arms", entries.len()),
            format!("at most {} are possible", limits::ARMS_MAX),
        );
        return Vec::new();
    }
    let weights = entries.iter().map(|entry| {
        let weight = entry.node.table().and_then(|arm: &Table| arm.get("weight"));
        (weight, weight.map_or(Some(1.0), Node::number).unwrap_or(0.0))
    });
    let Some(shares) = shares(weights, entries.first().map(|entry| entry.key_place), sink) else { return Vec::new() };
    report_near_hundred(entries, sink);
    let mut from_bp = 0;
    let mut ranges = Vec::new();
    for (arm, share_bp) in (0_u16..).zip(shares) {
        if share_bp > 0 {
            ranges.push(ArmRange { from_bp, to_bp: from_bp + share_bp, arm });
        }
        from_bp += share_bp;
    }
    ranges
}

/// Reports weights that look like percentages and are not: 50 and 40 are shares of 90.
fn report_near_hundred(entries: &[Entry], sink: &mut Sink<'_>) {
    let weight = |entry: &Entry| entry.node.table()?.get("weight")?.number();
    let Some(weights) = entries.iter().map(weight).collect::<Option<Vec<f64>>>() else { return };
    let sum: f64 = weights.iter().sum();
    let is_near = (90.0..=110.0).contains(&sum) && (sum - 100.0).abs() > 1e-6;
    let equal = weights.iter().zip(weights.iter().skip(1)).all(|(a, b)| (a - b).abs() < 1e-6);
    let Some(first) = entries.first().filter(|_| is_near && !equal) else { return };
    let share = |(entry, weight): (&Entry, &f64)| format!("`{}` gets {:.1} percent", entry.key, 100.0 * weight / sum);
    sink.report(
        Code::NearHundred,
        first.key_place,
        format!(
            "the weights add up to {sum}, so {}",
            entries.iter().zip(&weights).map(share).collect::<Vec<_>>().join(", ")
        ),
        "weights are shares of their sum: make it 100 if percentages are meant",
    );
}

/// Shares of 10,000 by weight. Problems are reported; a problem of all weights together at `place`.
pub(super) fn shares<'n>(
    weights: impl Iterator<Item = (Option<&'n Node>, f64)>,
    place: Option<Place>,
    sink: &mut Sink<'_>,
) -> Option<Vec<u16>> {
    let mut numbers = Vec::new();
    for (node, number) in weights {
        if let Some(node) = node.filter(|_| !(0.0..=1e9).contains(&number)) {
            sink.report(
                Code::BadWeights,
                node.place,
                format!("{number} cannot be a weight"),
                "write a number from 0 to 1,000,000,000",
            );
            return None;
        }
        numbers.push(number);
    }
    if numbers.iter().sum::<f64>() <= 0.0 {
        if let Some(place) = place {
            sink.report(Code::BadWeights, place, "no arm has a weight above 0", "give one a weight");
        }
        return None;
    }
    Some(shares_bp(&numbers))
}

/// The ranges after a change of shares. Arms that shrink give up their highest buckets, arms that grow take them,
/// lowest first. No other bucket changes its arm, so as few visitors as possible move.
pub(super) fn reshared(before: &[ArmRange], shares_bp: &[u16]) -> Vec<ArmRange> {
    let mut kept: Vec<ArmRange> = before.to_vec();
    let mut free: Vec<(u16, u16)> = Vec::new();
    let held = |ranges: &[ArmRange], arm: u16| {
        ranges.iter().filter(|range| range.arm == arm).map(|range| range.to_bp - range.from_bp).sum::<u16>()
    };
    for (arm, share_bp) in (0_u16..).zip(shares_bp) {
        let mut surplus = held(&kept, arm).saturating_sub(*share_bp);
        for range in kept.iter_mut().rev().filter(|range| range.arm == arm) {
            let length_bp = surplus.min(range.to_bp - range.from_bp);
            if length_bp > 0 {
                free.push((range.to_bp - length_bp, range.to_bp));
                range.to_bp -= length_bp;
                surplus -= length_bp;
            }
        }
    }
    kept.retain(|range| range.from_bp < range.to_bp);
    free.sort_unstable();
    let mut free = free.into_iter();
    let mut rest = free.next();
    for (arm, share_bp) in (0_u16..).zip(shares_bp) {
        let mut missing = share_bp.saturating_sub(held(&kept, arm));
        while let Some((from_bp, to_bp)) = rest.filter(|_| missing > 0) {
            let length_bp = missing.min(to_bp - from_bp);
            let end_bp = from_bp + length_bp;
            kept.push(ArmRange { from_bp, to_bp: end_bp, arm });
            missing -= length_bp;
            rest = if end_bp < to_bp { Some((end_bp, to_bp)) } else { free.next() };
        }
    }
    kept.sort_unstable_by_key(|range| range.from_bp);
    let mut merged: Vec<ArmRange> = Vec::with_capacity(kept.len());
    for range in kept {
        match merged.last_mut() {
            Some(last) if last.arm == range.arm && last.to_bp == range.from_bp => last.to_bp = range.to_bp,
            _ => merged.push(range),
        }
    }
    merged
}

/// Splits 10,000 by weight. Each share is rounded down, and what is left goes, one by one, to the largest
/// remainders, the earlier arm first among equals: three equal arms get 3,334, 3,333 and 3,333.
pub(super) fn shares_bp(weights: &[f64]) -> Vec<u16> {
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|weight| weight / sum * f64::from(ALL_BP)).collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
    let mut shares: Vec<u16> = exact.iter().map(|share| share.floor() as u16).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let remainder = |index: &usize| exact.get(*index).map_or(0.0, |share| share - share.floor());
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(b)));
    let left = ALL_BP.saturating_sub(shares.iter().sum());
    for index in order.iter().cycle().take(usize::from(left)) {
        if let Some(share) = shares.get_mut(*index) {
            *share += 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]
    use super::{reshared, shares_bp};
    use attune_core::bundle::ArmRange;
    use proptest::prelude::*;

    fn ranges(shares_bp: &[u16]) -> Vec<ArmRange> {
        reshared(&[ArmRange { from_bp: 0, to_bp: 10_000, arm: 0 }], shares_bp)
    }

    fn arm(ranges: &[ArmRange], bucket: u16) -> u16 {
        ranges.iter().find(|range| (range.from_bp..range.to_bp).contains(&bucket)).map_or(u16::MAX, |range| range.arm)
    }

    proptest! {
        /// Every arm gets its share, and exactly as many buckets move as the arms that shrink give up.
        #[test]
        fn a_change_of_weights_moves_only_what_it_must(
            changes in (1_usize..=16).prop_flat_map(|arms| {
                prop::collection::vec(prop::collection::vec(1.0_f64..100.0, arms), 2..6)
            }),
        ) {
            let mut before = ranges(&shares_bp(&changes[0]));
            for weights in &changes[1..] {
                let wanted = shares_bp(weights);
                let after = reshared(&before, &wanted);
                prop_assert!(after.is_sorted_by(|a, b| a.to_bp <= b.from_bp));
                let (mut held, mut had, mut moved) = (vec![0; wanted.len()], vec![0; wanted.len()], 0);
                for bucket in 0..10_000 {
                    let (from, to) = (arm(&before, bucket), arm(&after, bucket));
                    had[usize::from(from)] += 1;
                    held[usize::from(to)] += 1;
                    moved += u16::from(from != to);
                }
                prop_assert_eq!(&held, &wanted);
                let given: u16 = had.iter().zip(&wanted).map(|(had, wanted): (&u16, _)| had.saturating_sub(*wanted)).sum();
                prop_assert_eq!(moved, given);
                before = after;
            }
        }
    }

    #[test]
    fn shares_are_rounded_by_largest_remainder() {
        assert_eq!(shares_bp(&[50.0, 50.0]), [5_000, 5_000]);
        assert_eq!(shares_bp(&[1.0, 1.0, 1.0]), [3_334, 3_333, 3_333]);
        assert_eq!(shares_bp(&[0.0, 1.0]), [0, 10_000]);
        assert_eq!(shares_bp(&[1.0, 2.0, 4.0]), [1_429, 2_857, 5_714]);
        assert_eq!(shares_bp(&[0.1, 0.2, 0.7]), [1_000, 2_000, 7_000]);
    }

    #[test]
    fn every_bucket_has_an_arm() {
        for n in 1..=16_u16 {
            let weights: Vec<f64> = (1..=n).map(|i| f64::from(i) * 0.37).collect();
            assert_eq!(shares_bp(&weights).iter().sum::<u16>(), 10_000, "{n}");
        }
    }
}
