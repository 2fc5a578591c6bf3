//! Laws that hold for any bytes.
use crate::{
    soup::any_soup,
    splicing::{html_slot, splice, splice_pieces},
    tree::parse,
};
use attune_core::html::{Op, Opening, Selector, SlotContent, ascii_references, limits, opening, scan, scan_start};
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

/// The beginning of a body: what may stand before a document, and parts of its first tag.
fn opened() -> impl Strategy<Value = Vec<u8>> {
    let parts: Vec<&[u8]> = vec![
        b"<",
        b"!",
        b"--",
        b"-",
        b">",
        b"?",
        b"/",
        b"<!--",
        b"-->",
        b"--!>",
        b"<!doctype",
        b"html",
        b"<html",
        b"<head",
        b"<body",
        b"<li",
        b" ",
        b"\n",
        b"\xef\xbb\xbf",
        b"\xef",
        b"lang",
        b"xml:lang",
        b"=",
        b"'",
        b"\"",
        b"de",
        b"_",
        b"amp",
        b"\xe2\x9a\xa1",
        b"x",
        b"{",
        b"\0",
    ];
    prop::collection::vec(prop::sample::select(parts), 0..14).prop_map(|parts| parts.concat())
}

/// What may stand in a tag, sound or not.
fn attributes() -> impl Strategy<Value = String> {
    let parts = vec![
        "lang",
        "LANG",
        "xml:lang",
        "hreflang",
        "amp",
        "AMP",
        "\u{26a1}",
        "=",
        "==",
        "= ",
        " =",
        "'",
        "\"",
        "de",
        "fr_CH",
        "''",
        "\"de\"",
        "'x y'",
        " ",
        "\n",
        "/",
        "x",
        "<",
        ">",
        "\u{c}",
        " lang=de",
        " xml:lang='en'",
    ];
    prop::collection::vec(prop::sample::select(parts), 0..12).prop_map(|parts| parts.concat())
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
    fn what_opens_a_page_stays_so_whatever_comes_after(page in opened(), more in any::<Vec<u8>>()) {
        let found = opening(&page);
        if let Opening::Document { lang, .. } = found {
            prop_assert!(lang.is_ascii());
        }
        if found != Opening::Unfinished {
            let longer = [&page[..], &more].concat();
            prop_assert_eq!(opening(&longer), found);
        }
        // Fewer bytes are not enough, or say the same.
        for cut in 0..page.len() {
            let before = opening(&page[..cut]);
            prop_assert!(before == Opening::Unfinished || before == found, "{cut}: {before:?}");
        }
    }

    #[test]
    fn the_first_tag_is_read_as_a_browser_reads_it(attributes in attributes()) {
        let page = format!("<!doctype html><html {attributes}><p>");
        let tree = parse(&page);
        let of = |name: &str| tree.marked(name).into_iter().find(|marked| marked.tag == "html").map(|marked| marked.value);
        let is_tag = |value: &String| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let lang = [of("lang"), of("xml:lang")].into_iter().flatten().map(|value| value.trim_ascii().to_owned()).find(is_tag);
        let is_amp = of("amp").or(of("\u{26a1}")).is_some();
        match opening(page.as_bytes()) {
            Opening::Amp => prop_assert!(is_amp),
            Opening::Document { lang: found, is_bare } => {
                prop_assert!(!is_bare && !is_amp);
                prop_assert_eq!(found, lang.unwrap_or_default());
            }
            // The tag has no end: nothing of it is in the tree.
            Opening::Unfinished => prop_assert_eq!((of("lang"), of("amp")), (None, None)),
            Opening::Fragment => prop_assert!(false),
        }
    }

    #[test]
    fn references_of_any_text(text in any::<String>()) {
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
