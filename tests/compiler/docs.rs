//! What the pages in docs/ say of contents and warnings.

use super::files;
use attune_compiler::{DIAGNOSTICS, Severity, compile};

fn page(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The lines of the blocks of this kind.
fn lines<'p>(page: &'p str, kind: &str) -> Vec<&'p str> {
    let begin = format!("```html {kind}\n");
    let blocks = page.split(begin.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(str::lines).collect()
}

#[test]
fn each_line_of_html_is_allowed_or_refused_as_the_page_says() {
    let page = page("content.md");
    let errors = |html: &str| {
        let fixture = format!(
            "[campaigns.case]\nshow = {{ note = \"case\" }}\n[content.case]\nhtml = \"content/case.html\"\n-- content/case.html --\n{html}\n"
        );
        let found = compile(&files(&fixture)).diagnostics;
        found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code.id()).collect::<Vec<_>>()
    };
    let (allowed, refused) = (lines(&page, "allowed"), lines(&page, "refused"));
    assert!(allowed.len() > 8 && refused.len() > 20);
    for html in allowed {
        assert!(errors(html).is_empty(), "{html}: {:?}", errors(html));
    }
    for html in refused {
        let found = errors(html);
        assert!(
            !found.is_empty() && found.iter().all(|code| ["A0510", "A0607", "A0608"].contains(code)),
            "{html}: {found:?}"
        );
    }
}

#[test]
fn the_page_of_warnings_has_every_warning() {
    let page = page("authoring.md");
    for info in DIAGNOSTICS.iter().filter(|info| info.severity == Severity::Warning) {
        assert!(page.contains(info.id), "{} is not in docs/authoring.md", info.id);
    }
    let codes = page.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| {
        word.len() == 5 && word.strip_prefix('A').is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
    });
    for code in codes {
        assert!(DIAGNOSTICS.iter().any(|info| info.id == code), "there is no {code}");
    }
}
