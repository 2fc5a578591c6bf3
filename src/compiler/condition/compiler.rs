//! What the conditions of a configuration share while they are compiled.

use super::atoms::Atoms;
use super::lists::Large;
use super::scope::Scope;
use std::collections::BTreeSet;

/// Compiles conditions into one shared set of atoms.
pub(crate) struct Compiler<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) atoms: Atoms,
    pub(crate) large: Large,
    /// Query parameters that a condition or a placeholder reads.
    pub(crate) query_keys: BTreeSet<String>,
    /// Keys of categories that a condition or a placeholder names.
    pub(crate) categories: BTreeSet<String>,
    /// Whether the expression is in the card of a recommended product.
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
