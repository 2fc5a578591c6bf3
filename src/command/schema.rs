//! `attune schema`: the JSON Schema of the configuration files, or their reference.

use crate::failure::Failure;
use crate::output;
use clap::{Args, ValueEnum};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune schema > attune.schema.json\n  attune schema --format markdown > configuration.md"
)]
pub struct Options {
    /// JSON Schema for editors, or Markdown for people
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Markdown,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    match options.format {
        Format::Json => output::print_json(&attune_compiler::schema()),
        Format::Markdown => output::print(&attune_compiler::reference()),
    }
}
