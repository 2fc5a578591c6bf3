//! `[content]`.

use super::cards::{self, Shop};
use super::usage::Use;
use super::{fields, links};
use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::locale;
use crate::source::{File, Place, Text};
use crate::suggest;
use crate::syntax::{Entry, Node, Table};
use crate::template::{self, Placeholders};
use attune_core::bundle::{Body, Content, Locale, Site, Slot};
use std::collections::BTreeSet;

/// A content while it is compiled.
pub(super) struct Work<'w, 'c> {
    pub(super) entry: &'w Entry,
    pub(super) table: &'w Table,
    pub(super) site: &'w Site,
    pub(super) slots: &'w [Slot],
    /// Where it is shown.
    pub(super) uses: Vec<&'w Use>,
    pub(super) compiler: &'w mut Compiler<'c>,
}

/// The contents in the order of the files, one body for each locale.
pub(super) fn contents(
    root: &Table,
    slots: &[Slot],
    usage: &[Use],
    shop: &Shop<'_>,
    compiler: &mut Compiler<'_>,
    sink: &mut Sink<'_>,
) -> Vec<Content> {
    let site = shop.site;
    let mut files = BTreeSet::new();
    let entries = root.entries_of("content");
    let mut contents = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let uses: Vec<&Use> = usage.iter().filter(|shown| shown.content == index).collect();
        if uses.is_empty() {
            sink.report(
                Code::UnusedContent,
                entry.key_place,
                format!("no campaign shows `{}`", entry.key),
                "show it in a campaign, or delete it",
            );
        }
        let Some(table) = entry.node.table() else { continue };
        if let Some(recommend) = table.entry("recommend") {
            let shown = uses.iter().filter_map(|shown| root.entries_of("slots").get(shown.slot)).collect::<Vec<_>>();
            let bodies = cards::bodies(shop, recommend, &shown, compiler, &mut files, sink);
            contents.push(deduplicated(&entry.key, bodies));
            continue;
        }
        let mut work = Work { entry, table, site, slots, uses, compiler };
        let bodies = work.bodies(&mut files, sink);
        contents.push(deduplicated(&entry.key, bodies));
    }
    // A campaign's own recommendations come behind: `usage::index` of a content stays its place in the file.
    for campaign in root.entries_of("campaigns") {
        for entry in campaign.node.table().map_or(&[][..], |table| table.entries_of("recommend")) {
            let shown: Vec<&Entry> = root.entries_of("slots").iter().filter(|slot| slot.key == entry.key).collect();
            let bodies = cards::bodies(shop, entry, &shown, compiler, &mut files, sink);
            contents.push(deduplicated(&format!("{}.{}", campaign.key, entry.key), bodies));
        }
    }
    for (index, file) in sink.files().iter().enumerate() {
        if file.has_extension("html") && !files.contains(&file.path) {
            sink.report(
                Code::UnusedFile,
                Place::new(index, 0..file.text.len().min(1)),
                format!("no content uses {}", file.path),
                "name it in a content: html = \"...\", or delete it",
            );
        }
    }
    contents
}

fn deduplicated(key: &str, per_locale: Vec<Body>) -> Content {
    let mut bodies: Vec<Body> = Vec::new();
    let mut by_locale = Vec::with_capacity(per_locale.len());
    for body in per_locale {
        let position = bodies.iter().position(|known| *known == body).unwrap_or_else(|| {
            bodies.push(body);
            bodies.len() - 1
        });
        by_locale.push(u16::try_from(position).unwrap_or(u16::MAX));
    }
    Content { key: key.to_owned(), bodies, by_locale }
}

impl Work<'_, '_> {
    fn bodies(&mut self, files: &mut BTreeSet<String>, sink: &mut Sink<'_>) -> Vec<Body> {
        let (html, text) = (self.table.entry("html"), self.table.entry("text"));
        match (html, text) {
            (Some(html), None) => self.html(html, files, sink),
            (None, Some(_)) => fields::bodies(self, sink),
            (Some(html), Some(_)) => {
                sink.report(
                    Code::ContentBodies,
                    html.key_place,
                    format!("content `{}` has both `html` and `text`", self.entry.key),
                    "remove one of the two",
                );
                Vec::new()
            }
            (None, None) => {
                sink.report(
                    Code::ContentBodies,
                    self.entry.key_place,
                    format!("content `{}` has neither `html` nor `text`", self.entry.key),
                    "add text.en-GB = { title = \"...\" } or html = \"content/file.html\"",
                );
                Vec::new()
            }
        }
    }

    fn html(&mut self, html: &Entry, files: &mut BTreeSet<String>, sink: &mut Sink<'_>) -> Vec<Body> {
        for other in &self.table.entries {
            if !matches!(other.key.as_str(), "html" | "fallback") {
                sink.report(
                    Code::ContentBodies,
                    other.key_place,
                    format!("`{}` has no effect beside `html`", other.key),
                    "remove it, or write the content as `text` with fields",
                );
            }
        }
        let per_locale: Vec<(Locale, Option<&Node>)> = match html.node.table() {
            Some(table) => self.by_locale(html, table, sink),
            None => self.site.locales.iter().map(|locale| (locale.clone(), Some(&html.node))).collect(),
        };
        let mut bodies = Vec::with_capacity(per_locale.len());
        for (locale, node) in per_locale {
            let template = node.and_then(Node::text).and_then(|path| {
                let text = html_file(path, files, sink)?;
                let mut placeholders = Placeholders {
                    compiler: self.compiler,
                    locale: &locale.tag,
                    currency: &locale.currency,
                    items: None,
                };
                let template = template::html(text, &mut placeholders, sink)?;
                links::check_all(text, self.site, sink);
                Some(template)
            });
            bodies.push(Body::Html(template.unwrap_or_default()));
        }
        bodies
    }

    /// For each locale of the site, the conventions to write by and the value in a table by locale. A locale
    /// without its own is written like the first one, in its own currency.
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
        site.locales
            .iter()
            .map(|locale| match (table.get(&locale.tag), first) {
                (Some(node), _) => (locale.clone(), Some(node)),
                (None, Some(first)) => {
                    let conventions = Locale { tag: first.tag.clone(), currency: locale.currency.clone() };
                    (conventions, table.get(&first.tag))
                }
                (None, None) => (locale.clone(), None),
            })
            .collect()
    }
}

/// The text of an HTML file that a content names.
pub(super) fn html_file<'f>(path: Text<'_>, files: &mut BTreeSet<String>, sink: &mut Sink<'f>) -> Option<Text<'f>> {
    let all: &'f [File] = sink.files();
    files.insert(path.decoded.to_owned());
    let found = all.iter().position(|file| file.path == path.decoded && file.has_extension("html"));
    let Some((index, file)) = found.and_then(|index| Some((index, all.get(index)?))) else {
        let known = all.iter().filter(|file| file.has_extension("html")).map(|file| file.path.as_str());
        sink.report(
            Code::NoFile,
            path.place,
            format!("there is no file {}", path.decoded),
            suggest::help(path.decoded, known, "create it in the folder content/"),
        );
        return None;
    };
    Some(Text { decoded: &file.text, place: Place::new(index, 0..file.text.len()), quoted: false })
}
