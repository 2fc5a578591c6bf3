//! `cargo xtask package`: the npm packages, as tarballs in build/packages.
//!
//! Their sources are in packages/; what is built comes beside them. In the sources the names and the version are written as
//! placeholders.

use crate::bindings::empty_folder;
use crate::folder::root;
use crate::node;
use crate::step::{output_of, quietly, step};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The name of the package on the registry; with a scope it is `@SCOPE/attune`.
const PACKAGE: &str = "attune";

/// Where the tarballs are.
pub(crate) const FOLDER: &str = "build/packages";

/// What is built and goes into the package `attune`: from where, to where, which files.
const BUILT: [(&str, &str, &[&str]); 5] = [
    ("build/studio", "studio", &["studio.js", "studio_bg.wasm"]),
    ("build/page", "workers/build/page", &["page.js", "page.d.ts", "page_bg.wasm"]),
    (
        "build/assets/_attune",
        "assets/_attune",
        &["page.js", "log.js", "vitals.js", "local.js", "local.wasm", "local-full.wasm", "overlay.js"],
    ),
    ("www/browser", ".", &["page.d.ts"]),
    (".", ".", &["LICENSE"]),
];

/// Makes both tarballs from the present build, checks them, and prints their bytes.
///
/// # Errors
/// When something is not built, or a package is not as Node.js and TypeScript want it.
pub(crate) fn pack() -> Result<()> {
    empty_folder(FOLDER)?;
    let create = match PACKAGE.split_once('/') {
        Some((scope, name)) => format!("{scope}/create-{name}"),
        None => format!("create-{PACKAGE}"),
    };
    step("packages", || {
        let folder = root().join(FOLDER);
        for name in ["attune", "create-attune"] {
            copy(&root().join("packages").join(name), &folder.join(name), &create)?;
        }
        add_built(&folder.join("attune"))?;
        fs::copy(root().join("LICENSE"), folder.join("create-attune/LICENSE"))?;
        Ok(())
    })?;
    println!("{:<32} {:>10} {:>10}", "package", "bytes", "unpacked");
    for name in ["attune", "create-attune"] {
        tarball(name)?;
    }
    Ok(())
}

/// Copies the sources of a package.
fn copy(from: &Path, to: &Path, create: &str) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let (path, to) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() {
            copy(&path, &to, create)?;
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let text = text.replace("__CREATE_PACKAGE__", create).replace("__PACKAGE__", PACKAGE);
        fs::write(to, text.replace("__VERSION__", env!("CARGO_PKG_VERSION")))?;
    }
    Ok(())
}

/// Copies what is built, and the shims of the Workers. They lie to each other as in this repository.
fn add_built(package: &Path) -> Result<()> {
    for (from, to, files) in BUILT {
        let to = package.join(to);
        fs::create_dir_all(&to)?;
        for file in files {
            let from = root().join(from).join(file);
            fs::copy(&from, to.join(file)).with_context(|| format!("{} is not built", from.display()))?;
        }
    }
    // What a crate brings of JavaScript lies beside the bindings, in a folder that wasm-bindgen names.
    copy_if(&root().join("build/edge"), &package.join("workers/build/edge"), &|name| !name.contains(".named."))?;
    // What `attune assets --key` copies.
    let browser = root().join("build/browser");
    if browser.is_dir() {
        copy_if(&browser, &package.join("browser"), &|_| true)?;
    }
    copy_if(&root().join("www/shim"), &package.join("workers/www/shim"), &|name| {
        Path::new(name).extension().is_some_and(|kind| kind == "mjs") || name == "index.d.ts"
    })
}

/// Copies the files whose names are wanted, and folders that have any.
fn copy_if(from: &Path, to: &Path, is_wanted: &impl Fn(&str) -> bool) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("{} is not built", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            copy_if(&path, &to.join(name), is_wanted)?;
        } else if is_wanted(&name) {
            fs::create_dir_all(to)?;
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// Packs a folder, checks the tarball, and prints its bytes.
fn tarball(name: &str) -> Result<()> {
    let folder = root().join(FOLDER);
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["pack", "--json", "--ignore-scripts", "--pack-destination", ".."]).current_dir(folder.join(name));
    let answer = output_of(node::quiet_env(&mut npm))?;
    let answer: serde_json::Value =
        serde_json::from_str(&answer).context("npm pack answered something else than JSON")?;
    let field = |name: &str| answer.pointer(&format!("/0/{name}"));
    let bytes = |name: &str| field(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let file = field("filename").and_then(serde_json::Value::as_str).context("npm pack named no file")?;
    println!("{file:<32} {:>10} {:>10}", bytes("size"), bytes("unpackedSize"));
    ensure!(bytes("size") > 0, "{file} is empty");
    quietly(node::script("node_modules/publint/src/cli.js").arg("run").arg(folder.join(file)).arg("--strict"))?;
    if name == "attune" {
        let attw = "node_modules/@arethetypeswrong/cli/dist/index.js";
        quietly(node::script(attw).arg(folder.join(file)).args([
            "--profile",
            "esm-only",
            "--no-emoji",
            "--format",
            "table-flipped",
        ]))?;
    }
    Ok(())
}
