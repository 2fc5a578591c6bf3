//! The progress of a simulation.

use crate::output;
use crate::output::bar::bar;
use crate::output::describe::grouped;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// A line on standard error, if that is a terminal.
pub(super) struct Progress {
    total: Option<u64>,
    shown: Instant,
    start: Instant,
    terminal: bool,
}

impl Progress {
    /// Of so many visitors, where their number is known.
    pub(super) fn new(total: Option<u64>) -> Self {
        let now = Instant::now();
        Self { total, shown: now, start: now, terminal: std::io::stderr().is_terminal() }
    }

    pub(super) fn show(&mut self, done: u64) {
        if !self.terminal || self.shown.elapsed() < TICK {
            return;
        }
        self.shown = Instant::now();
        let text = match self.total {
            Some(total) => {
                let bar = bar(done, total, 30);
                format!("\r{bar} {} of {} visitors ", grouped(done), grouped(total))
            }
            None => format!("\r{} visitors ", grouped(done)),
        };
        output::print_error(&text);
    }

    /// Clears the line.
    pub(super) fn end(&self) {
        if self.terminal && self.start.elapsed() >= TICK {
            output::print_error("\r\x1b[2K");
        }
    }
}
