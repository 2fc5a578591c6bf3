//! What was found, what is in order, and what could not be looked at.

use super::code::{CODES, Code, Severity};
use serde::Serialize;
use std::collections::BTreeSet;

/// Something that is wrong, or that is worth knowing.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) severity: Severity,
    /// What was seen.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
}

/// A code that could not be looked at.
#[derive(Debug, Serialize)]
pub(super) struct Unchecked {
    pub(super) code: Code,
    pub(super) why: String,
}

/// The outcome of a visit. Each code is looked at, or it is said why not.
#[derive(Debug, Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
    looked: BTreeSet<Code>,
    skipped: Vec<Unchecked>,
    partly: Vec<Unchecked>,
}

impl Report {
    /// These codes are looked at: what is not found of them is in order.
    pub(super) fn look(&mut self, codes: &[Code]) {
        self.looked.extend(codes);
    }

    /// These codes cannot be looked at. The first reason counts.
    pub(super) fn skip(&mut self, codes: &[Code], why: &str) {
        for code in codes {
            if !self.looked.contains(code) && !self.skipped.iter().any(|one| one.code == *code) {
                self.skipped.push(Unchecked { code: *code, why: why.to_owned() });
            }
        }
    }

    /// This code was looked at, and a part of it could not be.
    pub(super) fn skip_part(&mut self, code: Code, why: impl Into<String>) {
        self.partly.push(Unchecked { code, why: why.into() });
    }

    /// None of the codes that are left can be looked at.
    pub(super) fn skip_rest(&mut self, why: &str) {
        let all: Vec<Code> = CODES.iter().map(|info| info.code).collect();
        self.skip(&all, why);
    }

    /// Something was found.
    pub(super) fn find(&mut self, code: Code, message: impl Into<String>, help: impl Into<String>) {
        self.looked.insert(code);
        self.findings.push(Finding { code, severity: code.severity(), message: message.into(), help: help.into() });
    }

    /// The worst first.
    pub(super) fn findings(&self) -> Vec<&Finding> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|finding| (finding.severity, finding.code));
        findings
    }

    /// How many findings there are of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Codes that were looked at and not found.
    pub(super) fn passed(&self) -> Vec<Code> {
        let is_found = |code: &Code| self.findings.iter().any(|finding| finding.code == *code);
        self.looked.iter().copied().filter(|code| !is_found(code)).collect()
    }

    /// Codes that were not looked at, or not in full, and why.
    pub(super) fn skipped(&self) -> Vec<&Unchecked> {
        let whole = self.skipped.iter().filter(|one| !self.looked.contains(&one.code));
        let mut skipped: Vec<_> = whole.chain(&self.partly).collect();
        skipped.sort_by_key(|one| one.code);
        skipped
    }
}

/// A list of places: all of a few, and how many more there are.
pub(super) fn places<T: AsRef<str>>(paths: &[T]) -> String {
    const SHOWN_MAX: usize = 4;
    let shown: Vec<&str> = paths.iter().take(SHOWN_MAX).map(AsRef::as_ref).collect();
    match paths.len().saturating_sub(SHOWN_MAX) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_passes_only_if_it_was_looked_at_and_not_found() {
        let mut report = Report::default();
        report.look(&[Code::NotOk, Code::NotHtml]);
        report.find(Code::Redirected, "it leads elsewhere", "nothing to do");
        report.find(Code::NotOk, "404", "look at the origin");
        report.skip(&[Code::NotHtml, Code::Tls], "no TLS");
        report.skip_rest("the visit ended");
        assert_eq!(report.passed(), [Code::NotHtml]);
        let order: Vec<_> = report.findings().iter().map(|finding| finding.code).collect();
        assert_eq!(order, [Code::NotOk, Code::Redirected]);
        assert_eq!(report.skipped().len(), CODES.len() - 3);
        let why = report.skipped().into_iter().find(|one| one.code == Code::Tls).map(|one| one.why.as_str());
        assert_eq!(why, Some("no TLS"));
    }

    #[test]
    fn a_long_list_of_places_is_cut() {
        assert_eq!(places(&["/", "/a"]), "/, /a");
        assert_eq!(places(&["/", "/a", "/b", "/c", "/d", "/e"]), "/, /a, /b, /c and 2 more");
    }
}
