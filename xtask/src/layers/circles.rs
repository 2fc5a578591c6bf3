//! Circles of imports: strongly connected components with more than one file.

use super::import::Import;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use std::collections::BTreeSet;

/// One message for each circle, with the imports that tie it.
pub(super) fn find(imports: &BTreeSet<Import>) -> Vec<String> {
    let edges = imports.iter().map(|import| (import.from.as_str(), import.to.as_str()));
    let graph = DiGraphMap::<&str, ()>::from_edges(edges);
    let mut circles: Vec<BTreeSet<&str>> =
        tarjan_scc(&graph).into_iter().filter(|files| files.len() > 1).map(BTreeSet::from_iter).collect();
    circles.sort();
    circles.iter().map(|circle| message(circle, imports)).collect()
}

fn message(circle: &BTreeSet<&str>, imports: &BTreeSet<Import>) -> String {
    let ties = imports.iter().filter(|tie| circle.contains(tie.from.as_str()) && circle.contains(tie.to.as_str()));
    let lines: Vec<String> = ties.map(|tie| format!("\n    {} uses `{}` of {}", tie.from, tie.name, tie.to)).collect();
    format!("{} files import each other in a circle:{}", circle.len(), lines.concat())
}
