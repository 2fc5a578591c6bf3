//! A/A experiments: how often there is a verdict where there is no effect, looked at on every day.
//!
//! `cargo run --release -p attune-stats --example aa -- --runs 10000 [--units 10000] [--only revenue]`

#![expect(clippy::print_stdout, clippy::indexing_slicing, reason = "a simulation")]

#[path = "simulation/daily.rs"]
mod daily;
#[path = "simulation/random.rs"]
mod random;

use attune_stats::sequential::Tuning;
use attune_stats::verdict::{ALPHA, Rules};
use daily::{Run, run, settings};
use random::Random;

fn main() {
    let runs = option("--runs").unwrap_or(1_000.0);
    let units = option("--units").unwrap_or(attune_stats::verdict::TIGHTEST_AT_UNITS);
    println!("Share of {runs} runs, in percent, with at least one on any day:");
    println!(
        "{:<24}{:>9}{:>6}{:>9}{:>12}{:>10}{:>12}{:>8}{:>10}",
        "experiment", "visitors", "days", "verdict", "no minimum", "relative", "rel., min.", "t-test", "mismatch"
    );
    let only = word("--only").unwrap_or_default();
    for (name, setting) in settings().into_iter().filter(|(name, _)| name.contains(&only)) {
        let mut random = Random::new(u64::from(setting.visitors_a_day));
        let rules = Rules { tuning: Tuning::tightest_at(units, ALPHA), ..Rules::default() };
        let mut all = Vec::new();
        let mut done = 0.0;
        while done < runs {
            all.push(run(&setting, &rules, &mut random));
            done += 1.0;
        }
        let share = |is: fn(&Run) -> bool| all.iter().map(|run| if is(run) { 100.0 } else { 0.0 }).sum::<f64>() / runs;
        println!(
            "{name:<24}{:>9}{:>6}{:>9.2}{:>12.2}{:>10.2}{:>12.2}{:>8.2}{:>10.2}",
            setting.visitors_a_day,
            setting.days,
            share(|run| run.verdict),
            share(|run| run.without_minimum),
            share(|run| run.relative),
            share(|run| run.relative_with_minimum),
            share(|run| run.daily_t_test),
            share(|run| run.mismatch),
        );
    }
}

fn option(name: &str) -> Option<f64> {
    word(name)?.parse().ok()
}

fn word(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}
