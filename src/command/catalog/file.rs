//! The catalogue file that `attune compile --catalog` writes.

use super::items;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::output;
use attune_compiler::Ordinals;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct CatalogOptions {
    /// File to write the product catalogue to
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// File that keeps the number of each product; read and written. Default: catalog/items in the folder
    #[arg(long, value_name = "FILE", requires = "catalog")]
    items: Option<PathBuf>,
    /// Begin with new numbers: what was learned with the old ones is refused from then on
    #[arg(long, requires = "catalog")]
    new_epoch: bool,
}

/// Numbers the products and writes the catalogue. The numbers are written first, so that no number is given twice.
pub(crate) fn write(dir: &Path, options: &CatalogOptions, configuration: &Configuration) -> Result<String, Failure> {
    let (Some(out), Some(products)) = (&options.catalog, &configuration.compiled.products) else {
        return match &options.catalog {
            Some(_) => Err(Failure::new("the configuration has no [catalog]", "add one, or leave out --catalog")),
            None => Ok(String::new()),
        };
    };
    let path = options.items.clone().unwrap_or_else(|| items::path(dir));
    let mut ordinals = if options.new_epoch { Ordinals::default() } else { items::read(&path)? };
    let before = ordinals.len();
    let bytes = items::encode(products, &mut ordinals)?;
    output::write(&path, ordinals.to_text().as_bytes())?;
    output::write(out, &bytes)?;
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
