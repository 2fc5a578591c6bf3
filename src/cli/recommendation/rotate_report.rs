//! `attune rotate-report`: what rotation costs and gives, beside its alternatives.

use super::failure::broken;
use super::log_options::LogOptions;
use super::training::Training;
use super::{log, parameters};
use crate::failure::Failure;
use crate::output::{self, Format};
use attune_core::artifacts::index::Index;
use attune_learn::evaluation::rotation::{LIST_LEN, Policy, RotationMetrics, replay, strongest};
use attune_learn::log::Products;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Example:\n  attune rotate-report --train train.tsv.gz --test test.tsv.gz\n\n\
    Every test session is played again: after each click a view of eight products, which then count as seen.")]
pub(crate) struct Options {
    /// Click log to learn from
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Click log to play again
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Strengths of rotation to compare
    #[arg(long, value_name = "A", value_delimiter = ',', default_values_t = [0.25, 0.5, 1.0, 2.0], value_parser = strength)]
    strength: Vec<f32>,
    /// What rotation may cost at most, in percent of NDCG@8: the report says the largest `rotation` that does
    #[arg(long, value_name = "PERCENT", default_value_t = 4.0, value_parser = percent)]
    price: f64,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    log: LogOptions,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Training { source, parameters, built, .. } = Training::of(&options.train, &options.log, false)?;
    let (test, test_noise) = log::read(&options.log.clicks(&options.test), &mut Products::Known(&source.items))?;
    let sessions = log::sessions(&test)?;
    let index = Index::load(built.bytes).map_err(|error| broken(error.into()))?;
    let policies = policies(&options.strength).into_iter();
    let lines: Vec<(String, RotationMetrics)> =
        policies.map(|(name, policy)| (name, replay(&index, &sessions, policy))).collect();
    let greedy = lines.first().map(|(_, figures)| *figures).unwrap_or_default();
    let chosen = strongest(&index, &sessions, greedy, options.price / 100.0);
    if options.format == Format::Json {
        let mut report: Vec<_> = lines.iter().map(|(name, figures)| json(name, figures)).collect();
        let mut last = json("chosen", &chosen.1);
        if let Some(fields) = last.as_object_mut() {
            // Through text, so that 0.9 in single precision is 0.9 in double precision.
            let rotation = chosen.0.to_string().parse::<f64>().unwrap_or_default();
            fields.insert("rotation".to_owned(), rotation.into());
        }
        report.push(last);
        return output::print_json(&report);
    }
    let noises = [(&options.train, source.noise), (&options.test, test_noise)];
    let noises = noises.map(|(path, noise)| format!("\n{}: {noise}\n", path.display()));
    let choice = choice(chosen, &greedy, options.price);
    output::print(&(text(&lines, &choice, &parameters::text(&parameters)) + &noises.concat()))
}

/// Rotation of these strengths, and its alternatives.
fn policies(strengths: &[f32]) -> Vec<(String, Policy)> {
    let mut policies = vec![("greedy".to_owned(), Policy::Greedy)];
    policies.extend(strengths.iter().map(|strength| (format!("rotation a = {strength}"), Policy::Rotation(*strength))));
    policies.push(("of scores, a = 0.5".to_owned(), Policy::ScoreDiscount(0.5)));
    policies.push(("of sums, a = 0.5".to_owned(), Policy::SumDiscount(0.5)));
    for times in [2.0, 3.0, 5.0] {
        policies.push((format!("at most {times} times"), Policy::FrequencyCap(times)));
    }
    policies.push(("never again".to_owned(), Policy::Exclusion));
    policies
}

fn json(name: &str, figures: &RotationMetrics) -> serde_json::Value {
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

/// Change in percent.
fn change(value: f64, base: f64) -> f64 {
    if base > 0.0 { (value / base - 1.0) * 100.0 } else { 0.0 }
}

/// The largest rotation within the price, as the configuration says it.
fn choice((strength, figures): (f32, RotationMetrics), greedy: &RotationMetrics, price: f64) -> String {
    let [ndcg, repetition] = [change(figures.ndcg8, greedy.ndcg8), change(figures.repetition, greedy.repetition)];
    format!(
        "rotation = {strength}    # the largest that costs at most {price} % of NDCG@8: {ndcg:+.1} %, repetition {repetition:+.1} %"
    )
}

fn text(lines: &[(String, RotationMetrics)], choice: &str, parameters: &str) -> String {
    let greedy = lines.first().map(|(_, figures)| *figures).unwrap_or_default();
    let mut text = format!(
        "{} views of {LIST_LEN} products; changes against greedy in percent; idle: ten views without a click\n\n{:<20}{:>12}{:>8}{:>9}{:>8}{:>11}{:>8}{:>10}{:>11}{:>8}\n",
        greedy.views, "", "repetition", "", "NDCG@8", "", "discovery", "", "idle", "identical", "new"
    );
    for (name, figures) in lines {
        // Writing into a string has no way to fail.
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
    let _ = writeln!(text, "\n{choice}\n\nparameters: {parameters}");
    text
}

/// Reads a price in percent.
fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok().filter(|percent: &f64| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| format!("`{text}` is not a percentage, 0 to 100"))
}

/// Reads a strength of rotation.
fn strength(text: &str) -> Result<f32, String> {
    let strength = text.parse().ok().filter(|strength: &f32| (0.0..=100.0).contains(strength));
    strength.ok_or_else(|| format!("`{text}` is not a strength, 0 to 100"))
}
