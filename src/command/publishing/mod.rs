//! Publishing: what goes between a folder, or a job, and a site's publisher.

pub(crate) mod address;
pub mod approve;
mod ask;
pub mod audit;
pub mod canary;
mod chronicle;
pub(crate) mod client;
mod conflict;
mod data;
pub mod diff;
mod expiry;
mod goods;
pub mod kill;
mod live;
pub mod log;
mod options;
mod pending;
mod piece;
pub mod preview;
mod propose;
pub(crate) mod published;
pub mod pull;
pub mod push;
mod ready;
mod rebase;
mod revision;
pub mod rollback;
mod show;
mod sources;
pub mod status;
mod steps;
mod transport;
mod wasm;

pub use data::Job;
pub use live::send as push_live;
