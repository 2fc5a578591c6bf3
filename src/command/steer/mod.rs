//! Guardrails: campaigns that do harm are turned off, without a person.

mod command;
mod evidence;

pub use command::{Options, run};
