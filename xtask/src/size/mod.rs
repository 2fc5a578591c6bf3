//! What is shipped, and how large it may be.

mod gzip;
mod why;

use crate::bindings::{self, Level};
use crate::folder::root;
use crate::step::{quietly, step};
use crate::{artifacts, node, setup};
use anyhow::{Context, Result, ensure};
use gzip::gzip;
use std::fs;
use std::path::{Path, PathBuf};

/// The goals, in bytes of gzip.
const PAGE_GZIP_GOAL: usize = 120 * 1024;
const CONTROL_GZIP_GOAL: usize = 150 * 1024;
/// What the Workers have reached: they miss their goals (docs/benchmarks.md), and must not grow unnoticed.
const PAGE_GZIP_CEILING: usize = 226 * 1024;
const LEAN_GZIP_CEILING: usize = 199 * 1024;
const CONTROL_GZIP_CEILING: usize = 235 * 1024;
/// The scripts of pages as browsers get them, in bytes of gzip: what every page has, what is loaded once the visitor has agreed, what
/// measures where a goal counts slow pages, what decides in the browser, and what only previews have.
const SCRIPTS_GZIP_MAX: [(&str, usize); 5] =
    [("page.js", 5 * 1024), ("log.js", 3_400), ("vitals.js", 3_584), ("local.js", 6_656), ("overlay.js", 5_504)];

/// Bytes of one file, as it is and compressed.
struct Size {
    name: String,
    raw: usize,
    gzip: usize,
}

/// `cargo xtask size`: builds and prints the table; with `why`, what it is made of.
pub(crate) fn run(why: bool) -> Result<()> {
    setup::run()?;
    if why {
        artifacts::wasm(Level::Release)?;
        why::print("page core", &bindings::named("build/page/page_bg.wasm"))?;
        why::print("lean page core", &bindings::named("build/page-lean/page_bg.wasm"))?;
        why::print("browser core without recommendations", &bindings::named("build/browser/local.wasm"))?;
        return why::print("control plane", &bindings::named("build/edge/edge_bg.wasm"));
    }
    artifacts::build(Level::Release)?;
    print_and_check()
}

/// Prints the sizes of the present build and checks them against the budgets.
pub(crate) fn print_and_check() -> Result<()> {
    println!("{:<32} {:>10} {:>10} {:>10}", "file", "bytes", "gzip", "limit");
    let page = worker("page Worker", "wrangler.toml", "build/worker", PAGE_GZIP_CEILING)?;
    let lean = lean(page)?;
    let control = worker("control Worker", "control.toml", "build/control", CONTROL_GZIP_CEILING)?;
    println!("{:<32} {:>10} {:>10}", "both Workers", "", page + control);
    for (name, max) in SCRIPTS_GZIP_MAX {
        let script = measure(&root().join("build/assets/_attune").join(name))?;
        println!("{name:<32} {:>10} {:>10} {max:>10}", script.raw, script.gzip);
        require(name, script.gzip, max)?;
    }
    for (name, gzip, goal) in
        [("page", page, PAGE_GZIP_GOAL), ("lean page", lean, PAGE_GZIP_GOAL), ("control", control, CONTROL_GZIP_GOAL)]
    {
        if gzip > goal {
            println!("the {name} Worker misses its goal of {goal} by {} bytes of gzip", gzip - goal);
        }
    }
    require("the page Worker", page, PAGE_GZIP_CEILING)?;
    require("the lean page Worker", lean, LEAN_GZIP_CEILING)?;
    require("the control Worker", control, CONTROL_GZIP_CEILING)
}

fn require(name: &str, gzip: usize, limit: usize) -> Result<()> {
    ensure!(gzip <= limit, "{name} is {gzip} bytes of gzip; the limit is {limit}");
    Ok(())
}

/// Prints the sizes of one Worker's files; the answer is their sum, compressed.
fn worker(name: &str, config: &str, out: &str, limit: usize) -> Result<usize> {
    let files = step(name, || bundled(config, out))?;
    let files = files.iter().map(|path| measure(path)).collect::<Result<Vec<_>>>()?;
    for size in &files {
        println!("{:<32} {:>10} {:>10}", size.name, size.raw, size.gzip);
    }
    let raw: usize = files.iter().map(|size| size.raw).sum();
    let total: usize = files.iter().map(|size| size.gzip).sum();
    println!("{name:<32} {raw:>10} {total:>10} {limit:>10}");
    Ok(total)
}

/// The page Worker with the lean core, compressed: its other files are the same.
fn lean(page: usize) -> Result<usize> {
    let [full, lean] = ["build/page", "build/page-lean"].map(|folder| root().join(folder).join("page_bg.wasm"));
    let (full, lean) = (measure(&full)?, measure(&lean)?);
    let total = (page + lean.gzip).saturating_sub(full.gzip);
    println!("{:<32} {:>10} {:>10}", "page_bg.wasm, lean", lean.raw, lean.gzip);
    println!("{:<32} {:>10} {total:>10} {LEAN_GZIP_CEILING:>10}", "lean page Worker", "");
    Ok(total)
}

/// The files that `wrangler deploy` would upload for the product.
fn bundled(config: &str, out: &str) -> Result<Vec<PathBuf>> {
    let out = root().join(out);
    let _ = fs::remove_dir_all(&out);
    let mut wrangler = node::wrangler();
    wrangler.args(["deploy", "--dry-run", "--minify", "--config", config, "--env", "", "--outdir"]).arg(&out);
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
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // wrangler puts a hash before the name of a module.
    let name = name.split_once('-').map_or(&*name, |(hash, rest)| if hash.len() == 40 { rest } else { &name });
    Ok(Size { name: name.to_owned(), raw: bytes.len(), gzip: gzip(&bytes)? })
}
