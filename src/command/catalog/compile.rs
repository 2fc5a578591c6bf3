//! `attune compile`.

use super::file::{self, CatalogOptions};
use crate::client::{self, ClientBundle};
use crate::configuration::{Configuration, summary_counts};
use crate::failure::Failure;
use crate::output;
use attune_core::codec::to_hex;
use clap::Args;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "Example:\n  attune compile shop --out shop.bundle")]
pub struct Options {
    /// Folder with attune.toml
    dir: PathBuf,
    /// File to write
    #[arg(long)]
    out: PathBuf,
    /// File to write the client bundle to: what of the configuration may run in a browser, where anybody can read it
    #[arg(long, value_name = "FILE")]
    client: Option<PathBuf>,
    #[command(flatten)]
    catalog: CatalogOptions,
}

pub(crate) fn run(Options { dir, out, client, catalog }: &Options) -> Result<(), Failure> {
    let configuration = Configuration::read(dir)?;
    let (bytes, loaded) = configuration.bundle()?;
    configuration.print_diagnostics();
    let products = file::write(dir, catalog, &configuration)?;
    output::write(out, &bytes)?;
    let client = client.as_deref().map(|path| write_client(&configuration, path)).transpose()?.unwrap_or_default();
    let lock = configuration.write_lock(dir)?;
    let counts = configuration.compiled.bundle.as_ref().map(summary_counts).unwrap_or_default();
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    output::print(&format!(
        "version {}\nsha256  {}\nbytes   {}\n{counts}\nwrote   {}\n{client}{products}{}",
        loaded.version,
        to_hex(&sha256),
        bytes.len(),
        out.display(),
        lock.map_or_else(String::new, |path| format!("lock    {}: keep it with the configuration\n", path.display()))
    ))
}

/// Writes the client bundle.
fn write_client(configuration: &Configuration, path: &Path) -> Result<String, Failure> {
    let client = ClientBundle::of(configuration, false)?.ok_or(Failure::No)?;
    output::write(path, &client.bytes)?;
    Ok(format!("client  {}\nwrote   {}\n", client::contents(&client), path.display()))
}
