//! Results of experiments: what is known and what is not, from the sums of a ledger.

mod bars;
mod command;
mod csv;
mod days;
mod fetch;
mod health;
mod html;
mod judge;
mod ledger;
mod number;
mod plan;
mod report;
mod strata;
mod text;
mod warnings;
mod words;

pub use command::{Options, run};
