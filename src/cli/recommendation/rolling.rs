//! `attune evaluate --rolling`: the last spans of a log, each measured after learning and tuning on what is before it.

use super::failure::broken;
use super::log_options::LogOptions;
use super::parameters;
use super::training::TrainingLog;
use crate::failure::Failure;
use crate::output::{self, Format, progress};
use attune_learn::Parameters;
use attune_learn::evaluation::{Estimate, Figure, HeldOut, Metrics, Outcome, Paired, Rolling, Span, measure};
use attune_learn::index::Target;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// What is asked.
pub(super) struct Options<'a> {
    pub(super) train: &'a Path,
    /// Number of spans.
    pub(super) count: u32,
    pub(super) span_ms: i64,
    /// Parameters to compare with.
    pub(super) against: Parameters,
    pub(super) include_current: bool,
    pub(super) format: Format,
    pub(super) log: &'a LogOptions,
}

/// What one span says.
struct Line {
    from_ms: i64,
    parameters: Parameters,
    metrics: Metrics,
    /// With the parameters that are compared with.
    against: Metrics,
    difference: Paired,
}

pub(super) fn run(options: &Options<'_>) -> Result<(), Failure> {
    let source = TrainingLog::read(options.train, options.log)?;
    let Some(rolling) = Rolling::of(&source.log, options.span_ms).map_err(broken)? else {
        return Err(Failure::new(
            format!("the sessions of {} have no times, so none is later than another", options.train.display()),
            "name the column with times: --columns time=.., or give a log to measure on: --test",
        ));
    };
    let count = options.count;
    let bar = progress::steps(count.into(), "spans");
    let mut lines = Vec::new();
    // The oldest first, as they came.
    for before_end in (0..count).rev() {
        let span = rolling.span(&source.log, before_end).map_err(broken)?;
        lines.push(measured(options, &source, &span)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    if lines.iter().all(|line| line.metrics.predictions == 0) {
        return Err(Failure::new(
            format!(
                "no session of two clicks in the last {count} spans of {}: {}",
                options.train.display(),
                source.noise
            ),
            "give a log with sessions, or longer spans: --span 7d",
        ));
    }
    match options.format {
        Format::Json => {
            if source.noise.is_doubtful() {
                output::print_error(&format!("{}: {}\n", options.train.display(), source.noise));
            }
            output::print_json(&json(&lines))
        }
        Format::Human => output::print(&text(options, &source, &lines)),
    }
}

/// Learns and tunes on what is before a span, and measures on the span.
fn measured(options: &Options<'_>, source: &TrainingLog, span: &Span) -> Result<Line, Failure> {
    let Span { from_ms, train, test } = span;
    if train.is_empty() {
        return Err(Failure::new(
            format!("no session of {} ends before {}, where a span begins", options.train.display(), moment(*from_ms)),
            "ask for fewer spans with --rolling, or for shorter ones with --span",
        ));
    }
    let (items, include_current, given) = (source.items.len(), options.include_current, options.log.parameters);
    let held_out =
        if given.is_none() { HeldOut::parts(train, options.log.memory).map_err(broken)? } else { Vec::new() };
    let (parameters, _) = parameters::choose(&held_out, items, given, include_current)?;
    drop(held_out);
    let of = |parameters: &Parameters| -> Result<Outcome, Failure> {
        Ok(measure(train, test, parameters, &Target::of(items), include_current).map_err(broken)?.0)
    };
    let (outcome, against) = (of(&parameters)?, of(&options.against)?);
    let mut difference = Paired::default();
    difference.add(test, &outcome, &against);
    Ok(Line { from_ms: *from_ms, parameters, metrics: outcome.metrics, against: against.metrics, difference })
}

fn moment(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |time| time.strftime("%Y-%m-%d %H:%M").to_string())
}

/// The figures of all spans together: every prediction counts as one.
fn total(lines: &[Line], metrics: impl Fn(&Line) -> &Metrics) -> Metrics {
    let mut total = Metrics::default();
    for metrics in lines.iter().map(&metrics) {
        total.predictions += metrics.predictions;
        total.unknown_targets += metrics.unknown_targets;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    let mean = |figure: fn(&Metrics) -> f64| {
        let sums = lines.iter().map(&metrics).map(|metrics| figure(metrics) * metrics.predictions as f64);
        sums.sum::<f64>() / total.predictions.max(1) as f64
    };
    Metrics { hr20: mean(|metrics| metrics.hr20), mrr20: mean(|metrics| metrics.mrr20), ..total }
}

/// The differences of all spans together.
fn differences(lines: &[Line]) -> Paired {
    let mut all = Paired::default();
    for line in lines {
        all.append(&line.difference);
    }
    all
}

fn json(lines: &[Line]) -> Value {
    let figures = |metrics: &Metrics, against: &Metrics, difference: &Paired| {
        let [hits, ranks] = [Figure::Hits, Figure::Ranks].map(|figure| difference.estimate(figure, 0.0));
        json!({
            "predictions": metrics.predictions,
            "hr20": metrics.hr20,
            "mrr20": metrics.mrr20,
            "against": { "hr20": against.hr20, "mrr20": against.mrr20 },
            "difference": {
                "hr20": hits.mean, "hr20_error": hits.error,
                "mrr20": ranks.mean, "mrr20_error": ranks.error,
            },
        })
    };
    let spans: Vec<Value> = lines
        .iter()
        .map(|line| {
            let mut span = figures(&line.metrics, &line.against, &line.difference);
            if let Some(fields) = span.as_object_mut() {
                fields.insert("from".to_owned(), moment(line.from_ms).into());
                fields.insert("parameters".to_owned(), parameters::json(&line.parameters));
            }
            span
        })
        .collect();
    let [metrics, against] = [total(lines, |line| &line.metrics), total(lines, |line| &line.against)];
    json!({ "spans": spans, "all": figures(&metrics, &against, &differences(lines)) })
}

fn text(options: &Options<'_>, source: &TrainingLog, lines: &[Line]) -> String {
    let current = if options.include_current { "" } else { "; the current product is not recommended" };
    let mut text = format!(
        "each span is predicted from what is before it{current}\n\n{:<34}{:>16}{:>16}{:>36}\n{:<18}{:>12}{:>12}{:>8}{:>8}{:>8}{:>18}{:>18}\n",
        "",
        "here",
        "against",
        "difference, with standard error",
        "from (UTC)",
        "predictions",
        "HR@20",
        "MRR@20",
        "HR@20",
        "MRR@20",
        "HR@20",
        "MRR@20"
    );
    for line in lines {
        row(&mut text, &moment(line.from_ms), &line.metrics, &line.against, &line.difference);
    }
    let [metrics, against] = [total(lines, |line| &line.metrics), total(lines, |line| &line.against)];
    row(&mut text, "all", &metrics, &against, &differences(lines));
    text.push_str("\nparameters\n");
    for line in lines {
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "  {}: {}", moment(line.from_ms), parameters::text(&line.parameters));
    }
    let against = parameters::text(&options.against);
    let _ = writeln!(text, "  against: {against}\n\n{}: {}", options.train.display(), source.noise);
    text
}

fn row(text: &mut String, name: &str, metrics: &Metrics, against: &Metrics, difference: &Paired) {
    let shown = |figure| {
        let Estimate { mean, error } = difference.estimate(figure, 0.0);
        format!("{mean:+.4} ±{error:.4}")
    };
    let [hits, ranks] = [Figure::Hits, Figure::Ranks].map(shown);
    // Writing into a string has no way to fail.
    let _ = writeln!(
        text,
        "{name:<18}{:>12}{:>12.4}{:>8.4}{:>8.4}{:>8.4}{hits:>18}{ranks:>18}",
        metrics.predictions, metrics.hr20, metrics.mrr20, against.hr20, against.mrr20
    );
}
