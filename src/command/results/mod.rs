//! Results of experiments: what is known and what is not, from the sums of a ledger.

mod bars;
mod case;
mod command;
mod csv;
mod days;
pub(crate) mod fetch;
mod health;
mod html;
pub(crate) mod judge;
pub(crate) mod ledger;
pub(crate) mod number;
pub(crate) mod plan;
pub mod power;
mod report;
pub(crate) mod strata;
mod text;
mod warnings;
mod words;

pub use command::{Options, run};
