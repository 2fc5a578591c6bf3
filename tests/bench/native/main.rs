//! All memberships of a visitor, natively: Attune and the a-tree crate on the same segments and visitors.
//!
//! Reads a folder that `tests/bench/segments.mjs` wrote: `bundle`, and `job.json` with the keys, the names of the
//! numbers, texts and booleans, one expression for each segment (or none, to leave a-tree out), and for each visitor the request, the values and the
//! segments that hold. Prints JSON: the median of each in microseconds.

use a_tree::{ATree, AttributeDefinition};
use attune_core::page::{PageCore, Request};
use attune_core::segment::{Evaluation, Sieve};
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let folder = std::env::args().nth(1).ok_or("needs a folder")?;
    let job: Value = serde_json::from_str(&std::fs::read_to_string(format!("{folder}/job.json"))?)?;
    let bundle = std::fs::read(format!("{folder}/bundle"))?;
    let (attune_build, core) = timed(|| PageCore::new(&bundle, text(&job["keys"])));
    let (atree_build, tree) = timed(|| tree(&job));
    let (core, tree) = (core?, tree?);
    let (sieve_build, sieve) = timed(|| Sieve::of(core.loaded()));
    let (mut attune, mut atree) = (Vec::new(), Vec::new());
    for visitor in list(&job["visitors"]) {
        let request = Request::parse(text(&visitor["request"]))?;
        let expected: Vec<u64> = list(&visitor["holds"]).iter().filter_map(Value::as_u64).collect();
        let (mut found, mut took) = Default::default();
        core.inspect(&request, b"", &mut |loaded, facts| {
            found = sieve.members(&mut Evaluation::new(&loaded.conditions, facts));
            took = each(|| drop(black_box(sieve.members(&mut Evaluation::new(&loaded.conditions, facts)))));
        });
        if !found.iter().map(|segment| u64::from(*segment)).eq(expected.iter().copied()) {
            return Err("Attune's memberships natively are not those in Wasm".into());
        }
        attune.push(took);
        // Without expressions a-tree is left out.
        if list(&job["expressions"]).is_empty() {
            continue;
        }
        let event = event(&tree, &job, &visitor["values"])?;
        let report = tree.search(&event).map_err(|error| format!("{error:?}"))?;
        let mut found: Vec<u64> = report.matches().iter().map(|id| **id).collect();
        found.sort_unstable();
        if found != expected {
            return Err(format!("a-tree finds {} segments, not {}", found.len(), expected.len()).into());
        }
        atree.push(each(|| drop(black_box(tree.search(&event)))));
    }
    let result = json!({ "attune_us": attune, "atree_us": atree, "attune_build_ms": attune_build + sieve_build, "atree_build_ms": atree_build });
    println!("{result}");
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn tree(job: &Value) -> Result<ATree<u64>, Failure> {
    let mut definitions = Vec::new();
    for (kind, define) in [
        ("numbers", AttributeDefinition::integer as fn(&str) -> AttributeDefinition),
        ("texts", AttributeDefinition::string),
        ("booleans", AttributeDefinition::boolean),
    ] {
        definitions.extend(list(&job[kind]).iter().map(|name| define(text(name))));
    }
    let mut tree = ATree::new(&definitions).map_err(|error| format!("{error:?}"))?;
    for (id, expression) in (0_u64..).zip(list(&job["expressions"])) {
        tree.insert(&id, text(expression)).map_err(|error| format!("{expression}: {error:?}"))?;
    }
    Ok(tree)
}

fn event(tree: &ATree<u64>, job: &Value, values: &Value) -> Result<a_tree::Event, Failure> {
    let mut builder = tree.make_event();
    for name in list(&job["numbers"]).iter().map(text) {
        builder.with_integer(name, values[name].as_i64().ok_or("a number is missing")?)?;
    }
    for name in list(&job["texts"]).iter().map(text) {
        builder.with_string(name, values[name].as_str().ok_or("a text is missing")?)?;
    }
    for name in list(&job["booleans"]).iter().map(text) {
        builder.with_boolean(name, values[name].as_bool().ok_or("a boolean is missing")?)?;
    }
    Ok(builder.build()?)
}

fn timed<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = run();
    (start.elapsed().as_secs_f64() * 1e3, made)
}

/// Microseconds of one run: the median of nine rounds of 30 ms or one run.
fn each(run: impl Fn()) -> f64 {
    let mut rounds: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let mut runs = 0.0;
            while start.elapsed() < Duration::from_millis(30) {
                run();
                runs += 1.0;
            }
            start.elapsed().as_secs_f64() * 1e6 / runs
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}
