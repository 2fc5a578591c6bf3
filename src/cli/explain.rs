//! `attune explain`.

use crate::failure::Failure;
use crate::io;
use attune_compiler::{DIAGNOSTICS, Severity};
use attune_core::attribute::{ATTRIBUTES, Argument};
use std::fmt::Write;

pub(crate) fn explain(code: Option<&str>) -> Result<(), Failure> {
    let mut text = String::new();
    // Writing into a string has no way to fail.
    let Some(code) = code else {
        for info in DIAGNOSTICS {
            let _ = writeln!(text, "{}  {}", info.id, info.title);
        }
        return io::print(&text);
    };
    if code == "attributes" {
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
            let _ = writeln!(text, "{name:<24} {kind:<9} {}", spec.attribute.meaning());
        }
        return io::print(&text);
    }
    let Some(info) = DIAGNOSTICS.iter().find(|info| info.id.eq_ignore_ascii_case(code)) else {
        return Err(Failure::new(
            format!("there is no diagnostic {code}"),
            "`attune explain` without a code lists them all",
        ));
    };
    let severity = match info.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let _ = writeln!(text, "{} ({severity}): {}\n\n{}", info.id, info.title, info.explanation);
    io::print(&text)
}
