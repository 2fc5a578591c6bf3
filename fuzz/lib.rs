//! Laws that decoders keep for any bytes: one module for each, one function for each target.
//!
//! `cargo test -p attune-fuzz` replays `seeds/<target>/*` and a fixed number of mutations of them;
//! `libfuzzer/` runs the same functions under libFuzzer: `cargo xtask prove --only <target>`. A new target is a
//! function, a line in [`TARGETS`], a line in `libfuzzer/Cargo.toml` with its three-line binary, and
//! at least one seed. A law that does not hold panics.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a panic is how a broken law is reported"
)]
mod bundle;
mod catalog;
mod consent;
mod html;
mod profile;
mod recommend;

pub use bundle::{bundle, bundle_manifest, live_data, page_request};
pub use catalog::{catalog, overlay, posteriors};
pub use consent::consent_string;
pub use html::{element_edits, scan_state, scanner, selector};
pub use profile::{bodies, cookie_header, cookie_value};
pub use recommend::recommend_index;

/// A target: takes any bytes, and panics if a law does not hold for them.
pub type Target = fn(&[u8]);

/// Every target by name, which is also the name of its folder of seeds.
pub const TARGETS: &[(&str, Target)] = &[
    ("scanner", scanner),
    ("scan_state", scan_state),
    ("element_edits", element_edits),
    ("selector", selector),
    ("cookie_value", cookie_value),
    ("cookie_header", cookie_header),
    ("bodies", bodies),
    ("consent_string", consent_string),
    ("bundle", bundle),
    ("bundle_manifest", bundle_manifest),
    ("live_data", live_data),
    ("page_request", page_request),
    ("catalog", catalog),
    ("overlay", overlay),
    ("posteriors", posteriors),
    ("recommend_index", recommend_index),
];
