//! `attune history`.

use super::chronicle::{self, Chronicle};
use super::client::Client;
use super::conflict::line;
use super::options::SiteOptions;
use crate::failure::Failure;
use crate::output::{self, Format};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune history --to https://www.shop.example\n  \
    attune history --to https://www.shop.example --out history.json && attune audit verify history.json\n\n\
    Each entry names the hash of the one before it; all of them are verified.")]
pub struct Options {
    #[command(flatten)]
    site: SiteOptions,
    /// How many entries to show, the newest last
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,
    /// File to write all of it to, with the manifests
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let client = Client::connect(&options.site)?;
    if let Some(out) = &options.out {
        let found = Chronicle::fetch(&client, &client.state()?.site)?;
        let text = serde_json::to_string(&found)
            .map_err(|error| Failure::new(format!("the history cannot be written: {error}"), "please report this"))?;
        output::write(out, text.as_bytes())?;
        return output::print(&format!("{} entries\nwrote {}\n", found.entries.len(), out.display()));
    }
    let entries = chronicle::read(&chronicle::entries(&client)?)?;
    let shown = entries.get(entries.len().saturating_sub(options.last)..).unwrap_or_default();
    match options.format {
        Format::Json => output::print_json(&shown),
        Format::Human if shown.is_empty() => output::print("nothing was published yet\n"),
        Format::Human => output::print(&shown.iter().map(|entry| line(entry) + "\n").collect::<String>()),
    }
}
