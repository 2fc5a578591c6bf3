//! `attune assets` with a key: everything that a site without a server of ours serves.

use super::bundle::ClientBundle;
use super::{scripts, words};
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::host::{host, is_file};
use crate::keys::Signer;
use crate::output::describe::grouped;
use crate::{catalog, input, output};
use attune_compiler::client::public_catalog;
use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::{self, ArtifactKind, Manifest};
use attune_core::civil::format_time;
use attune_publish::artifact;
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The file that browsers ask for.
const CLIENT: &str = "client.attune";
/// Days after which a browser refuses it.
const DAYS: u64 = 400;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune assets shop --key anna --out public\n  \
    attune assets shop --key publish.key --catalog shop.catalog --sessions shop.sessions --out public\n\n\
    Writes what a site on any static host serves, into the folder _attune: client.attune, which has what browsers may decide \
    with, signed; the scripts and the Wasm that decide. Anybody can read all of it: `attune check DIR --client` says what is in it.")]
pub struct Options {
    /// Folder with attune.toml, or a project with it in attune/
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Folder that the site is served from
    #[arg(long, value_name = "FOLDER", default_value = "build/assets")]
    pub out: PathBuf,
    /// Key that signs: a name of `attune keys list`, or a file
    #[arg(long, value_name = "NAME|FILE")]
    pub key: Option<String>,
    /// Product catalogue, as `attune compile --catalog` writes it: browsers recommend, too. Its private fields are left out
    #[arg(long, value_name = "FILE", requires = "key")]
    catalog: Option<PathBuf>,
    /// Recommendation index learned from sessions
    #[arg(long, value_name = "FILE", requires = "catalog")]
    sessions: Option<PathBuf>,
    /// Recommendation index learned from baskets
    #[arg(long, value_name = "FILE", requires = "catalog")]
    baskets: Option<PathBuf>,
    /// Folder with the scripts and the Wasm that browsers run. Default: the npm package's own; without one build/assets/_attune
    #[arg(long, value_name = "FOLDER", requires = "key")]
    scripts: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let Some(key) = &options.key else {
        return Err(Failure::new(
            "there is no key to sign with",
            "give --key with a name of `attune keys list`, or with a file; `attune keys new --name NAME` makes a key",
        ));
    };
    let scripts = scripts::folder(options.scripts.as_deref())?;
    let configuration = Configuration::read(&configured(&options.dir))?;
    configuration.print_diagnostics();
    let client = ClientBundle::of(&configuration, options.catalog.is_some())?.ok_or(Failure::No)?;
    let artifacts = artifacts(options, &client)?;
    let signer = Signer::open(Some(key))?;
    let now_s = input::now_s()?;
    let manifest = Manifest {
        site: client.loaded.site.name.clone(),
        version: u64::from(now_s),
        previous: [0; 32],
        not_before_s: u64::from(now_s),
        expires_s: u64::from(now_s) + DAYS * 86_400,
        artifacts: artifacts.iter().map(|(kind, bytes)| artifact(*kind, bytes)).collect(),
        canary: None,
    };
    let bytes = sealed(&manifest, &artifacts, &signer)?;
    let folder = options.out.join("_attune");
    host()
        .make_folder(&folder)
        .map_err(|error| Failure::file("make", &folder, &error, "give --out with a folder that can be made"))?;
    output::write(&folder.join(CLIENT), &bytes)?;
    let mut files = vec![(CLIENT.to_owned(), bytes.len())];
    files.extend(scripts::copy(&scripts, &folder, options.catalog.is_some())?);
    output::print_error(&words::later(&client, now_s));
    output::print(&summary(&client, &artifacts, &manifest, &folder, &files, &signer))
}

/// The folder of the configuration: the folder itself, or `attune/` in a project.
fn configured(dir: &Path) -> PathBuf {
    let inner = dir.join("attune");
    let is_project = !is_file(&dir.join("attune.toml")) && is_file(&inner.join("attune.toml"));
    if is_project { inner } else { dir.to_owned() }
}

/// The client bundle, and the catalogue and indexes, each checked as a browser will check it.
fn artifacts(options: &Options, client: &ClientBundle) -> Result<Vec<(ArtifactKind, Vec<u8>)>, Failure> {
    let mut artifacts = vec![(ArtifactKind::Client, client.bytes.clone())];
    let Some(path) = &options.catalog else { return Ok(artifacts) };
    let whole = catalog::load(path)?;
    let public = public_catalog(&whole)
        .map_err(|error| Failure::new(format!("the catalogue cannot be cut: {error}"), "please report this"))?;
    artifacts.push((ArtifactKind::Catalog, public));
    for (path, kind) in [(&options.sessions, ArtifactKind::Sessions), (&options.baskets, ArtifactKind::Baskets)] {
        if let Some(path) = path {
            artifacts.push((kind, input::read(path, "a recommendation index")?));
        }
    }
    let mut checked = Artifacts::of_site(&client.loaded.site.name);
    for (kind, bytes) in artifacts.iter().skip(1) {
        checked.put(*kind as u8, bytes.clone()).map_err(|error| {
            Failure::new(
                format!("a browser would refuse the {}: {error}", word(*kind)),
                "make it again from the catalogue that goes with it",
            )
        })?;
    }
    let beyond = checked.catalog().and_then(|catalog| client.loaded.field_beyond(catalog));
    if let Some(field) = beyond {
        return Err(Failure::new(
            format!("the catalogue does not have the field {field}, which the configuration names"),
            "give the catalogue that `attune compile DIR --catalog FILE` writes of this configuration",
        ));
    }
    Ok(artifacts)
}

/// `[length of the manifest u32][the signed manifest][the artifacts, in its order]`.
fn sealed(manifest: &Manifest, artifacts: &[(ArtifactKind, Vec<u8>)], signer: &Signer) -> Result<Vec<u8>, Failure> {
    let signature = signer.sign(&manifest::signed_bytes(&manifest::body(manifest)));
    let file = manifest::encode(manifest, &[signature])
        .map_err(|error| Failure::new(format!("the manifest cannot be written: {error}"), "please report this"))?;
    let mut bytes = u32::try_from(file.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    bytes.extend_from_slice(&file);
    for (_, artifact) in artifacts {
        bytes.extend_from_slice(artifact);
    }
    Ok(bytes)
}

fn word(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Catalog => "catalogue",
        ArtifactKind::Sessions => "index of sessions",
        ArtifactKind::Baskets => "index of baskets",
        _ => "client bundle",
    }
}

fn summary(
    client: &ClientBundle,
    artifacts: &[(ArtifactKind, Vec<u8>)],
    manifest: &Manifest,
    folder: &Path,
    files: &[(String, usize)],
    signer: &Signer,
) -> String {
    let mut text = format!("client bundle: {}\n", words::contents(client));
    // Writing into a string has no way to fail.
    for (kind, bytes) in artifacts.iter().skip(1) {
        let _ = writeln!(text, "{}: {} bytes", word(*kind), grouped(bytes.len() as u64));
    }
    for (name, bytes) in files {
        let _ = writeln!(text, "wrote {} ({} bytes)", folder.join(name).display(), grouped(*bytes as u64));
    }
    let until = u32::try_from(manifest.expires_s).map_or_else(|_| String::new(), format_time);
    let _ = write!(
        text,
        "browsers use it until {until}\n\nPut this line into the head of every page:\n\
         <script src=\"/_attune/local.js\" data-keys=\"{}\" async></script>\n",
        signer.public()
    );
    text
}
