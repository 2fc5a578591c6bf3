//! Sorting of the short lists of a profile, and of the long ones of an index.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// Sorts a short list by a key; equal keys keep their order.
///
/// An insertion sort: linear for a list that is sorted already, as lists of at most a few dozen entries nearly
/// always are here. The standard library's sort is faster from about twenty unsorted entries on, but is
/// compiled anew for each type and key: 110 KB over both Wasm modules.
pub(crate) fn by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    for end in 1..list.len() {
        let mut at = end;
        while let Some([before, after]) = at.checked_sub(1).and_then(|from| list.get(from..=at)) {
            if key(before) <= key(after) {
                break;
            }
            list.swap(at - 1, at);
            at -= 1;
        }
    }
}

/// Sorts numbers by what they stand for; equal ones keep their order.
///
/// A merge sort whose comparison is called through a pointer, so that one copy of it serves all lists of any length. It
/// compares half as often as a heapsort, and hardly at all where the list is in order already.
pub(crate) fn indices(list: &mut [u32], order: &dyn Fn(u32, u32) -> Ordering) {
    let mut merged = Vec::with_capacity(list.len());
    let mut width = 1;
    while width < list.len() {
        for pair in list.chunks_mut(2 * width) {
            let Some((mut left, mut right)) = pair.split_at_checked(width) else { continue };
            if let (Some(last), Some(first)) = (left.last(), right.first())
                && order(*last, *first).is_le()
            {
                continue;
            }
            merged.clear();
            while let (Some((a, more)), Some((b, others))) = (left.split_first(), right.split_first()) {
                let (next, rest) = if order(*a, *b).is_le() { (a, (more, right)) } else { (b, (left, others)) };
                merged.push(*next);
                (left, right) = rest;
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
            pair.copy_from_slice(&merged);
        }
        width *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::{by_key, indices};
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_stable_sort(list in proptest::collection::vec((0_u8..9, any::<u8>()), 0..40)) {
            let mut ours: Vec<_> = list.clone();
            let mut theirs = list;
            by_key(&mut ours, |pair| pair.0);
            theirs.sort_by_key(|pair| pair.0);
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn indices_are_in_order(list in proptest::collection::vec(0_u32..50, 0..60)) {
            let (mut ours, mut theirs) = (list.clone(), list);
            indices(&mut ours, &|a, b| b.cmp(&a));
            theirs.sort_by_key(|number| core::cmp::Reverse(*number));
            prop_assert_eq!(ours, theirs);
        }
    }
}
