//! The secrets and the stored configuration of a local run.

use crate::artifacts::{DEMO_BASKETS, DEMO_BUNDLE, DEMO_CATALOG};
use crate::folder::root;
use crate::node;
use crate::step::{output_of, quietly};
use anyhow::Result;

/// Where local workerd keeps KV and Durable Objects.
pub(crate) const STATE: &str = ".wrangler/state";

const MANIFEST: &str = "build/demo.manifest";

/// Makes the development secrets once, signs a manifest for the demo's bundle, and puts both into local KV: the
/// bundle first, so that the manifest never names what is not there.
pub(crate) fn prepare() -> Result<()> {
    let mut publish = node::script("xtask/publish.mjs");
    let artifacts = output_of(publish.args([
        "--bundle",
        DEMO_BUNDLE,
        "--catalog",
        DEMO_CATALOG,
        "--baskets",
        DEMO_BASKETS,
        "--site",
        "tuppence",
        "--out",
        MANIFEST,
    ]))?;
    for (key, file) in artifacts.lines().zip([DEMO_BUNDLE, DEMO_CATALOG, DEMO_BASKETS]) {
        put(key, file)?;
    }
    put("manifest", MANIFEST)
}

/// One entry: wrangler's bulk form takes text only.
fn put(key: &str, file: &str) -> Result<()> {
    let mut wrangler = node::wrangler();
    wrangler.args(["kv", "key", "put", "--local", "--env", "demo", "--binding", "CONFIG", "--persist-to", STATE]);
    quietly(wrangler.arg(key).arg("--path").arg(root().join(file)))
}
