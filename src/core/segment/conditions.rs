//! The conditions of a bundle.

use super::Matchers;
use super::index::Index;
use crate::bundle::{Atom, Campaign, Pattern, Segment, TextList};
use alloc::vec::Vec;

/// The conditions of a bundle; a disabled atom is `None`, and what asks it is unknown.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// Every distinct test.
    pub atoms: Vec<Option<Atom>>,
    /// What tests refer to.
    pub matchers: Matchers,
    /// What is prepared for evaluation.
    pub(crate) index: Index,
}

impl Conditions {
    /// Conditions that are not prepared: segments and campaigns are unknown.
    pub(crate) fn new(atoms: Vec<Option<Atom>>, lists: Vec<Option<TextList>>, patterns: Vec<Option<Pattern>>) -> Self {
        Self { atoms, matchers: Matchers { lists, patterns }, index: Index::default() }
    }

    /// Prepares the conditions of segments and campaigns, once their references were checked.
    pub(crate) fn prepare(&mut self, segments: &[Option<Segment>], campaigns: &[Option<Campaign>]) {
        self.index = Index::of(&self.atoms, segments, campaigns);
    }
}
