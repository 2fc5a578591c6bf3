//! `attune pull`.

use super::client::Client;
use super::options::SiteOptions;
use super::published;
use crate::configuration;
use crate::failure::Failure;
use crate::{host, output};
use attune_compiler::{Code, compile};
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::codec::to_hex;
use attune_publish::unpack;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "Example:\n  attune pull --to https://www.shop.example --out shop\n\n\
    The files are those that the published bundle was compiled from, and its fixtures. Product feeds are not among them: the \
    command says which ones are missing.")]
pub struct Options {
    #[command(flatten)]
    site: SiteOptions,
    /// Folder to write into; a file that is there and different is not overwritten. Default: the name of the site
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let client = Client::connect(&options.site)?;
    let state = client.state()?;
    let present = published::present(&state)?;
    let sources = present.iter().find(|one| one.kind == ArtifactKind::Sources as u8).ok_or_else(|| {
        Failure::new("the authored files were not published", "ask whoever pushed; `attune history` says who that was")
    })?;
    let bytes = published::artifact(&client, &to_hex(&sources.sha256))?;
    let files = unpack(&bytes).map_err(|error| Failure::new(error.to_string(), "take a newer `attune`"))?;
    let out = options.out.clone().unwrap_or_else(|| PathBuf::from(&state.site));
    let other =
        files.iter().find(|(path, bytes)| host::read(&out.join(path.as_str())).is_ok_and(|found| found != **bytes));
    if let Some((path, _)) = other {
        return Err(Failure::new(
            format!("{} is there and different", out.join(path).display()),
            "give --out with a new folder, and compare: nothing is overwritten",
        ));
    }
    for (path, bytes) in &files {
        write(&out.join(path), bytes)?;
    }
    let version = state.current.as_ref().map_or(0, |current| current.version);
    let missing = missing_feeds(&out)?;
    output::print(&format!(
        "version {version} of {}: {} files in {}\n{missing}",
        state.site,
        files.len(),
        out.display()
    ))
}

/// The feeds that the configuration names and the folder does not have: they are data, and no part of a version.
fn missing_feeds(dir: &Path) -> Result<String, Failure> {
    let found = compile(&configuration::read_files(dir)?).diagnostics;
    let missing: Vec<String> =
        found.into_iter().filter(|one| one.code == Code::NoFile).map(|one| one.message).collect();
    if missing.is_empty() {
        return Ok(String::new());
    }
    let text = missing.join("\n         ");
    Ok(format!(
        "missing  {text}\n         product feeds are no part of a version: put yours there, and `attune check` passes\n"
    ))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        host::host()
            .make_folder(folder)
            .map_err(|error| Failure::file("create", folder, &error, "give a folder that you may write to"))?;
    }
    output::write(path, bytes)
}
