//! `attune test`: runs the fixtures beside a configuration.

use crate::args::{Format, TestOptions};
use crate::config::Shop;
use crate::failure::Failure;
use crate::fixture::{self, Fixture, Parts, Slot};
use crate::report::counted;
use crate::{config, io};
use attune_core::decide::{SlotDecision, memberships};
use attune_core::explain::{self, Account};
use attune_core::loaded::Loaded;
use attune_core::page::channel;
use attune_core::segment::{Evaluation, Truth};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Report {
    ok: bool,
    passed: usize,
    failed: usize,
    fixtures: Vec<Outcome>,
}

#[derive(Serialize)]
struct Outcome {
    fixture: String,
    file: String,
    line: usize,
    ok: bool,
    differences: Vec<Difference>,
}

/// What was expected and what was found.
#[derive(Serialize)]
struct Difference {
    /// `slots.hero.content`, `segments.returning`.
    what: String,
    expected: String,
    found: String,
    /// Why it was found.
    why: String,
}

pub(crate) fn test(options: &TestOptions) -> Result<(), Failure> {
    let shop = config::read(&options.dir)?.shop(&options.dir, &options.artifacts)?;
    let mut fixtures = Vec::new();
    for (path, name) in files(&options.dir)? {
        fixtures.extend(fixture::read(&path, &name)?);
    }
    fixtures.retain(|fixture| fixture.name.contains(&options.only));
    if fixtures.is_empty() {
        return Err(Failure::new(
            format!("there are no fixtures in {}", options.dir.join("tests").display()),
            "`attune test --help` shows one",
        ));
    }
    let mut outcomes = Vec::with_capacity(fixtures.len());
    for fixture in fixtures {
        let differences = differences(&shop, &fixture)?;
        let Fixture { name, file, line, .. } = fixture;
        outcomes.push(Outcome { fixture: name, file, line, ok: differences.is_empty(), differences });
    }
    let passed = outcomes.iter().filter(|outcome| outcome.ok).count();
    let failed = outcomes.len() - passed;
    let report = Report { ok: failed == 0, passed, failed, fixtures: outcomes };
    match options.format {
        Format::Json => io::print_json(&report)?,
        Format::Human => io::print(&human(&report))?,
    }
    if failed == 0 { Ok(()) } else { Err(Failure::No) }
}

/// `tests/*.toml`, by name.
fn files(dir: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let folder = dir.join("tests");
    let help = "put fixtures into tests/*.toml beside attune.toml; `attune test --help` shows one";
    let broken = |error: std::io::Error| Failure::file("read", &folder, &error, help);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && Path::new(&name).extension().is_some_and(|kind| kind == "toml") {
            files.push((entry.path(), format!("tests/{name}")));
        }
    }
    files.sort();
    Ok(files)
}

fn differences(shop: &Shop, fixture: &Fixture) -> Result<Vec<Difference>, Failure> {
    let loaded = &shop.loaded;
    let shown = fixture.scene.clone().decide(shop, Account::default(), |account, evaluation, slots, effective| {
        let text = channel(loaded, &slots, effective, evaluation);
        let mut run = Run { loaded, fixture, account, evaluation, slots: &slots, differences: Vec::new() };
        run.segments();
        run.slots(&text);
        run.differences
    })?;
    Ok(shown)
}

struct Run<'a, 'e, 'f> {
    loaded: &'a Loaded,
    fixture: &'a Fixture,
    account: &'a Account,
    evaluation: &'e mut Evaluation<'f>,
    slots: &'a [SlotDecision],
    differences: Vec<Difference>,
}

impl Run<'_, '_, '_> {
    fn differ(&mut self, what: String, expected: &str, found: &str, why: String) {
        self.differences.push(Difference { what, expected: expected.to_owned(), found: found.to_owned(), why });
    }

    fn segments(&mut self) {
        let verdicts = memberships(self.loaded, self.evaluation);
        let wanted = &self.fixture.segments;
        let lists = [(&wanted.inside, Truth::True), (&wanted.out, Truth::False), (&wanted.unknown, Truth::Unknown)];
        for (keys, expected) in lists {
            for key in keys {
                let at = self.loaded.segments.iter().position(|s| s.as_ref().is_some_and(|s| s.key == *key));
                let what = format!("segments.{key}");
                let Some(at) = at else {
                    let help = known(self.loaded.segments.iter().flatten().map(|segment| segment.key.as_str()));
                    self.differ(what, membership(expected), "no such segment", help);
                    continue;
                };
                let found = verdicts.get(at).copied().unwrap_or_default();
                if found != expected {
                    let why = self.segment_words(at);
                    self.differ(what, membership(expected), membership(found), why);
                }
            }
        }
    }

    /// The tests of a segment with the values they met.
    fn segment_words(&mut self, at: usize) -> String {
        let Some(Some(segment)) = self.loaded.segments.get(at) else { return String::new() };
        let atoms = attune_core::decide::atoms_of(self.loaded, &segment.when);
        let findings = atoms.into_iter().filter_map(|atom| explain::finding(self.loaded, atom, self.evaluation));
        let words: Vec<String> = findings.map(|found| format!("{} ({})", found.atom, found.value)).collect();
        words.join("; ")
    }

    fn slots(&mut self, channel: &str) {
        let shown: serde_json::Value = serde_json::from_str(channel).unwrap_or_default();
        for (key, expected) in &self.fixture.slots {
            let at = self.loaded.slots.iter().position(|slot| slot.as_ref().is_some_and(|slot| slot.key == *key));
            let Some(at) = at else {
                let help = known(self.loaded.slots.iter().flatten().map(|slot| slot.key.as_str()));
                self.differ(format!("slots.{key}"), "a slot", "no such slot", help);
                continue;
            };
            let entry = shown.get("slots").and_then(|slots| slots.get(key)).cloned().unwrap_or_default();
            let whole;
            let parts = match expected {
                Slot::Content(content) => {
                    whole = Parts { content: Some(content.clone()), ..Parts::default() };
                    &whole
                }
                Slot::Parts(parts) => parts,
            };
            let fields = [
                ("content", &parts.content),
                ("campaign", &parts.campaign),
                ("arm", &parts.arm),
                ("reason", &parts.reason),
            ];
            for (name, wanted) in fields {
                let found = entry.get(name).and_then(serde_json::Value::as_str).unwrap_or("");
                if let Some(wanted) = wanted.as_ref().filter(|wanted| *wanted != found) {
                    let why = self.slot_words(at, parts.campaign.as_deref(), parts.content.as_deref());
                    self.differ(format!("slots.{key}.{name}"), own(name, wanted), own(name, found), why);
                }
            }
            if let Some(says) = &parts.says {
                let texts = texts(&entry);
                if !texts.iter().any(|text| text.contains(says)) {
                    let why = self.slot_words(at, None, None);
                    self.differ(format!("slots.{key}.says"), says, &texts.join(" | "), why);
                }
            }
        }
    }

    /// Why the slot holds what it holds, and why not the campaign that was expected.
    fn slot_words(&mut self, at: usize, campaign: Option<&str>, content: Option<&str>) -> String {
        let Some(decision) = self.slots.get(at) else { return String::new() };
        let winner = decision.campaign.and_then(|index| self.loaded.campaigns.get(index)?.as_ref());
        let findings = winner.map(|winner| explain::findings(self.loaded, winner, self.evaluation)).unwrap_or_default();
        let key = winner.map(|winner| format!("{}: ", winner.key)).unwrap_or_default();
        let mut words = format!("{key}{}", explain::sentence(decision.reason, &findings));
        for passed in self.account.passed_for(at) {
            let Some(Some(other)) = self.loaded.campaigns.get(passed.campaign) else { continue };
            let shows = |content: &str| {
                let contents = other.arms.iter().flat_map(|arm| &arm.show).filter(|(slot, _)| usize::from(*slot) == at);
                let mut keys =
                    contents.filter_map(|(_, index)| self.loaded.contents.get(usize::from(*index))?.as_ref());
                keys.any(|found| found.key == content)
            };
            if campaign == Some(&other.key) || content.is_some_and(shows) {
                let findings = explain::findings(self.loaded, other, self.evaluation);
                let _ = write!(words, "\n{}: {}", other.key, explain::sentence(passed.reason, &findings));
            }
        }
        words
    }
}

/// Every text that a slot shows.
fn texts(value: &serde_json::Value) -> Vec<String> {
    let mut found = Vec::new();
    let shown = [value.get("html"), value.get("fields")];
    let mut pending: Vec<&serde_json::Value> = shown.into_iter().flatten().collect();
    while let Some(value) = pending.pop() {
        match value {
            serde_json::Value::String(text) => found.push(text.trim().to_owned()),
            serde_json::Value::Object(fields) => pending.extend(fields.values().rev()),
            _ => {}
        }
    }
    found
}

fn membership(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "in",
        Truth::False => "out",
        Truth::Unknown => "unknown",
    }
}

fn own<'t>(name: &str, text: &'t str) -> &'t str {
    match (name, text) {
        ("content", "") => "the shop's own content",
        (_, "") => "none",
        _ => text,
    }
}

fn known<'k>(keys: impl Iterator<Item = &'k str>) -> String {
    format!("known here: {}", keys.collect::<Vec<_>>().join(", "))
}

fn human(report: &Report) -> String {
    let mut out = String::new();
    // Writing into a string has no way to fail.
    for outcome in &report.fixtures {
        let _ = writeln!(out, "{} {}", if outcome.ok { "ok    " } else { "FAILED" }, outcome.fixture);
        if outcome.ok {
            continue;
        }
        let _ = writeln!(out, "       {}:{}", outcome.file, outcome.line);
        for difference in &outcome.differences {
            let _ = writeln!(out, "\n       {}", difference.what);
            let _ = writeln!(out, "       - {}", difference.expected);
            let _ = writeln!(out, "       + {}", difference.found);
            for line in difference.why.lines() {
                let _ = writeln!(out, "         {line}");
            }
        }
        out.push('\n');
    }
    let failed =
        if report.failed > 0 { format!(", {} failed (- expected, + found)", report.failed) } else { String::new() };
    let _ = writeln!(out, "{} passed{failed}", counted(report.passed, "fixture"));
    out
}
