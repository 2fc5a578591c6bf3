//! The `attune` command line tool.
fn main() {}
