//! What came between, when somebody else was faster.

use super::client::Refused;
use attune_core::bundle::kill;
use attune_publish::api::{Entry, RawEntry};
use attune_publish::{from_base64, history};
use serde_json::Value;

/// What came between, one line for each entry.
pub(super) fn between(refused: &Refused) -> String {
    let entries: Vec<String> = refused.error.between.iter().filter_map(entry).map(|entry| line(&entry)).collect();
    format!("somebody else has published while you did:\n  {}", entries.join("\n  "))
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
    let what = subject(entry).unwrap_or_default();
    format!("{:>4}  {at}  {}{version}{what}  by {by}  {message}", entry.serial, entry.action).trim_end().to_owned()
}

/// What a kill or a revival is about.
fn subject(entry: &Entry) -> Option<String> {
    let file = from_base64(entry.statement.as_ref()?.as_str()?)?;
    let (statement, _) = kill::decode(&file).ok()?;
    let campaign = statement.campaign.replace(char::is_control, " ");
    Some(if campaign.is_empty() { " of everything".to_owned() } else { format!(" of campaign {campaign}") })
}
