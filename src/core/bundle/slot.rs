//! Slots: the places of a page that campaigns fill.

use super::TextList;
use crate::html::Selector;
use alloc::string::String;
use alloc::vec::Vec;

/// A place of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// Key.
    pub key: String,
    /// Which element it is.
    pub selector: Selector,
    /// Named parts: field name and which element inside the slot it fills.
    pub elements: Vec<(String, Selector)>,
    /// Page types that it is on; empty for pages of any type. A section of its own, because readers of the first
    /// bundles expect the slot to end here.
    pub pages: TextList,
}

impl Slot {
    /// Whether pages of this type have it.
    pub fn is_on(&self, page_type: &str) -> bool {
        self.pages.is_empty() || self.pages.contains(page_type)
    }
}
