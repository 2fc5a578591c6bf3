//! What came between, when somebody else was faster.

use super::client::{Client, Refused};
use super::published;
use crate::failure::Failure;
use attune_core::loaded::Loaded;
use attune_publish::api::{Entry, RawEntry};
use attune_publish::difference::{between, campaigns_touched};
use attune_publish::history;
use serde_json::Value;
use std::collections::BTreeSet;

/// Why a push was refused. Of a conflict it says what came between, which campaigns both have changed, and what to do.
pub(super) fn explain(client: &Client, refused: &Refused, before: Option<&Loaded>, own: &Loaded) -> Failure {
    if refused.error.code != "conflict" {
        return refused.failure(&client.address);
    }
    let entries: Vec<String> = refused.error.between.iter().filter_map(entry).map(|entry| line(&entry)).collect();
    let both = both(client, before, own).unwrap_or_default();
    let help = if both.is_empty() {
        "no campaign was changed by both: `attune pull` into a new folder, bring your change in, and push again"
            .to_owned()
    } else {
        let both: Vec<String> = both.into_iter().collect();
        format!("talk about {}: both of you changed it. `attune pull` shows what is published", both.join(", "))
    };
    Failure::new(format!("somebody else has published while you did:\n  {}", entries.join("\n  ")), help)
}

/// The campaigns that were changed by both.
fn both(client: &Client, before: Option<&Loaded>, own: &Loaded) -> Option<BTreeSet<String>> {
    let theirs = published::configuration(client, &published::present(&client.state().ok()?).ok()?).ok()??;
    let mine = touched(before, own);
    Some(touched(before, &theirs).intersection(&mine).cloned().collect())
}

fn touched(before: Option<&Loaded>, after: &Loaded) -> BTreeSet<String> {
    let both: Vec<&Loaded> = before.into_iter().chain([after]).collect();
    campaigns_touched(&between(before, after), &both)
}

/// An entry, as text with its hash or as it is.
fn entry(value: &Value) -> Option<Entry> {
    match serde_json::from_value::<RawEntry>(value.clone()) {
        Ok(raw) => history::entry(&raw).ok(),
        Err(_) => serde_json::from_value(value.clone()).ok(),
    }
}

/// One entry in one line.
pub(super) fn line(entry: &Entry) -> String {
    let at = u32::try_from(entry.at_s).map(attune_core::civil::format_time).unwrap_or_default();
    let version = entry.version.map(|version| format!(" version {version}")).unwrap_or_default();
    let message = entry.message.as_deref().unwrap_or_default().replace(char::is_control, " ");
    let by = if entry.by.is_empty() { "the site itself".to_owned() } else { entry.by.join(", ") };
    format!("{:>4}  {at}  {}{version}  by {by}  {message}", entry.serial, entry.action).trim_end().to_owned()
}
