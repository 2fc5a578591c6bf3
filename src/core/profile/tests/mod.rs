//! Tests of the profile: vectors, golden bytes, laws.
#![expect(clippy::unwrap_used, reason = "tests")]

mod sample;
mod values;
