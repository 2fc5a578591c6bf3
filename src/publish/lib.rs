//! What a publication is: signed requests, manifests, the authored files in them, differences, and the history; no I/O.
//!
//! Clock, randomness, keys and bytes come in as arguments, so that the command line, a console and a Worker can use it.

pub mod api;
mod archive;
pub mod difference;
pub mod history;
mod plan;
mod publication;
mod request;
mod text;

pub use archive::{ArchiveError, SOURCES_BYTES_MAX, pack, unpack};
pub use plan::{
    Next, PlanError, artifact, artifacts_of, data_of, is_same, kept_data, next, next_data, roll_back, statement,
};
pub use publication::{Publication, id_of};
pub use request::{LIFETIME_S, Request, base, content_digest, headers, sha256};
pub use text::{from_base64, to_base64};

#[cfg(test)]
mod vectors;
