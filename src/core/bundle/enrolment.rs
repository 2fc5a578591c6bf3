//! Who takes part in a campaign, beyond its condition.

use alloc::string::String;
use alloc::vec::Vec;

/// Whose hash decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnitKind {
    /// The visitor id of the profile cookie.
    #[default]
    Visitor,
    /// The hash of the shop's own id of the customer.
    Customer,
}

/// The part of a layer that a campaign has: the layer's buckets `from_bp <= bucket < to_bp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerShare {
    /// Index of the layer.
    pub layer: u16,
    /// First bucket, 0 to 9,999.
    pub from_bp: u16,
    /// End, exclusive, at most 10,000.
    pub to_bp: u16,
}

/// The share that a campaign covers from a moment on; shares never fall, so a ramp only ever adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoverageStep {
    /// First second, since the Unix epoch; 0 for always.
    pub from_s: u32,
    /// Covered buckets: those below this, 0 to 10,000.
    pub share_bp: u16,
}

/// A change of the arms' weights.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightChange {
    /// First second, since the Unix epoch.
    pub from_s: u32,
    /// Buckets of the arms from then on; no bucket changes its arm that the weights do not force to.
    pub ranges: Vec<ArmRange>,
}

/// Another campaign whose arm a visitor must be in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Index of the campaign.
    pub campaign: u16,
    /// Any of these arms; empty for any arm at all.
    pub arms: Vec<u16>,
}

/// Who takes part in a campaign, beyond its condition. The default is everybody, by visitor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enrolment {
    /// Whose hash decides.
    pub unit: UnitKind,
    /// Decides and counts, and draws nothing.
    pub observe: bool,
    /// A change of weights leaves everybody whose id is older than it where they were.
    pub sticky: bool,
    /// Its place in a layer.
    pub layer: Option<LayerShare>,
    /// Ascending in time; nobody is covered before the first. Empty: everybody always is.
    pub coverage: Vec<CoverageStep>,
    /// Changes after the campaign's first weights, ascending in time.
    pub weights: Vec<WeightChange>,
    /// All must hold.
    pub requires: Vec<Requirement>,
    /// The weights follow the results: [`Weights`](super::weights::Weights). They are sticky then.
    pub is_bandit: bool,
}

/// Campaigns of which a visitor is in at most one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Key; one that the compiler made begins with `slot/`.
    pub key: String,
    /// In the hash of the layer and of its holdout.
    pub phase: u16,
    /// Visitors who get the origin instead of any of its campaigns, in basis points.
    pub holdout_bp: u16,
}

/// A share of visitors, by bucket: `from_bp <= bucket < to_bp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArmRange {
    /// First bucket, 0 to 9,999.
    pub from_bp: u16,
    /// End, exclusive, 1 to 10,000.
    pub to_bp: u16,
    /// Index of the arm.
    pub arm: u16,
}
