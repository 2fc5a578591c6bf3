//! What was measured, as files.

mod bucket;
mod days;
pub(crate) mod export;
mod kind;
mod parquet;
mod part;
mod piece;
mod rows;
mod unfinished;
