//! `attune check`.

use super::compiled::Configuration;
use super::summary::{counts, memory};
use crate::failure::Failure;
use crate::output::diagnostics::{self, Counts};
use crate::output::{self, Format};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune check shop\n  attune check shop --files public\n  attune check shop --format json | jq '.diagnostics[].message'"
)]
pub struct Options {
    /// Folder with attune.toml
    dir: PathBuf,
    /// Folder that the site's files are served from: a picture that is not in it is a warning
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let configuration = Configuration::read_with_assets(&options.dir, options.files.as_deref())?;
    match options.format {
        Format::Json => diagnostics::print_json(&configuration.files, &configuration.compiled.diagnostics)?,
        Format::Human => configuration.print_diagnostics(),
    }
    if Counts::of(&configuration.compiled.diagnostics).errors > 0 {
        return Err(Failure::No);
    }
    if let (Format::Human, Some(bundle)) = (options.format, &configuration.compiled.bundle) {
        output::print(&format!("ok: {}\n{}", counts(bundle), memory(bundle)))?;
    }
    Ok(())
}
