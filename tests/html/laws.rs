//! Laws that hold for any bytes.
use crate::{
    soup::any_soup,
    splicing::{html_slot, splice, splice_pieces},
};
use attune_core::html::{Op, Selector, SlotContent, ascii_references, document_lang, limits, scan, scan_start};
use proptest::prelude::*;

fn slots() -> Vec<(Selector, SlotContent)> {
    vec![html_slot("[s]", "!"), html_slot("div", "?"), html_slot(".u", ".")]
}

/// A page, mostly markup, and places to cut it.
fn cut_page() -> impl Strategy<Value = (Vec<u8>, Vec<prop::sample::Index>)> {
    let page = prop_oneof![
        4 => any_soup().prop_map(String::into_bytes),
        2 => prop::collection::vec(prop::sample::select(b"<>/!-=\"' \nabdivscriptyle?[]CDATA&\0\xC3\xFF".as_slice()), 0..200),
        1 => prop::collection::vec(any::<u8>(), 0..300),
    ];
    (page, prop::collection::vec(any::<prop::sample::Index>(), 0..12))
}

fn pieces<'p>(page: &'p [u8], cuts: &[prop::sample::Index]) -> Vec<&'p [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(page.len() + 1)).collect();
    places.extend([0, page.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &page[pair[0]..pair[1]]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_gives_the_same_page((page, cuts) in cut_page()) {
        let whole = splice(&page, &slots(), Some("^"), usize::MAX);
        let split = splice_pieces(pieces(&page, &cuts).into_iter(), &slots(), Some("^"));
        prop_assert_eq!(String::from_utf8_lossy(&split.html), String::from_utf8_lossy(&whole.html));
        prop_assert_eq!(split.outcomes, whole.outcomes);
    }

    #[test]
    fn no_match_is_identity((page, cuts) in cut_page()) {
        let none = [html_slot("x-none[never='matched']", "!")];
        let split = splice_pieces(pieces(&page, &cuts).into_iter(), &none, None);
        prop_assert_eq!(split.html, page);
        prop_assert_eq!(split.outcomes, vec![]);
    }

    #[test]
    fn steps_take_every_byte_once((page, cuts) in cut_page()) {
        let target = attune_core::html::SlotTarget { index: 3, selector: "[s]".parse().unwrap() };
        let mut state = scan_start(&[target], true).unwrap();
        let mut pending = 0;
        let pieces = pieces(&page, &cuts);
        for (index, piece) in pieces.iter().enumerate() {
            let mut ops = Vec::new();
            scan(&mut state, piece, index + 1 == pieces.len(), &mut ops).unwrap();
            prop_assert!(state.len() <= limits::MAX_STATE_BYTES);
            pending += piece.len();
            for op in ops {
                prop_assert_eq!(Op::from_words(op.to_words()), Some(op));
                if let Op::Send { len } | Op::Fill { len, .. } = op {
                    pending = pending.checked_sub(len as usize).unwrap();
                }
            }
        }
        prop_assert_eq!(pending, 0);
    }

    #[test]
    fn references_and_languages_of_any_bytes(page in any::<Vec<u8>>(), text in any::<String>()) {
        if let Some(lang) = document_lang(&page) {
            prop_assert!(lang.is_ascii());
        }
        let ascii = ascii_references(&text);
        prop_assert!(ascii.is_ascii());
        prop_assert_eq!(text.is_ascii(), ascii == text);
    }

    #[test]
    fn a_damaged_state_is_an_error_or_works((page, _) in cut_page(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let target = attune_core::html::SlotTarget { index: 3, selector: "div#a.b[s]".parse().unwrap() };
        let mut state = scan_start(&[target], true).unwrap();
        let mut ops = Vec::new();
        scan(&mut state, &page, false, &mut ops).unwrap();
        let at = at.index(state.len());
        state[at] ^= 1 << bit;
        let before = state.clone();
        if scan(&mut state, &page, false, &mut ops).is_err() {
            prop_assert_eq!(state, before);
        }
    }
}
