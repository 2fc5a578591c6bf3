//! What was measured, as files.

mod days;
pub(crate) mod export;
mod kind;
mod parquet;
mod part;
mod rows;
mod unfinished;
