//! `attune evaluate`: measures on one log what another one teaches.

use super::comparison::{Comparison, measure};
use super::log_options::LogOptions;
use super::parameters;
use super::training::Training;
use crate::failure::Failure;
use crate::output::{self, Format};
use attune_learn::Parameters;
use attune_learn::index::{Built, Target};
use attune_learn::metrics::Metrics;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune evaluate --train train.tsv.gz --test test.tsv.gz\n  \
    attune evaluate --train yoochoose-train.dat --test yoochoose-test.dat --columns session=1,time=2,item=3 --format json\n  \
    attune evaluate --train events-train.csv --test events-test.csv --events view --gap 30m\n\n\
    Every prefix of every test session predicts its next click, against all training products. Parameters are chosen on\n\
    a part of the training data (its last day, or its last 5 % where a day would be more), never on the test file.\n\
    Rows may be in any order. A product that the training file does not have is a miss as a next click, and says nothing before.")]
pub(crate) struct Options {
    /// Click log to learn from
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Click log to measure on
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Recommend the current product too
    #[arg(long)]
    include_current: bool,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    log: LogOptions,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let training = Training::run(&options.train, &options.test, &options.log)?;
    let Training { parameters, built, noise, test, test_noise, .. } = &training;
    let metrics = measure(&built.bytes, built, test, options.include_current)?;
    if metrics.predictions == 0 {
        return Err(Failure::new(
            format!("no session of two clicks in {}: {test_noise}", options.test.display()),
            "give a log with sessions, or name its columns: --columns session=..,item=..,time=..",
        ));
    }
    if 10 * metrics.unknown_targets > 9 * metrics.predictions {
        warn_of_unknown_targets(options, &training, &metrics);
    }
    if options.format == Format::Json {
        for (path, noise) in [(&options.train, noise), (&options.test, test_noise)] {
            if noise.is_doubtful() {
                output::print_error(&format!("{}: {noise}\n", path.display()));
            }
        }
        return output::print_json(&json(&metrics, built, parameters));
    }
    let mut comparison = Comparison::of(metrics, built, test, options.include_current);
    comparison.add_peers(&training.train, &Target::of(training.items.len()))?;
    let excluded = if options.include_current { "" } else { "; the current product is not recommended" };
    output::print(&format!(
        "{} predictions, {} of products that no training session has (never right){excluded}\n\n{}\nparameters: {}{}\n\n{}: {noise}\n{}: {test_noise}\n",
        metrics.predictions,
        metrics.unknown_targets,
        comparison.table(),
        parameters::text(parameters),
        training.tuning.as_ref().map_or(String::new(), |tuning| format!(
            "\n  chosen from {} by {} held-out predictions of the training data",
            tuning.tried, tuning.metrics.predictions
        )),
        options.train.display(),
        options.test.display(),
    ))
}

/// Warns that the two logs may name products by different ids.
fn warn_of_unknown_targets(options: &Options, training: &Training, metrics: &Metrics) {
    let ids = training.items.keys().take(3).collect::<Vec<_>>().join(", ");
    output::print_error(&format!(
        "attune: {} of {} next clicks are of products that no training session has; are these ids of one kind?\n  \
         {}: {ids}\n  {}: {}\n",
        metrics.unknown_targets,
        metrics.predictions,
        options.train.display(),
        options.test.display(),
        training.test_noise,
    ));
}

fn json(metrics: &Metrics, built: &Built, parameters: &Parameters) -> serde_json::Value {
    let named: serde_json::Map<_, _> =
        parameters.named().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    serde_json::json!({
        "hr20": metrics.hr20,
        "mrr20": metrics.mrr20,
        "ndcg20": metrics.ndcg20,
        "coverage20": metrics.coverage20,
        "predictions": metrics.predictions,
        "query_us_p50": metrics.query_us_p50,
        "index_bytes": built.bytes.len(),
        "parameters": named,
    })
}
