//! `attune learn`: logs to a recommendation index.

pub(crate) mod args;
pub(crate) mod evaluate;
mod ordinals;
mod pairs;
mod progress;
pub(crate) mod rotate;
mod table;

use crate::failure::Failure;
use crate::io;
use args::{LearnOptions, LogOptions};
use attune_core::artifacts::index::Index;
use attune_learn::held_out::{HeldOut, known_only};
use attune_learn::index::{Built, Target, build};
use attune_learn::input::TimeFormat;
use attune_learn::log::{Products, Source};
use attune_learn::ordinals::Ordinals;
use attune_learn::sessions::{SessionLog, Sessions};
use attune_learn::tune::{Tuning, measure, steps_max, tune};
use attune_learn::{LearnError, Parameters, baselines, evaluate as figures};
use ordinals::Numbers;
use std::fmt::Write;
use std::path::Path;
use table::{Line, table};

/// A failure of the library, with the remedy.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn broken(error: LearnError) -> Failure {
    let help = match &error {
        LearnError::Foreign { help, .. } => help,
        LearnError::Column { .. } => {
            "name the columns: --columns session=..,item=..,time=.. (or their numbers, from 1, where there is no line of names)"
        }
        LearnError::TimeOrder { .. } => "say which: --time-format day-first, or --time-format month-first",
        LearnError::Format { .. } => {
            "say the format with --input, or give TSV, CSV, JSON lines or Parquet (plain, snappy, gzip, zstd or lz4)"
        }
        LearnError::Encode(_) | LearnError::Budget { .. } => "give a larger --budget, or leave products out of the log",
        LearnError::Ordinals(_) => "restore it from a copy, or begin with new numbers: --new-epoch",
        _ => "see `attune learn --help`",
    };
    Failure::new(error.to_string(), help)
}

/// What to do about times that cannot be read.
const TIMES: &str =
    "say how times are written: --time-format day-first, month-first, or a pattern such as \"%d %b %Y %H:%M\"";

fn source<'a>(path: &'a Path, orders: bool, options: &'a LogOptions) -> Source<'a> {
    Source {
        path,
        format: options.input.map(Into::into),
        columns: &options.columns,
        orders,
        memory_bytes: options.memory,
        events: &options.events,
        gap: options.gap.unwrap_or_default(),
        time_format: options.time_format.as_ref().unwrap_or(&TimeFormat::Told),
    }
}

fn shown(parameters: &Parameters) -> String {
    parameters.named().map(|(name, value)| format!("{name} {value}")).join(", ")
}

/// Parameters as given, or tuned on what was held out; where nothing was, the defaults.
fn chosen(
    held_out: Option<&HeldOut>,
    items: usize,
    given: Option<Parameters>,
) -> Result<(Parameters, Option<Tuning>), Failure> {
    let (None, Some(held_out)) = (given, held_out) else { return Ok((given.unwrap_or_default(), None)) };
    let bar = progress::steps(steps_max(), "tuning");
    let tuning = tune(held_out, items, || bar.inc(1)).map_err(broken)?;
    bar.finish_and_clear();
    Ok((tuning.parameters, Some(tuning)))
}

pub(crate) fn run(options: &LearnOptions) -> Result<(), Failure> {
    let items_path = options.items.clone().unwrap_or_else(|| ordinals::beside(&options.out));
    if let Some(path) = &options.pairs {
        return pairs::run(path, options, &items_path);
    }
    let mut numbers = match &options.catalog {
        Some(path) => ordinals::of_catalog(path, &options.out)?,
        None => ordinals::read(&items_path, &options.out, options.new_epoch)?,
    };
    let before = numbers.ordinals.items.len();
    let mut log = SessionLog::default();
    let (mut report, mut untimed) = (String::new(), false);
    for (path, orders) in [(&options.sessions, false), (&options.orders, true)] {
        let Some(path) = path else { continue };
        let mut products = match numbers.groups.as_slice() {
            [] => Products::Growing(&mut numbers.ordinals.items),
            groups => Products::Catalogued(&numbers.ordinals.items, groups),
        };
        let (part, noise) = evaluate::log(&source(path, orders, &options.log), &mut products)?;
        log.append(part);
        untimed |= noise.is_mostly_untimed();
        let _ = writeln!(report, "{}: {noise}", path.display());
    }
    let Numbers { mut ordinals, previous, groups } = numbers;
    let items = ordinals.items.len();
    if log.is_empty() {
        let help = if untimed { TIMES } else { "name the columns: --columns session=..,item=..,time=.." };
        return Err(Failure::new(format!("nothing to learn from\n  {}", report.trim_end()), help));
    }
    if ordinals.epoch == 0 {
        ordinals.epoch = Ordinals::first_epoch(&ordinals.items);
    }
    let target = Target { items, epoch: ordinals.epoch, budget_bytes: options.budget, groups: &groups };
    let held_out = HeldOut::of(&log, options.log.memory).map_err(broken)?;
    let (parameters, tuning) = chosen(held_out.as_ref(), items, options.log.parameters)?;
    let built = build(&log, &parameters, &target).map_err(broken)?;
    report.push_str(&report_built(&built, &ordinals, before, &parameters));
    if let Some(held_out) = &held_out {
        let compared = Compared { held_out, parameters: &parameters, target };
        report.push_str(&compared.report(previous.as_deref(), tuning.as_ref())?);
    } else {
        report.push_str("nothing was held out (baskets have no next click), so nothing is measured\n");
    }
    // The numbers first: an index whose numbers are lost is worth nothing. Those of a catalogue are kept beside it.
    if options.catalog.is_none() {
        io::write(&items_path, ordinals.to_text().as_bytes())?;
    }
    io::write(&options.out, &built.bytes)?;
    if let (Some(_), Some(peak_kb)) = (options.log.memory, peak_memory_kb()) {
        let _ =
            writeln!(report, "memory: {} MB at most, with the products, their neighbours and tuning", peak_kb / 1_000);
    }
    io::print(&report)
}

/// The most memory that this process has had, where the system tells.
fn peak_memory_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// What was built.
fn report_built(built: &Built, ordinals: &Ordinals, before: usize, parameters: &Parameters) -> String {
    let items = ordinals.items.len();
    format!(
        "{} sessions, {items} products ({} new), epoch {}\nindex: {} bytes, {:.0} a product{}\nparameters: {}\n",
        built.popularity.sessions_total,
        items - before,
        ordinals.epoch,
        built.bytes.len(),
        per_item(built.bytes.len(), items),
        room(built, items),
        shown(parameters),
    )
}

/// What a budget costs, where it does.
fn room(built: &Built, items: usize) -> String {
    if built.entries_kept == built.entries_found {
        return String::new();
    }
    let [kept, found] = [built.entries_kept, built.entries_found].map(|entries| per_item(entries, items));
    format!(
        "\n--budget has room for {kept:.1} of {found:.1} neighbours of a product; products that are clicked often keep more"
    )
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn per_item(all: usize, items: usize) -> f64 {
    all as f64 / items.max(1) as f64
}

/// This build against its baselines and the one before, on what was held out.
struct Compared<'a> {
    held_out: &'a HeldOut,
    parameters: &'a Parameters,
    target: Target<'a>,
}

impl Compared<'_> {
    fn report(&self, previous: Option<&[u8]>, tuning: Option<&Tuning>) -> Result<String, Failure> {
        let Self { held_out, parameters, target } = self;
        let train = &held_out.train;
        let (metrics, built) = measure(train, &held_out.test, parameters, target).map_err(broken)?;
        let known: Sessions = known_only(&held_out.test, &built.popularity);
        let mut lines = vec![Line { name: "attune", metrics, index_bytes: built.bytes.len() }];
        let mut add = |name, bytes: &[u8]| -> Result<(), Failure> {
            let index = Index::load(bytes).map_err(|error| broken(error.into()))?;
            let metrics = figures(&index, &built.popularity, &known, false);
            lines.push(Line { name, metrics, index_bytes: bytes.len() });
            Ok(())
        };
        add("item-kNN", &baselines::item_knn(train, &built.popularity, target).map_err(broken)?)?;
        add("popularity", &baselines::popularity_only(&built.popularity).map_err(broken)?)?;
        if let Some(previous) = previous {
            add("previous build", previous)?;
        }
        let tried = tuning.map_or(String::new(), |tuning| format!(", chosen from {}", tuning.tried));
        let mut text = format!(
            "\non {} held-out predictions, {} of new products{tried}:\n{}",
            metrics.predictions,
            metrics.unknown_targets,
            table(&lines)
        );
        if previous.is_some() {
            text.push_str("(the previous build may have learned from the held-out sessions)\n");
        }
        if let Some(tuning) = tuning.filter(|_| built.entries_kept < built.entries_found) {
            let _ = writeln!(
                text,
                "with room for all neighbours HR@20 would be {:.4}, MRR@20 {:.4}",
                tuning.metrics.hr20, tuning.metrics.mrr20
            );
        }
        Ok(text)
    }
}
