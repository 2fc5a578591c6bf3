//! What is different between two configurations, in the words of their authors: campaigns, segments, contents, slots.

mod condition;
mod content;
mod describe;
mod facts;
mod rules;

pub use facts::Area;

use attune_core::loaded::Loaded;
use facts::Facts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a part is different.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is there now.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another one.
    Changed,
}

/// One part that is different.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Change {
    /// What it is.
    pub area: Area,
    /// Its key; the site has none.
    pub key: String,
    /// How it is different.
    pub kind: Kind,
    /// What is different in it.
    pub details: Vec<Detail>,
}

/// One thing of a part that is different.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Detail {
    /// What it is: `where`, `priority`, `text en-GB`.
    pub what: String,
    /// How it was; nothing where it was not there.
    pub before: Option<String>,
    /// How it is; nothing where it is not there any more.
    pub after: Option<String>,
}

/// Everything that is different; without a configuration before, everything is new.
pub fn between(before: Option<&Loaded>, after: &Loaded) -> Vec<Change> {
    let before = before.map(describe::all).unwrap_or_default();
    let after = describe::all(after);
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let change = |id: &(Area, String)| {
        let (old, new) = (before.get(id), after.get(id));
        let kind = match (old, new) {
            (None, _) => Kind::Added,
            (_, None) => Kind::Removed,
            (Some(_), Some(_)) => Kind::Changed,
        };
        let empty = Facts::new();
        let details = details(old.unwrap_or(&empty), new.unwrap_or(&empty));
        let is_change = kind != Kind::Changed || !details.is_empty();
        is_change.then(|| Change { area: id.0, key: id.1.clone(), kind, details })
    };
    keys.into_iter().filter_map(change).collect()
}

fn details(before: &Facts, after: &Facts) -> Vec<Detail> {
    let whats: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let differs = whats.into_iter().filter(|what| before.get(*what) != after.get(*what));
    differs
        .map(|what| Detail { what: what.clone(), before: before.get(what).cloned(), after: after.get(what).cloned() })
        .collect()
}

/// The campaigns that a list of changes touches: those that changed, and those that show a content or ask a segment that
/// did.
pub fn campaigns_touched(changes: &[Change], configurations: &[&Loaded]) -> BTreeSet<String> {
    let mut touched: BTreeSet<String> = BTreeSet::new();
    for change in changes {
        match change.area {
            Area::Campaign => {
                touched.insert(change.key.clone());
            }
            // Whatever is shared by campaigns touches all that could notice.
            Area::Site | Area::Slot | Area::Layer | Area::Segment => {
                touched.extend(configurations.iter().flat_map(|loaded| describe::campaigns(loaded)));
            }
            Area::Content => {
                let showing = |loaded: &&Loaded| describe::campaigns_with(loaded, &change.key).collect::<Vec<_>>();
                touched.extend(configurations.iter().flat_map(showing));
            }
        }
    }
    touched
}

#[cfg(test)]
mod tests;
