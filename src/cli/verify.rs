//! `attune check` and `attune compile`.

use crate::args::{CatalogOptions, Format};
use crate::assets;
use crate::catalog;
use crate::config;
use crate::failure::Failure;
use crate::io;
use crate::report::{self, counted};
use attune_core::bundle::Bundle;
use attune_core::codec::to_hex;
use attune_core::limits::{SIGNAL_ENTRY_BYTES_MAX, SIGNALS_MAX, TRAIT_ENTRY_BYTES_MAX, TRAITS_MAX};
use attune_core::profile::memory_bytes;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

pub(crate) fn check(dir: &Path, files: Option<&Path>, format: Format) -> Result<(), Failure> {
    let configuration = config::read_beside(dir, files.map(assets::paths).transpose()?)?;
    match format {
        Format::Json => report::json(&configuration)?,
        Format::Human => report::human(&configuration),
    }
    let (errors, _) = report::counts(&configuration.compiled.diagnostics);
    if errors > 0 {
        return Err(Failure::No);
    }
    if let (Format::Human, Some(bundle)) = (format, &configuration.compiled.bundle) {
        io::print(&format!("ok: {}\n{}", summary(bundle), memory(bundle)))?;
    }
    Ok(())
}

pub(crate) fn compile(dir: &Path, out: &Path, catalog: &CatalogOptions) -> Result<(), Failure> {
    let configuration = config::read(dir)?;
    let (bytes, loaded) = configuration.bundle()?;
    report::human(&configuration);
    let products = catalog::write(dir, catalog, &configuration)?;
    io::write(out, &bytes)?;
    let lock = configuration.write_lock(dir)?;
    let counts = configuration.compiled.bundle.as_ref().map(summary).unwrap_or_default();
    let sha256 = to_hex(&Sha256::digest(&bytes));
    io::print(&format!(
        "version {}\nsha256  {sha256}\nbytes   {}\n{counts}\nwrote   {}\n{products}{}",
        loaded.version,
        bytes.len(),
        out.display(),
        lock.map_or_else(String::new, |path| format!("lock    {}: keep it with the configuration\n", path.display()))
    ))
}

/// What traits and signals take of the cookie, one line each; nothing without any.
fn memory(bundle: &Bundle) -> String {
    let each = memory_bytes(&bundle.site.rules);
    if each.is_empty() {
        return String::new();
    }
    let total: usize = each.iter().map(|(_, bytes)| bytes).sum();
    let most = TRAITS_MAX * TRAIT_ENTRY_BYTES_MAX + SIGNALS_MAX * SIGNAL_ENTRY_BYTES_MAX;
    let mut text = format!("cookie: authored memory takes at most {total} of {most} bytes\n");
    for (attribute, bytes) in each {
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "  {bytes:>4}  {attribute}");
    }
    text
}

fn summary(bundle: &Bundle) -> String {
    [
        counted(bundle.campaigns.len(), "campaign"),
        counted(bundle.segments.len(), "segment"),
        counted(bundle.slots.len(), "slot"),
        counted(bundle.contents.len(), "content"),
        counted(bundle.atoms.len(), "atom"),
    ]
    .join(", ")
}
