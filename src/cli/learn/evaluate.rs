//! `attune evaluate`: what a log teaches about another.

use super::args::{EvaluateOptions, LogOptions};
use super::table::{Line, table};
use super::{broken, chosen, progress, shown};
use crate::args::Format;
use crate::failure::Failure;
use crate::io;
use attune_core::artifacts::index::Index;
use attune_learn::held_out::HeldOut;
use attune_learn::index::{Built, Target, build};
use attune_learn::items::Items;
use attune_learn::log::{Products, Source, read};
use attune_learn::metrics::Metrics;
use attune_learn::sessions::{SessionLog, Sessions};
use attune_learn::tune::Tuning;
use attune_learn::{Noise, Parameters, baselines, evaluate};
use std::path::Path;

pub(crate) fn run(options: &EvaluateOptions) -> Result<(), Failure> {
    let mut items = Items::default();
    let source = |path| super::source(path, false, &options.log);
    let (train, noise) = log(&source(&options.train), &mut Products::Growing(&mut items))?;
    let (parameters, tuned, built) = learned(&train, &noise, &items, &options.log, &options.train)?;
    let (test, test_noise) = log(&source(&options.test), &mut Products::Known(&items))?;
    let sessions = test_sessions(&test)?;
    let measure = |bytes: &[u8]| -> Result<Metrics, Failure> {
        let index = Index::load(bytes).map_err(|error| broken(error.into()))?;
        Ok(evaluate(&index, &built.popularity, &sessions, options.include_current))
    };
    let metrics = measure(&built.bytes)?;
    if metrics.predictions == 0 {
        return Err(Failure::new(
            format!("no session of two clicks in {}: {test_noise}", options.test.display()),
            "give a log with sessions, or name its columns: --columns session=..,item=..,time=..",
        ));
    }
    if 10 * metrics.unknown_targets > 9 * metrics.predictions {
        let ids = items.keys().take(3).collect::<Vec<_>>().join(", ");
        io::tell(&format!(
            "attune: {} of {} next clicks are of products that no training session has; are these ids of one kind?\n  \
             {}: {ids}\n  {}: {test_noise}\n",
            metrics.unknown_targets,
            metrics.predictions,
            options.train.display(),
            options.test.display(),
        ));
    }
    if options.format == Format::Json {
        for (path, noise) in [(&options.train, &noise), (&options.test, &test_noise)] {
            if noise.is_doubtful() {
                io::tell(&format!("{}: {noise}\n", path.display()));
            }
        }
        return io::print_json(&report(&metrics, &built, &parameters));
    }
    let mut lines = vec![Line { name: "attune", metrics, index_bytes: built.bytes.len() }];
    for (name, bytes) in [
        ("item-kNN", baselines::item_knn(&train, &built.popularity, &Target::of(items.len())).map_err(broken)?),
        ("popularity", baselines::popularity_only(&built.popularity).map_err(broken)?),
    ] {
        lines.push(Line { name, metrics: measure(&bytes)?, index_bytes: bytes.len() });
    }
    let known = if options.include_current { "" } else { "; the current product is not recommended" };
    io::print(&format!(
        "{} predictions, {} of products that no training session has (never right){known}\n\n{}\nparameters: {}{}\n\n{}: {noise}\n{}: {test_noise}\n",
        metrics.predictions,
        metrics.unknown_targets,
        table(&lines),
        shown(&parameters),
        tuned.map_or(String::new(), |tuning| format!(
            "\n  chosen from {} by {} held-out predictions of the training data",
            tuning.tried, tuning.metrics.predictions
        )),
        options.train.display(),
        options.test.display(),
    ))
}

/// Parameters, how they were chosen, and the index that they give.
pub(super) fn learned(
    train: &SessionLog,
    noise: &Noise,
    items: &Items,
    options: &LogOptions,
    path: &Path,
) -> Result<(Parameters, Option<Tuning>, Built), Failure> {
    let given = options.parameters;
    if items.is_empty() {
        let help = if noise.is_mostly_untimed() {
            super::TIMES
        } else {
            "name the columns: --columns session=..,item=..,time=..; write times as 2026-11-21 18:30:00, or in seconds since 1970"
        };
        return Err(Failure::new(format!("no click can be used of {}: {noise}", path.display()), help));
    }
    let held_out = if given.is_none() { HeldOut::of(train, options.memory).map_err(broken)? } else { None };
    let (parameters, tuned) = chosen(held_out.as_ref(), items.len(), given)?;
    drop(held_out);
    let built = build(train, &parameters, &Target::of(items.len())).map_err(broken)?;
    Ok((parameters, tuned, built))
}

/// All sessions of a log, in one piece.
pub(super) fn test_sessions(log: &SessionLog) -> Result<Sessions, Failure> {
    let mut sessions = Sessions::default();
    for chunk in log.chunks() {
        let chunk = chunk.map_err(broken)?;
        chunk.iter().zip(&chunk.ends_ms).for_each(|(items, end_ms)| sessions.push(items, *end_ms));
    }
    Ok(sessions)
}

/// Reads a log with a progress bar.
pub(super) fn log(source: &Source<'_>, products: &mut Products<'_>) -> Result<(SessionLog, Noise), Failure> {
    let mut noise = Noise::default();
    let bar = progress::file(Path::new(source.path));
    let log = read(source, products, &mut noise, &mut |bytes| bar.set_position(bytes)).map_err(broken)?;
    bar.finish_and_clear();
    Ok((log, noise))
}

fn report(metrics: &Metrics, built: &Built, parameters: &Parameters) -> serde_json::Value {
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
