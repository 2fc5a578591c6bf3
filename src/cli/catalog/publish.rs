//! `attune catalog`: the feeds of a configuration, published as they are now.

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::output;
use crate::publishing::Job;
use attune_compiler::Ordinals;
use attune_core::artifacts::catalog::Catalog;
use attune_learn::items::Items;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Example:\n  attune catalog shop --push https://www.shop.example --key data.key\n\n\
    The catalogue takes the place of the published one, beside the version and without a new one. Products keep the numbers that they \
    have at the site; what was learned stays.")]
pub(crate) struct Options {
    /// Folder with attune.toml, whose [catalog] says where the feeds are
    dir: PathBuf,
    /// Address of the site to publish the catalogue to
    #[arg(long, value_name = "URL")]
    push: String,
    /// Key that signs it, with the role data: a name of `attune keys list`, or a file. Default: the only key
    #[arg(long, value_name = "NAME|FILE")]
    key: Option<String>,
    /// Begin with new numbers: what was learned with the old ones is left out, and profiles forget what they hold by number
    #[arg(long)]
    new_epoch: bool,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let configuration = Configuration::read(&options.dir)?;
    configuration.bundle()?;
    configuration.print_diagnostics();
    let products = configuration
        .compiled
        .products
        .as_ref()
        .ok_or_else(|| Failure::new("the configuration has no [catalog]", "add one that says where the feed is"))?;
    let job = Job::connect(&options.push, options.key.as_deref())?;
    let mut numbers = if options.new_epoch { Ordinals::default() } else { numbers_of(&job.catalog()?)? };
    let before = numbers.len();
    let bytes = products.artifact(&mut numbers).map_err(|error| {
        Failure::new(format!("the catalogue cannot be written: {error}"), "leave products or texts out of the feed")
    })?;
    output::print(&format!(
        "catalog {} products, {} new, {} gone, epoch {}, {} bytes\n",
        products.len(),
        numbers.len() - before,
        numbers.len() - products.len(),
        numbers.epoch(),
        bytes.len()
    ))?;
    job.publish_catalog(bytes)
}

/// The numbers that products have in a catalogue.
fn numbers_of(catalog: &Catalog<Vec<u8>>) -> Result<Ordinals, Failure> {
    let broken =
        |what: &str| Failure::new(format!("the published catalogue {what}"), "begin with new numbers: --new-epoch");
    let ids = (0..catalog.item_count()).filter_map(|ordinal| catalog.item(ordinal)).map(|item| item.id().into());
    let items = Items::from_keys(ids).ok_or_else(|| broken("has a product twice"))?;
    let text = attune_learn::ordinals::Ordinals { epoch: catalog.epoch(), items }.to_text();
    Ordinals::parse(&text).map_err(|error| broken(&format!("has numbers that cannot be gone on with: {error}")))
}
