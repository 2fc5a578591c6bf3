//! `attune sign`: the manifest of a publication.

use crate::args::SignOptions;
use crate::decide::time;
use crate::failure::Failure;
use crate::io;
use crate::privacy::{attributes, holes};
use crate::signer::Signer;
use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::{self, Artifact, ArtifactKind, Manifest};
use attune_core::bundle::{AttributeRef, Body};
use attune_core::codec::to_hex;
use attune_core::loaded::Loaded;
use sha2::{Digest, Sha256};

pub(crate) fn sign(options: &SignOptions) -> Result<(), Failure> {
    let bundle = io::read(&options.bundle, "a compiled bundle")?;
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
    if options.catalog.is_none() && asks_catalog(&loaded) {
        return Err(Failure::new(
            "the bundle asks for products, and no catalogue is published with it",
            "give --catalog with the file that `attune compile DIR --catalog FILE` writes",
        ));
    }
    let signer = Signer::read(&options.key)?;
    let not_before_s = match &options.not_before {
        Some(text) => u64::from(time(text, "--not-before")?),
        None => u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0),
    };
    let manifest = Manifest {
        site: options.site.clone(),
        version: options.version_number,
        previous: previous(options)?,
        not_before_s,
        expires_s: not_before_s + u64::from(options.expires_days) * 86_400,
        artifacts: artifacts(options, &bundle)?,
    };
    let signature = signer.sign(&manifest::signed_bytes(&manifest::body(&manifest)));
    let bytes = manifest::encode(&manifest, &[signature])
        .map_err(|error| Failure::new(format!("the manifest cannot be written: {error}"), "use a shorter site name"))?;
    io::write(&options.out, &bytes)?;
    let sha256: [u8; 32] = Sha256::digest(&bundle).into();
    io::print(&format!(
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

/// Whether a condition or a content says nothing without the catalogue.
fn asks_catalog(loaded: &Loaded) -> bool {
    let of_product = |asked: &AttributeRef| asked.attribute.is_of_product();
    let bodies = || loaded.contents.iter().flatten().flat_map(|content| &content.bodies);
    loaded.conditions.atoms.iter().flatten().flat_map(attributes).any(|asked| of_product(&asked))
        || bodies().any(|body| matches!(body, Body::Cards(_)) || holes(body).iter().any(of_product))
}

/// The bundle, then what recommendations are made from, each checked as the edge will check it.
fn artifacts(options: &SignOptions, bundle: &[u8]) -> Result<Vec<Artifact>, Failure> {
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
        let bytes = io::read(path, "an artifact")?;
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

/// The hash that ties this publication to the one before; zeros for the first.
fn previous(options: &SignOptions) -> Result<[u8; 32], Failure> {
    let Some(path) = &options.previous else { return Ok([0; 32]) };
    let bytes = io::read(path, "the manifest before this one")?;
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
