//! The parts of a bundle in evaluation form.

use crate::bundle::{Body, Campaign, Content, Disabled, Layer, Segment, Site, Slot, TextList};
use crate::segment::Conditions;
use alloc::string::String;
use alloc::vec::Vec;

/// A bundle that is ready to decide with. What could not be used is `None` and named in `disabled`.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// First 12 hexadecimal digits of the SHA-256 of the bundle.
    pub version: String,
    /// The site.
    pub site: Site,
    /// What conditions ask, prepared for evaluation.
    pub conditions: Conditions,
    /// Segments; a disabled one is unknown.
    pub segments: Vec<Option<Segment>>,
    /// Slots.
    pub slots: Vec<Option<Slot>>,
    /// Campaigns, highest priority first; a disabled one is passed over.
    pub campaigns: Vec<Option<Campaign>>,
    /// Contents.
    pub contents: Vec<Option<Content>>,
    /// Mutual exclusion layers; the campaigns of a disabled one are disabled.
    pub layers: Vec<Option<Layer>>,
    /// Page types with slots that are decided elsewhere; empty text for pages of no type. Empty but in client bundles.
    pub elsewhere: TextList,
    /// What was disabled, and why.
    pub disabled: Vec<Disabled>,
    /// Names of events that the page script reports because a goal counts them, with commas between.
    pub own_events: String,
    /// The site as it stands in the bundle, for [`Outline`](super::Outline).
    pub(super) site_bytes: Vec<u8>,
    /// The rules as they stand in the bundle; empty where there are none that can be used.
    pub(super) rules_bytes: Vec<u8>,
    /// The measurement as it stands in the bundle; empty where there is none.
    pub(super) measurement_bytes: Vec<u8>,
}

impl Loaded {
    /// What a content puts into a slot in one of the site's locales.
    pub fn body(&self, content: usize, locale: usize) -> Option<&Body> {
        let content = self.contents.get(content)?.as_ref()?;
        content.bodies.get(usize::from(*content.by_locale.get(locale)?))
    }
}
