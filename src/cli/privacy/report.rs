//! `attune privacy report`.

use super::data_map;
use super::row::Row;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::output::{self, Format};
use clap::Args;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune privacy report shop\n  attune privacy report shop --format json")]
pub(crate) struct Options {
    /// Folder with attune.toml
    dir: PathBuf,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn run(Options { dir, format }: &Options) -> Result<(), Failure> {
    let configuration = Configuration::read(dir)?;
    let (_, loaded) = configuration.bundle()?;
    let Some(bundle) = &configuration.compiled.bundle else { return Err(Failure::No) };
    let rows = data_map::rows(bundle, &loaded);
    match format {
        Format::Json => output::print_json(&json!({ "site": bundle.site.name, "attributes": rows })),
        Format::Human => output::print(&table(&bundle.site.name, &rows)),
    }
}

fn table(site: &str, rows: &[Row]) -> String {
    let head = ["attribute", "source", "purpose", "trust", "retention", "campaigns"].map(str::to_owned);
    let cells = |row: &Row| {
        let campaigns = if row.campaigns.is_empty() { "-".to_owned() } else { row.campaigns.join(", ") };
        let [purpose, trust, retention] = [row.purpose, row.trust, &row.retention].map(str::to_owned);
        [row.attribute.clone(), row.source.clone(), purpose, trust, retention, campaigns]
    };
    let lines: Vec<[String; 6]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = format!("What {site} knows of a visitor, and which campaigns use it\n\n");
    for line in &lines {
        let padded = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    }
    text
}
