//! `attune schema`: the JSON Schema of the configuration files.

use crate::failure::Failure;
use crate::output;
use clap::Args;

#[derive(Args)]
#[command(after_help = "Example:\n  attune schema > attune.schema.json")]
pub(crate) struct Options {}

pub(crate) fn run(Options {}: &Options) -> Result<(), Failure> {
    output::print_json(&attune_compiler::schema())
}
