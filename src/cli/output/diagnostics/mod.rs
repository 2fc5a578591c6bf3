//! Diagnostics of the compiler, for people and for programs.

mod count;
mod human;
mod json;
mod position;

pub(crate) use count::Counts;
pub(crate) use human::print as print_human;
pub(crate) use json::print as print_json;
