//! Tests of the profile: vectors, golden bytes, laws.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod sample;
mod values;
