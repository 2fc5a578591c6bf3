//! The progress of what takes a while.

use super::bar::bar;
use super::describe::grouped;
use super::print_error;
use crate::host::host;
use std::cell::Cell;

/// How often progress is shown.
const TICK_US: u64 = 200_000;

/// A line on standard error, if that is a terminal.
pub struct Progress {
    total: Option<u64>,
    /// What is counted, such as `visitors`.
    things: &'static str,
    shown_us: Cell<u64>,
    start_us: u64,
    terminal: bool,
}

impl Progress {
    /// Of so many things, where their number is known.
    pub fn new(total: Option<u64>, things: &'static str) -> Self {
        let now_us = host().clock_us();
        Self { total, things, shown_us: Cell::new(now_us), start_us: now_us, terminal: host().is_terminal() }
    }

    /// So many are done.
    pub fn show(&self, done: u64) {
        if !self.terminal || since(self.shown_us.get()) < TICK_US {
            return;
        }
        self.shown_us.set(host().clock_us());
        let things = self.things;
        let text = match self.total {
            Some(total) => {
                let bar = bar(done, total, 30);
                format!("\r{bar} {} of {} {things} ", grouped(done), grouped(total))
            }
            None => format!("\r{} {things} ", grouped(done)),
        };
        print_error(&text);
    }

    /// Clears the line.
    pub fn end(&self) {
        if self.terminal && since(self.start_us) >= TICK_US {
            print_error("\r\x1b[2K");
        }
    }
}

fn since(moment_us: u64) -> u64 {
    host().clock_us().saturating_sub(moment_us)
}
