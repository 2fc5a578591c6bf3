//! `attune evaluate`: what a log teaches about another.

use super::failure::broken;
use super::log_options::LogOptions;
use super::table::{Line, table};
use super::training::Training;
use super::{log, parameters};
use crate::failure::Failure;
use crate::output::{self, Format};
use attune_core::artifacts::index::Index;
use attune_learn::Noise;
use attune_learn::evaluation::{Metrics, baselines, evaluate};
use attune_learn::index::Target;
use attune_learn::log::Products;
use attune_learn::sessions::Sessions;
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
    /// Recommend the current product too, and tune for that
    #[arg(long)]
    include_current: bool,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    log: LogOptions,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let training = Training::of(&options.train, &options.log, options.include_current)?;
    let (test, noise) = log::read(&options.log.clicks(&options.test), &mut Products::Known(&training.items))?;
    let measurement = Measurement { options, training: &training, sessions: log::sessions(&test)?, noise };
    let metrics = measurement.metrics(&training.built.bytes)?;
    if metrics.predictions == 0 {
        return Err(Failure::new(
            format!("no session of two clicks in {}: {}", options.test.display(), measurement.noise),
            "give a log with sessions, or name its columns: --columns session=..,item=..,time=..",
        ));
    }
    if 10 * metrics.unknown_targets > 9 * metrics.predictions {
        output::print_error(&measurement.doubt(&metrics));
    }
    match options.format {
        Format::Json => {
            for (path, noise) in [(&options.train, &training.noise), (&options.test, &measurement.noise)] {
                if noise.is_doubtful() {
                    output::print_error(&format!("{}: {noise}\n", path.display()));
                }
            }
            output::print_json(&json(&metrics, &training))
        }
        Format::Human => output::print(&measurement.text(metrics)?),
    }
}

/// What is measured: an index, on the sessions of the test log.
struct Measurement<'a> {
    options: &'a Options,
    training: &'a Training,
    sessions: Sessions,
    /// What could not be used of the test log.
    noise: Noise,
}

impl Measurement<'_> {
    /// The figures of an index.
    fn metrics(&self, index: &[u8]) -> Result<Metrics, Failure> {
        let index = Index::load(index).map_err(|error| broken(error.into()))?;
        Ok(evaluate(&index, &self.training.built.popularity, &self.sessions, self.options.include_current))
    }

    /// The question whether both logs are of the same shop.
    fn doubt(&self, metrics: &Metrics) -> String {
        let ids = self.training.items.keys().take(3).collect::<Vec<_>>().join(", ");
        format!(
            "attune: {} of {} next clicks are of products that no training session has; are these ids of one kind?\n  \
             {}: {ids}\n  {}: {}\n",
            metrics.unknown_targets,
            metrics.predictions,
            self.options.train.display(),
            self.options.test.display(),
            self.noise,
        )
    }

    /// The figures beside those of the baselines.
    fn text(&self, metrics: Metrics) -> Result<String, Failure> {
        let Training { log, noise, items, parameters, tuning, built } = self.training;
        let mut lines = vec![Line { name: "attune", metrics, index_bytes: built.bytes.len() }];
        for (name, bytes) in [
            ("item-kNN", baselines::item_knn(log, &built.popularity, &Target::of(items.len())).map_err(broken)?),
            ("popularity", baselines::popularity_only(&built.popularity).map_err(broken)?),
        ] {
            lines.push(Line { name, metrics: self.metrics(&bytes)?, index_bytes: bytes.len() });
        }
        let current = if self.options.include_current { "" } else { "; the current product is not recommended" };
        let tuning = tuning.as_ref().map_or(String::new(), |tuning| {
            let predictions = tuning.metrics.predictions;
            format!("\n  chosen from {} by {predictions} held-out predictions of the training data", tuning.tried)
        });
        Ok(format!(
            "{} predictions, {} of products that no training session has (never right){current}\n\n{}\nparameters: {}{tuning}\n\n{}: {noise}\n{}: {}\n",
            metrics.predictions,
            metrics.unknown_targets,
            table(&lines),
            parameters::text(parameters),
            self.options.train.display(),
            self.options.test.display(),
            self.noise,
        ))
    }
}

fn json(metrics: &Metrics, training: &Training) -> serde_json::Value {
    let parameters: serde_json::Map<_, _> =
        training.parameters.named().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    serde_json::json!({
        "hr20": metrics.hr20,
        "mrr20": metrics.mrr20,
        "ndcg20": metrics.ndcg20,
        "coverage20": metrics.coverage20,
        "predictions": metrics.predictions,
        "query_us_p50": metrics.query_us_p50,
        "index_bytes": training.built.bytes.len(),
        "parameters": parameters,
    })
}
