//! Whole pages: `tests/html/pages/*.html`, each with what is expected of it beside it.
//!
//! `filled` lists the slots that are filled, in order, by the text right before and after their
//! content; `given_up` the others and why; `insert` says before what text the plan is inserted
//! (`#2`: its second occurrence), or `end`, or `nowhere`. Bytes that are not UTF-8 are written `\xNN`.
use crate::{
    splicing::{Spliced, html_slot, splice_all_sizes},
    tokenizer::folder,
};
use attune_core::html::{Outcome, Selector, SlotContent, limits, opening};
use serde::Deserialize;
use std::fs;

const SLOTS: [&str; 6] = ["hero", "bar", "promo", "note", "aside", "none-of-these"];
const PLAN: &str = "<script id=plan>{}</script>";

/// A page and what is expected of it.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) html: Vec<u8>,
    /// A tree builder finds other slots; the expectations say why.
    pub(crate) disagrees: bool,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    filled: Vec<Filled>,
    given_up: Vec<(String, String)>,
    insert: String,
    disagrees: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filled {
    slot: String,
    after: String,
    until: String,
}

pub(crate) fn files() -> Vec<Page> {
    let mut paths: Vec<_> = fs::read_dir(folder("pages")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    paths.sort();
    let page = |path: std::path::PathBuf| {
        let expected: Expected = serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
        Page {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            html: fs::read(&path).unwrap(),
            disagrees: expected.disagrees.is_some(),
            expected,
        }
    };
    paths.into_iter().map(page).collect()
}

fn slots() -> Vec<(Selector, SlotContent)> {
    SLOTS.iter().map(|slot| html_slot(&format!("[data-slot=\"{slot}\"]"), &content(slot))).collect()
}

fn content(slot: &str) -> String {
    format!("<p>Content of <b>{slot}</b> & more</p>")
}

/// Where a text begins, at or after `from`.
fn find(page: &[u8], text: &[u8], from: usize) -> Option<usize> {
    page[from..].windows(text.len()).position(|window| window == text).map(|at| from + at)
}

/// The bytes that an anchor stands for.
fn bytes(anchor: &str) -> Vec<u8> {
    let mut pieces = anchor.split("\\x");
    let mut out = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        out.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        out.extend(piece[2..].bytes());
    }
    out
}

/// The page with the expected splices, made from the expectations alone.
fn spliced_by_hand(page: &Page) -> Vec<u8> {
    let html = &page.html;
    let mut cuts: Vec<(usize, usize, String)> = Vec::new();
    let mut from = 0;
    for filled in &page.expected.filled {
        let after = bytes(&filled.after);
        let start =
            find(html, &after, from).unwrap_or_else(|| panic!("{}: no {:?}", page.name, filled.after)) + after.len();
        let end =
            find(html, &bytes(&filled.until), start).unwrap_or_else(|| panic!("{}: no {:?}", page.name, filled.until));
        cuts.push((start, end, content(&filled.slot)));
        from = end;
    }
    let at = match page.expected.insert.as_str() {
        "nowhere" => None,
        "end" => Some(html.len()),
        anchor => {
            let (anchor, count) = anchor.split_once('#').unwrap_or((anchor, "1"));
            let mut at = None;
            for _ in 0..count.parse().unwrap() {
                at = find(html, anchor.as_bytes(), at.map_or(0, |at| at + 1));
            }
            Some(at.unwrap())
        }
    };
    cuts.extend(at.map(|at| (at, at, PLAN.to_owned())));
    cuts.sort_by_key(|(start, ..)| *start);
    let mut out = Vec::new();
    let mut done = 0;
    for (start, end, with) in cuts {
        out.extend(&html[done..start]);
        out.extend(with.bytes());
        done = end;
    }
    out.extend(&html[done..]);
    out
}

#[test]
fn every_page_is_spliced_as_expected_at_every_chunk_size() {
    let pages = files();
    assert!(pages.len() >= 30, "{} pages", pages.len());
    for page in &pages {
        let Spliced { html, outcomes } = splice_all_sizes(&page.html, &slots(), Some(PLAN));
        let mut filled = Vec::new();
        let mut given_up = Vec::new();
        for outcome in outcomes {
            match outcome {
                Outcome::Filled { slot, .. } => filled.push(SLOTS[slot].to_owned()),
                Outcome::GivenUp { slot, reason } => {
                    given_up.push((SLOTS[slot].to_owned(), reason.as_str().to_owned()));
                }
            }
        }
        let expected: Vec<_> = page.expected.filled.iter().map(|filled| filled.slot.clone()).collect();
        assert_eq!(filled, expected, "{}: filled", page.name);
        assert_eq!(given_up, page.expected.given_up, "{}: given up", page.name);
        assert!(
            html == spliced_by_hand(page),
            "{}\n--- got\n{}\n--- expected\n{}",
            page.name,
            String::from_utf8_lossy(&html),
            String::from_utf8_lossy(&spliced_by_hand(page)),
        );
    }
}

#[test]
fn no_match_changes_no_byte_of_any_page() {
    for page in files() {
        let spliced = splice_all_sizes(&page.html, &[html_slot("[data-slot=nowhere]", "!")], None);
        assert!(spliced.html == page.html, "{}", page.name);
        assert_eq!(spliced.outcomes, []);
    }
}

#[test]
fn every_page_opens_as_what_it_is() {
    let opens = |name: &str| {
        let html = fs::read(folder("pages").join(format!("{name}.html"))).unwrap();
        format!("{:?}", opening(&html[..html.len().min(300)]))
    };
    let document = |lang: &str| format!("Document {{ lang: {lang:?}, is_bare: false }}");
    assert_eq!(opens("hand-written"), document("en-GB"));
    assert_eq!(opens("vue-nuxt"), document("de"));
    assert_eq!(opens("amp"), "Amp");
    assert_eq!(opens("wordpress-like"), document("en-US"));
    assert_eq!(opens("broken"), document(""));
}

/// Pages that are large, made here.
mod large {
    use super::*;
    use attune_core::html::GiveUpReason;

    fn check(html: &str, expected: &str, outcomes: &[Outcome]) {
        let spliced = splice_all_sizes(html.as_bytes(), &slots(), None);
        assert!(spliced.html == expected.as_bytes(), "bytes differ");
        assert_eq!(spliced.outcomes, outcomes);
    }

    fn filled(slot: usize) -> Outcome {
        Outcome::Filled { slot, unmet: vec![] }
    }

    fn given_up(reason: GiveUpReason) -> Outcome {
        Outcome::GivenUp { slot: 0, reason }
    }

    #[test]
    fn attribute_of_a_megabyte() {
        for quote in ["\"", "'", ""] {
            let value = "x>&<div data-slot=bar>".repeat(if quote.is_empty() { 1 } else { 50_000 });
            let value = if quote.is_empty() { "x".repeat(1 << 20) } else { value };
            let page = |content: &str| {
                format!("<p><div style={quote}{value}{quote} data-slot=hero class=a>{content}</div><i>{value}</i>")
            };
            let page = |content: &str| page(content).replace(&format!("<i>{value}</i>"), "<i></i>");
            check(&page("old"), &page(&content("hero")), &[filled(0)]);
        }
    }

    #[test]
    fn names_comments_and_scripts_of_a_quarter_megabyte() {
        let long = "y".repeat(1 << 18);
        for around in [
            format!("<{long} data-slot=bar>"),
            format!("<i {long}=1>"),
            format!("<!--{long} -- ->-->"),
            format!("<script>{long}</scr</script>"),
            format!("<{long}"),
        ] {
            let page = |content: &str| format!("<div data-slot=hero>{content}</div>{around}");
            let mut outcomes = vec![filled(0)];
            if around.contains("data-slot") {
                outcomes.push(Outcome::GivenUp { slot: 1, reason: GiveUpReason::TooDeep });
            }
            check(&page("old"), &page(&content("hero")), &outcomes);
        }
    }

    #[test]
    fn slot_of_exactly_as_much_as_is_held() {
        let end = "</div>";
        let fits = "z".repeat(limits::MAX_HELD_BYTES - end.len());
        let page = |content: &str| format!("<body><div data-slot=hero>{content}</div><b>");
        check(&page(&fits), &page(&content("hero")), &[filled(0)]);
        let too_long = page(&format!("{fits}z"));
        check(&too_long, &too_long, &[given_up(GiveUpReason::Overflow)]);
    }

    #[test]
    fn slot_that_overflows_in_any_token() {
        let fill = "z".repeat(limits::MAX_HELD_BYTES - 40);
        for token in [
            "<!-- long comment -->",
            "<b title='a long attribute'>",
            "</b         >",
            "<script>var a = 1;</script>",
            "text",
        ] {
            let page = |bar: &str| {
                format!("<div data-slot=hero>{fill}{}</div><section data-slot=bar>{bar}</section>", token.repeat(12))
            };
            let spliced = splice_all_sizes(page("old").as_bytes(), &slots(), None);
            assert_eq!(spliced.outcomes, [given_up(GiveUpReason::Overflow), filled(1)], "{token}");
            assert!(spliced.html == page(&content("bar")).as_bytes(), "{token}");
        }
    }

    #[test]
    fn deep_nesting_is_given_up_or_filled() {
        let deep = format!("{}{}", "<div>".repeat(400), "</div>".repeat(400));
        let page = |content: &str| format!("<div data-slot=hero>{content}</div>");
        check(&page(&deep), &page(&content("hero")), &[filled(0)]);
        let too_deep = page(&format!("{}{}", "<x-deep-element>".repeat(100), "</x-deep-element>".repeat(100)));
        check(&too_deep, &too_deep, &[given_up(GiveUpReason::TooDeep)]);
    }

    #[test]
    fn catalogue_of_two_megabytes() {
        let card = "<article class=card><a href=/p/22423><img src=/i/1.svg alt='Cake stand' width=8></a><h3>Regency &amp; co</h3>\
                    <p>£12.75 <s>£15</s><ul><li>a<li>b</ul></article>\n";
        let page = |hero: &str, promo: &str| {
            format!(
                "<!doctype html><body><div data-slot=hero>{hero}</div>{0}<aside data-slot=promo>{promo}</aside>{0}</body>",
                card.repeat(5_000)
            )
        };
        let expected = page(&content("hero"), &content("promo"));
        check(&page("a", "b"), &expected, &[filled(0), filled(2)]);
    }
}
