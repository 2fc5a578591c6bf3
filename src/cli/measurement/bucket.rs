//! An export to the bucket of a site's control Worker, which writes an object and a step of it at a time.

use super::piece::{Done, Piece};
use crate::failure::Failure;
use crate::output::describe::{counted, grouped};
use crate::output::{self, progress};
use crate::publishing::Ledger;
use indicatif::ProgressBar;
use serde::Deserialize;
use serde::de::IgnoredAny;

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
    /// Why it cannot be written.
    #[serde(default)]
    message: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It was written before, by this run or when its day was settled.
    Kept,
    /// It is not whole yet.
    Part,
    Whole,
    /// It is larger than the site can write.
    Large,
}

/// Writes every piece. One that cannot be written costs no other.
pub(super) fn write(ledger: &Ledger, pieces: &[Piece], again: bool) -> Result<(), Failure> {
    let Run { run } = ledger.export("run", &[])?;
    let bar = progress::steps(pieces.len() as u64, "objects");
    let written = write_all(ledger, pieces, again, &run, &bar);
    bar.finish_and_clear();
    let (done, lacking) = written?;
    let _: IgnoredAny = ledger.export("end", &[])?;
    output::print(&done.text("object", &format!("the bucket of {}", ledger.address()), "written"))?;
    if lacking.is_empty() { Ok(()) } else { Err(lacked(&lacking)) }
}

fn lacked(lacking: &[String]) -> Failure {
    let text = format!("{} could not be written:\n  {}", counted(lacking.len(), "object"), lacking.join("\n  "));
    Failure::new(text, "export these to a folder, with --out and --day")
}

/// What was done, and what could not be written, each with the reason.
fn write_all(
    ledger: &Ledger,
    pieces: &[Piece],
    again: bool,
    run: &str,
    bar: &ProgressBar,
) -> Result<(Done, Vec<String>), Failure> {
    let (mut done, mut lacking) = (Done::default(), Vec::new());
    for piece in pieces {
        let step = loop {
            let step = step(ledger, piece, again, run)?;
            if step.state != State::Part {
                break step;
            }
            bar.set_message(format!("{} rows", grouped(done.rows + step.rows)));
        };
        bar.inc(1);
        match step.state {
            State::Kept => done.kept += 1,
            State::Large => lacking.push(format!("{}: {}", piece.name("ndjson")?, step.message)),
            State::Part | State::Whole => {
                done.written += 1;
                done.rows += step.rows;
            }
        }
    }
    Ok((done, lacking))
}

fn step(ledger: &Ledger, piece: &Piece, again: bool, run: &str) -> Result<Step, Failure> {
    let day = piece.day.map_or_else(|| "all".to_owned(), |day| day.to_string());
    let (shard, settled) = (piece.shard.to_string(), piece.settled_s().map(|settled_s| settled_s.to_string()));
    let mut query = vec![("run", run), ("kind", piece.kind.name()), ("day", &day), ("shard", &shard)];
    if let Some(settled) = settled.as_deref().filter(|_| !again) {
        query.push(("settled", settled));
    }
    ledger.export("object", &query)
}
