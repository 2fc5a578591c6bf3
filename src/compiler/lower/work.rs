//! A content while it is compiled, and its values by locale.

use super::by_locale::by_locale as values_by_locale;
use super::placements::Placement;
use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::locale;
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use attune_core::bundle::{Locale, Site, Slot};

/// A content while it is compiled.
pub(super) struct Work<'w, 'c> {
    pub(super) entry: &'w Entry,
    pub(super) table: &'w Table,
    pub(super) site: &'w Site,
    pub(super) slots: &'w [Slot],
    /// Where it is shown.
    pub(super) shown_in: Vec<&'w Placement>,
    pub(super) compiler: &'w mut Compiler<'c>,
}

impl Work<'_, '_> {
    /// The formats and the value of each locale, as [`values_by_locale`] gives them; missing and unknown locales are
    /// reported.
    pub(super) fn by_locale<'n>(
        &self,
        entry: &Entry,
        table: &'n Table,
        sink: &mut Sink<'_>,
    ) -> Vec<(Locale, Option<&'n Node>)> {
        let site = self.site;
        for other in &table.entries {
            if !site.locales.iter().any(|locale| locale.tag == other.key) {
                let known = site.locales.iter().map(|locale| locale.tag.as_str());
                sink.report(
                    Code::UnknownLocale,
                    other.key_place,
                    format!("the site has no locale `{}`", other.key),
                    suggest::help(&other.key, known, "list it in [site] locales"),
                );
            }
        }
        let fallback = self.table.get("fallback").and_then(Node::bool).unwrap_or(false);
        let missing: Vec<&str> =
            site.locales.iter().map(|locale| locale.tag.as_str()).filter(|tag| table.get(tag).is_none()).collect();
        let first = site.locales.first();
        let first_is_there = first.is_some_and(|first| table.get(&first.tag).is_some());
        let falls_back = fallback && first_is_there;
        if !missing.is_empty() && !falls_back {
            let (names, first_tag) = (suggest::quoted(&missing), first.map_or("", |first| first.tag.as_str()));
            let help = if fallback {
                format!("fallback uses `{first_tag}`, the site's first locale: add that one")
            } else if missing.iter().all(|tag| locale::language(tag) == locale::language(first_tag)) {
                format!("add it, or write fallback = true to use `{first_tag}`")
            } else {
                format!("add {}.{} = {{ ... }}, or write fallback = true", entry.key, missing.first().unwrap_or(&""))
            };
            sink.report(
                Code::MissingLocale,
                entry.key_place,
                format!("`{}` of content `{}` is missing for {names}", entry.key, self.entry.key),
                help,
            );
        }
        values_by_locale(site, table)
    }
}
