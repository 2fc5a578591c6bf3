//! Paths and patterns: the vectors, asked of everything that has path patterns.

use attune_compiler::{Code, DEPLOYMENT, File, compile};
use attune_core::bundle::{Site, is_listed};
use attune_core::category::category_key;
use attune_core::segment::Page;
use serde_json::{Value, json};
use std::path::Path;

/// A configuration of which one pattern is everything that a pattern can be.
fn configuration(pattern: &str) -> File {
    let configuration = json!({
        "site": { "name": "shop", "hosts": ["www.shop.example"], "locales": { "en-GB": "GBP" } },
        "pages": { "case": [pattern] },
        "privacy": { "never_profile": [pattern] },
        "decision_header": { "case": { "paths": [pattern] } },
        "slots": { "bar": {} },
        "campaigns": { "base": { "priority": 1, "show": { "bar": "plain" } } },
        "content": { "plain": { "text": { "en-GB": { "text": "Free delivery" } } } },
    });
    File::new("attune.json", configuration.to_string())
}

fn site(pattern: &str) -> Site {
    let compiled = compile(&[configuration(pattern)]);
    assert_eq!(compiled.diagnostics, [], "{pattern}");
    compiled.bundle.unwrap().site
}

#[test]
fn every_list_of_patterns_reads_a_path_in_the_same_way() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/paths.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 100);
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let (pattern, path) = (text("pattern"), text("path"));
        let name = format!("{pattern} {path}");
        let site = site(pattern);
        let page = Page::of(&site, path, "");
        let has = case["has"].as_bool().unwrap();
        assert_eq!(page.kind == "case", has, "[pages] {name}");
        assert_eq!(page.decision_header.is_some(), has, "[decision_header] {name}");
        assert_eq!(is_listed(&format!("/never/this\n{pattern}"), path), has, "ROUTES {name}");
        // Of a category the page has the key that feeds and events have.
        let category = category_key(text("category"));
        assert_eq!((&*page.sku, &*page.category), (text("sku"), &*category), "{name}");
        assert_eq!(page.never_profile, case["leaves_no_memory"].as_bool().unwrap(), "never_profile {name}");
    }
}

#[test]
fn routes_that_are_not_the_sites_own_or_cannot_be_read_say_nothing_of_its_pages() {
    let site = File::new("attune.toml", std::fs::read_to_string(super::folder("base.toml")).unwrap());
    let warned = |deployment: &str| {
        let files = [site.clone(), File::new(DEPLOYMENT, deployment)];
        let compiled = compile(&files);
        assert!(compiled.bundle.is_some(), "{deployment}");
        compiled.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>()
    };
    assert_eq!(warned("[vars]\nROUTES = [\"/\"]"), [Code::OutsideRoutes]);
    assert_eq!(warned("[vars]\nSITE = \"shop\"\nROUTES = \"/p/{sku}, /y\""), [Code::OutsideRoutes]);
    for deployment in [
        "",
        "name = \"attune\"",
        "[vars]\nMEASURE = \"on\"",
        "[vars]\nSITE = \"other\"\nROUTES = [\"/basket\"]",
        "[vars]\nROUTES = [\"/basket\"]\n[env.shop.vars]\nSITE = \"shop\"\nROUTES = \"/ /%70/{x}/\"",
        "[vars]\nROUTES = [\"/basket\"]\n[env.staging.vars]\nROUTES = [\"/*\"]",
        "[vars\nROUTES = [",
    ] {
        assert_eq!(warned(deployment), [], "{deployment}");
    }
}
