//! Everything in build/: the Wasm modules, the demo shop's files, and its compiled configuration.

use crate::bindings::{self, Level};
use crate::folder::root;
use crate::node;
use crate::step::{output_of, quietly, step};
use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

/// The demo's compiled configuration.
pub(crate) const DEMO_BUNDLE: &str = "build/demo.bundle";
/// The demo's products.
pub(crate) const DEMO_CATALOG: &str = "build/demo.catalog";
/// What is bought together in the demo.
pub(crate) const DEMO_BASKETS: &str = "build/demo.baskets";
/// What the tests sign live data with.
const DATA_KEY: &str = "build/test.data.key";
const DEMO_ORDERS: &str = "build/demo.orders.tsv";
const DEMO_ITEMS: &str = "www/demo/attune/catalog/items";

/// Builds all of it.
///
/// # Errors
/// When one part does not build; the message names it.
pub(crate) fn build(level: Level) -> Result<()> {
    wasm(level)?;
    demo()
}

/// What only the tests need: page cores that trap on request and that show their parts, and configurations.
pub(crate) fn for_tests() -> Result<()> {
    bindings::page_with_faults()?;
    bindings::page_with_vectors()?;
    step("results of the statistics", stats_cases)?;
    demo_static()?;
    step("test configurations", || {
        compile("tests/edge/site", "build/test.bundle")?;
        compile("tests/edge/hostile", "build/hostile.bundle")?;
        compile("tests/frameworks/site", "build/frameworks.bundle")?;
        attune(&["compile", "tests/local/site", "--out", "build/local.bundle", "--client", "build/local.client"])?;
        let bandit = "tests/edge/bandit";
        let catalog = ["--catalog", "build/bandit.catalog", "--items", "build/bandit.items", "--new-epoch"];
        attune(&[&["compile", bandit, "--out", "build/bandit.bundle"], &catalog[..]].concat())?;
        // A key that is there already is as good: nothing else is signed with it.
        if !root().join(DATA_KEY).exists() {
            attune(&["keys", "data", "--out", DATA_KEY])?;
        }
        for better in ["red", "blue"] {
            let (counts, out) = (format!("{bandit}/counts/{better}.csv"), format!("build/bandit.{better}.posteriors"));
            let signed = ["--max-age", "3650d", "--key", DATA_KEY, "--out", &out];
            attune(&[&["posteriors", bandit, "--counts", &counts], &signed[..]].concat())?;
        }
        Ok(())
    })
}

/// What the statistics say natively of generated cases, beside the Wasm that is to say the same.
pub(crate) fn stats_cases() -> Result<()> {
    let words = ["run", "--quiet", "-p", "attune-stats", "--features", "vectors", "--example", "bits", "--", "4000"];
    let lines =
        output_of(Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into())).args(words).current_dir(root()))?;
    fs::write(root().join("build/test.stats"), lines).context("build/test.stats cannot be written")
}

/// Has wrangler take the lean page core: its files take the place of the other's.
pub(crate) fn choose_lean() -> Result<()> {
    for file in ["page.js", "page.d.ts", "page_bg.wasm"] {
        let [from, to] = ["build/page-lean", "build/page"].map(|folder| root().join(folder).join(file));
        fs::copy(&from, &to).with_context(|| format!("{} cannot be copied", from.display()))?;
    }
    Ok(())
}

/// The Wasm modules and the assets that every deployment has.
pub(crate) fn wasm(level: Level) -> Result<()> {
    bindings::page(level)?;
    bindings::page_lean(level)?;
    bindings::browser(level)?;
    bindings::edge(level)?;
    // wasm-opt takes a minute for it: `cargo xtask package` spends that.
    bindings::studio(Level::Dev)?;
    page_script("build/assets")
}

/// The demo shop and its configuration.
pub(crate) fn demo() -> Result<()> {
    step("demo shop", || quietly(&mut node::script("www/demo/build.mjs")))?;
    page_script("build/demo")?;
    step("demo configuration", || {
        attune(&["compile", "www/demo/attune", "--out", DEMO_BUNDLE, "--catalog", DEMO_CATALOG])
    })?;
    step("demo recommendations", || {
        quietly(node::script("www/demo/data/orders.mjs").args(["--out", DEMO_ORDERS]))?;
        attune(&["learn", "--orders", DEMO_ORDERS, "--items", DEMO_ITEMS, "--out", DEMO_BASKETS])
    })?;
    // The copy that a deployment carries, for the day that KV has none.
    fs::copy(root().join(DEMO_BUNDLE), root().join("build/demo/_attune/bundle"))
        .context("the bundle cannot be copied")?;
    Ok(())
}

/// The demo's pages for a shop whose pages do not pass through a Worker.
pub(crate) fn demo_control() -> Result<()> {
    let pages = ["--mode", "control", "--out", "build/demo-control-pages"];
    step("demo shop that asks for plans", || quietly(node::script("www/demo/build.mjs").args(pages)))?;
    page_script("build/demo-control-pages")
}

/// The demo as files for any host: its browsers decide by themselves.
pub(crate) fn demo_static() -> Result<()> {
    const KEY: &str = "build/demo.signing.key";
    const OUT: &str = "build/demo-static";
    if !root().join(KEY).exists() {
        attune(&["keys", "signing", "--out", KEY])?;
    }
    step("demo shop that decides by itself", || {
        let with = ["--catalog", DEMO_CATALOG, "--baskets", DEMO_BASKETS, "--key", KEY];
        let assets = [&["assets", "www/demo/attune", "--out", "build/demo-static-assets"], &with[..]].concat();
        let said = output_of(&mut cargo_run(&assets))?;
        let key = said.split_once("data-keys=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(key, _)| key);
        quietly(node::script("www/demo/build.mjs").args(["--mode", "static", "--key", key, "--out", OUT]))?;
        let [from, to] = ["build/demo-static-assets", OUT].map(|folder| root().join(folder).join("_attune"));
        fs::rename(from, to).context("the scripts cannot be moved to the pages")
    })
}

/// Compiles authored files with the command line tool.
pub(crate) fn compile(folder: &str, bundle: &str) -> Result<()> {
    attune(&["compile", folder, "--out", bundle])
}

/// Runs the command line tool.
fn attune(arguments: &[&str]) -> Result<()> {
    quietly(&mut cargo_run(arguments))
}

fn cargo_run(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["run", "--quiet", "-p", "attune", "--"]).args(arguments).current_dir(root());
    cargo
}

/// The page script, those that it loads, and the overlay of previews are assets: the Worker never makes them.
fn page_script(assets: &str) -> Result<()> {
    let folder = root().join(assets).join("_attune");
    fs::create_dir_all(&folder)?;
    for script in ["page.js", "log.js", "vitals.js", "local.js", "overlay.js"] {
        let from = root().join("www/browser").join(script);
        quietly(node::script("xtask/minified.mjs").args([&from, &folder.join(script)]))?;
    }
    for module in ["local.wasm", "local-full.wasm"] {
        let from = root().join("build/browser").join(module);
        fs::copy(&from, folder.join(module)).with_context(|| format!("{} cannot be copied", from.display()))?;
    }
    Ok(())
}
