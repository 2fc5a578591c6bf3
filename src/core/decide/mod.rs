//! Which campaign, arm and content each slot gets, and why.

mod assignment;
mod bucket;
mod decision;
mod draws;
mod eligibility;
mod exposures;
mod handout;
mod holdout;
mod members;
mod observer;
mod reason;
mod slots;
mod standing;
mod strategy;
#[cfg(test)]
mod tests;
mod unit;

pub use assignment::assignment;
pub use bucket::{BUCKETS, Salt, bucket, canary_bucket};
pub use decision::{Observed, SlotDecision};
pub use draws::Draws;
pub use eligibility::impressions_within;
pub use exposures::{Exposure, Exposures, assigned};
pub use handout::draws;
pub use members::{atoms_in, atoms_of, memberships};
pub use observer::Observer;
pub use reason::Reason;
pub use slots::decide;
pub use standing::Assignment;
pub use strategy::{draws_of, strategy_of};
pub use unit::Unit;
