//! The slot scanner against data, whole pages, a tree builder, and laws.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod differential;
mod edits;
mod laws;
mod opening;
mod pages;
mod real;
mod selectors;
mod soup;
mod splicing;
mod states;
mod strays;
mod tokenizer;
mod tree;
mod whole_tags;
