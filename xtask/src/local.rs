//! The secrets and the stored configuration of a local run.

use crate::step::quietly;
use crate::{artifacts::DEMO_BUNDLE, node, root};
use anyhow::Result;

/// Where local workerd keeps KV and Durable Objects.
pub(crate) const STATE: &str = ".wrangler/state";

/// Makes the development secrets once, signs a manifest for the demo's bundle, and puts both into local KV.
pub(crate) fn prepare() -> Result<()> {
    let mut publish = node::script("xtask/publish.mjs");
    publish.args(["--bundle", DEMO_BUNDLE, "--site", "tuppence", "--out", "build/kv.json"]);
    quietly(&mut publish)?;
    let mut put = node::wrangler();
    put.args(["kv", "bulk", "put", "--local", "--env", "demo", "--binding", "CONFIG", "--persist-to", STATE]);
    quietly(put.arg(root().join("build/kv.json")))
}
