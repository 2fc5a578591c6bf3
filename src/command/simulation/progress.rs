//! The progress of a simulation.

use crate::host::host;
use crate::output;
use crate::output::bar::bar;
use crate::output::describe::grouped;

/// How often progress is shown.
const TICK_US: u64 = 200_000;

/// A line on standard error, if that is a terminal.
pub(super) struct Progress {
    total: Option<u64>,
    shown_us: u64,
    start_us: u64,
    terminal: bool,
}

impl Progress {
    /// Of so many visitors, where their number is known.
    pub(super) fn new(total: Option<u64>) -> Self {
        let now_us = host().clock_us();
        Self { total, shown_us: now_us, start_us: now_us, terminal: host().is_terminal() }
    }

    pub(super) fn show(&mut self, done: u64) {
        if !self.terminal || since(self.shown_us) < TICK_US {
            return;
        }
        self.shown_us = host().clock_us();
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
        if self.terminal && since(self.start_us) >= TICK_US {
            output::print_error("\r\x1b[2K");
        }
    }
}

fn since(moment_us: u64) -> u64 {
    host().clock_us().saturating_sub(moment_us)
}
