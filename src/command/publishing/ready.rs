//! A configuration that is ready to be published: checked, tried out, compiled.

use super::client::Client;
use super::goods::{self, Fresh, Learned};
use super::piece::Piece;
use super::published;
use super::sources;
use super::steps::Steps;
use super::wasm;
use crate::catalog::catalog_for_publishing;
use crate::client::{self, ClientBundle};
use crate::configuration::{Configuration, summary_counts};
use crate::decision::{ArtifactOptions, LoadedSite};
use crate::failure::Failure;
use crate::host::{host, is_file};
use crate::output::describe::{counted, grouped};
use crate::{fixture, input, output};
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::to_hex;
use attune_core::loaded::Loaded;
use attune_publish::api::State;
use attune_publish::{PlanError, data_of, kept_data, pack};
use clap::Args;
use std::path::{Path, PathBuf};

/// What goes with a bundle.
#[derive(Args, Default)]
pub(super) struct BesideOptions {
    /// Recommendation index learned from sessions. Default: the published one
    #[arg(long, value_name = "FILE")]
    sessions: Option<PathBuf>,
    /// Recommendation index learned from baskets. Default: the published one
    #[arg(long, value_name = "FILE")]
    baskets: Option<PathBuf>,
    /// Publish the catalogue of this folder and the published indexes that fit it, also where a job has published newer ones
    #[arg(long)]
    replace_data: bool,
    /// Give all products new numbers: what was learned with the old ones is refused from then on
    #[arg(long)]
    new_epoch: bool,
    /// Folder with the page core's Wasm, as `cargo xtask build` makes it in build/page. It decides every fixture, and has to give what this tool
    /// gives. Default: the npm package's own; without one build/page, if it is there
    #[arg(long, value_name = "DIR")]
    wasm: Option<PathBuf>,
}

impl BesideOptions {
    /// The Wasm to compare with.
    fn wasm(&self) -> Option<PathBuf> {
        let built = || Some(PathBuf::from("build/page")).filter(|folder| is_file(&folder.join("page_bg.wasm")));
        self.wasm.clone().or_else(|| host().page_core()).or_else(built)
    }
}

/// A configuration with all that it is published with.
pub(super) struct Ready {
    pub(super) loaded: Loaded,
    pub(super) config: Piece,
    pub(super) sources: Option<Piece>,
    /// What browsers decide with, where they may.
    pub(super) client: Option<Piece>,
    catalog: Option<Vec<u8>>,
    learned: [(ArtifactKind, Option<PathBuf>); 2],
    replaces_data: bool,
}

/// Checks, runs the fixtures, compiles.
pub(super) fn read(dir: &Path, beside: &BesideOptions, steps: &mut Steps) -> Result<Ready, Failure> {
    let configuration = Configuration::read(dir)?;
    let (bytes, loaded) = configuration.bundle()?;
    configuration.print_diagnostics();
    steps.done("check", configuration.compiled.bundle.as_ref().map(summary_counts).unwrap_or_default())?;
    let site = LoadedSite::of(dir, &configuration, loaded, &ArtifactOptions::default())?;
    let passed = fixture::test::pass(dir, &site)?;
    steps.done("fixtures", if passed == 0 { "there are none".to_owned() } else { format!("{passed} passed") })?;
    let catalog = match &configuration.compiled.products {
        Some(products) => Some(catalog_for_publishing(dir, products, beside.new_epoch)?),
        None => None,
    };
    if let Some(lock) = configuration.write_lock(dir)? {
        output::print_error(&format!("wrote {}: keep it with the configuration\n", lock.display()));
    }
    let sources = pack(&sources::read(dir, &configuration)?);
    if let Err(error) = &sources {
        output::print_error(&format!("the authored files are not published with the bundle: {error}\n"));
    }
    let client = if configuration.compiled.is_local { ClientBundle::of(&configuration, false)? } else { None };
    let of_client =
        client.as_ref().map_or_else(String::new, |client| format!("; for browsers: {}", client::contents(client)));
    let compiled = format!("bundle {}, {} bytes{of_client}", site.loaded.version, grouped(bytes.len() as u64));
    steps.done("compile", compiled)?;
    if let Some(folder) = beside.wasm() {
        let inputs = fixture::test::inputs(dir)?;
        steps.done("compare", wasm::compare(&folder, &bytes, catalog.as_deref(), &inputs)?)?;
    }
    Ok(Ready {
        loaded: site.loaded,
        config: Piece::new(ArtifactKind::Config, bytes)?,
        catalog,
        client: client.map(|client| Piece::new(ArtifactKind::Client, client.bytes)).transpose()?,
        sources: sources.ok().map(|bytes| Piece::new(ArtifactKind::Sources, bytes)).transpose()?,
        learned: [(ArtifactKind::Sessions, beside.sessions.clone()), (ArtifactKind::Baskets, beside.baskets.clone())],
        replaces_data: beside.replace_data || beside.new_epoch,
    })
}

impl Ready {
    /// Refuses the configuration of another site.
    pub(super) fn check_site(&self, client: &Client, state: &State) -> Result<(), Failure> {
        let (own, address) = (&self.loaded.site.name, client.address.as_str());
        if *own == state.site {
            return Ok(());
        }
        Err(Failure::new(
            format!("the configuration is of site {own}, and {address} is site {}", state.site),
            "give the address of the right site, or the right folder",
        ))
    }

    /// Everything that the version consists of. What was learned stays, where it fits the catalogue. Where a job has published data
    /// beside the version, these stay, unless they are to be replaced.
    pub(super) fn pieces(self, client: &Client, state: &State) -> Result<Vec<Piece>, Failure> {
        let broken = |error: PlanError| Failure::new(error.to_string(), "please report this");
        let mut pieces = vec![self.config];
        let is_replaced = self.replaces_data || self.learned.iter().any(|(_, path)| path.is_some());
        match kept_data(state).map_err(broken)?.filter(|_| !is_replaced) {
            Some(kept) => {
                keep(client, state, &self.loaded)?;
                pieces.extend(kept.into_iter().map(|artifact| Piece { artifact, bytes: None }));
            }
            None if self.catalog.is_some() => {
                let present = data_of(state).map_err(broken)?;
                let mut fresh = Fresh { catalog: self.catalog, learned: Vec::new() };
                for (kind, path) in self.learned {
                    let Some(path) = path else { continue };
                    let bytes = input::read(&path, "a recommendation index")?;
                    fresh.learned.push(Learned { kind, bytes, from: path.display().to_string() });
                }
                if state.data.is_some() {
                    check_numbers(client, &present, &fresh)?;
                }
                pieces.extend(goods::compose(client, &self.loaded.site.name, &present, &fresh)?);
            }
            None => {}
        }
        pieces.extend(self.sources);
        pieces.extend(self.client);
        Ok(pieces)
    }
}

/// Says that the published data stay, where the configuration can be shown with them.
fn keep(client: &Client, state: &State, loaded: &Loaded) -> Result<(), Failure> {
    let Some(data) = &state.data else { return Ok(()) };
    if loaded.names_fields() {
        let hash = data.artifacts.first().map(|catalog| catalog.sha256.clone()).unwrap_or_default();
        let catalog = goods::load(published::artifact(client, &hash)?)?;
        if let Some(field) = loaded.field_beyond(&catalog) {
            return Err(Failure::new(
                format!(
                    "the published catalogue (data {}) does not have the field {field}, which the configuration names",
                    data.number
                ),
                "publish one that has it first: attune catalog DIR --push URL; or the one of this folder: --replace-data",
            ));
        }
    }
    output::print_error(&format!(
        "catalogue and indexes stay as data {} have them; --replace-data publishes those of this folder\n",
        data.number
    ));
    Ok(())
}

/// Refuses a catalogue whose numbers are not those of the published one.
fn check_numbers(client: &Client, present: &[Artifact], fresh: &Fresh) -> Result<(), Failure> {
    let (Some(before), Some(after)) = (goods::catalog_in(present), &fresh.catalog) else { return Ok(()) };
    let before = goods::load(published::artifact(client, &to_hex(&before.sha256))?)?;
    goods::check_numbers(&before, &goods::load(after.clone())?)
}

/// `3 artifacts, 12,345 bytes`.
pub(super) fn in_words(pieces: usize, bytes: usize) -> String {
    format!("{}, {} bytes", counted(pieces, "artifact"), grouped(bytes as u64))
}
