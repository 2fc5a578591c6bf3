//! Simulations: many visitors, and what share of them each slot, campaign and arm gets.

mod assortment;
mod chance;
mod funnel;
mod funnel_json;
mod habits;
mod place;
mod population;
mod shares;
pub(crate) mod simulate;
mod tally;

pub use shares::{Share, shares};
