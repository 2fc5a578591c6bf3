//! An export to the bucket of a site's control Worker, which writes an object and a step of it at a time.

use super::piece::Piece;
use crate::failure::Failure;
use crate::output::describe::{counted, grouped};
use crate::output::{self, progress};
use crate::publishing::Ledger;
use indicatif::ProgressBar;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::fmt::Write as _;

/// A run, which may have begun in a process that was ended: the bucket knows it until it is over.
#[derive(Deserialize)]
struct Run {
    run: String,
}

/// What a step has done.
#[derive(Deserialize)]
struct Step {
    state: State,
    /// Of the object so far.
    #[serde(default)]
    rows: u64,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It was written before, by this run or when its day was settled.
    Kept,
    /// It is not whole yet.
    Part,
    Whole,
}

/// Writes every piece, and then the views that results are computed with.
pub(super) fn write(ledger: &Ledger, pieces: &[Piece], again: bool, sql: &[u8]) -> Result<(), Failure> {
    let Run { run } = ledger.export("run", &[], &[])?;
    let bar = progress::steps(pieces.len() as u64, "objects");
    let written = write_all(ledger, pieces, again, &run, &bar);
    bar.finish_and_clear();
    let (objects, kept, rows) = written?;
    let _: IgnoredAny = ledger.export("results.sql", &[], sql)?;
    let mut text = format!(
        "wrote    {} with {} rows to the bucket of {}\n",
        counted(objects, "object"),
        grouped(rows),
        ledger.address()
    );
    if kept > 0 {
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "kept     {} that were written before", counted(kept, "object"));
    }
    output::print(&text)
}

/// The answer is how many objects were written, how many were kept, and how many rows were written.
fn write_all(
    ledger: &Ledger,
    pieces: &[Piece],
    again: bool,
    run: &str,
    bar: &ProgressBar,
) -> Result<(usize, usize, u64), Failure> {
    let (mut written, mut kept, mut rows) = (0, 0, 0);
    for piece in pieces {
        let step = loop {
            let step = step(ledger, piece, again, run)?;
            if step.state != State::Part {
                break step;
            }
            bar.set_message(format!("{} rows", grouped(rows + step.rows)));
        };
        bar.inc(1);
        if step.state == State::Kept {
            kept += 1;
        } else {
            written += 1;
            rows += step.rows;
        }
    }
    Ok((written, kept, rows))
}

fn step(ledger: &Ledger, piece: &Piece, again: bool, run: &str) -> Result<Step, Failure> {
    let day = piece.day.map_or_else(|| "all".to_owned(), |day| day.to_string());
    let (shard, settled) = (piece.shard.to_string(), piece.settled_s().map(|settled_s| settled_s.to_string()));
    let mut query = vec![("run", run), ("kind", piece.kind.name()), ("day", &day), ("shard", &shard)];
    if let Some(settled) = settled.as_deref().filter(|_| !again) {
        query.push(("settled", settled));
    }
    ledger.export("object", &query, &[])
}
