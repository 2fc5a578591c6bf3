//! `attune decide --batch`: one decision for each line, on all cores, in the order of the input.

use super::batch_segments::SegmentList;
use super::decide::Options;
use super::line::LineReader;
use super::site::LoadedSite;
use crate::failure::Failure;
use crate::input::{self, Block, Lines};
use crate::output::describe::grouped;
use crate::{output, workers};
use attune_core::decide::{Observer, Reason};
use attune_core::page::push_channel;
use attune_core::profile::json::AskReader;
use attune_core::recommend::{FillCards, Recommender};
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

/// Bad lines that standard error names one by one; the answers name all of them.
const NAMED_MAX: u64 = 20;

/// Answers say recommended products as data, so that no cards are written.
struct ProductsAsData;

impl Observer for ProductsAsData {
    const FILL_CARDS: FillCards = Recommender::fill_unwritten;

    fn passed_over(&mut self, _: usize, _: usize, _: Reason) {}
}

/// The answers to a block of lines.
struct Answers {
    text: String,
    decided: u64,
    /// Lines that could not be decided, by their number.
    bad: Vec<(u64, String)>,
}

pub(crate) fn run(options: &Options, file: &Path) -> Result<(), Failure> {
    let site = LoadedSite::read(&options.dir, &options.artifacts)?;
    let keys = options.keys.as_deref().map(input::read_key_ring).transpose()?;
    let reader = LineReader::new(&site, keys.as_ref(), options.url.as_deref(), &options.moment)?;
    let segments = options.segments.then(|| SegmentList::of(&site.loaded));
    let mut lines = Lines::open(file)?;
    let start = Instant::now();
    let (mut decided, mut bad) = (0, 0);
    let mut out = std::io::stdout().lock();
    workers::run(
        workers::threads(options.threads),
        || lines.next_block(),
        |block| answers(&site, &reader, segments.as_ref(), &block),
        |answers| {
            decided += answers.decided;
            for (number, problem) in answers.bad {
                bad += 1;
                if bad <= NAMED_MAX {
                    output::print_error(&format!("line {number}: {problem}\n"));
                }
            }
            out.write_all(answers.text.as_bytes()).map_err(|error| match error.kind() {
                // The reader needs no more answers.
                std::io::ErrorKind::BrokenPipe => Failure::No,
                _ => Failure::new(format!("cannot write to standard output: {error}"), "the rest was not decided"),
            })
        },
    )?;
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shown")]
    let rate = (decided as f64 / seconds.max(0.001)) as u64;
    let bad_count = if bad > 0 { format!(", {} bad", grouped(bad)) } else { String::new() };
    output::print_error(&format!(
        "{} decided{bad_count}, {seconds:.1} s, {} a second\n",
        grouped(decided),
        grouped(rate)
    ));
    if bad > 0 { Err(Failure::No) } else { Ok(()) }
}

fn answers(site: &LoadedSite, reader: &LineReader, segments: Option<&SegmentList>, block: &Block) -> Answers {
    let mut answers = Answers { text: String::with_capacity(block.byte_count() * 4), decided: 0, bad: Vec::new() };
    let mut asks = AskReader::default();
    for (number, line) in block.lines() {
        match answer(site, reader, &mut asks, segments, number, line, &mut answers.text) {
            Ok(()) => answers.decided += 1,
            Err(problem) => push_problem(&mut answers, number, &problem),
        }
    }
    answers
}

/// Decides for one line, and writes the answer: the number of the line, the customer and their segments, then the
/// decision. Nothing is written for a line that cannot be decided.
fn answer(
    site: &LoadedSite,
    reader: &LineReader,
    asks: &mut AskReader,
    segments: Option<&SegmentList>,
    number: u64,
    line: &[u8],
    out: &mut String,
) -> Result<(), String> {
    let mut ask = reader.parse(asks, line)?;
    let customer = ask.customer.take();
    let mut input = reader.input(ask)?;
    let prepared = input.prepare(site).map_err(|failure| failure.to_string())?;
    let mut evaluation = prepared.evaluation();
    let slots = prepared.decide(&mut evaluation, &mut ProductsAsData);
    // Writing into a text has no way to fail.
    let _ = write!(out, "{{\"line\":{number},");
    if let Some(customer) = customer {
        out.push_str("\"customer\":");
        push_json_text(&customer, out);
        out.push(',');
    }
    if let Some(segments) = segments {
        out.push_str("\"segments\":");
        segments.push_json(&mut evaluation, out);
        out.push(',');
    }
    push_channel(out, &site.loaded, &slots, prepared.effective, &evaluation);
    out.push('\n');
    Ok(())
}

/// Writes a text as `serde_json` does.
fn push_json_text(text: &str, out: &mut String) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\' && byte != 0x7f;
    if text.bytes().all(is_plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&json!(text).to_string());
    }
}

fn push_problem(answers: &mut Answers, number: u64, problem: &str) {
    let problem = problem.lines().next().unwrap_or("").to_owned();
    // Writing into a text has no way to fail.
    let _ = writeln!(answers.text, "{}", json!({ "line": number, "error": problem }));
    answers.bad.push((number, problem));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_written_as_serde_json_writes_one() {
        for text in ["", "C-1", "a\"b", "a\\b", "a\nb", "Zo\u{eb}", "\u{7f}", "\u{1f}", "\u{1F381}"] {
            let mut out = String::new();
            push_json_text(text, &mut out);
            assert_eq!(out, json!(text).to_string());
        }
    }
}
