//! Tests of the profile: vectors, golden bytes, laws.
#![expect(clippy::unwrap_used, reason = "tests")]

mod events;
mod laws;
mod sample;
mod values;
mod vectors;
