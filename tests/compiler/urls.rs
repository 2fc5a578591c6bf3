//! A law: whatever URL the compiler accepts, no value changes the site that it leads to, nor makes it run code.

use super::files;
use attune_compiler::compile;
use attune_core::artifacts::Artifacts;
use attune_core::bundle::{Body, encode};
use attune_core::codec::percent_encode;
use attune_core::context::Context;
use attune_core::loaded::Loaded;
use attune_core::profile::Profile;
use attune_core::render;
use attune_core::segment::{Facts, Page};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use url::Url;

/// What a URL is made of, as an author writes it.
const PIECES: &[&str] = &[
    "{{page.query['a']}}",
    "{{page.query['a']}}",
    "{{page.query['b']}}",
    "{{page.query['b'] | default: '/d'}}",
    "{{page.query['b'] | title}}",
    "/",
    "/",
    "//",
    "\\",
    "c",
    ".",
    "..",
    ":",
    "?",
    "#",
    "@",
    " ",
    "\t",
    "\n",
    "https:",
    "http://h.example",
    "mailto:",
    "javascript:",
    "&#47;",
    "&#x2f",
    "&sol;",
    "&bsol;",
    "&Tab;",
    "&colon;",
    "&#",
    "&#4",
    "%2f",
];
const VALUES: &[&str] = &[
    "",
    "x",
    "/",
    "//",
    "//evil.example",
    "/evil.example",
    "\\",
    "\\\\evil.example",
    "/\\evil.example",
    "evil.example",
    "@evil.example",
    ":evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:",
    "javascript:alert(1)",
    "-javascript:alert(1)",
    "\t//evil.example",
    "\n/",
    "\u{1}//evil.example",
    " //evil.example",
    "-//evil.example",
    ".",
    "..",
    "47;",
    "7;",
    "#",
    "?",
    "%2f%2fevil.example",
    "\u{a0}//evil.example",
    "\u{feff}//evil.example",
    "／／evil.example",
];

/// The address that a browser opens from a page of the site, of a URL attribute as it is written.
fn opened(html: &str) -> Option<Url> {
    let page = format!("<!doctype html><body><div s=0>{html}</div>");
    let written = super::tree::parse(&page).marked("href").into_iter().next()?.value;
    Url::parse("https://www.shop.example/x/y").unwrap().join(&written).ok()
}

fn leads_to(url: Option<Url>) -> Option<(String, Option<String>)> {
    url.map(|url| (url.scheme().to_owned(), url.host_str().map(str::to_owned)))
}

#[test]
fn no_value_changes_where_an_accepted_url_leads_to() {
    let config = Config { cases: 4_000, failure_persistence: None, rng_seed: RngSeed::Fixed(9), ..Config::default() };
    let pieces = proptest::collection::vec(proptest::sample::select(PIECES), 1..6);
    let value = || proptest::sample::select(VALUES);
    let values = proptest::collection::vec((value(), value()), 24);
    let (accepted, written) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    TestRunner::new(config)
        .run(&(pieces, values), |(pieces, values)| {
            let html = format!("<a href=\"{}\">x</a>", pieces.concat());
            if !html.contains("{{") {
                return Ok(());
            }
            let fixture = format!(
                "[campaigns.case]\nshow = {{ note = \"case\" }}\n[content.case]\nhtml = \"content/case.html\"\n-- content/case.html --\n{html}\n"
            );
            let Some(bundle) = compile(&files(&fixture)).bundle else { return Ok(()) };
            accepted.set(accepted.get() + 1);
            let loaded = Loaded::load(&encode(&bundle).unwrap()).unwrap();
            let shown = bundle.contents.iter().find(|content| content.key == "case").unwrap();
            let Some(Body::Html(template)) = shown.bodies.first() else { panic!("the content is HTML") };
            let rendered = |a: &str, b: &str| {
                let part = |text: &str| {
                    let mut encoded = String::new();
                    percent_encode(text, &mut encoded);
                    encoded
                };
                let query = format!("a={}&b={}", part(a), part(b));
                let context = Context { path: "/", query: &query, ..Context::default() };
                let (profile, page) = (Profile::default(), Page::of(&loaded.site, "/", ""));
                let facts = Facts {
                    site: &loaded.site,
                    artifacts: &Artifacts::default(),
                    profile: &profile,
                    context: &context,
                    page: &page,
                    personalization: false,
                    measurement: false,
                };
                render::template(template, &facts).ok()
            };
            let Some(harmless) = rendered("x", "x") else { return Ok(()) };
            let expected = leads_to(opened(&harmless));
            for (a, b) in values {
                if let Some(html) = rendered(a, b) {
                    written.set(written.get() + 1);
                    let found = leads_to(opened(&html));
                    prop_assert_eq!(&found, &expected, "{:?} and {:?} in {:?}: {:?}", a, b, pieces, html);
                }
            }
            Ok(())
        })
        .unwrap();
    // A compiler that refuses everything, and a page that shows nothing, would pass otherwise.
    assert!(accepted.get() > 300 && written.get() > 3_000, "{} accepted, {} written", accepted.get(), written.get());
}
