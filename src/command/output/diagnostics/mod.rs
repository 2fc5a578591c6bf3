//! Diagnostics of the compiler, for people and for programs.

mod count;
mod human;
mod json;
mod position;

pub use count::Counts;
pub use human::print as print_human;
pub use json::print as print_json;
