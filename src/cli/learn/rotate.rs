//! `attune rotate-report`: what rotation costs and gives, beside its alternatives.

use super::args::RotateOptions;
use super::evaluate::{learned, log, test_sessions};
use super::{broken, shown};
use crate::args::Format;
use crate::failure::Failure;
use crate::io;
use attune_core::artifacts::index::Index;
use attune_learn::items::Items;
use attune_learn::log::Products;
use attune_learn::rotate::{Figures, Policy, SLOTS, replay};
use std::fmt::Write;

pub(crate) fn run(options: &RotateOptions) -> Result<(), Failure> {
    let mut items = Items::default();
    let source = |path| super::source(path, false, &options.log);
    let (train, noise) = log(&source(&options.train), &mut Products::Growing(&mut items))?;
    let (parameters, _, built) = learned(&train, &noise, &items, &options.log, &options.train)?;
    let (test, test_noise) = log(&source(&options.test), &mut Products::Known(&items))?;
    let sessions = test_sessions(&test)?;
    let index = Index::load(built.bytes).map_err(|error| broken(error.into()))?;
    let mut policies = vec![("greedy".to_owned(), Policy::Greedy)];
    policies.extend(
        options.strength.iter().map(|strength| (format!("rotation a = {strength}"), Policy::Rotation(*strength))),
    );
    policies.push(("of scores, a = 0.5".to_owned(), Policy::OfScores(0.5)));
    policies.push(("of sums, a = 0.5".to_owned(), Policy::OfSums(0.5)));
    for times in [2.0, 3.0, 5.0] {
        policies.push((format!("at most {times} times"), Policy::Cap(times)));
    }
    policies.push(("never again".to_owned(), Policy::Exclusion));
    let lines: Vec<(String, Figures)> =
        policies.into_iter().map(|(name, policy)| (name, replay(&index, &sessions, policy))).collect();
    if options.format == Format::Json {
        return io::print_json(&lines.iter().map(|(name, figures)| report(name, figures)).collect::<Vec<_>>());
    }
    let read = [(&options.train, noise), (&options.test, test_noise)];
    let read = read.map(|(path, noise)| format!("\n{}: {noise}\n", path.display()));
    io::print(&(text(&lines, &shown(&parameters)) + &read.concat()))
}

fn report(name: &str, figures: &Figures) -> serde_json::Value {
    serde_json::json!({
        "policy": name,
        "repetition": figures.repetition,
        "ndcg8": figures.ndcg8,
        "discovery": figures.discovery,
        "idle_products": figures.idle_products,
        "idle_identical": figures.idle_identical,
        "idle_new": figures.idle_new,
        "views": figures.views,
    })
}

fn text(lines: &[(String, Figures)], parameters: &str) -> String {
    let greedy = lines.first().map(|(_, figures)| *figures).unwrap_or_default();
    let change = |value: f64, base: f64| if base > 0.0 { (value / base - 1.0) * 100.0 } else { 0.0 };
    let mut text = format!(
        "{} views of {SLOTS} products; changes against greedy in percent; idle: ten views without a click\n\n{:<20}{:>12}{:>8}{:>9}{:>8}{:>11}{:>8}{:>10}{:>11}{:>8}\n",
        greedy.views, "", "repetition", "", "NDCG@8", "", "discovery", "", "idle", "identical", "new"
    );
    for (name, figures) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{name:<20}{:>12.4}{:>+8.1}{:>9.4}{:>+8.1}{:>11.4}{:>+8.1}{:>10.1}{:>11.4}{:>8.4}",
            figures.repetition,
            change(figures.repetition, greedy.repetition),
            figures.ndcg8,
            change(figures.ndcg8, greedy.ndcg8),
            figures.discovery,
            change(figures.discovery, greedy.discovery),
            figures.idle_products,
            figures.idle_identical,
            figures.idle_new,
        );
    }
    let _ = writeln!(text, "\nparameters: {parameters}");
    text
}
