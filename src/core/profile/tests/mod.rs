//! Tests of the profile: vectors, golden bytes, laws.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod events;
mod json;
mod laws;
mod sample;
mod signing;
mod state;
mod tool;
mod values;
mod vectors;
