//! Each bad fixture gets a snapshot of everything that is said about it.

use super::{files, fixtures, folder};
use attune_compiler::{Code, DIAGNOSTICS, Diagnostic, File, Severity, Span, compile};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Codes that no fixture of a readable size can bring about; tests of their own do.
const ELSEWHERE: &[Code] = &[Code::TooLarge];

fn place<'f>(span: &Span, files: &'f [File]) -> (String, &'f str) {
    let text = &files.iter().find(|file| file.path == span.file).unwrap().text;
    let before = &text[..span.start];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    (format!("{}:{line}:{column}", span.file), &text[span.start..span.end])
}

fn told(diagnostics: &[Diagnostic], files: &[File]) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let severity = if d.severity == Severity::Error { "error" } else { "warning" };
        let place_of = |span: &Span| {
            let (at, text) = place(span, files);
            format!("{at} `{}`", text.replace('\n', "\\n"))
        };
        let at = d.span.as_ref().map_or_else(|| "nowhere".to_owned(), place_of);
        writeln!(out, "{severity} {} {at}\n  {}\n  help: {}", d.code.id(), d.message, d.help).unwrap();
        if let Some((span, label)) = &d.related {
            writeln!(out, "  {label}: {}", place_of(span)).unwrap();
        }
    }
    out
}

#[test]
fn every_problem_is_told_with_its_place_and_remedy() {
    let mut seen = BTreeSet::new();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, files) in fixtures("bad") {
        let compiled = compile(&files);
        assert!(!compiled.diagnostics.is_empty(), "{name} has no problem");
        let errors = compiled.diagnostics.iter().any(|d| d.severity == Severity::Error);
        assert_eq!(compiled.bundle.is_none(), errors, "{name}");
        seen.extend(compiled.diagnostics.iter().map(|d| d.code));
        for d in &compiled.diagnostics {
            assert!(!d.message.is_empty() && !d.help.is_empty(), "{name}: {d:?}");
            assert!(!d.message.ends_with('.'), "{name}: {d:?}");
        }
        settings.bind(|| insta::assert_snapshot!(name.as_str(), told(&compiled.diagnostics, &files)));
    }
    let unseen: Vec<&str> = DIAGNOSTICS
        .iter()
        .filter(|info| !seen.contains(&info.code) && !ELSEWHERE.contains(&info.code))
        .map(|info| info.id)
        .collect();
    assert!(unseen.is_empty(), "no fixture brings about {unseen:?}");
}

#[test]
fn codes_are_unique_and_explained() {
    let mut ids = BTreeSet::new();
    for info in DIAGNOSTICS {
        assert!(ids.insert(info.id), "{} is there twice", info.id);
        assert_eq!(info.code.id(), info.id);
        assert!(info.explanation.ends_with('.') && !info.title.ends_with('.'), "{}", info.id);
    }
}

#[test]
fn a_content_larger_than_a_slot_takes_is_refused() {
    let html = "x".repeat(70_000);
    let fixture = format!(
        "[campaigns.case]\nshow = {{ note = \"case\" }}\n[content.case]\nhtml = \"content/a.html\"\n-- content/a.html --\n{html}\n"
    );
    let compiled = compile(&files(&fixture));
    assert!(compiled.diagnostics.iter().any(|d| d.code == Code::TooLarge), "{:?}", compiled.diagnostics);
}

/// Whatever is written, something is said about it, nothing panics, and every place is inside its file.
#[test]
fn cut_and_spoilt_files_are_survived() {
    for (name, files) in fixtures("bad").into_iter().chain(fixtures("good")) {
        for at in 0..files.len() {
            let text = &files[at].text;
            // Sixty cuts of each file are enough to hit every kind of token in some fixture.
            let step = (text.len() / 60).max(1);
            for cut in (0..text.len()).step_by(step).filter(|cut| text.is_char_boundary(*cut)) {
                for spoilt in [text[..cut].to_owned(), format!("{}{{{{\"'<é{}", &text[..cut], &text[cut..])] {
                    let mut files = files.clone();
                    files[at].text = spoilt;
                    for d in compile(&files).diagnostics {
                        if let Some(span) = &d.span {
                            let text = &files.iter().find(|file| file.path == span.file).unwrap().text;
                            assert!(text.get(span.start..span.end).is_some(), "{name} cut at {cut}: {d:?}");
                        }
                    }
                }
            }
        }
    }
}
