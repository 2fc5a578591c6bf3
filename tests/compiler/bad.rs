//! Each bad fixture gets a snapshot of everything that is said about it.

use super::{around, files, fixtures, folder};
use attune_compiler::{Code, DIAGNOSTICS, Diagnostic, File, Severity, Span, compile, compile_beside};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

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
    for (name, mut files) in fixtures("bad") {
        let around = around(&mut files);
        let compiled = compile_beside(&files, &around);
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

/// A browser keeps no cookie for a public suffix, and says nothing.
#[test]
fn hosts_that_share_a_public_suffix_only_are_refused() {
    let told = |hosts: &[&str]| {
        let site = format!(
            "-- attune.toml --\n[site]\nname = \"shop\"\nhosts = {hosts:?}\nlocales = {{ en-GB = \"GBP\" }}\n[slots.hero]\n"
        );
        compile(&files(&site)).diagnostics.iter().map(|d| d.code.id()).collect::<Vec<_>>()
    };
    for hosts in [
        ["alice.github.io", "bob.github.io"],
        ["github.io", "www.github.io"],
        ["shop.workers.dev", "www.shop.workers.dev.example.workers.dev"],
        ["one.pages.dev", "two.pages.dev"],
        ["a.com.au", "b.com.au"],
        ["www.a.kobe.jp", "www.b.kobe.jp"],
        ["a.b.ck", "c.b.ck"],
        ["a.xn--55qx5d.cn", "b.xn--55qx5d.cn"],
        ["a.myshopify.com", "b.myshopify.com"],
    ] {
        assert_eq!(told(&hosts), ["A0209"], "{hosts:?}");
    }
    for hosts in [
        &["www.shop.co.uk", "shop.co.uk"][..],
        &["github.io"],
        &["a.alice.github.io", "b.alice.github.io"],
        &["a.www.ck", "b.www.ck"],
        &["a.city.kobe.jp", "b.city.kobe.jp"],
        &["a.shop.example", "b.shop.example", "shop.example"],
        &["a.shop.internal", "b.shop.internal"],
    ] {
        assert!(told(hosts).is_empty(), "{hosts:?}: {:?}", told(hosts));
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

/// The parser recurses, and so does the compiler: what could exhaust the stack is refused before.
#[test]
fn deep_conditions_are_refused_and_long_ones_survived() {
    let (a, n) = ("visit.count", 4_000);
    let refused = [
        format!("{}true{}", "(".repeat(33), ")".repeat(33)),
        format!("{}true{}", "!(".repeat(2_000), ")".repeat(2_000)),
        format!("{}{}", "[".repeat(9_000), "]".repeat(9_000)),
        format!("{a}{}", ".x".repeat(9_000)),
        format!("{a}{}", "[0]".repeat(9_000)),
        format!("1{} > 2", " + 1".repeat(9_000)),
        format!("{}1 == 1", "1 == ".repeat(9_000)),
        format!("{a} in {a}{}", " in x".repeat(9_000)),
    ];
    let survived = [
        format!("{}true{}", "(".repeat(32), ")".repeat(32)),
        format!("{}geo.eu", "!".repeat(9_001)),
        format!("1{} > 2", " + 1".repeat(n)),
        format!("{a}{} > 1", ".x".repeat(n)),
        format!("{}true", "true ? true : ".repeat(n)),
        format!("true{}", " == true".repeat(n / 2)),
        format!("{}true", "true || ".repeat(n)),
        format!("{}1 > 2", "-".repeat(n)),
    ];
    let told = |when: &str| compile(&files(&format!("[segments.case]\nwhen = '{when}'\n")));
    for when in &refused {
        let codes: Vec<&str> = told(when).diagnostics.iter().map(|d| d.code.id()).collect();
        assert_eq!(codes, ["A0311"], "{}", &when[..40]);
    }
    for when in &survived {
        let compiled = told(when);
        assert!(compiled.bundle.is_some() || !compiled.diagnostics.is_empty(), "{}", &when[..40]);
    }
}

/// Whatever is written, something is said about it, nothing panics, and every place is inside its file.
#[test]
fn cut_and_spoilt_files_are_survived() {
    let mut fixtures: Vec<_> = fixtures("good").into_iter().chain(fixtures("bad")).collect();
    // Whoever builds an automaton until it is too large works for a second, and that is most of all the time there is here.
    for file in fixtures.iter_mut().flat_map(|(_, files)| files) {
        file.text = file.text.replace("{2000}{9}", "{20}{9}");
    }
    // Nearly all fixtures have the same attune.toml. It is cut beside the first of them only, and there everywhere.
    let base = std::fs::read_to_string(folder("base.toml")).unwrap();
    let with_base = fixtures.iter().position(|(_, files)| files.iter().any(|file| file.text == base));
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, Relaxed);
            let Some((name, files)) = fixtures.get(number) else { return };
            for at in 0..files.len() {
                let (len, shared) = (files[at].text.len(), files[at].text == base);
                if shared && with_base != Some(number) {
                    continue;
                }
                // Thirty cuts of each file are enough to hit every kind of token in some fixture.
                let step = if shared { 1 } else { (len / 30).max(1) };
                (0..len).step_by(step).for_each(|cut| cut_and_spoil(name, files, at, cut));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
}

fn cut_and_spoil(name: &str, files: &[File], at: usize, cut: usize) {
    let Some((before, after)) = files[at].text.split_at_checked(cut) else { return };
    for spoilt in [before.to_owned(), format!("{before}{{{{\"'<é{after}")] {
        let mut files = files.to_vec();
        files[at].text = spoilt;
        for d in compile(&files).diagnostics {
            if let Some(span) = &d.span {
                let text = &files.iter().find(|file| file.path == span.file).unwrap().text;
                assert!(text.get(span.start..span.end).is_some(), "{name} cut at {cut}: {d:?}");
            }
        }
    }
}
