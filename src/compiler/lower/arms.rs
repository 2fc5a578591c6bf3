//! Arms and their shares.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::ArmRange;
use attune_core::limits;

/// Ten thousand basis points make everybody.
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
    let mut weights = Vec::with_capacity(entries.len());
    for entry in entries {
        let weight = entry.node.table().and_then(|arm: &Table| arm.get("weight"));
        let number = weight.map_or(Some(1.0), Node::number).unwrap_or(0.0);
        if let Some(node) = weight.filter(|_| !(0.0..=1e9).contains(&number)) {
            sink.report(
                Code::BadWeights,
                node.place,
                format!("{number} cannot be a weight"),
                "write a number from 0 to 1,000,000,000",
            );
            return Vec::new();
        }
        weights.push(number);
    }
    if weights.iter().sum::<f64>() <= 0.0 {
        if let Some(entry) = entries.first() {
            sink.report(Code::BadWeights, entry.key_place, "no arm has a weight above 0", "give one a weight");
        }
        return Vec::new();
    }
    let mut from_bp = 0;
    let mut ranges = Vec::new();
    for (arm, share_bp) in (0_u16..).zip(shares_bp(&weights)) {
        if share_bp > 0 {
            ranges.push(ArmRange { from_bp, to_bp: from_bp + share_bp, arm });
        }
        from_bp += share_bp;
    }
    ranges
}

/// Splits 10,000 by weight. Each share is rounded down, and what is left goes, one by one, to the largest
/// remainders, the earlier arm first among equals: three equal arms get 3,334, 3,333 and 3,333.
fn shares_bp(weights: &[f64]) -> Vec<u16> {
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
    use super::shares_bp;

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
