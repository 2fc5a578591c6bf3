//! The categories of the catalogue, and their other names.

use super::limit::at_most;
use super::lists::{checked, lines};
use crate::catalog::Products;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::suggest;
use crate::syntax::Table;
use attune_core::bundle::Aliases;
use attune_core::category::category_key;
use attune_core::limits;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// How many categories of each side a warning shows.
const SHOWN: usize = 3;

/// The categories of the feed and those beside it, sorted, where there is either.
pub(super) fn categories(
    root: &Table,
    products: Option<&Products>,
    aliases: &Aliases,
    sink: &mut Sink<'_>,
) -> Option<Vec<String>> {
    let mut keys = beside(root, aliases, sink)?;
    keys.extend(products.iter().flat_map(|products| products.categories.iter().map(|(key, _)| key.clone())));
    keys.sort_unstable();
    keys.dedup();
    (!keys.is_empty()).then_some(keys)
}

/// The keys of `[catalog] categories`; `None`, reported, where their file is not there.
fn beside(root: &Table, aliases: &Aliases, sink: &mut Sink<'_>) -> Option<Vec<String>> {
    let Some(node) = root.table("catalog").and_then(|table| table.get("categories")) else { return Some(Vec::new()) };
    let values = match node.text() {
        Some(file) => lines(file, sink)?,
        None => node.texts().iter().map(|text| (text.decoded.to_owned(), text.place)).collect(),
    };
    let values = checked("categories", node.place, values, sink);
    Some(values.iter().map(|name| aliases.category(name).into_owned()).collect())
}

/// Warns when the site names no category of the feed: then no condition on a category can be true.
pub(super) fn report_apart(
    root: &Table,
    products: Option<&Products>,
    aliases: &Aliases,
    used: &BTreeSet<String>,
    sink: &mut Sink<'_>,
) {
    let (Some(products), Some(feed)) = (products, root.table("catalog").and_then(|table| table.entry("feed"))) else {
        return;
    };
    let mut named = used.clone();
    // Problems of the file are reported already.
    named.extend(beside(root, aliases, &mut Sink::new(sink.files())).unwrap_or_default());
    let of_feed = || products.categories.iter().map(|(key, _)| key.as_str());
    if named.is_empty() || products.categories.is_empty() || of_feed().any(|key| named.contains(key)) {
        return;
    }
    let (feeds, sites): (Vec<&str>, Vec<&str>) =
        (of_feed().take(SHOWN).collect(), named.iter().take(SHOWN).map(String::as_str).collect());
    sink.report(
        Code::CategoriesApart,
        feed.key_place,
        format!(
            "none of the {} categories of the feed, such as {}, is one that the site names, such as {}",
            products.categories.len(),
            suggest::quoted(&feeds),
            suggest::quoted(&sites)
        ),
        "where they are the same by another name, say so in [catalog] category_aliases; [catalog] columns can name another column as `category`",
    );
}

/// `[catalog] category_aliases`, by key.
pub(super) fn aliases(root: &Table, sink: &mut Sink<'_>) -> Aliases {
    let entries = root.table("catalog").map(|table| table.entries_of("category_aliases")).unwrap_or_default();
    at_most(entries, "names of categories that stand for others", limits::CATEGORY_ALIASES_MAX, sink);
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    for entry in entries {
        let Some(to) = entry.node.text() else { continue };
        let (key, other) = (category_key(&entry.key), category_key(to.decoded));
        let problem = if key.is_empty() || other.is_empty() {
            Some("has no letter or digit".to_owned())
        } else if pairs.iter().any(|(known, _)| *known == key) {
            Some(format!("is there twice: its key is `{key}`"))
        } else if key == other {
            Some(format!("stands for itself: its key is `{key}`"))
        } else {
            None
        };
        match problem {
            Some(problem) => sink.report(
                Code::BadName,
                entry.key_place,
                format!("the category \"{}\" {problem}", entry.key),
                "write the name of the feed or of events, and the key that pages have: \"Tea lights\" = \"candles\"",
            ),
            None => pairs.push((key, other)),
        }
    }
    for entry in entries {
        let other = entry.node.text().map(|to| category_key(to.decoded)).unwrap_or_default();
        if pairs.iter().any(|(key, _)| *key == other) {
            sink.report(
                Code::BadName,
                entry.node.place,
                format!("`{other}` stands for another category itself"),
                "name the last one",
            );
        }
    }
    Aliases::from_pairs(pairs.iter().map(|(key, other)| (key.as_ref(), other.as_ref())))
}
