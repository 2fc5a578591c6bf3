//! `attune overlay`: prices and stock of now.

use super::load;
use crate::configuration;
use crate::failure::Failure;
use crate::keys::Signer;
use crate::publishing::push_live;
use crate::{input, output};
use attune_compiler::{FeedForm, File, LiveError, live};
use attune_core::artifacts::encode_overlay;
use attune_core::bundle::manifest::ArtifactKind;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(
    after_help = "Example:\n  attune overlay live.tsv --catalog shop.catalog --site shop --key data.key --push https://www.shop.example\n\n\
        No new bundle is needed. The key is one for data: `attune keys data`."
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
    /// Key that signs it: a file as `attune keys data` writes it, or a name of `attune keys list`
    #[arg(long, value_name = "NAME|FILE")]
    key: String,
    /// Feed with the prices of another locale: de-DE=prices.de.tsv; once for each
    #[arg(long, value_name = "LOCALE=FILE", value_parser = locale_file)]
    locale: Vec<(String, PathBuf)>,
    /// Folder with attune.toml: its [catalog] says the columns of the feeds and how they write numbers
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// When the prices were right, and which sales run. Default: now
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// Address of the site to send it to
    #[arg(long, value_name = "URL")]
    push: Option<String>,
    /// File to write
    #[arg(long, required_unless_present = "push")]
    out: Option<PathBuf>,
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
    let signer = Signer::open(Some(&options.key))?;
    let bytes = signer.live(&options.site, ArtifactKind::Overlay, &bytes)?;
    let mut end = String::new();
    if let Some(out) = &options.out {
        output::write(out, &bytes)?;
        end = format!("wrote    {}\n", out.display());
    }
    if let Some(url) = &options.push {
        end.push_str(&push_live(url, signer, ArtifactKind::Overlay, &bytes)?);
    }
    let locales = if locales.is_empty() { String::new() } else { format!("locales  {}\n", locales.len() + 1) };
    let flawed = [&[found.flawed.to_string()], found.problems.as_slice()].concat().join("\n         ");
    output::print(&format!(
        "products {}\n{locales}unknown  {}\nflawed   {flawed}\nbytes    {}\n{end}",
        found.products.len(),
        found.unknown,
        bytes.len()
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
