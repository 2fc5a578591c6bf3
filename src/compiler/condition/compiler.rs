//! What all conditions of a configuration are compiled into.

use super::atoms::Atoms;
use super::lists::Large;
use super::scope::Scope;
use std::collections::BTreeSet;

/// Compiles conditions into one shared set of atoms.
pub(crate) struct Compiler<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) atoms: Atoms,
    pub(crate) large: Large,
    /// Query parameters that anything reads.
    pub(crate) query_keys: BTreeSet<String>,
    /// Keys of categories that anything asks.
    pub(crate) categories: BTreeSet<String>,
    /// What is being compiled stands in the card of a recommended product.
    pub(crate) in_card: bool,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(scope: Scope<'a>) -> Self {
        Self {
            scope,
            categories: BTreeSet::new(),
            atoms: Atoms::default(),
            large: Large::default(),
            query_keys: BTreeSet::new(),
            in_card: false,
        }
    }
}
