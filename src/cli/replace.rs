//! `attune html replace`.

use crate::failure::Failure;
use attune_core::html::{GiveUpReason, Outcome, Selector, SlotContent, Splicer};
use std::io::{BufWriter, Read, Write};

pub(crate) fn replace(selector: &str, with: &str, chunk: u32) -> Result<(), Failure> {
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
    let mut buffer = vec![0; usize::try_from(chunk).unwrap_or(65_536)];
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

/// Reads until the buffer is full or the input ends, so that every chunk but the last has the asked size.
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

/// Says on standard error what became of each element that matched. A page where nothing is filled is not a
/// failure: it has been passed through.
fn report(outcomes: &[Outcome]) {
    if outcomes.is_empty() {
        eprintln!("attune: nothing matched; the page is unchanged");
    }
    for outcome in outcomes {
        if let Outcome::GivenUp { reason, .. } = outcome {
            eprintln!("attune: one element keeps its content: {}", sentence(*reason));
        }
    }
}

fn sentence(reason: GiveUpReason) -> &'static str {
    match reason {
        GiveUpReason::Overflow => "it is larger than 64 KB",
        GiveUpReason::EndOfFile => "the page ends before its end tag",
        GiveUpReason::StrayEndTag => "an end tag comes that it did not open",
        GiveUpReason::ImpliedEnd => "another tag ends it before its end tag",
        GiveUpReason::TooDeep => "too many elements are open in it",
        GiveUpReason::NotFillable => "where it ends is not certain, or it has no content",
        GiveUpReason::InTemplate => "it is in a <template>",
        GiveUpReason::InForeign => "it is in SVG or MathML",
        GiveUpReason::InTable => "it is in a table, outside of any cell",
        GiveUpReason::MovedOut => "it is a table, and a browser moves out of it what stands in none of its cells",
        GiveUpReason::Unsure => "an end tag before it may have ended SVG or MathML, or nothing",
        _ => "the scanner does not fill it",
    }
}
