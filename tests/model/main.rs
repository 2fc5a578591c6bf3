//! A model of browsers with tabs, slow answers, lost answers, closed pages, posts of the shop's server and clocks that
//! differ, around the real core: what the cookies say afterwards must be what happened.
//!
//! Every run has a seed, which a failure names: `ATTUNE_MODEL_SEED=N ATTUNE_MODEL_RUNS=1 cargo test -p attune-core --test
//! model` repeats it. `ATTUNE_MODEL_RUNS` is the number of runs; `cargo xtask prove --only model` makes 100,000.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod browser;
mod random;
mod server;
mod world;

use world::{Totals, World};

const RUNS: u64 = 2_000;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

#[test]
fn cookies_say_what_happened_whatever_was_slow_lost_or_late() {
    let first = number("ATTUNE_MODEL_SEED", 1);
    let runs = number("ATTUNE_MODEL_RUNS", RUNS);
    let mut totals = Totals::default();
    for seed in first..first + runs {
        totals.add(&World::new(seed).run());
    }
    eprintln!("{runs} runs: {totals:?}");
    // A model in which nothing happens proves nothing.
    if runs >= RUNS {
        let seen = [
            totals.events,
            totals.orders,
            totals.erasures,
            totals.refusals,
            totals.lost_answers,
            totals.set_back,
            totals.closed_pages,
            totals.mints,
        ];
        assert!(seen.iter().all(|count| *count > runs / 10), "{totals:?}");
    }
}
