//! `attune overlay`: prices and stock of now.

use super::load;
use crate::configuration;
use crate::failure::Failure;
use crate::keys::Signer;
use crate::{input, output};
use attune_compiler::{FeedForm, File, LiveError, live};
use attune_core::artifacts::encode_overlay;
use attune_core::bundle::manifest::ArtifactKind;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(
    after_help = "Example:\n  attune overlay live.tsv --catalog shop.catalog --site shop --key data.key --out shop.overlay\n\n\
        The file goes into KV under `overlay`; no new bundle is needed. The key is one for data: `attune keys data`."
)]
pub(crate) struct Options {
    /// Feed with id, price, availability and quantity: .tsv, .csv, .json, .jsonl or .xml
    feed: PathBuf,
    /// The catalogue that the edge has
    #[arg(long, value_name = "FILE")]
    catalog: PathBuf,
    /// Name of the site, as in [site]
    #[arg(long)]
    site: String,
    /// Secret key that signs it: 64 hexadecimal digits, as `attune keys data` writes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Feed with the prices of another locale: de-DE=prices.de.tsv; once for each
    #[arg(long, value_name = "LOCALE=FILE", value_parser = locale_file)]
    locale: Vec<(String, PathBuf)>,
    /// Folder with attune.toml: its [catalog] says the columns of the feeds and how they write numbers
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// When the prices were right, and which sales run. Default: now
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// File to write
    #[arg(long)]
    out: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let catalog = load(&options.catalog)?;
    let made_s = input::moment("--now", options.now.as_deref())?;
    let read = |path: &Path| -> Result<File, Failure> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("feed");
        Ok(File::new(name, input::read_text(path, "a feed of prices and stock")?))
    };
    let form = match &options.config {
        Some(dir) => FeedForm::of(&configuration::read_files(dir)?),
        None => FeedForm::default(),
    };
    let mut locales = Vec::new();
    for (tag, path) in &options.locale {
        locales.push((tag.clone(), read(path)?));
    }
    let found = live(&read(&options.feed)?, &locales, &catalog, &form, made_s)
        .map_err(|error| Failure::new(error.to_string(), help(&error)))?;
    let bytes = encode_overlay(catalog.epoch(), made_s, &found.products, &found.locales)
        .map_err(|error| Failure::new(format!("the overlay cannot be written: {error}"), "list fewer products"))?;
    let bytes = Signer::read(&options.key)?.live(&options.site, ArtifactKind::Overlay, &bytes)?;
    output::write(&options.out, &bytes)?;
    let locales = if locales.is_empty() { String::new() } else { format!("locales  {}\n", locales.len() + 1) };
    let flawed = [&[found.flawed.to_string()], found.problems.as_slice()].concat().join("\n         ");
    output::print(&format!(
        "products {}\n{locales}unknown  {}\nflawed   {flawed}\nbytes    {}\nwrote    {}\n",
        found.products.len(),
        found.unknown,
        bytes.len(),
        options.out.display()
    ))
}

fn locale_file(text: &str) -> Result<(String, PathBuf), String> {
    let (locale, file) = text.split_once('=').ok_or_else(|| format!("`{text}` is not LOCALE=FILE"))?;
    Ok((locale.to_owned(), file.into()))
}

/// What to do about a feed that is refused.
fn help(error: &LiveError) -> &'static str {
    match error {
        LiveError::Unknown(..) => {
            "give the feed of this catalogue's shop, and --config where [catalog] names its columns"
        }
        LiveError::Loss { .. } => {
            "correct the feed where it is made; give --config where [catalog] says its columns and its decimal sign"
        }
        LiveError::Locale(..) => "compile the catalogue with a feed of this locale: feed.de-DE = \"catalog/de.tsv\"",
        _ => "give columns id, price, availability, quantity",
    }
}
