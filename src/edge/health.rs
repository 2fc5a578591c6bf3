//! `GET /_attune/health`: what this isolate serves with.

use crate::reply::Reply;
use attune_core::bundle::Outline;
use attune_core::profile::{KeyError, KeyRing};
use serde::Serialize;

#[derive(Serialize)]
struct Health<'a> {
    /// `ok`, `no-bundle` or `no-keys`.
    status: &'static str,
    bundle: Option<Bundle<'a>>,
    /// How long ago the manifest was read; null before the first time.
    checked_ms_ago: Option<u64>,
}

#[derive(Serialize)]
struct Bundle<'a> {
    version: &'a str,
    sha256: &'a str,
    /// Version of the manifest that named it; 0 for the bundle of the deployment.
    manifest: u64,
    /// Parts that could not be used.
    disabled: u32,
}

/// Always 200: the page is served in every case.
pub(crate) fn answer(outline: Option<&Outline>, keys: Result<&KeyRing, &KeyError>, state: &str) -> Reply {
    let mut lines = state.lines();
    let sha256 = lines.next().unwrap_or_default();
    let manifest = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let status = match (outline, keys) {
        (_, Err(_)) => "no-keys",
        (None, _) => "no-bundle",
        _ => "ok",
    };
    let bundle = outline.map(|o| Bundle { version: &o.version, sha256, manifest, disabled: o.disabled });
    let checked_ms_ago = lines.next().and_then(|line| line.parse().ok());
    Reply::json(200, &Health { status, bundle, checked_ms_ago })
}
