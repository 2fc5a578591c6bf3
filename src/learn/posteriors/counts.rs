//! How often strategies were shown and clicked.

use crate::{LearnError, header};
use csv::StringRecord;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// Columns of a file of counts.
const COLUMNS: [&str; 5] = ["campaign", "slot", "strategy", "impressions", "clicks"];

/// A strategy: keys of campaign, slot and strategy.
pub type Key = (String, String, String);

/// How often strategies were shown and clicked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Impressions and clicks.
    pub by_key: BTreeMap<Key, (u64, u64)>,
    /// Rows that could not be read, or had more clicks than impressions.
    pub flawed: u64,
}

impl Counts {
    /// Reads `campaign,slot,strategy,impressions,clicks` as CSV or TSV with a line of names, or as JSON lines. Rows of
    /// the same strategy are added up.
    ///
    /// # Errors
    /// When a column is missing, or the text is neither.
    pub fn read(path: &Path, text: &str) -> Result<Self, LearnError> {
        let mut counts = Self::default();
        if text.trim_start().starts_with('{') {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let object: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
                let value = |name: &str| match object.get(name) {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Number(number)) => number.to_string(),
                    _ => String::new(),
                };
                counts.add(&COLUMNS.map(value));
            }
            return Ok(counts);
        }
        let first = text.lines().next().unwrap_or_default();
        let delimiter = if first.contains('\t') { b'\t' } else { b',' };
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(delimiter).flexible(true).trim(csv::Trim::All);
        let mut reader = builder.from_reader(text.as_bytes());
        let failed = |error: csv::Error| LearnError::format(path, "CSV", error.to_string());
        let names = reader.headers().map_err(failed)?.clone();
        let places = header::places(path, &names, COLUMNS)?;
        for record in reader.records() {
            let record = record.unwrap_or_else(|_| StringRecord::new());
            counts.add(&places.map(|place| record.get(place).unwrap_or_default().to_owned()));
        }
        Ok(counts)
    }

    fn add(&mut self, [campaign, slot, strategy, impressions, clicks]: &[String; 5]) {
        match (impressions.parse::<u64>(), clicks.parse::<u64>()) {
            (Ok(impressions), Ok(clicks)) if clicks <= impressions && !strategy.is_empty() => {
                let key = (campaign.clone(), slot.clone(), strategy.clone());
                let sum = self.by_key.entry(key).or_default();
                *sum = (sum.0.saturating_add(impressions), sum.1.saturating_add(clicks));
            }
            _ => self.flawed += 1,
        }
    }
}
