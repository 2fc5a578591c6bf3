//! Figures as a table.

use attune_learn::evaluation::Metrics;
use std::fmt::Write;

/// One row: what was measured, its figures and its size.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) metrics: Metrics,
    pub(super) index_bytes: usize,
}

pub(super) fn table(lines: &[Line]) -> String {
    let mut text = format!(
        "{:<16}{:>8}{:>8}{:>9}{:>10}{:>12}{:>10}{:>12}\n",
        "", "HR@20", "MRR@20", "NDCG@20", "coverage", "popularity", "query us", "bytes"
    );
    for Line { name, metrics, index_bytes } in lines {
        let Metrics { hr20, mrr20, ndcg20, coverage20, popularity20, query_us_p50, .. } = metrics;
        // Writing into a string has no way to fail.
        let _ = writeln!(
            text,
            "{name:<16}{hr20:>8.4}{mrr20:>8.4}{ndcg20:>9.4}{coverage20:>10.3}{popularity20:>12.4}{query_us_p50:>10.2}{index_bytes:>12}"
        );
    }
    text
}
