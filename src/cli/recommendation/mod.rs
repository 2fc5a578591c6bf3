//! Recommendations: indexes that are learned from logs, and what they are worth.

mod build_report;
mod comparison;
pub(crate) mod evaluate;
mod failure;
mod items;
pub(crate) mod learn;
mod log;
mod log_options;
pub(crate) mod pairs;
mod parameters;
mod rolling;
pub(crate) mod rotate_report;
mod table;
mod training;
mod units;
