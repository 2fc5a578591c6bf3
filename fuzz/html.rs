//! The slot scanner, its state, element edits, selectors.
use attune_core::codec::checksum;
use attune_core::html::{
    Edited, ElementEdit, Op, Outcome, Selector, SlotContent, SlotTarget, Splicer, decode_edits, edit_elements,
    encode_edits, limits, opening, scan, scan_start,
};

const SELECTORS: [&str; 4] = ["[data-slot='hero']", "div.a", "#b", "[s]"];

fn selectors() -> impl Iterator<Item = Selector> {
    SELECTORS.into_iter().map(|selector| selector.parse().unwrap())
}

/// A page in chunks, whose sizes come from the first bytes: no byte outside slots changes, and the
/// chunks make no difference.
pub fn scanner(data: &[u8]) {
    let (sizes, page) = data.split_at(data.len().min(4));
    let whole = splice(page, &[usize::MAX], "[]", "^");
    let sizes: Vec<usize> = sizes.iter().map(|size| usize::from(*size).max(1)).collect();
    assert!(splice(page, &sizes, "[]", "^") == whole, "chunks differ");
    if whole.1.iter().all(|outcome| matches!(outcome, Outcome::GivenUp { .. })) {
        let without: Vec<u8> = splice(page, &sizes, "[]", "").0;
        assert!(without == page, "bytes changed, and no slot was filled");
    }
    opening(page);
}

fn splice(page: &[u8], sizes: &[usize], content: &str, insertion: &str) -> (Vec<u8>, Vec<Outcome>) {
    let slots = selectors().map(|selector| (selector, SlotContent::Html(content.into())));
    let mut splicer = Splicer::with_insertion(slots, insertion.into()).unwrap();
    let mut out = Vec::new();
    let mut rest = page;
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let size = sizes.next().map_or(rest.len(), |size| (*size).min(rest.len()));
        let (chunk, after) = rest.split_at(size);
        splicer.push(chunk, |bytes| out.extend_from_slice(bytes)).unwrap();
        assert!(splicer.state().len() <= limits::MAX_STATE_BYTES, "state too long");
        assert!(splicer.held_bytes() <= limits::MAX_HELD_BYTES, "too much held");
        rest = after;
    }
    let outcomes = splicer.finish(|bytes| out.extend_from_slice(bytes)).unwrap();
    (out, outcomes)
}

/// A state that may be damaged, as it is and under a right checksum: refused, or scanned to another one that is within the
/// limits.
pub fn scan_state(data: &[u8]) {
    let (len, rest) = data.split_at(data.len().min(2));
    let len = len.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)).min(rest.len());
    let (state, page) = rest.split_at(len);
    let mut ops = Vec::new();
    let mut sealed = state.to_vec();
    if let Some((head, rest)) = sealed.split_at_mut_checked(12) {
        let selectors = usize::from(u16::from_le_bytes([head[2], head[3]])).min(rest.len());
        head[4..].copy_from_slice(&checksum(&rest[..selectors]).to_le_bytes());
    }
    for mut state in [state.to_vec(), sealed] {
        if scan(&mut state, page, false, &mut ops).is_ok() {
            assert!(state.len() <= limits::MAX_STATE_BYTES, "state too long");
            assert_eq!(scan(&mut state, page, true, &mut ops), Ok(()), "own state refused");
        }
    }
    // The same bytes as a change to a state that was valid.
    let slots: Vec<_> = selectors().zip(0..).map(|(selector, index)| SlotTarget { index, selector }).collect();
    let mut state = scan_start(&slots, true).unwrap();
    scan(&mut state, page, false, &mut ops).unwrap();
    for pair in data.chunks_exact(2).take(8) {
        let at = usize::from(pair[0]) % state.len();
        state[at] = pair[1];
    }
    let before = state.clone();
    if scan(&mut state, page, false, &mut ops).is_err() {
        assert!(state == before, "changed by a scan that failed");
    }
    for op in ops {
        assert_eq!(Op::from_words(op.to_words()), Some(op), "words");
    }
}

/// Edits as bytes, and edits of any content.
pub fn element_edits(data: &[u8]) {
    if let Ok(edits) = decode_edits(data) {
        assert_eq!(decode_edits(&encode_edits(&edits).unwrap()), Ok(edits.clone()), "round trip");
        edit_elements(b"<div class=a><p id=b>x</div>", &edits).unwrap();
    }
    let edit = |selector: &str, inner: Option<&[u8]>| ElementEdit {
        selector: selector.parse().unwrap(),
        inner: inner.map(<[u8]>::to_vec),
        attributes: vec![("data-e".into(), b"v".to_vec())],
    };
    let held = &data[..data.len().min(limits::MAX_HELD_BYTES)];
    let nothing = [edit("x-none", Some(b"n")), edit("[none='x']", None)];
    let Edited { html, unmet } = edit_elements(held, &nothing).unwrap();
    // A search guided by comparisons does write the names that nobody would.
    let may_match = held.to_ascii_lowercase().windows(4).any(|name| name == b"none");
    assert!(may_match || (html == held && unmet.len() == 2), "changed without a match");
    let Edited { html, unmet } = edit_elements(held, &[edit("p", None)]).unwrap();
    if unmet.is_empty() && html.len() <= limits::MAX_HELD_BYTES {
        let again = edit_elements(&html, &[edit("p[data-e='v']", None)]).unwrap();
        assert!(again.html == html && again.unmet.is_empty(), "attribute not set");
    }
}

/// A selector, or an error; what is shown parses to the same.
pub fn selector(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(selector) = text.parse::<Selector>() {
        assert_eq!(selector.to_string().parse(), Ok(selector.clone()), "round trip");
        let slot = SlotTarget { index: 0, selector };
        let mut state = scan_start(&[slot], false).unwrap();
        scan(&mut state, data, true, &mut Vec::new()).unwrap();
    }
}
