//! `docs/server-api.md` against the routes and the error codes in the source.

use super::markdown::run_pages;
use super::{read, root};
use std::collections::BTreeSet;

/// An address under `/_attune/`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Route {
    pub(super) path: String,
    method: String,
    /// Who calls needs the API key.
    has_key: bool,
}

/// The texts in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

/// The routes that the control plane and the page Worker answer.
pub(super) fn in_source() -> BTreeSet<Route> {
    let control = read("src/edge/lib.rs");
    let table = control.split("let allowed = match route {").nth(1).and_then(|rest| rest.split("};").next()).unwrap();
    let mut routes = BTreeSet::new();
    for arm in table.split(",\n") {
        let method = match arm.split("=> Method::").nth(1) {
            Some(method) => method.to_uppercase(),
            None => continue,
        };
        for name in quoted(arm) {
            let file = root().join(format!("src/edge/{}.rs", name.split('/').next().unwrap()));
            let has_key = std::fs::read_to_string(file).is_ok_and(|source| source.contains("guard::api_key("));
            routes.insert(Route { path: format!("/_attune/{name}"), method: method.clone(), has_key });
        }
    }
    let worker = read("www/shim/edge.mjs");
    let is_route =
        |text: &&str| text.len() > "/_attune/".len() && text.starts_with("/_attune/") && !text.ends_with('/');
    for path in quoted(&worker).filter(is_route) {
        routes.insert(Route { path: path.to_owned(), method: "GET".to_owned(), has_key: false });
    }
    assert!(routes.len() > 10, "the table of routes was not found: {routes:?}");
    routes
}

/// Where publishers ask: a table of its own, in the page and in the source.
const PUBLISH: &str = "/_attune/publish/";

/// The routes of publishing: method and path, and the roles of which a key needs one.
fn publishing_in_source() -> BTreeSet<(String, Vec<String>)> {
    let gate = read("www/shim/publish/gate.mjs");
    let table = gate.split("const ROUTES = [").nth(1).and_then(|rest| rest.split("\n];").next()).unwrap();
    let route = |line: &str| {
        let texts: Vec<&str> = quoted(line).collect();
        let (name, roles) = texts.split_at(2);
        (format!("{} {PUBLISH}{}", name[0], name[1]), roles.iter().map(|role| (*role).to_owned()).collect())
    };
    table.lines().filter(|line| line.contains('"')).map(route).collect()
}

#[test]
fn the_page_has_the_routes_of_publishing_with_their_roles() {
    let page = read("docs/server-api.md");
    let mut rows = BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with("| `") && line.contains(PUBLISH)) {
        let cells: Vec<&str> = row.split('|').collect();
        let roles = cells[2].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        rows.insert((cells[1].trim().trim_matches('`').to_owned(), roles));
    }
    assert!(rows.len() > 10, "the table of routes was not found: {rows:?}");
    assert_eq!(rows, publishing_in_source());
}

#[test]
fn the_page_has_the_error_codes_of_publishing_with_their_statuses() {
    let page = read("docs/server-api.md");
    let table = page.split("\n### Errors of publishing\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').collect();
        (cells[1].trim().trim_matches('`').to_owned(), cells[2].trim().to_owned())
    };
    let shown: BTreeSet<_> = table.lines().filter(|line| line.starts_with("| `")).map(row).collect();
    let source = read("www/shim/publish/refusal.mjs");
    let codes = source.split("const CODES = {").nth(1).and_then(|rest| rest.split("\n};").next()).unwrap();
    let code = |line: &str| {
        let (name, rest) = line.trim().split_once(": [")?;
        Some((name.to_owned(), rest.split(',').next()?.to_owned()))
    };
    let known: BTreeSet<_> = codes.lines().filter_map(code).collect();
    assert!(known.len() > 20, "the table of codes was not found: {known:?}");
    assert_eq!(shown, known);
}

/// The rows of the page's first table: method, path, who may call.
fn in_page(page: &str) -> BTreeSet<Route> {
    let rows = page.lines().filter(|line| line.starts_with("| `GET") || line.starts_with("| `POST"));
    let rows = rows.filter(|line| !line.contains(PUBLISH));
    let route = |row: &str| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let (method, path) = cells[0].trim().trim_matches('`').split_once(' ').unwrap();
        Route { path: path.to_owned(), method: method.to_owned(), has_key: cells[1].contains("API key") }
    };
    rows.map(route).collect()
}

#[test]
fn the_page_has_the_routes_of_the_source_and_no_others() {
    let page = read("docs/server-api.md");
    assert_eq!(in_page(&page), in_source());
    for route in in_source() {
        let heading = format!("\n## {} {}\n", route.method, route.path);
        let is_file = [".js", ".wasm"].iter().any(|end| route.path.ends_with(end));
        assert!(is_file || page.contains(&heading), "docs/server-api.md has no section{heading}");
    }
}

/// The codes of errors, as the source of the control plane and of the page Worker has them.
fn codes_in_source() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let files = ["src/edge", "src/edge/ledger"].map(|folder| std::fs::read_dir(root().join(folder)).unwrap());
    for entry in files.into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(path).unwrap();
            for call in source.split("Problem::new(").skip(1).chain(source.split("Self::new(").skip(1)) {
                codes.extend(quoted(call.split(';').next().unwrap()).next().map(str::to_owned));
            }
        }
    }
    for call in read("www/shim/recommend.mjs").split("refusal(").skip(1) {
        codes.extend(quoted(call.split(')').next().unwrap()).next().map(str::to_owned));
    }
    for file in ["beacon.rs", "body.rs"] {
        let source = read(&format!("src/core/profile/json/{file}"));
        for arm in source.split("fn code(").skip(1).flat_map(|body| body.split("\n    }\n").take(1)) {
            codes.extend(quoted(arm).map(str::to_owned));
        }
    }
    codes.retain(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    codes
}

#[test]
fn the_page_has_the_error_codes_of_the_source_and_no_others() {
    let page = read("docs/server-api.md");
    let table = page.split("\n## Errors\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let shown: BTreeSet<String> = rows.filter_map(|row| row.split('`').next()).map(str::to_owned).collect();
    assert_eq!(shown, codes_in_source());
}

#[test]
fn every_address_that_a_page_names_is_one_of_the_source() {
    let first = |path: &str| path.split('/').take(3).collect::<Vec<_>>().join("/");
    let mut known: BTreeSet<String> = in_source().into_iter().map(|route| first(&route.path)).collect();
    // The bundle of a deployment is an asset that only the Worker reads.
    known.insert("/_attune/bundle".to_owned());
    known.insert(PUBLISH.trim_end_matches('/').to_owned());
    // The log of changes speaks of what was.
    for page in run_pages().into_iter().filter(|page| page.name != "CHANGELOG.md") {
        for rest in page.text.split("/_attune/").skip(1) {
            let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '.' || c == '-')).unwrap_or(rest.len());
            let path = format!("/_attune/{}", rest[..end].trim_end_matches('.'));
            assert!(path == "/_attune/" || known.contains(&path), "{}: there is no {path}", page.name);
        }
    }
}
