//! A site as the edge loads it.

use super::options::ArtifactOptions;
use crate::catalog::catalog_for_decisions;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::input;
use attune_core::artifacts::Artifacts;
use attune_core::bundle::Campaign;
use attune_core::bundle::live as signed;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::loaded::Loaded;
use std::path::Path;

/// The bundle, and the artifacts beside it.
pub struct LoadedSite {
    pub loaded: Loaded,
    pub artifacts: Artifacts,
}

impl LoadedSite {
    /// Compiles a configuration folder, and reads the artifacts that the options name.
    pub(crate) fn read(dir: &Path, options: &ArtifactOptions) -> Result<Self, Failure> {
        let configuration = Configuration::read(dir)?;
        let (_, loaded) = configuration.bundle()?;
        Self::of(dir, &configuration, loaded, options)
    }

    /// The site of a configuration that is compiled already.
    pub fn of(
        dir: &Path,
        configuration: &Configuration,
        loaded: Loaded,
        options: &ArtifactOptions,
    ) -> Result<Self, Failure> {
        let artifacts = artifacts(dir, configuration, options, &loaded)?;
        Ok(Self { loaded, artifacts })
    }
}

/// What to do about a file that is refused.
const AGAIN: &str = "make it again from the same configuration";
/// The same for weights, which the Workers have.
const WEIGHTS_HELP: &str = "get them from KV: `npx wrangler kv key get weights --binding CONFIG --remote > weights.live`; they are \
     there once `attune steer` has sent some";

/// The catalogue of a configuration, and the artifacts that the options name.
fn artifacts(
    dir: &Path,
    configuration: &Configuration,
    options: &ArtifactOptions,
    loaded: &Loaded,
) -> Result<Artifacts, Failure> {
    let mut artifacts = Artifacts::of_site(&loaded.site.name);
    let ArtifactOptions { sessions, baskets, posteriors, weights, overlay } = options;
    let of_products = [
        (sessions, ArtifactKind::Sessions),
        (baskets, ArtifactKind::Baskets),
        (posteriors, ArtifactKind::Posteriors),
        (overlay, ArtifactKind::Overlay),
    ];
    let refused = |what: &str, error: &dyn std::fmt::Display, help: &str| {
        Failure::new(format!("{what} is refused: {error}"), help)
    };
    if let Some(products) = &configuration.compiled.products {
        let bytes = catalog_for_decisions(dir, products)?;
        artifacts.put(ArtifactKind::Catalog as u8, bytes).map_err(|error| refused("the catalogue", &error, AGAIN))?;
    } else if let Some(path) = of_products.into_iter().find_map(|(path, _)| path.as_ref()) {
        return Err(Failure::new(
            format!("{} is of no use: the configuration has no [catalog]", path.display()),
            "add [catalog] with the feed that it was learned with, or leave the option out",
        ));
    }
    for (path, kind) in of_products.into_iter().chain([(weights, ArtifactKind::Weights)]) {
        let Some(path) = path else { continue };
        let mut bytes = input::read(path, "an artifact")?;
        let help = if kind == ArtifactKind::Weights { WEIGHTS_HELP } else { AGAIN };
        let refused = |error: &dyn std::fmt::Display| refused(&path.display().to_string(), error, help);
        if kind.is_live() {
            // The signature is not verified: the file is on the same machine as the configuration.
            bytes = match signed::decode(&bytes).map_err(|error| refused(&error))? {
                (found_kind, body, _) if found_kind == kind => body.to_vec(),
                _ => return Err(refused(&"it is live data of another kind")),
            };
        }
        artifacts.put(kind as u8, bytes).map_err(|error| refused(&error))?;
    }
    if let Some(path) = weights {
        let is_of = |campaign: &Campaign| !artifacts.weights().of(campaign).is_empty();
        if !loaded.campaigns.iter().flatten().any(is_of) {
            return Err(Failure::new(
                format!("{} has no weights for any bandit of the configuration", path.display()),
                "compare the keys, phases and arms of the campaigns with `bandit = true`, or leave the option out",
            ));
        }
    }
    Ok(artifacts)
}
