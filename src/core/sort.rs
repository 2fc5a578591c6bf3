//! Sorting of the short lists of a profile.

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

#[cfg(test)]
mod tests {
    use super::by_key;
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
    }
}
