//! Publishing: what goes between a folder, or a job, and a site's publisher.

mod address;
pub(crate) mod approve;
mod ask;
pub(crate) mod audit;
pub(crate) mod canary;
mod chronicle;
mod client;
mod conflict;
mod data;
pub(crate) mod diff;
mod expiry;
mod goods;
pub(crate) mod kill;
mod live;
pub(crate) mod log;
mod options;
mod pending;
mod piece;
pub(crate) mod preview;
mod propose;
mod published;
pub(crate) mod pull;
pub(crate) mod push;
mod ready;
mod rebase;
mod revision;
pub(crate) mod rollback;
mod show;
mod sources;
pub(crate) mod status;
mod steps;
mod transport;
mod wasm;

pub(crate) use data::Job;
pub(crate) use live::send as push_live;
