//! A bundle that is ready for requests: its parts, checked once, and its conditions, prepared.

mod fit;
mod keys;
mod load;
mod outline;
mod parts;
#[cfg(test)]
mod tests;
mod validation;

pub use outline::{CampaignOutline, Outline};
pub use parts::Loaded;
