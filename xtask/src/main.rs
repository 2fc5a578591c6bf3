//! Build, run, test, measure: `cargo xtask dev | test | build | bench | size`.
fn main() {}
