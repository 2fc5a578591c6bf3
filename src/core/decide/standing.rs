//! Where a unit stands in a campaign.

use super::Reason;

/// Where a unit stands in a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// Takes part, in this arm.
    In(usize),
    /// Gets the origin's content instead, to be compared with those who take part.
    HeldOut(Reason),
    /// Does not take part.
    Out(Reason),
}
