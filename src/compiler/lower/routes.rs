//! Compares `ROUTES` of the deployment with `[pages]`: the Worker does not change a page outside of the routes.

use super::pages;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{DEPLOYMENT, Text};
use crate::syntax::{self, Node, Table};
use attune_core::bundle::{PathPattern, PathSegment, is_listed};

/// A path segment that no pattern has as its text. It stands for any segment.
const OPEN: &str = "\u{1}";

/// Reports the patterns whose pages the Worker would not personalize.
pub(super) fn report(root: &Table, site: &str, sink: &mut Sink<'_>) {
    let Some(file) = sink.files().iter().position(|file| file.path == DEPLOYMENT) else { return };
    // Wrangler reports other problems of its file.
    let mut silent = Sink::new(sink.files());
    let deployment = syntax::parse(file, &mut silent);
    let lists = lists(&deployment, site);
    if lists.is_empty() {
        return;
    }
    for text in patterns(root) {
        let Some(pattern) = pages::pattern(text, &mut silent) else { continue };
        if !lists.iter().any(|routes| paths(&pattern).iter().all(|path| is_listed(routes, path))) {
            sink.report(
                Code::OutsideRoutes,
                text.place,
                format!("ROUTES in {DEPLOYMENT} does not have the paths of \"{}\"", text.decoded),
                format!("add \"{}\" to ROUTES; until then the Worker leaves these pages as they are", text.decoded),
            );
        }
    }
}

/// The patterns of pages that should be personalized.
fn patterns(root: &Table) -> impl Iterator<Item = Text<'_>> {
    let pages = root.entries_of("pages").iter().map(|entry| &entry.node);
    let decision_headers =
        root.entries_of("decision_header").iter().filter_map(|entry| entry.node.table()?.get("paths"));
    pages.chain(decision_headers).flat_map(Node::texts)
}

/// The lists of routes that a site may be deployed with, as texts with one pattern a line. They are those of the
/// environments that name the site, or, when none does, of those that name no site.
fn lists(deployment: &Table, site: &str) -> Vec<String> {
    let environments = deployment.entries_of("env").iter().filter_map(|entry| entry.node.table()?.table("vars"));
    let vars: Vec<&Table> = deployment.table("vars").into_iter().chain(environments).collect();
    let of = |wanted: Option<&str>| -> Vec<String> {
        let named = vars.iter().filter(|vars| vars.text("SITE").map(|text| text.decoded) == wanted);
        named.filter_map(|vars| vars.get("ROUTES")).map(lines).collect()
    };
    let of_site = of(Some(site));
    if of_site.is_empty() { of(None) } else { of_site }
}

/// A list of patterns, or a text with spaces or commas between them.
fn lines(routes: &Node) -> String {
    match routes.text() {
        Some(text) => text.decoded.split([' ', '\t', '\r', '\n', ',']).collect::<Vec<_>>().join("\n"),
        None => routes.texts().iter().map(|text| text.decoded).collect::<Vec<_>>().join("\n"),
    }
}

/// Example paths for everything that a pattern matches.
fn paths(pattern: &PathPattern) -> Vec<String> {
    let is_rest = pattern.segments.last() == Some(&PathSegment::Rest);
    let segments = pattern.segments.iter().filter_map(|segment| match segment {
        PathSegment::Literal(text) => Some(text.as_str()),
        PathSegment::Sku | PathSegment::Category | PathSegment::Any => Some(OPEN),
        PathSegment::Rest => None,
    });
    let path = format!("/{}", segments.collect::<Vec<_>>().join("/"));
    let below = format!("{}/{OPEN}/{OPEN}", path.trim_end_matches('/'));
    if is_rest { vec![path, below] } else { vec![path] }
}
