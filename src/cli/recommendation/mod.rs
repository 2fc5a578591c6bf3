//! Recommendations from logs: learning an index, and measuring what it recommends.

mod comparison;
pub(crate) mod evaluate;
mod failure;
mod figures;
mod held_out;
mod items;
pub(crate) mod learn;
mod log;
mod log_options;
mod pairs;
mod parameters;
mod progress;
pub(crate) mod rotate_report;
mod table;
mod training;
mod units;
