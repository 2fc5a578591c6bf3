//! `GET /_attune/health`: what this isolate serves with.

use crate::reply::Reply;
use attune_core::loaded::Outline;
use attune_core::profile::{KeyError, KeyRing};
use serde::Serialize;

#[derive(Serialize)]
struct Health<'a> {
    /// `ok`, `no-bundle`, `no-keys`, `killed` while everything is switched off, or `resting` after too many traps.
    status: &'static str,
    bundle: Option<Bundle<'a>>,
    /// How long ago the manifest was read; null before the first time.
    checked_ms_ago: Option<u64>,
    /// What the bundle has that the deployed build of the page core cannot do; left out where that is nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    lacks: &'a str,
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

/// 200 where pages can be personalized, else 503 with the reason: pages are served in every case, but as the origin's.
pub(crate) fn answer(outline: Option<&Outline>, keys: Result<&KeyRing, &KeyError>, state: &str) -> Reply {
    let mut lines = state.lines();
    let sha256 = lines.next().unwrap_or_default();
    let manifest = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let bundle = outline.map(|o| Bundle { version: &o.version, sha256, manifest, disabled: o.disabled });
    let checked_ms_ago = lines.next().and_then(|line| line.parse().ok());
    let rest = lines.next().unwrap_or_default();
    let lacks = lines.next().unwrap_or_default();
    let status = match (outline, keys) {
        (_, Err(_)) => "no-keys",
        (None, _) => "no-bundle",
        _ if rest == "killed" => "killed",
        _ if rest == "resting" => "resting",
        _ => "ok",
    };
    let code = if status == "ok" { 200 } else { 503 };
    Reply::json(code, &Health { status, bundle, checked_ms_ago, lacks })
}
