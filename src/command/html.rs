//! `attune html`: the slot scanner on a page of standard input.

use crate::failure::Failure;
use crate::host::{host, print_error};
use crate::output::describe::give_up;
use attune_core::html::{ElementEdit, Outcome, Selector, SlotContent, Splicer};
use clap::{Args, Subcommand};
use std::io::{self, BufWriter, Read, Write};

#[derive(Subcommand)]
pub enum Command {
    /// Replace the inside of every element that a selector matches
    Replace(ReplaceOptions),
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  attune html replace --selector '[data-slot=\"hero\"]' --with '<p>Hello</p>' --chunk 7 < in.html > out.html"
)]
pub struct ReplaceOptions {
    /// Which elements: one compound of tag, #id, .class, [attr] and [attr="value"]
    #[arg(long)]
    selector: String,
    /// Only in this part of it, the first that matches: as `elements` of a slot names it
    #[arg(long, value_name = "SELECTOR")]
    element: Option<String>,
    /// HTML to put inside
    #[arg(long)]
    with: String,
    /// Bytes to feed at a time
    #[arg(long, default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(1..))]
    chunk: u32,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Replace(options) => replace(options),
    }
}

fn replace(ReplaceOptions { selector, element, with, chunk }: &ReplaceOptions) -> Result<(), Failure> {
    let slot = parsed(selector)?;
    let inner = with.as_bytes().to_vec();
    let content = match element {
        None => SlotContent::Html(inner),
        Some(element) => {
            let edit = ElementEdit { selector: parsed(element)?, inner: Some(inner), attributes: Vec::new() };
            SlotContent::Edits(vec![edit])
        }
    };
    let broken = |error: &dyn std::fmt::Display| {
        Failure::new(format!("the page cannot be rewritten: {error}"), "use a shorter selector")
    };
    let mut splicer = Splicer::new([(slot, content)]).map_err(|error| broken(&error))?;
    let mut input = host().input();
    let mut output = BufWriter::new(Output);
    let mut buffer = vec![0; usize::try_from(*chunk).unwrap_or(65_536)];
    let mut written = Ok(());
    loop {
        let read = fill(&mut input, &mut buffer)
            .map_err(|error| Failure::new(format!("cannot read standard input: {error}"), "give a page: < in.html"))?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
        splicer.push(piece, |bytes| send(&mut output, bytes, &mut written)).map_err(|error| broken(&error))?;
    }
    let outcomes = splicer.finish(|bytes| send(&mut output, bytes, &mut written)).map_err(|error| broken(&error))?;
    written
        .and_then(|()| output.flush())
        .map_err(|error| Failure::new(format!("cannot write to standard output: {error}"), "check where it goes"))?;
    report(&outcomes);
    Ok(())
}

fn parsed(selector: &str) -> Result<Selector, Failure> {
    selector.parse().map_err(|error| {
        Failure::new(
            format!("the selector {selector} cannot be used: {error}"),
            "write one element, such as '[data-slot=\"hero\"]'",
        )
    })
}

/// Reads until the buffer is full or the input ends, so that every chunk but the last has the size of the buffer.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while let Some(rest) = buffer.get_mut(at..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(read) => at += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}

fn send(output: &mut impl Write, bytes: &[u8], written: &mut io::Result<()>) {
    if written.is_ok() {
        *written = output.write_all(bytes);
    }
}

/// Standard output.
struct Output;

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        host().print(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Prints to standard error which elements were not filled. A page without a filled element is no failure: the command
/// has passed it through.
fn report(outcomes: &[Outcome]) {
    if outcomes.is_empty() {
        print_error("attune: nothing matched; the page is unchanged\n");
    }
    for outcome in outcomes {
        match outcome {
            Outcome::Filled { unmet, .. } => {
                for (_, unmet) in unmet {
                    print_error(&format!("attune: one element keeps its content: {unmet}\n"));
                }
            }
            Outcome::GivenUp { reason, .. } => {
                print_error(&format!("attune: one element keeps its content: {}\n", give_up(*reason)));
            }
        }
    }
}
