//! What is shipped, and how large it may be.

use crate::step::{quietly, step};
use crate::{artifacts, bindings::Level, node, root, setup};
use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The budget of the Worker with both Wasm modules, in bytes of gzip.
const EDGE_GZIP_BUDGET: usize = 150 * 1024;
/// What the Worker is at present allowed to have: it misses its budget (README), and must not grow further.
const EDGE_GZIP_CEILING: usize = 340 * 1024;
/// The page script, in bytes of gzip.
const PAGE_SCRIPT_GZIP_MAX: usize = 3 * 1024;

/// Bytes of one file, as it is and compressed.
struct Size {
    name: String,
    raw: usize,
    gzip: usize,
}

/// `cargo xtask size`: builds and prints the table.
pub(crate) fn run() -> Result<()> {
    setup::run()?;
    artifacts::build(Level::Release)?;
    print_and_check()
}

/// Prints the sizes of the present build and checks them against the budgets.
pub(crate) fn print_and_check() -> Result<()> {
    let worker = step("bundle the Worker", worker_files)?;
    let files = worker.iter().map(|path| measure(path)).collect::<Result<Vec<_>>>()?;
    let total: usize = files.iter().map(|size| size.gzip).sum();
    let script = measure(&root().join("www/shim/page.js"))?;
    println!("{:<32} {:>10} {:>10} {:>10}", "file", "bytes", "gzip", "budget");
    for size in &files {
        println!("{:<32} {:>10} {:>10}", size.name, size.raw, size.gzip);
    }
    let raw: usize = files.iter().map(|size| size.raw).sum();
    println!("{:<32} {raw:>10} {total:>10} {EDGE_GZIP_BUDGET:>10}", "edge, total");
    println!("{:<32} {:>10} {:>10} {PAGE_SCRIPT_GZIP_MAX:>10}", "page.js", script.raw, script.gzip);
    if total > EDGE_GZIP_BUDGET {
        println!("the Worker is over its budget by {} bytes of gzip", total - EDGE_GZIP_BUDGET);
    }
    ensure!(total <= EDGE_GZIP_CEILING, "the Worker is {total} bytes of gzip; the ceiling is {EDGE_GZIP_CEILING}");
    ensure!(
        script.gzip <= PAGE_SCRIPT_GZIP_MAX,
        "page.js is {} bytes of gzip; the budget is {PAGE_SCRIPT_GZIP_MAX}",
        script.gzip
    );
    Ok(())
}

/// The files that `wrangler deploy` would upload for the product.
fn worker_files() -> Result<Vec<PathBuf>> {
    let out = root().join("build/worker");
    let _ = fs::remove_dir_all(&out);
    let mut wrangler = node::wrangler();
    wrangler.args(["deploy", "--dry-run", "--minify", "--env", "", "--outdir"]).arg(&out);
    quietly(&mut wrangler)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(&out).context("wrangler wrote nothing")? {
        let path = entry?.path();
        let kind = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if kind == "js" || kind == "mjs" || kind == "wasm" {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn measure(path: &Path) -> Result<Size> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // wrangler puts a hash before the name of a module.
    let name = name.split_once('-').map_or(&*name, |(hash, rest)| if hash.len() == 40 { rest } else { &name });
    Ok(Size { name: name.to_owned(), raw: bytes.len(), gzip: encoder.finish()?.len() })
}
