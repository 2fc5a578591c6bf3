//! `attune sign`: the manifest of a publication.

use crate::configuration::{attributes_of_atom, attributes_of_body};
use crate::failure::Failure;
use crate::keys::Signer;
use crate::{input, output};
use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::{self, Artifact, ArtifactKind, Manifest};
use attune_core::bundle::{AttributeRef, Body};
use attune_core::codec::to_hex;
use attune_core::loaded::Loaded;
use clap::Args;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Example:\n  \
    attune sign shop.bundle --key publish.key --site shop --version-number 7 --out shop.manifest")]
pub(crate) struct Options {
    /// Bundle to sign
    bundle: PathBuf,
    /// Secret key: 64 hexadecimal digits, as `attune keys signing` writes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Name of the site, as in [site]
    #[arg(long)]
    site: String,
    /// Catalogue that goes with it
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Recommendation index learned from sessions
    #[arg(long, value_name = "FILE")]
    sessions: Option<PathBuf>,
    /// Recommendation index learned from baskets
    #[arg(long, value_name = "FILE")]
    baskets: Option<PathBuf>,
    /// Number of this publication: higher than the one before
    #[arg(long, value_name = "N")]
    version_number: u64,
    /// Manifest of the publication before this one
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// The edge uses it from this moment on. Default: now
    #[arg(long, value_name = "RFC3339")]
    not_before: Option<String>,
    /// Days after which a cold edge refuses it
    #[arg(long, value_name = "DAYS", default_value_t = 400)]
    expires_days: u32,
    /// File to write
    #[arg(long)]
    out: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let bundle = input::read(&options.bundle, "a compiled bundle")?;
    let loaded = Loaded::load(&bundle).map_err(|error| {
        Failure::new(
            format!("{} is not a bundle: {error}", options.bundle.display()),
            "make one with `attune compile DIR --out FILE`",
        )
    })?;
    if loaded.site.name != options.site {
        return Err(Failure::new(
            format!("the bundle is of site {}, not {}", loaded.site.name, options.site),
            "give the --site of the bundle, or the bundle of the site",
        ));
    }
    if options.catalog.is_none() && needs_catalog(&loaded) {
        return Err(Failure::new(
            "the bundle asks for products, and no catalogue is published with it",
            "give --catalog with the file that `attune compile DIR --catalog FILE` writes",
        ));
    }
    let signer = Signer::read(&options.key)?;
    let not_before_s = u64::from(input::moment("--not-before", options.not_before.as_deref())?);
    let manifest = Manifest {
        site: options.site.clone(),
        version: options.version_number,
        previous: previous(options)?,
        not_before_s,
        expires_s: not_before_s + u64::from(options.expires_days) * 86_400,
        artifacts: artifacts(options, &bundle)?,
        canary: None,
    };
    let signature = signer.sign(&manifest::signed_bytes(&manifest::body(&manifest)));
    let bytes = manifest::encode(&manifest, &[signature])
        .map_err(|error| Failure::new(format!("the manifest cannot be written: {error}"), "use a shorter site name"))?;
    output::write(&options.out, &bytes)?;
    let sha256: [u8; 32] = Sha256::digest(&bundle).into();
    output::print(&format!(
        "site     {}\nversion  {}\nartifact {}\nkey      {}\npublic   {}\nwrote    {}\n\n\
         When this version is in KV, write it into wrangler.toml and deploy the page Worker, so that nobody can put an \
         earlier one back:\nMANIFEST_FLOOR = \"{}\"\n",
        options.site,
        options.version_number,
        to_hex(&sha256),
        to_hex(&signature.key),
        signer.public(),
        options.out.display(),
        options.version_number
    ))
}

/// Whether a condition or a content needs the catalogue.
fn needs_catalog(loaded: &Loaded) -> bool {
    let is_of_product = |attribute: &AttributeRef| attribute.attribute.is_of_product();
    let mut atoms = loaded.conditions.atoms.iter().flatten();
    let mut bodies = loaded.contents.iter().flatten().flat_map(|content| &content.bodies);
    atoms.any(|atom| attributes_of_atom(atom).iter().any(is_of_product))
        || bodies.any(|body| matches!(body, Body::Cards(_)) || attributes_of_body(body).iter().any(is_of_product))
}

/// The bundle and the artifacts of recommendations. Each is checked as the edge will check it.
fn artifacts(options: &Options, bundle: &[u8]) -> Result<Vec<Artifact>, Failure> {
    let artifact = |kind: ArtifactKind, bytes: &[u8]| Artifact {
        kind: kind as u8,
        bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        sha256: Sha256::digest(bytes).into(),
    };
    let mut artifacts = vec![artifact(ArtifactKind::Config, bundle)];
    let mut checked = Artifacts::default();
    for (path, kind) in [
        (&options.catalog, ArtifactKind::Catalog),
        (&options.sessions, ArtifactKind::Sessions),
        (&options.baskets, ArtifactKind::Baskets),
    ] {
        let Some(path) = path else { continue };
        let bytes = input::read(path, "an artifact")?;
        artifacts.push(artifact(kind, &bytes));
        checked.put(kind as u8, bytes).map_err(|error| {
            Failure::new(
                format!("the edge would refuse {}: {error}", path.display()),
                "make it again from the catalogue that is published with it",
            )
        })?;
    }
    Ok(artifacts)
}

/// The hash of the manifest before this one; zeros for the first.
fn previous(options: &Options) -> Result<[u8; 32], Failure> {
    let Some(path) = &options.previous else { return Ok([0; 32]) };
    let bytes = input::read(path, "the manifest before this one")?;
    let (before, _) = manifest::decode(&bytes).map_err(|error| {
        Failure::new(format!("{} is not a manifest: {error}", path.display()), "give the file that `attune sign` wrote")
    })?;
    if before.site != options.site || before.version >= options.version_number {
        return Err(Failure::new(
            format!("the publication before is version {} of site {}", before.version, before.site),
            "give a higher --version-number for the same site",
        ));
    }
    Ok(Sha256::digest(manifest::body(&before)).into())
}
