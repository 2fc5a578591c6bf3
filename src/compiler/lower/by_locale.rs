//! Values by locale.

use crate::syntax::{Node, Table};
use attune_core::bundle::{Locale, Site};

/// For each locale of the site, its formats and its value in a table by locale. A locale without a value takes the value
/// and the formats of the first locale, and keeps its own currency.
pub(super) fn by_locale<'n>(site: &Site, table: &'n Table) -> Vec<(Locale, Option<&'n Node>)> {
    let value = |locale: &Locale| match (table.get(&locale.tag), site.locales.first()) {
        (Some(node), _) => (locale.clone(), Some(node)),
        (None, Some(first)) => {
            let conventions = Locale { tag: first.tag.clone(), currency: locale.currency.clone() };
            (conventions, table.get(&first.tag))
        }
        (None, None) => (locale.clone(), None),
    };
    site.locales.iter().map(value).collect()
}
