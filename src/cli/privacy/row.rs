//! A row of the data map.

use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Row {
    pub(super) attribute: String,
    pub(super) source: String,
    pub(super) purpose: &'static str,
    pub(super) trust: &'static str,
    pub(super) retention: String,
    pub(super) meaning: String,
    /// Campaigns whose conditions or contents use it.
    pub(super) campaigns: Vec<String>,
}
