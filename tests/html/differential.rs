//! The slots that the scanner finds against those in html5ever's tree.
//!
//! What the two are known to disagree on is in `DISAGREEMENTS.md`; each kind has a test here.
use crate::{
    pages,
    soup::{Kinds, is_leaky, soup},
    splicing::{html_slot, splice},
    tokenizer,
    tree::{Marked, parse},
};
use attune_core::html::{GiveUpReason, Outcome, Selector, SlotContent};
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
pub(crate) enum Compare {
    /// Which elements are slots.
    Slots,
    /// Also the whole tree: it is to be the origin's, but for the content of filled slots.
    Tree,
}

/// What the scanner and the tree disagree on for a page whose slots are `s="0"`, `s="1"`, …
pub(crate) fn disagreements(page: &str, slots: usize, compare: Compare) -> Vec<String> {
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
    // Where a page can be read in two ways, what is text in one of them may be a slot, and nothing after it is filled.
    let may_stop = page.contains("<svg") || page.contains("<math");
    marked.retain(|m| !may_stop || filled.keys().any(|slot| number(slot) >= number(&m.value)));
    let mut found = wrong_slots(&marked, &filled, &given_up);
    found.extend(wrong_insertion(page, &targets));
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

/// What is wrong with where something is inserted: it is to be an element of the page that works.
fn wrong_insertion(page: &str, targets: &[(Selector, SlotContent)]) -> Option<String> {
    let spliced = splice(page.as_bytes(), targets, Some("<x-plan s=\"plan\"></x-plan>"), usize::MAX);
    let html = String::from_utf8(spliced.html).unwrap();
    let marked = parse(&html).marked("s");
    let plan = marked.iter().find(|marked| marked.value == "plan");
    // On a page of frames there is no place for it.
    let is_nowhere = !html.contains("<x-plan") || page.contains("<frameset");
    let is_right = plan.map_or(is_nowhere, |plan| plan.is_html && !plan.is_inert);
    (!is_right).then(|| format!("inserted as {plan:?}\n{html}"))
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
        let is_unsure = given_up.values().any(|reason| *reason == GiveUpReason::Unsure);
        let was_passed = given_up.iter().any(|(slot, reason)| was_held(*reason) && number(slot) < number(&m.value));
        if !filled.contains_key(&m.value) && !given_up.contains_key(&m.value) && !was_passed && !is_unsure {
            found.push(format!("missed {m:?}"));
        }
    }
    found
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

/// Runs over random pages, the same ones every time; `SOUP_CASES` and `SOUP_SEED` ask for more and for others.
fn over_soup(kinds: Kinds, compare: Compare, cases: u32) {
    let asked = |name: &str| std::env::var(name).ok().map(|value| value.parse().unwrap());
    let cases = asked("SOUP_CASES").unwrap_or(cases);
    let rng_seed = RngSeed::Fixed(asked("SOUP_SEED").unwrap_or(20).into());
    let config = Config { cases, rng_seed, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&soup(kinds), |page| {
            let found = disagreements(&page, 60, compare);
            prop_assert!(found.iter().all(|found| is_known(&page, found)), "{page}\n{}", found.join("\n"));
            Ok(())
        })
        .unwrap();
}

/// Whether what was found is of a kind of `DISAGREEMENTS.md` that random pages run into: where a slot that was filled ends. Filling
/// what is no slot is of no such kind.
fn is_known(page: &str, found: &str) -> bool {
    let is_missed = |tag: &str| found.starts_with("missed") && found.contains(&format!("tag: \"{tag}\""));
    // "Formatting that a slot leaves open" ends in another slot, with the next link there.
    let has_links = ["a", "nobr"].into_iter().any(|tag| is_missed(tag) && page.matches(&format!("<{tag}")).count() > 1);
    let has_paragraph = page.contains("<p>") || page.contains("<p ");
    let has_columns = page.contains("<template") && page.contains("<col");
    has_links || (found.starts_with("missed") && (has_paragraph || has_columns))
}

#[test]
fn random_pages_have_the_same_tree_but_for_the_slots() {
    over_soup(Kinds::default(), Compare::Tree, 4000);
}

#[test]
fn random_pages_with_misnested_formatting_have_the_same_slots() {
    over_soup(Kinds { leaks: true, ..Kinds::default() }, Compare::Slots, 3000);
}

#[test]
fn random_pages_with_rare_elements_have_the_same_slots() {
    over_soup(Kinds { rare: true, leaks: true, ..Kinds::default() }, Compare::Slots, 3000);
}

#[test]
fn random_pages_of_svg_tables_and_selects_have_the_same_slots() {
    over_soup(Kinds { rare: true, leaks: true, strays: true }, Compare::Slots, 4000);
}

/// Numbers the slots of a page, `s` or `data-slot="…"`, by the attribute `number`, so that each can be told from the others.
pub(crate) fn numbered(page: &str, attribute: &str, number: &str) -> (String, usize) {
    let mut out = String::new();
    let mut slots = 0;
    let mut rest = page;
    while let Some(at) = rest.find(attribute) {
        out.push_str(&rest[..at]);
        write!(out, "{number}=\"{slots}\" {attribute}").unwrap();
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
        let (page, slots) = numbered(&case.input.replace("<b s>", "<b  data-s>"), "data-s>", "s");
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
        let (text, slots) = numbered(&text, "data-slot=", "s");
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
    fn button_around_a_slot() {
        has("<!doctype html><button><table></button></table><address s=0><button></address>", "another tree");
    }

    #[test]
    fn columns_in_a_template() {
        has("<!doctype html><template><col><title></template><div s=0>x</div>", "missed");
    }

    #[test]
    fn formatting_that_a_slot_leaves_open() {
        has("<!doctype html><div s=0><a>x</div><b><ruby></a><br>", "another tree");
    }

    /// The standard ends a scope at `annotation-xml`; html5ever 0.40 closes the paragraph.
    #[test]
    fn annotation_xml_ends_a_scope() {
        has(
            "<p><math><annotation-xml encoding=text/html><div>a</div></annotation-xml>\
             <mi><![CDATA[ > <b s=0> ]]></mi></math><b s=1>x</b>",
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
