//! `attune evaluate`: what a log teaches about another.

use super::failure::broken;
use super::log_options::LogOptions;
use super::table::{Line, table};
use super::training::{Training, TrainingLog};
use super::units::duration_ms;
use super::{log, parameters, rolling};
use crate::failure::Failure;
use crate::output::{self, Format};
use attune_core::artifacts::index::Index;
use attune_learn::evaluation::{Metrics, baselines, evaluate};
use attune_learn::index::Target;
use attune_learn::log::Products;
use attune_learn::sessions::Sessions;
use attune_learn::tuning::Tuning;
use attune_learn::{Noise, Parameters};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "Examples:\n  attune evaluate --train train.tsv.gz --test test.tsv.gz\n  \
    attune evaluate --train yoochoose-train.dat --test yoochoose-test.dat --columns session=1,time=2,item=3 --format json\n  \
    attune evaluate --train events-train.csv --test events-test.csv --events view --gap 30m\n  \
    attune evaluate --train clicks.tsv.gz --rolling 7 --against own=1,decay=2\n\n\
    Every prefix of every test session predicts its next click, against all training products. Parameters are chosen on\n\
    parts of the training data (its last four days, or 5 % each where a day would be more), never on the test file.\n\
    Rows may be in any order. A product that the training file does not have is a miss as a next click, and says nothing before.")]
pub(crate) struct Options {
    /// Click log to learn from
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Click log to measure on
    #[arg(long, value_name = "FILE", required_unless_present = "rolling")]
    test: Option<PathBuf>,
    /// Measure on the last N spans of the training log instead, each after learning and tuning on what is before it; beside
    /// it the parameters of `--against`, and the difference with its standard error
    #[arg(long, value_name = "N", conflicts_with = "test", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rolling: Option<u32>,
    /// Length of the spans of `--rolling`, such as 1d or 12h
    #[arg(long, value_name = "TIME", default_value = "1d", requires = "rolling", value_parser = duration_ms)]
    span: i64,
    /// Parameters that `--rolling` compares with. Default: those that tuning begins with
    #[arg(long, value_name = "NAME=NUMBER,..", requires = "rolling", default_value = "", value_parser = Parameters::parse)]
    against: Parameters,
    /// Recommend the current product too, and tune for that
    #[arg(long)]
    include_current: bool,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    log: LogOptions,
}

impl Options {
    /// What is asked of the last spans of the log.
    fn of_spans(&self) -> rolling::Options<'_> {
        let Self { train, rolling, span, against, include_current, format, log, .. } = self;
        rolling::Options {
            train,
            count: rolling.unwrap_or_default(),
            span_ms: *span,
            against: *against,
            include_current: *include_current,
            format: *format,
            log,
        }
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    // Without spans there is a test file: the options ask for one of the two.
    let Some(test_path) = &options.test else { return rolling::run(&options.of_spans()) };
    let training = Training::of(&options.train, &options.log, options.include_current)?;
    let (test, noise) = log::read(&options.log.clicks(test_path), &mut Products::Known(&training.source.items))?;
    let measurement = Measurement { options, test_path, training: &training, sessions: log::sessions(&test)?, noise };
    let metrics = measurement.metrics(&training.built.bytes)?;
    if metrics.predictions == 0 {
        return Err(Failure::new(
            format!("no session of two clicks in {}: {}", test_path.display(), measurement.noise),
            "give a log with sessions, or name its columns: --columns session=..,item=..,time=..",
        ));
    }
    if 10 * metrics.unknown_targets > 9 * metrics.predictions {
        output::print_error(&measurement.doubt(&metrics));
    }
    match options.format {
        Format::Json => {
            for (path, noise) in [(&options.train, &training.source.noise), (test_path, &measurement.noise)] {
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
    test_path: &'a Path,
    training: &'a Training,
    sessions: Sessions,
    /// What could not be used of the test log.
    noise: Noise,
}

impl Measurement<'_> {
    /// The figures of an index.
    fn metrics(&self, index: &[u8]) -> Result<Metrics, Failure> {
        let index = Index::load(index).map_err(|error| broken(error.into()))?;
        Ok(evaluate(&index, &self.training.built.popularity, &self.sessions, self.options.include_current).metrics)
    }

    /// The question whether both logs are of the same shop.
    fn doubt(&self, metrics: &Metrics) -> String {
        let ids = self.training.source.items.keys().take(3).collect::<Vec<_>>().join(", ");
        format!(
            "attune: {} of {} next clicks are of products that no training session has; are these ids of one kind?\n  \
             {}: {ids}\n  {}: {}\n",
            metrics.unknown_targets,
            metrics.predictions,
            self.options.train.display(),
            self.test_path.display(),
            self.noise,
        )
    }

    /// The figures beside those of the baselines.
    fn text(&self, metrics: Metrics) -> Result<String, Failure> {
        let Training { source: TrainingLog { log, noise, items }, parameters, tuning, built } = self.training;
        let mut lines = vec![Line { name: "attune", metrics, index_bytes: built.bytes.len() }];
        for (name, bytes) in [
            ("item-kNN", baselines::item_knn(log, &built.popularity, &Target::of(items.len())).map_err(broken)?),
            ("popularity", baselines::popularity_only(&built.popularity).map_err(broken)?),
        ] {
            lines.push(Line { name, metrics: self.metrics(&bytes)?, index_bytes: bytes.len() });
        }
        let current = if self.options.include_current { "" } else { "; the current product is not recommended" };
        let tuning = tuning.as_ref().map_or(String::new(), |tuning| {
            let Tuning { tried, predictions, .. } = tuning;
            format!("\n  chosen from {tried} by {predictions} held-out predictions of the training data")
        });
        Ok(format!(
            "{} predictions, {} of products that no training session has (never right){current}\n\n{}\nparameters: {}{tuning}\n\n{}: {noise}\n{}: {}\n",
            metrics.predictions,
            metrics.unknown_targets,
            table(&lines),
            parameters::text(parameters),
            self.options.train.display(),
            self.test_path.display(),
            self.noise,
        ))
    }
}

fn json(metrics: &Metrics, training: &Training) -> serde_json::Value {
    serde_json::json!({
        "hr20": metrics.hr20,
        "mrr20": metrics.mrr20,
        "ndcg20": metrics.ndcg20,
        "coverage20": metrics.coverage20,
        "predictions": metrics.predictions,
        "query_us_p50": metrics.query_us_p50,
        "index_bytes": training.built.bytes.len(),
        "parameters": parameters::json(&training.parameters),
    })
}
