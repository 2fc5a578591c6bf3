//! Experiments: which arm a visitor is in, and what is believed of strategies.

pub(crate) mod assign;
mod posterior_table;
pub(crate) mod posteriors;
