//! The slots that the scanner finds against those in html5ever's tree.
use crate::{
    soup::soup,
    splicing::{html_slot, splice},
    tree::parse,
};
use attune_core::html::{GiveUpReason, Outcome};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use std::collections::{BTreeMap, BTreeSet};

/// What the scanner and the tree disagree on.
pub(crate) fn disagreements(page: &str, slots: usize) -> Vec<String> {
    let mut found = Vec::new();
    let targets: Vec<_> = (0..slots)
        .map(|slot| html_slot(&format!("[s=\"{slot}\"]"), &format!("<!--!{slot}!-->")))
        .collect();
    let spliced = splice(page.as_bytes(), &targets, None, usize::MAX);
    let tree = parse(page);
    let mut marked = tree.marked("s");
    // What goes on after the slot that it began in is a copy.
    let mut seen = BTreeSet::new();
    marked.retain(|m| seen.insert(m.value.clone()));
    let mut filled = BTreeMap::new();
    let mut given_up: BTreeMap<String, GiveUpReason> = BTreeMap::new();
    for outcome in &spliced.outcomes {
        match outcome {
            Outcome::Filled { slot, .. } => {
                filled.insert(slot.to_string(), format!("!{slot}!"));
            }
            Outcome::GivenUp { slot, reason } => {
                given_up.insert(slot.to_string(), *reason);
            }
        }
    }
    for slot in filled.keys() {
        match marked.iter().find(|marked| marked.value == *slot) {
            None => found.push(format!("filled {slot}, which is not in the tree")),
            Some(m) if !m.is_html || m.is_inert || m.is_in_foreign => {
                found.push(format!("filled {slot}, which is {m:?}"))
            }
            Some(_) => {}
        }
    }
    for m in marked
        .iter()
        .filter(|m| !m.is_nested && !m.is_inert && number(&m.value) < slots)
    {
        // What stands in a slot that is given up later has been passed by then.
        let was_passed = given_up
            .iter()
            .any(|(slot, reason)| was_held(*reason) && number(slot) < number(&m.value));
        if !filled.contains_key(&m.value) && !given_up.contains_key(&m.value) && !was_passed {
            found.push(format!("missed {m:?}"));
        }
    }
    let expected = tree.dump("s", &filled, is_leaky);
    let html = String::from_utf8(spliced.html).unwrap();
    let actual = parse(&html).dump("s", &BTreeMap::new(), is_leaky);
    if expected != actual && found.is_empty() {
        found.push(format!(
            "tree differs\n{html}\n--- expected\n{expected}--- actual\n{actual}"
        ));
    }
    found
}

/// Elements that go on after the block that they were opened in.
pub(crate) fn is_leaky(tag: &str) -> bool {
    const NAMES: [&str; 15] = [
        "a", "b", "big", "code", "em", "font", "form", "i", "nobr", "s", "small", "strike",
        "strong", "tt", "u",
    ];
    NAMES.contains(&tag)
}

fn number(slot: &str) -> usize {
    slot.parse().unwrap_or(usize::MAX)
}

/// Whether a slot given up for this reason was held first.
fn was_held(reason: GiveUpReason) -> bool {
    !matches!(
        reason,
        GiveUpReason::NotFillable
            | GiveUpReason::InTemplate
            | GiveUpReason::InForeign
            | GiveUpReason::InTable
    )
}

#[test]
fn explore() {
    let rare = std::env::var("RARE").is_ok();
    let n: u64 = std::env::var("N").map_or(20, |s| s.parse().unwrap());
    for seed in 0..n {
        let config = Config {
            cases: 1000,
            rng_seed: RngSeed::Fixed(seed),
            max_shrink_iters: 20000,
            failure_persistence: None,
            ..Config::default()
        };
        let r = TestRunner::new(config).run(&soup(rare, std::env::var("LEAKS").is_ok()), |page| {
            let d = disagreements(&page, 60);
            prop_assert!(d.is_empty(), "{}", d.join("\n"));
            Ok(())
        });
        if let Err(proptest::test_runner::TestError::Fail(r, page)) = r {
            println!(
                "### {page:?}\n    {}",
                r.to_string().lines().next().unwrap()
            );
        }
    }
}
