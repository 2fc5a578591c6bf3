//! The slots that the scanner finds against those in html5ever's tree.
//!
//! What the two are known to disagree on is in `DISAGREEMENTS.md`; each kind has a test here.
use crate::{
    pages,
    soup::soup,
    splicing::{html_slot, splice},
    tokenizer,
    tree::{Marked, parse},
};
use attune_core::html::{GiveUpReason, Outcome};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// How much of a page's tree is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compare {
    /// Which elements are slots.
    Slots,
    /// Also the whole tree: it is to be the origin's, but for the content of filled slots.
    Tree,
}

/// What the scanner and the tree disagree on for a page whose slots are `s="0"`, `s="1"`, …
fn disagreements(page: &str, slots: usize, compare: Compare) -> Vec<String> {
    let targets: Vec<_> =
        (0..slots).map(|slot| html_slot(&format!("[s=\"{slot}\"]"), &format!("<!--!{slot}!-->"))).collect();
    let spliced = splice(page.as_bytes(), &targets, None, usize::MAX);
    let tree = parse(page);
    let mut marked = tree.marked("s");
    // What goes on after the slot that it began in is a copy.
    let mut seen = BTreeSet::new();
    marked.retain(|m| number(&m.value) < slots && seen.insert(m.value.clone()));
    let mut filled = BTreeMap::new();
    let mut given_up = BTreeMap::new();
    for outcome in &spliced.outcomes {
        match outcome {
            Outcome::Filled { slot, .. } => {
                drop(filled.insert(slot.to_string(), format!("!{slot}!")));
            }
            Outcome::GivenUp { slot, reason } => drop(given_up.insert(slot.to_string(), *reason)),
        }
    }
    let mut found = wrong_slots(&marked, &filled, &given_up);
    if compare == Compare::Tree && found.is_empty() {
        let expected = tree.dump("s", &filled, is_leaky);
        let html = String::from_utf8(spliced.html).unwrap();
        let actual = parse(&html).dump("s", &BTreeMap::new(), is_leaky);
        if expected != actual {
            found.push(format!("another tree\n{html}\n--- expected\n{expected}--- actual\n{actual}"));
        }
    }
    found
}

fn wrong_slots(
    marked: &[Marked],
    filled: &BTreeMap<String, String>,
    given_up: &BTreeMap<String, GiveUpReason>,
) -> Vec<String> {
    let mut found = Vec::new();
    for slot in filled.keys() {
        match marked.iter().find(|marked| marked.value == *slot) {
            None => found.push(format!("filled {slot}, which is not in the tree")),
            Some(m) if !m.is_html || m.is_inert || m.is_in_foreign => {
                found.push(format!("filled {m:?}"));
            }
            Some(_) => {}
        }
    }
    for m in marked.iter().filter(|m| !m.is_nested && !m.is_inert) {
        // What stands in a slot that is given up later has been passed by then.
        let was_passed = given_up.iter().any(|(slot, reason)| was_held(*reason) && number(slot) < number(&m.value));
        if !filled.contains_key(&m.value) && !given_up.contains_key(&m.value) && !was_passed {
            found.push(format!("missed {m:?}"));
        }
    }
    found
}

/// Elements that go on after the block that they were opened in.
pub(crate) fn is_leaky(tag: &str) -> bool {
    const NAMES: [&str; 15] =
        ["a", "b", "big", "code", "em", "font", "form", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
    NAMES.contains(&tag)
}

fn number(slot: &str) -> usize {
    slot.parse().unwrap_or(usize::MAX)
}

/// Whether a slot given up for this reason was held first.
fn was_held(reason: GiveUpReason) -> bool {
    !matches!(
        reason,
        GiveUpReason::NotFillable | GiveUpReason::InTemplate | GiveUpReason::InForeign | GiveUpReason::InTable
    )
}

/// Runs over random pages, the same ones every time.
fn over_soup(has_rare: bool, has_leaks: bool, compare: Compare, cases: u32) {
    let config = Config { cases, rng_seed: RngSeed::Fixed(20), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&soup(has_rare, has_leaks), |page| {
            let found = disagreements(&page, 60, compare);
            prop_assert!(found.is_empty() || is_known(&page), "{page}\n{}", found.join("\n"));
            Ok(())
        })
        .unwrap();
}

/// Pages that show one of the kinds of `DISAGREEMENTS.md` that random pages run into.
fn is_known(page: &str) -> bool {
    let svg = page.find("<svg").into_iter().chain(page.find("<math")).min();
    // "SVG that is not closed": an end tag inside it that is not for it.
    svg.is_some_and(|svg| {
        page.matches("<svg").count() + page.matches("<math").count()
            > page[svg..].matches("</svg>").count() + page[svg..].matches("</math>").count()
    })
}

#[test]
fn random_pages_have_the_same_tree_but_for_the_slots() {
    over_soup(false, false, Compare::Tree, 4000);
}

#[test]
fn random_pages_with_misnested_formatting_have_the_same_slots() {
    over_soup(false, true, Compare::Slots, 3000);
}

#[test]
fn random_pages_with_rare_elements_have_the_same_slots() {
    over_soup(true, true, Compare::Slots, 3000);
}

/// Numbers the slots of a page, `s` or `data-slot="…"`, so that each can be told from the others.
fn numbered(page: &str, attribute: &str) -> (String, usize) {
    let mut out = String::new();
    let mut slots = 0;
    let mut rest = page;
    while let Some(at) = rest.find(attribute) {
        out.push_str(&rest[..at]);
        write!(out, "s=\"{slots}\" ").unwrap();
        out.push_str(attribute);
        rest = &rest[at + attribute.len()..];
        slots += 1;
    }
    out.push_str(rest);
    (out, slots)
}

#[test]
fn tokenizer_inputs_have_the_same_slots() {
    let mut wrong = Vec::new();
    for case in tokenizer::cases() {
        // Only whole tags are numbered: in other places the attribute is what is tested.
        let (page, slots) = numbered(&case.input.replace("<b s>", "<b  data-s>"), "data-s>");
        let known = ["given up", "frame"];
        let found = disagreements(&page, slots, Compare::Slots);
        if !found.is_empty() && !known.iter().any(|known| case.description.contains(known)) {
            wrong.push(format!("{}: {}\n{page}\n{}", case.file, case.description, found.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whole_pages_have_the_same_slots() {
    let mut slots_of_all = 0;
    for page in pages::files() {
        let text = String::from_utf8_lossy(&page.html).into_owned();
        let (text, slots) = numbered(&text, "data-slot=");
        slots_of_all += slots;
        let found = disagreements(&text, slots, Compare::Slots);
        assert_eq!(found.is_empty(), !page.disagrees, "{}: {}", page.name, found.join("\n"));
    }
    assert!(slots_of_all >= 60, "{slots_of_all} slots");
}

/// The kinds of `DISAGREEMENTS.md`.
mod kinds {
    use super::{Compare, disagreements};

    fn has(page: &str, what: &str) {
        let found = disagreements(page, 2, Compare::Tree).join("\n");
        assert!(found.contains(what), "{page}: {found:?}");
    }

    #[test]
    fn frameset() {
        has("<!doctype html><frameset><div s=0>x</div></frameset>", "filled 0, which is not in the tree");
    }

    #[test]
    fn quirks_paragraph_around_a_table() {
        has("<p><table></table><a s=0><div></div></a>", "another tree");
    }

    #[test]
    fn paragraph_around_an_inline_slot() {
        has("<!doctype html><div><p><object></div></object><a s=0><div></div></a>", "another tree");
    }

    #[test]
    fn svg_that_is_not_closed() {
        has("<!doctype html><rt><div><svg></rt><label s=0>x</label>", "filled Marked");
    }

    #[test]
    fn formatting_that_a_slot_leaves_open() {
        has("<!doctype html><div s=0><a>x</div><b><ruby></a><br>", "another tree");
    }

    #[test]
    fn form_that_a_slot_leaves_open() {
        has("<!doctype html><ul s=0><form><li>x</ul><form s=1>y</form>", "filled 1, which is not in the tree");
    }

    /// The standard ends a scope at `annotation-xml`; html5ever 0.40 closes the paragraph.
    #[test]
    fn annotation_xml_ends_a_scope() {
        has(
            "<p><math><annotation-xml encoding=text/html><div>a</div></annotation-xml>\
             <mi><![CDATA[ > <b s=0> ]]></mi></math>",
            "missed",
        );
    }

    #[test]
    fn named_references_outside_the_short_list() {
        use crate::splicing::{html_slot, splice};
        let page = "<div id='caf&eacute;'>x</div>";
        let spliced = splice(page.as_bytes(), &[html_slot("#café", "!")], None, usize::MAX);
        assert_eq!(spliced.html, page.as_bytes());
    }
}
