//! The Wasm modules and their JavaScript bindings.
//!
//! The bindings are made by calling wasm-bindgen as a library: installing its command line tool would
//! take minutes, and the two versions could drift apart.

use crate::folder::{root, target_folder};
use crate::step::{quietly, step};
use crate::{names, node, panics};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// The page core inlines less than LLVM would by itself, whose threshold is 225 at this level: 8 KB of gzip less. By callgrind a
/// decision costs 2.2 % more instructions, a scan 0.1 %, both together 1.1 %; at 50 it is 11 KB, 5.5 % and 2.8 %.
const PAGE_FLAGS: [&str; 2] =
    ["--config", r#"target.wasm32-unknown-unknown.rustflags=["-C", "llvm-args=-inline-threshold=100"]"#];

/// Conditions and templates are read by recursion, as deep as their limits allow: room for that, where the default is 1 MiB.
const STUDIO_FLAGS: [&str; 2] =
    ["--config", r#"target.wasm32-unknown-unknown.rustflags=["-C", "link-arg=-zstack-size=16777216"]"#];

/// How much work goes into making a module small.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// As compiled.
    Dev,
    /// With `wasm-opt`.
    Release,
}

/// The page core: the same files run in workerd, in Node.js and in browsers.
pub(crate) fn page(level: Level) -> Result<()> {
    page_variant("page Wasm", &[], "build/page", level)
}

/// The page core without what few sites use: recommendations, the decision header, answers for what is no page. Its
/// bindings are those of the other.
pub(crate) fn page_lean(level: Level) -> Result<()> {
    page_variant("lean page Wasm", &["--no-default-features"], "build/page-lean", level)
}

/// The page core that traps on request, for the tests only.
pub(crate) fn page_with_faults() -> Result<()> {
    page_variant("page Wasm with faults", &["--features", "faults"], "build/faults", Level::Dev)
}

/// The page core with its parts exported one by one, for the vectors only.
pub(crate) fn page_with_vectors() -> Result<()> {
    page_variant("page Wasm with vectors", &["--features", "vectors"], "build/vectors", Level::Dev)
}

fn page_variant(name: &str, features: &[&str], folder: &str, level: Level) -> Result<()> {
    step(name, || {
        let wasm = compile("attune-page", "wasm-page", &[&PAGE_FLAGS, features].concat())?;
        let out = empty_folder(folder)?;
        // The reset function makes a fresh instance after a trap.
        for_any_host()?
            .reset_state_function(true)
            .input_module("page", panics::without_texts(&wasm)?)
            .out_name("page")
            .generate(&out)?;
        let wasm = out.join("page_bg.wasm");
        remove_raw_types(&wasm)?;
        encode_long_texts_at_once(&out.join("page.js"))?;
        optimize(&wasm, level)
    })
}

/// wasm-bindgen copies a text character by character, which is faster for short ones only. The text of a request has a
/// thousand characters and more.
fn encode_long_texts_at_once(glue: &Path) -> Result<()> {
    const ONE_BY_ONE: &str = "    for (; offset < len; offset++) {\n";
    const AT_ONCE: &str = "    if (len > 99) {
        const { read, written } = cachedTextEncoder.encodeInto(arg, mem.subarray(ptr, ptr + len));
        if (read === len) {
            WASM_VECTOR_LEN = written;
            return ptr;
        }
    }
";
    let text = fs::read_to_string(glue)?;
    ensure!(text.matches(ONE_BY_ONE).count() == 1, "wasm-bindgen no longer copies texts as it did");
    Ok(fs::write(glue, text.replace(ONE_BY_ONE, &[AT_ONCE, ONE_BY_ONE].concat()))?)
}

/// The control plane, for workerd.
pub(crate) fn edge(level: Level) -> Result<()> {
    step("edge Wasm", || {
        let wasm = compile("attune-edge", "wasm", &[])?;
        let out = empty_folder("build/edge")?;
        // The options that worker-build passes: a panic must not leave a broken instance behind.
        Bindgen::new()
            .module(true)?
            .reset_state_function(true)
            .force_enable_abort_handler(true)
            .typescript(true)
            .remove_name_section(false)
            .remove_producers_section(true)
            .input_path(&wasm)
            .out_name("edge")
            .generate(&out)?;
        // workerd gives a module for a plain import of a .wasm file; wrangler's bundler knows no other form.
        let glue = out.join("edge.js");
        let text = fs::read_to_string(&glue)?;
        ensure!(text.contains("import source "), "wasm-bindgen no longer writes `import source`");
        fs::write(&glue, text.replace("import source ", "import "))?;
        let wasm = out.join("edge_bg.wasm");
        remove_raw_types(&wasm)?;
        optimize(&wasm, level)
    })
}

/// Bindings of the `web` target, which take the compiled module as an argument, so that each platform loads it in its own way.
fn for_any_host() -> Result<Bindgen> {
    let mut bindings = Bindgen::new();
    bindings
        .web(true)?
        .typescript(true)
        .remove_name_section(false)
        .remove_producers_section(true)
        .omit_default_module_path(true);
    Ok(bindings)
}

/// The core in the browser, with recommendations and without: the same bindings load either.
pub(crate) fn browser(level: Level) -> Result<()> {
    let out = empty_folder("build/browser")?;
    for (name, features, file) in [
        ("browser Wasm", &[][..], "local-full.wasm"),
        ("browser Wasm without recommendations", &["--no-default-features"], "local.wasm"),
    ] {
        step(name, || {
            let wasm = compile("attune-browser", "wasm", features)?;
            for_any_host()?.input_module("core", panics::without_texts(&wasm)?).out_name("core").generate(&out)?;
            let wasm = out.join("core_bg.wasm");
            remove_raw_types(&wasm)?;
            optimize(&wasm, level)?;
            fs::rename(&wasm, out.join(file))?;
            if level == Level::Release {
                fs::rename(named(&wasm), named(out.join(file)))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The commands that ask a configuration, for Node.js and the console. The `web` target takes the compiled module as an
/// argument, so that each loads it in its own way.
pub(crate) fn studio(level: Level) -> Result<()> {
    step("studio Wasm", || {
        let wasm = compile("attune-studio", "wasm", &STUDIO_FLAGS)?;
        let out = empty_folder("build/studio")?;
        for_any_host()?.input_path(&wasm).out_name("studio").generate(&out)?;
        let wasm = out.join("studio_bg.wasm");
        remove_raw_types(&wasm)?;
        optimize(&wasm, level)
    })
}

/// wasm-bindgen's types of the raw exports would pass for the types of the `.wasm` file itself.
fn remove_raw_types(wasm: &Path) -> Result<()> {
    Ok(fs::remove_file(wasm.with_extension("wasm.d.ts"))?)
}

/// Compiles one crate; `-p` keeps the features of the command line tool out of it.
fn compile(package: &str, profile: &str, features: &[&str]) -> Result<PathBuf> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["build", "--profile", profile, "--target", TARGET, "-p", package]).args(features);
    quietly(cargo.current_dir(root()))?;
    let file = package.replace('-', "_") + ".wasm";
    Ok(target_folder().join(TARGET).join(profile).join(file))
}

pub(crate) fn empty_folder(path: &str) -> Result<PathBuf> {
    let folder = root().join(path);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{path} cannot be emptied"))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{path} cannot be made"))?;
    Ok(folder)
}

fn optimize(wasm: &Path, level: Level) -> Result<()> {
    if level == Level::Dev {
        return Ok(());
    }
    let smaller = wasm.with_extension("smaller");
    let features = [
        "mutable-globals",
        "sign-ext",
        "nontrapping-float-to-int",
        "bulk-memory",
        "multivalue",
        "reference-types",
        "exception-handling",
    ];
    let mut command = node::script("node_modules/binaryen/bin/wasm-opt");
    // What rustc has kept apart stays apart, in the order of its modules: alike code close by is what gzip makes small, 3 % smaller.
    command.arg(wasm).args(["-Oz", "--one-caller-inline-max-function-size=0"]).arg("-o").arg(&smaller);
    command.args(["--reorder-functions-by-name", "--debuginfo"]);
    command.args(features.map(|feature| format!("--enable-{feature}")));
    quietly(&mut command)?;
    fs::rename(&smaller, named(wasm))?;
    Ok(fs::write(wasm, names::apart(&fs::read(named(wasm))?)?.0)?)
}

/// The module beside a shipped one that still has the names of its functions.
pub(crate) fn named(wasm: impl AsRef<Path>) -> PathBuf {
    root().join(wasm).with_extension("named.wasm")
}
