//! What a publication has done, and how long each step took.

use crate::failure::Failure;
use crate::host::host;
use crate::output::{self, Format};
use serde::Serialize;
use std::time::Duration;

#[derive(Serialize)]
pub(super) struct Step {
    name: &'static str,
    ms: u64,
    what: String,
}

/// The steps so far; people see each when it is done.
pub(super) struct Steps {
    since_us: u64,
    format: Format,
    done: Vec<Step>,
}

impl Steps {
    pub(super) fn new(format: Format) -> Self {
        Self { since_us: host().clock_us(), format, done: Vec::new() }
    }

    /// Begins the next step now: what a person took to answer belongs to none.
    pub(super) fn begin(&mut self) {
        self.since_us = host().clock_us();
    }

    /// A step is done.
    pub(super) fn done(&mut self, name: &'static str, what: impl Into<String>) -> Result<(), Failure> {
        let took = Duration::from_micros(host().clock_us().saturating_sub(self.since_us));
        let what = what.into();
        if self.format == Format::Human {
            output::print(&format!("{name:9}{:7.2} s  {what}\n", took.as_secs_f64()))?;
        }
        self.done.push(Step { name, ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX), what });
        self.begin();
        Ok(())
    }

    /// Something that is no step, for people.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        if self.format == Format::Human { output::print(text) } else { Ok(()) }
    }

    /// What came of it.
    pub(super) fn end(&self, outcome: &Outcome) -> Result<(), Failure> {
        if self.format == Format::Json {
            return output::print_json(&serde_json::json!({ "outcome": outcome, "steps": self.done }));
        }
        let text = match outcome {
            Outcome::Published { version, .. } => format!("version {version} is published\n"),
            Outcome::Unchanged { version } => format!("version {version} is this already: nothing to publish\n"),
            Outcome::Data { number, is_new: true } => format!("data {number} are published\n"),
            Outcome::Data { number: 0, is_new: false } => {
                "the version has these data already: nothing to publish\n".to_owned()
            }
            Outcome::Data { number, is_new: false } => format!("data {number} are these already: nothing to publish\n"),
            Outcome::Done { serial } => format!("done, entry {serial} of the history\n"),
            Outcome::Waits { draft, signatures, needed } => format!(
                "it has {signatures} of {needed} signatures and waits. Somebody else approves it with a key of their own:\n  attune approve {draft}\n"
            ),
        };
        output::print(&text)
    }
}

/// What came of a publication.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "is")]
pub(super) enum Outcome {
    /// Pages show it.
    Published { version: u64, manifest: String },
    /// It was published before.
    Unchanged { version: u64 },
    /// Pages have the catalogue and the indexes; they may have had them before.
    Data { number: u64, is_new: bool },
    /// A statement holds.
    Done { serial: u64 },
    /// It waits for signatures.
    Waits { draft: String, signatures: usize, needed: usize },
}
