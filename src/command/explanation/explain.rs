//! `attune explain`: diagnostics, findings of `attune doctor`, and attributes.

use crate::doctor::CODES;
use crate::failure::Failure;
use crate::output;
use attune_compiler::{DIAGNOSTICS, Severity};
use attune_core::attribute::{ATTRIBUTES, Argument};
use clap::Args;
use std::fmt::Write;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune explain A0302\n  attune explain attributes\n  attune explain")]
pub struct Options {
    /// Code, such as A0302 of a diagnostic or D0201 of the doctor, or the word `attributes`
    code: Option<String>,
}

pub(crate) fn run(Options { code }: &Options) -> Result<(), Failure> {
    output::print(&match code.as_deref() {
        None => diagnostics(),
        Some("attributes") => attributes(),
        Some(code) => diagnostic(code)?,
    })
}

/// All diagnostics and all findings, one a line.
fn diagnostics() -> String {
    let diagnostics = DIAGNOSTICS.iter().map(|info| (info.id, info.title));
    let findings = CODES.iter().map(|info| (info.code.id(), info.title));
    let mut text = String::new();
    for (id, title) in diagnostics.chain(findings) {
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "{id}  {title}");
    }
    text
}

/// All attributes, one a line.
fn attributes() -> String {
    let mut text = String::new();
    for spec in ATTRIBUTES {
        let argument = match spec.argument {
            Argument::None => "",
            Argument::Category => "[category]",
            Argument::Sku => "(sku)",
            Argument::QueryKey => "[parameter]",
            Argument::Field => "[field]",
            Argument::Key => ".name",
            Argument::Circle => "(lat, lon, km)",
        };
        let name = format!("{}{argument}", spec.name);
        let kind = format!("{:?}", spec.kind).to_lowercase();
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "{name:<24} {kind:<9} {}", spec.attribute.meaning());
    }
    text
}

fn diagnostic(code: &str) -> Result<String, Failure> {
    if let Some(info) = CODES.iter().find(|info| info.code.id().eq_ignore_ascii_case(code)) {
        let (id, severity) = (info.code.id(), info.code.severity().word());
        return Ok(format!("{id} ({severity}): {}\n\n{}\n", info.title, info.explanation));
    }
    let Some(info) = DIAGNOSTICS.iter().find(|info| info.id.eq_ignore_ascii_case(code)) else {
        return Err(Failure::new(
            format!("there is no diagnostic and no finding {code}"),
            "`attune explain` without a code lists them all",
        ));
    };
    let severity = match info.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    Ok(format!("{} ({severity}): {}\n\n{}\n", info.id, info.title, info.explanation))
}
