//! `attune check`.

use super::compiled::Configuration;
use super::summary::{counts, memory};
use crate::client::{self, ClientBundle};
use crate::failure::Failure;
use crate::input;
use crate::output::diagnostics::{self, Counts};
use crate::output::{self, Format};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune check shop\n  attune check shop --files public\n  attune check shop --client\n  attune check shop --format json | jq '.diagnostics[].message'"
)]
pub struct Options {
    /// Folder with attune.toml
    dir: PathBuf,
    /// Folder that the site's files are served from: a picture that is not in it is a warning
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// Say what the client bundle contains, which anybody can read, and why the rest is not in it. Default: for sites with
    /// `local = true`
    #[arg(long)]
    client: bool,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let configuration = Configuration::read_with_assets(&options.dir, options.files.as_deref())?;
    let diagnostics = &configuration.compiled.diagnostics;
    let is_asked = options.client || configuration.compiled.is_local;
    let client = if is_asked { ClientBundle::of(&configuration, false)? } else { None };
    let now_s = input::now_s()?;
    match options.format {
        Format::Json => {
            let client = client.as_ref().map(|client| client::value(client, now_s));
            diagnostics::print_json(&configuration.files, diagnostics, client)?;
        }
        Format::Human => configuration.print_diagnostics(),
    }
    if Counts::of(diagnostics).errors > 0 {
        return Err(Failure::No);
    }
    if let (Format::Human, Some(bundle)) = (options.format, &configuration.compiled.bundle) {
        let client = client.map_or_else(String::new, |client| client::report(&client, now_s));
        output::print(&format!("ok: {}\n{}{client}", counts(bundle), memory(bundle)))?;
    }
    Ok(())
}
