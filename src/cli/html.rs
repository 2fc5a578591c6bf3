//! `attune html`: the slot scanner on a page of standard input.

use crate::failure::Failure;
use attune_command::output::describe::give_up;
use attune_core::html::{Outcome, Selector, SlotContent, Splicer};
use clap::{Args, Subcommand};
use std::io::{BufWriter, Read, Write};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Replace the inside of every element that a selector matches
    Replace(ReplaceOptions),
}

#[derive(Args)]
#[command(
    after_help = "Example:\n  attune html replace --selector '[data-slot=\"hero\"]' --with '<p>Hello</p>' --chunk 7 < in.html > out.html"
)]
pub(crate) struct ReplaceOptions {
    /// Which elements: one compound of tag, #id, .class, [attr] and [attr="value"]
    #[arg(long)]
    selector: String,
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

fn replace(ReplaceOptions { selector, with, chunk }: &ReplaceOptions) -> Result<(), Failure> {
    let parsed: Selector = selector.parse().map_err(|error| {
        Failure::new(
            format!("the selector {selector} cannot be used: {error}"),
            "write one element, such as '[data-slot=\"hero\"]'",
        )
    })?;
    let broken = |error: &dyn std::fmt::Display| {
        Failure::new(format!("the page cannot be rewritten: {error}"), "use a shorter selector")
    };
    let mut splicer =
        Splicer::new([(parsed, SlotContent::Html(with.as_bytes().to_vec()))]).map_err(|error| broken(&error))?;
    let mut input = std::io::stdin().lock();
    let mut output = BufWriter::new(std::io::stdout().lock());
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

/// Reads until the buffer is full or the input ends, so that every chunk but the last has the size of the buffer.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut at = 0;
    while let Some(rest) = buffer.get_mut(at..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(read) => at += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}

fn send(output: &mut impl Write, bytes: &[u8], written: &mut std::io::Result<()>) {
    if written.is_ok() {
        *written = output.write_all(bytes);
    }
}

/// Prints to standard error which elements were not filled. A page without a filled element is no failure: the command
/// has passed it through.
fn report(outcomes: &[Outcome]) {
    if outcomes.is_empty() {
        eprintln!("attune: nothing matched; the page is unchanged");
    }
    for outcome in outcomes {
        if let Outcome::GivenUp { reason, .. } = outcome {
            eprintln!("attune: one element keeps its content: {}", give_up(*reason));
        }
    }
}
