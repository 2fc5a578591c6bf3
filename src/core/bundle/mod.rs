//! The configuration as the compiler writes it: plain structs, and the bytes of a bundle.
//!
//! Indices point into the bundle's own lists. [`crate::loaded`] checks them once, so that evaluation needs no checks.

mod aliases;
mod campaign;
pub mod cards;
mod codec;
mod condition;
mod consent;
mod content;
pub mod data;
mod decision_header;
mod decode;
pub mod draft;
mod encode;
mod enrolment;
mod envelope;
pub mod kill;
mod list;
pub mod live;
pub mod manifest;
mod measurement;
mod path;
mod pattern;
pub mod rollback;
mod rules;
mod site;
mod slot;
mod template;
pub mod weights;
mod wire;

pub use aliases::Aliases;
pub use campaign::{Arm, Campaign, Cap, During};
pub use codec::{BundleError, Disabled, FORMAT, FORMAT_MIN, version};
pub use condition::{Atom, AttributeRef, Comparison, Literal, Near, Op, Program, Segment, Test, TextTest};
pub use consent::{ConsentRules, ConsentSource, ConsentTool, Gpc, Regime, Region, Terms};
pub use content::{Body, Content, Field};
pub use decision_header::DecisionHeader;
pub(crate) use decode::{Decoded, decode};
pub use encode::encode;
pub use enrolment::{ArmRange, CoverageStep, Enrolment, Layer, LayerShare, Requirement, UnitKind, WeightChange};
pub use list::TextList;
pub use measurement::{Covariate, Goal, Guard, Measurement, SCRIPT_EVENTS, Slice};
pub(crate) use path::leaves_no_memory;
pub use path::{Captured, PathPattern, PathSegment, is_listed};
pub use pattern::{DEAD, MATCHED, Pattern, State};
pub use rules::{Intensity, ItemField, ItemTest, LifecycleRule, Measure, RuleTrust, Rules, Signal, Trait, Zone};
pub use site::{Locale, PageType, Site};
pub use slot::Slot;
pub use template::{Context, DateFormat, Format, Hole, MoneyFormat, Part, PluralRule, Template};

use alloc::vec::Vec;

/// A whole configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// The site.
    pub site: Site,
    /// Distinct atoms, sorted and deduplicated.
    pub atoms: Vec<Atom>,
    /// Segments; a segment refers only to earlier ones.
    pub segments: Vec<Segment>,
    /// Slots.
    pub slots: Vec<Slot>,
    /// Campaigns, highest priority first.
    pub campaigns: Vec<Campaign>,
    /// Contents.
    pub contents: Vec<Content>,
    /// Mutual exclusion layers.
    pub layers: Vec<Layer>,
    /// Long lists of texts.
    pub lists: Vec<TextList>,
    /// Regular expressions, as [`Pattern::encode`] writes them.
    pub patterns: Vec<Vec<u8>>,
    /// Goals, and what results are told apart by.
    pub measurement: Measurement,
    /// Page types with slots that are decided elsewhere, with the whole configuration; empty text for pages of no type.
    /// Only what was cut for the browser has any.
    pub elsewhere: TextList,
}
