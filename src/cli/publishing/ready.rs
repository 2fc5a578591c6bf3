//! A configuration that is ready to be published: checked, tried out, compiled.

use super::client::Client;
use super::published;
use super::sources;
use super::steps::Steps;
use super::wasm;
use crate::catalog::catalog_for_publishing;
use crate::configuration::{Configuration, summary_counts};
use crate::decision::{ArtifactOptions, LoadedSite};
use crate::failure::Failure;
use crate::output::describe::{counted, grouped};
use crate::{fixture, input, output};
use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::to_hex;
use attune_core::loaded::Loaded;
use attune_publish::api::{ARTIFACT_BYTES_MAX, State};
use attune_publish::{artifact, artifacts_of, pack};
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
    /// Give all products new numbers: what was learned with the old ones is refused from then on
    #[arg(long)]
    new_epoch: bool,
    /// Folder with the page core's Wasm, as `cargo xtask build` makes it in build/page. It decides every fixture, and has to give what this tool
    /// gives. Default: build/page, if it is there
    #[arg(long, value_name = "DIR")]
    wasm: Option<PathBuf>,
}

impl BesideOptions {
    /// The Wasm to compare with.
    fn wasm(&self) -> Option<PathBuf> {
        let built = || Some(PathBuf::from("build/page")).filter(|folder| folder.join("page_bg.wasm").is_file());
        self.wasm.clone().or_else(built)
    }
}

/// An artifact with its bytes; the published ones have theirs at the site.
pub(super) struct Piece {
    pub(super) artifact: Artifact,
    pub(super) bytes: Option<Vec<u8>>,
}

impl Piece {
    fn new(kind: ArtifactKind, bytes: Vec<u8>) -> Result<Self, Failure> {
        if bytes.len() > ARTIFACT_BYTES_MAX {
            return Err(Failure::new(
                format!(
                    "an artifact has {} bytes, and {} can be published",
                    grouped(bytes.len() as u64),
                    grouped(ARTIFACT_BYTES_MAX as u64)
                ),
                "leave products or texts out of the feed",
            ));
        }
        Ok(Self { artifact: artifact(kind, &bytes), bytes: Some(bytes) })
    }
}

/// A configuration with all that it is published with.
pub(super) struct Ready {
    pub(super) loaded: Loaded,
    pub(super) config: Piece,
    pub(super) catalog: Option<Piece>,
    pub(super) sources: Option<Piece>,
    learned: [(ArtifactKind, Option<PathBuf>); 2],
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
    steps.done("compile", format!("bundle {}, {} bytes", site.loaded.version, grouped(bytes.len() as u64)))?;
    if let Some(folder) = beside.wasm() {
        let inputs = fixture::test::inputs(dir)?;
        steps.done("compare", wasm::compare(&folder, &bytes, catalog.as_deref(), &inputs)?)?;
    }
    Ok(Ready {
        loaded: site.loaded,
        config: Piece::new(ArtifactKind::Config, bytes)?,
        catalog: catalog.map(|bytes| Piece::new(ArtifactKind::Catalog, bytes)).transpose()?,
        sources: sources.ok().map(|bytes| Piece::new(ArtifactKind::Sources, bytes)).transpose()?,
        learned: [(ArtifactKind::Sessions, beside.sessions.clone()), (ArtifactKind::Baskets, beside.baskets.clone())],
    })
}

impl Ready {
    /// Everything that the version consists of. What was learned stays, where it fits the catalogue.
    pub(super) fn pieces(self, client: &Client, state: &State) -> Result<Vec<Piece>, Failure> {
        let mut pieces = vec![self.config];
        let present = match &state.current {
            Some(current) => {
                artifacts_of(current).map_err(|error| Failure::new(error.to_string(), "please report this"))?
            }
            None => Vec::new(),
        };
        if let Some(catalog) = self.catalog {
            let is_present = present.contains(&catalog.artifact);
            let mut checked = Artifacts::of_site(&self.loaded.site.name);
            let bytes = catalog.bytes.clone().unwrap_or_default();
            put(&mut checked, ArtifactKind::Catalog, bytes, "the catalogue")?;
            pieces.push(catalog);
            for (kind, path) in self.learned {
                if let Some(path) = path {
                    let bytes = input::read(&path, "a recommendation index")?;
                    put(&mut checked, kind, bytes.clone(), &path.display().to_string())?;
                    pieces.push(Piece::new(kind, bytes)?);
                } else if let Some(kept) = present.iter().find(|one| one.kind == kind as u8) {
                    let fits = is_present || {
                        let bytes = published::artifact(client, &to_hex(&kept.sha256))?;
                        checked.put(kind as u8, bytes).is_ok()
                    };
                    if fits {
                        pieces.push(Piece { artifact: *kept, bytes: None });
                    } else {
                        output::print_error(
                            "what was learned does not fit the new numbers of the products, and is left out: run `attune learn --push` again\n",
                        );
                    }
                }
            }
        }
        pieces.extend(self.sources);
        Ok(pieces)
    }
}

fn put(checked: &mut Artifacts, kind: ArtifactKind, bytes: Vec<u8>, what: &str) -> Result<(), Failure> {
    checked.put(kind as u8, bytes).map_err(|error| {
        Failure::new(
            format!("the edge would refuse {what}: {error}"),
            "make it again from the catalogue that is published with it",
        )
    })
}

/// `3 artifacts, 12,345 bytes`.
pub(super) fn in_words(pieces: usize, bytes: usize) -> String {
    format!("{}, {} bytes", counted(pieces, "artifact"), grouped(bytes as u64))
}
