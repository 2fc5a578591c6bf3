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
use attune_core::page::channel;
use attune_core::recommend::{FillCards, Recommender};
use serde_json::json;
use std::io::Write;
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
    text: Vec<u8>,
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
            out.write_all(&answers.text).map_err(|error| match error.kind() {
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
    let mut answers = Answers { text: Vec::with_capacity(block.byte_count() * 2), decided: 0, bad: Vec::new() };
    for (number, line) in block.lines() {
        match decide(site, reader, segments, line) {
            Ok(answer) => {
                answers.decided += 1;
                push_answer(&mut answers.text, number, &answer);
            }
            Err(problem) => push_problem(&mut answers, number, &problem),
        }
    }
    answers
}

/// The answer to one line.
struct Answer {
    customer: Option<Box<str>>,
    /// The segments of the customer, as JSON.
    segments: Option<String>,
    /// The decision, as JSON.
    decision: String,
}

fn decide(
    site: &LoadedSite,
    reader: &LineReader,
    segments: Option<&SegmentList>,
    line: &[u8],
) -> Result<Answer, String> {
    let mut ask = reader.parse(line)?;
    let customer = ask.customer.take();
    let mut input = reader.input(ask)?;
    let prepared = input.prepare(site).map_err(|failure| failure.to_string())?;
    let mut evaluation = prepared.evaluation();
    let slots = prepared.decide(&mut evaluation, &mut ProductsAsData);
    let segments = segments.map(|segments| segments.json(&mut evaluation));
    Ok(Answer { customer, segments, decision: channel(&site.loaded, &slots, prepared.effective, &evaluation) })
}

/// Writes an answer: the number of its line, the customer and their segments, then the decision.
fn push_answer(out: &mut Vec<u8>, number: u64, answer: &Answer) {
    // Writing into a vector has no way to fail.
    let _ = write!(out, "{{\"line\":{number}");
    if let Some(customer) = &answer.customer {
        out.extend_from_slice(b",\"customer\":");
        let _ = serde_json::to_writer(&mut *out, customer);
    }
    if let Some(segments) = &answer.segments {
        out.extend_from_slice(b",\"segments\":");
        out.extend_from_slice(segments.as_bytes());
    }
    out.push(b',');
    out.extend_from_slice(answer.decision.strip_prefix('{').unwrap_or(&answer.decision).as_bytes());
    out.push(b'\n');
}

fn push_problem(answers: &mut Answers, number: u64, problem: &str) {
    let problem = problem.lines().next().unwrap_or("").to_owned();
    // Writing into a vector has no way to fail.
    let _ = writeln!(answers.text, "{}", json!({ "line": number, "error": problem }));
    answers.bad.push((number, problem));
}
