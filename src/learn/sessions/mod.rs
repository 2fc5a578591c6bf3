//! Rows to sessions: grouped and put in order of time, in memory or through sorted runs on disk.

mod buffer;
mod builder;
mod click;
mod cut;
mod grouping;
mod log;

pub use buffer::Sessions;
pub use builder::SessionBuilder;
pub use cut::SESSION_CLICKS_MAX;
pub use log::SessionLog;

#[cfg(test)]
mod tests;
