//! Tags that a chunk has whole are passed over quickly; a page read byte by byte never has one. Both must agree.
use crate::soup::{NAMES, RARE, any_soup};
use attune_core::html::{Op, SlotTarget, scan, scan_start};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use std::fmt::Write as _;

/// Tags are taken as whole only if more of the chunk follows them.
const REST: &str = "\n<p>The rest is text, so that the tags before it are read as whole ones, which needs a few bytes more. \
                    Then nothing follows any more.</p>\n";

const SELECTORS: &[&str] = &[
    "[s]",
    "[s='1']",
    "#u",
    "#u.v",
    ".v",
    ".v.w",
    "div",
    "x-card",
    "section[s]",
    "p.u",
    "[a='']",
    "[b='x y']",
    "a.cta",
    "[data-slot='hero']",
    "[DATA-SLOT='a&b']",
    "h2#id",
    "[x]",
    "svg",
    "[x='']",
    "body",
];

const ATTRIBUTE_NAMES: &[&str] = &[
    "s",
    "S",
    "id",
    "ID",
    "class",
    "Class",
    "a",
    "b",
    "x",
    "href",
    "data-slot",
    "DATA-Slot",
    "xs",
    "data-s",
    "grid",
    "subclass",
    "not-data-slot",
    "é",
    "a\"b",
    "a'b",
    "<p",
    "=x",
    "a\0",
    "@x",
    ":s",
    "encoding",
    "color",
];

const VALUES: &[&str] = &[
    "1",
    "u",
    "v",
    "u v",
    " v\tw ",
    "hero",
    "a&amp;b",
    "a&b",
    "x y",
    "",
    ">",
    "<div s=1>",
    "=",
    "a=b",
    "/",
    "\0",
    "\r\n",
    "it's",
    "&#117;",
    "x/",
    "a long value that does not end in the window of four blocks that is looked at, nor soon after it",
];

const SIGNS: &[&str] = &["=", "=", "=", "=", "=", " =", "= ", " = ", "==", "=\n", "/=", ""];
const GAPS: &[&str] = &[" ", " ", " ", " ", "\n  ", "\t", "/", " / ", "", "\x0C", "\0", "\x0B", "  "];
const ENDS: &[&str] = &[">", ">", ">", ">", "/>", " >", " />", "/ >", "//>", "\n>", ""];

fn attribute() -> impl Strategy<Value = String> {
    let pick = prop::sample::select::<&'static str>;
    (pick(GAPS), pick(ATTRIBUTE_NAMES), 0..10_u8, pick(SIGNS), pick(VALUES)).prop_map(
        |(gap, name, kind, sign, value)| match kind {
            0..5 => format!("{gap}{name}{sign}\"{}\"", value.replace('"', "")),
            5 => format!("{gap}{name}{sign}'{}'", value.replace('\'', "")),
            6..8 => format!("{gap}{name}{sign}{value}"),
            8 => format!("{gap}{name}"),
            _ => format!("{gap}{name}{sign}\"{value}"),
        },
    )
}

fn tag() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        12 => prop::sample::select(NAMES).prop_map(str::to_owned),
        2 => prop::sample::select(RARE).prop_map(str::to_owned),
        1 => prop::sample::select(NAMES).prop_map(str::to_ascii_uppercase),
        1 => prop::sample::select(
            ["blockquote", "plaintext", "figcaption", "Section", "x", "x-y", "a:b", "div\0", "#root", "1", "divdivdi",
             "x-element-of-a-name-that-is-longer-than-a-block"].as_slice()).prop_map(str::to_owned),
    ];
    (name, 0..10_u8, prop::collection::vec(attribute(), 0..6), prop::sample::select(ENDS)).prop_map(
        |(name, kind, attributes, end)| {
            let slash = if kind < 4 { "/" } else { "" };
            format!("<{slash}{name}{}{end}", attributes.concat())
        },
    )
}

fn page() -> impl Strategy<Value = String> {
    let text = prop::sample::select(
        ["", "", "x", "text and more text than a block has ", "<!--c-->", "<", "a > b = \"c\" "].as_slice(),
    );
    prop_oneof![
        3 => prop::collection::vec((tag(), text), 1..30).prop_map(|pieces| {
            pieces.into_iter().fold(String::new(), |mut page, (tag, text)| {
                write!(page, "{tag}{text}").unwrap();
                page
            })
        }),
        1 => any_soup(),
    ]
}

/// The steps for a page in chunks and where in the page each is taken. When bytes are sent depends on the chunks,
/// so those steps are left out, and of a slot that is given up the place.
fn steps(page: &[u8], slots: &[SlotTarget], insert: bool, chunk_size: usize) -> (usize, Vec<(usize, Op)>) {
    let mut state = scan_start(slots, insert).unwrap();
    let mut ops = Vec::new();
    for chunk in page.chunks(chunk_size) {
        scan(&mut state, chunk, false, &mut ops).unwrap();
    }
    scan(&mut state, b"", true, &mut ops).unwrap();
    let mut at = 0;
    let mut steps = Vec::new();
    for op in ops {
        match op {
            Op::Send { len } => at += len as usize,
            Op::Fill { len, .. } => {
                steps.push((at, op));
                at += len as usize;
            }
            Op::Insert => steps.push((at, op)),
            Op::GiveUp { .. } => steps.push((0, op)),
        }
    }
    (at, steps)
}

fn agree(cases: u32, seed: RngSeed) {
    let config = Config { cases, rng_seed: seed, failure_persistence: None, ..Config::default() };
    let slots = prop::collection::vec(prop::sample::select(SELECTORS), 0..5);
    let sizes = prop::sample::select([60_usize, 64, 100, 200, 65536].as_slice());
    TestRunner::new(config)
        .run(&(page(), slots, any::<bool>(), sizes), |(page, selectors, insert, size)| {
            let slots: Vec<SlotTarget> = selectors
                .iter()
                .zip(0..)
                .map(|(selector, index)| SlotTarget { index, selector: selector.parse().unwrap() })
                .collect();
            let page = page + REST;
            let exact = steps(page.as_bytes(), &slots, insert, 1);
            let whole = steps(page.as_bytes(), &slots, insert, size);
            prop_assert_eq!(whole, exact, "{:?} {}", selectors, page.escape_debug());
            Ok(())
        })
        .unwrap();
}

#[test]
fn whole_tags_give_the_steps_that_single_bytes_give() {
    agree(1000, RngSeed::Fixed(7));
}

#[test]
fn whole_tags_give_the_steps_that_single_bytes_give_on_new_pages() {
    agree(300, RngSeed::Random);
}

#[test]
fn attributes_without_a_gap_between_are_told_apart() {
    let slots = [SlotTarget { index: 0, selector: "#u".parse().unwrap() }];
    for (tag, is_slot) in [
        ("<div a=\"x y\"id=\"u\">", true),
        ("<div a=\"b\"=\"c\" id=\"u\">", true),
        ("<div a=\"b\" id=\"u\"/>", true),
        ("<div a=b=\"c\" id=\"u\">", true),
        ("<div a=\"id=\" b=\"u\">", false),
        ("<div a=\">\" xid=\"u\">", false),
        ("<div id id=\"u\">", false),
    ] {
        let page = format!("{tag}x</div>{REST}");
        let found = steps(page.as_bytes(), &slots, false, page.len());
        assert_eq!(!found.1.is_empty(), is_slot, "{tag}");
        assert_eq!(found, steps(page.as_bytes(), &slots, false, 1), "{tag}");
    }
}
