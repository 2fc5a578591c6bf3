//! The catalogue beside a bundle: its numbers, its file, and the live overlay.

use crate::args::{ArtifactOptions, CatalogOptions, OverlayOptions};
use crate::config::{self, Configuration};
use crate::decide::time;
use crate::failure::Failure;
use crate::io;
use crate::signer::Signer;
use attune_compiler::{FeedForm, File, LiveError, Ordinals, Products, live};
use attune_core::artifacts::Artifacts;
use attune_core::artifacts::catalog::Catalog;
use attune_core::artifacts::encode_overlay;
use attune_core::bundle::live as signed;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::loaded::Loaded;
use std::path::Path;

/// Where the numbers of products are kept, in the configuration's folder.
pub(crate) const NUMBERS: &str = "catalog/items";

/// Numbers the products and writes the catalogue; the numbers first, so that none is ever given twice.
pub(crate) fn write(dir: &Path, options: &CatalogOptions, configuration: &Configuration) -> Result<String, Failure> {
    let (Some(out), Some(products)) = (&options.catalog, &configuration.compiled.products) else {
        return match &options.catalog {
            Some(_) => Err(Failure::new("the configuration has no [catalog]", "add one, or leave out --catalog")),
            None => Ok(String::new()),
        };
    };
    let path = options.items.clone().unwrap_or_else(|| dir.join(NUMBERS));
    let mut ordinals = if options.new_epoch { Ordinals::default() } else { numbers(&path)? };
    let before = ordinals.len();
    let bytes = artifact(products, &mut ordinals)?;
    io::write(&path, ordinals.to_text().as_bytes())?;
    io::write(out, &bytes)?;
    Ok(format!(
        "catalog {} products, {} new, {} gone, epoch {}, {} bytes\nwrote   {}\n",
        products.len(),
        ordinals.len() - before,
        ordinals.len() - products.len(),
        ordinals.epoch(),
        bytes.len(),
        out.display()
    ))
}

fn numbers(path: &Path) -> Result<Ordinals, Failure> {
    let help = "restore it from a copy; for the first catalogue, or to begin again, give --new-epoch: what was learned before is then refused";
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error, help))?;
    Ordinals::parse(&text).map_err(|error| Failure::new(format!("{} is refused: {error}", path.display()), help))
}

fn artifact(products: &Products, ordinals: &mut Ordinals) -> Result<Vec<u8>, Failure> {
    products.artifact(ordinals).map_err(|error| {
        Failure::new(format!("the catalogue cannot be written: {error}"), "leave products or texts out of the feed")
    })
}

/// The catalogue of a bundle, and the artifacts that are named.
pub(crate) fn artifacts(
    dir: &Path,
    configuration: &Configuration,
    options: &ArtifactOptions,
    loaded: &Loaded,
) -> Result<Artifacts, Failure> {
    let mut artifacts = Artifacts::of_site(&loaded.site.name);
    let ArtifactOptions { sessions, baskets, posteriors, overlay } = options;
    let named = [
        (sessions, ArtifactKind::Sessions),
        (baskets, ArtifactKind::Baskets),
        (posteriors, ArtifactKind::Posteriors),
        (overlay, ArtifactKind::Overlay),
    ];
    let Some(products) = &configuration.compiled.products else {
        return match named.into_iter().find_map(|(path, _)| path.as_ref()) {
            Some(path) => Err(Failure::new(
                format!("{} is of no use: the configuration has no [catalog]", path.display()),
                "add [catalog] with the feed that it was learned with, or leave the option out",
            )),
            None => Ok(artifacts),
        };
    };
    // Without numbers there is no index either, and any numbers will do.
    let path = dir.join(NUMBERS);
    let mut ordinals = if path.is_file() { numbers(&path)? } else { Ordinals::default() };
    let bytes = artifact(products, &mut ordinals)?;
    let refused = |what: &str, error: &dyn std::fmt::Display| {
        Failure::new(format!("{what} is refused: {error}"), "make it again from the same configuration")
    };
    artifacts.put(ArtifactKind::Catalog as u8, bytes).map_err(|error| refused("the catalogue", &error))?;
    for (path, kind) in named {
        let Some(path) = path else { continue };
        let mut bytes = io::read(path, "an artifact")?;
        let refused = |error: &dyn std::fmt::Display| refused(&path.display().to_string(), error);
        if kind.is_live() {
            // Who signed it is for the edge to ask: this file is on the same machine as the configuration.
            bytes = match signed::decode(&bytes).map_err(|error| refused(&error))? {
                (found, body, _) if found == kind => body.to_vec(),
                _ => return Err(refused(&"it is live data of another kind")),
            };
        }
        artifacts.put(kind as u8, bytes).map_err(|error| refused(&error))?;
    }
    Ok(artifacts)
}

/// `attune overlay`.
pub(crate) fn overlay(options: &OverlayOptions) -> Result<(), Failure> {
    let bytes = io::read(&options.catalog, "a compiled catalogue")?;
    let catalog = Catalog::load(bytes).map_err(|error| {
        Failure::new(
            format!("{} is refused: {error}", options.catalog.display()),
            "compile it with `attune compile --catalog`",
        )
    })?;
    let made_s = match &options.now {
        Some(text) => time(text, "--now")?,
        None => u32::try_from(jiff::Timestamp::now().as_second()).unwrap_or(u32::MAX),
    };
    let read = |path: &Path| -> Result<File, Failure> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("feed");
        Ok(File::new(name, io::read_text(path, "a feed of prices and stock")?))
    };
    let form = match &options.config {
        Some(dir) => FeedForm::of(&config::files(dir)?),
        None => FeedForm::default(),
    };
    let mut locales = Vec::new();
    for (tag, path) in &options.locale {
        locales.push((tag.clone(), read(path)?));
    }
    let found = live(&read(&options.feed)?, &locales, &catalog, &form, made_s).map_err(|problem| {
        let help = match &problem {
            LiveError::Unknown(..) => {
                "give the feed of this catalogue's shop, and --config where [catalog] names its columns"
            }
            LiveError::Loss { .. } => {
                "correct the feed where it is made; give --config where [catalog] says its columns and its decimal sign"
            }
            LiveError::Locale(..) => {
                "compile the catalogue with a feed of this locale: feed.de-DE = \"catalog/de.tsv\""
            }
            _ => "give columns id, price, availability, quantity",
        };
        Failure::new(problem.to_string(), help)
    })?;
    let bytes = encode_overlay(catalog.epoch(), made_s, &found.products, &found.locales)
        .map_err(|error| Failure::new(format!("the overlay cannot be written: {error}"), "list fewer products"))?;
    let bytes = Signer::read(&options.key)?.live(&options.site, ArtifactKind::Overlay, &bytes)?;
    io::write(&options.out, &bytes)?;
    let locales = if locales.is_empty() { String::new() } else { format!("locales  {}\n", locales.len() + 1) };
    let flawed = [&[found.flawed.to_string()], found.problems.as_slice()].concat().join("\n         ");
    io::print(&format!(
        "products {}\n{locales}unknown  {}\nflawed   {flawed}\nbytes    {}\nwrote    {}\n",
        found.products.len(),
        found.unknown,
        bytes.len(),
        options.out.display()
    ))
}
