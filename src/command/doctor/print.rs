//! The outcome, for people and for programs.

use super::code::Severity;
use super::report::{Finding, Report, Unchecked};
use crate::failure::Failure;
use crate::output::describe::counted;
use crate::output::{self, Format};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Where one reason kept more checks than this from being made, they are counted; `--format json` names them.
const NAMED_MAX: usize = 12;

#[derive(Serialize)]
struct Json<'r> {
    url: &'r str,
    /// Paths of the pages that were looked at.
    pages: &'r [String],
    ok: bool,
    errors: usize,
    warnings: usize,
    notes: usize,
    findings: Vec<&'r Finding>,
    passed: Vec<super::code::Code>,
    not_checked: Vec<&'r Unchecked>,
}

/// Prints the findings, the worst first, and a last line that counts them.
pub(super) fn print(url: &str, pages: &[String], report: &Report, format: Format) -> Result<(), Failure> {
    let [errors, warnings, notes] =
        [Severity::Error, Severity::Warning, Severity::Note].map(|severity| report.count(severity));
    match format {
        Format::Json => output::print_json(&Json {
            url,
            pages,
            ok: errors == 0,
            errors,
            warnings,
            notes,
            findings: report.findings(),
            passed: report.passed(),
            not_checked: report.skipped(),
        }),
        Format::Human => output::print(&human(url, pages, report)),
    }
}

fn human(url: &str, pages: &[String], report: &Report) -> String {
    let mut text = String::new();
    // Writing into a string has no way to fail.
    for Finding { code, severity, message, help } in report.findings() {
        let _ = writeln!(text, "{} {}: {message}\n  help: {help}\n", severity.word(), code.id());
    }
    let mut ids_by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Unchecked { code, why } in report.skipped() {
        ids_by_reason.entry(why).or_default().push(code.id());
    }
    for (why, ids) in ids_by_reason {
        let named = if ids.len() > NAMED_MAX { counted(ids.len(), "check") } else { ids.join(" ") };
        let _ = writeln!(text, "not checked: {named}: {why}");
    }
    let looked = if pages.is_empty() { String::new() } else { format!(" ({})", pages.join(", ")) };
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning")]
        .map(|(severity, noun)| counted(report.count(severity), noun));
    let _ = writeln!(text, "{url}: {}{looked}", counted(pages.len(), "page"));
    let _ = writeln!(text, "{}; {} passed", counts.join(", "), counted(report.passed().len(), "check"));
    text
}
