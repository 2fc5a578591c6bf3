//! What the configuration lets conditions refer to.

use super::references::keys;
use super::signals;
use crate::catalog::Products;
use crate::condition::{NamedList, Scope};
use crate::syntax::Table;
use attune_core::bundle::Site;

pub(super) fn scope<'s>(
    root: &'s Table,
    site: &'s Site,
    products: Option<&'s Products>,
    categories: Option<&'s [String]>,
    lists: &'s [NamedList],
) -> Scope<'s> {
    let rules = &site.rules;
    Scope {
        segments: keys(root, "segments").collect(),
        page_types: keys(root, "pages").collect(),
        locales: site.locales.iter().map(|locale| locale.tag.as_str()).collect(),
        timezone: &site.timezone,
        traits: rules.traits.iter().map(|t| (t.key.as_str(), t.values.iter().map(String::as_str).collect())).collect(),
        signals: rules.signals.iter().map(|signal| (signal.key.as_str(), signals::values(signal))).collect(),
        lists,
        fields: products.map(|products| products.fields.as_slice()),
        categories: categories.map(|keys| keys.iter().map(String::as_str).collect()),
        aliases: &site.aliases,
    }
}
