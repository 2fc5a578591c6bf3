//! What a client bundle contains, and why the rest is not in it.

use super::bundle::ClientBundle;
use crate::output::describe::{counted, grouped};
use attune_compiler::client::{LeftOut, Why};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// `2 slots, 3 campaigns, 1 segment, 1,234 bytes`.
pub(crate) fn contents(client: &ClientBundle) -> String {
    let bundle = &client.cut.bundle;
    [
        counted(bundle.slots.len(), "slot"),
        counted(bundle.campaigns.len(), "campaign"),
        counted(bundle.segments.len(), "segment"),
        format!("{} bytes", grouped(client.bytes.len() as u64)),
    ]
    .join(", ")
}

/// Everything, for people: what is in it, a line for each slot and campaign that is not, and what begins later.
pub(crate) fn report(client: &ClientBundle, now_s: u32) -> String {
    let mut text = format!("client bundle: {}; anybody can read it\n", contents(client));
    for left_out in &client.cut.left_out {
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "  {}", sentence(left_out));
    }
    text + &later(client, now_s)
}

fn sentence(LeftOut { part, key, why }: &LeftOut) -> String {
    let verb = if *why == Why::Empty { "is left out" } else { "stays on the server" };
    format!("{} `{key}` {verb}: {why}", part.word())
}

/// A warning of campaigns whose contents can be read before they begin; empty without any.
pub(crate) fn later(client: &ClientBundle, now_s: u32) -> String {
    let keys: Vec<&str> = client.cut.later(now_s).map(|campaign| campaign.key.as_str()).collect();
    if keys.is_empty() {
        return String::new();
    }
    let (verb, whose) = if keys.len() == 1 { ("begins", "its") } else { ("begin", "their") };
    format!(
        "warning: {} {verb} later, and anybody can read {whose} contents in the client bundle from now on: {}\n",
        counted(keys.len(), "campaign"),
        keys.join(", ")
    )
}

/// The same for programs.
pub(crate) fn value(client: &ClientBundle, now_s: u32) -> Value {
    fn keys<'k>(keys: impl Iterator<Item = &'k String>) -> Vec<&'k String> {
        keys.collect()
    }
    let bundle = &client.cut.bundle;
    let left_out = client
        .cut
        .left_out
        .iter()
        .map(|LeftOut { part, key, why }| json!({ "what": part.word(), "key": key, "why": why.to_string() }));
    json!({
        "bytes": client.bytes.len(),
        "slots": keys(bundle.slots.iter().map(|slot| &slot.key)),
        "campaigns": keys(bundle.campaigns.iter().map(|campaign| &campaign.key)),
        "segments": keys(bundle.segments.iter().map(|segment| &segment.key)),
        "left_out": left_out.collect::<Vec<_>>(),
        "later": keys(client.cut.later(now_s).map(|campaign| &campaign.key)),
    })
}
