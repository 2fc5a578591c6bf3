//! `[content]`.

use super::cards;
use super::html_file::html_file;
use super::placements::Placement;
use super::shop::Shop;
use super::work::Work;
use super::{fields, links};
use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::source::Place;
use crate::syntax::{Entry, Node, Table};
use crate::template::{self, Placeholders};
use attune_core::bundle::{Body, Content, Locale, Slot};
use std::collections::BTreeSet;

/// The contents in the order of the files, one body for each locale.
pub(super) fn contents(
    root: &Table,
    slots: &[Slot],
    placements: &[Placement],
    shop: &Shop<'_>,
    compiler: &mut Compiler<'_>,
    sink: &mut Sink<'_>,
) -> Vec<Content> {
    let site = shop.site;
    let mut files = BTreeSet::new();
    let entries = root.entries_of("content");
    let mut contents = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let shown_in: Vec<&Placement> = placements.iter().filter(|placement| placement.content == index).collect();
        if shown_in.is_empty() {
            sink.report(
                Code::UnusedContent,
                entry.key_place,
                format!("no campaign shows `{}`", entry.key),
                "show it in a campaign, or delete it",
            );
        }
        let Some(table) = entry.node.table() else { continue };
        if let Some(recommend) = table.entry("recommend") {
            let slots_with_it = shown_in
                .iter()
                .filter_map(|placement| root.entries_of("slots").get(placement.slot))
                .collect::<Vec<_>>();
            let bodies = cards::bodies(shop, recommend, &slots_with_it, compiler, &mut files, sink);
            contents.push(deduplicated(&entry.key, bodies));
            continue;
        }
        let mut work = Work { entry, table, site, slots, shown_in, compiler };
        let bodies = bodies(&mut work, &mut files, sink);
        contents.push(deduplicated(&entry.key, bodies));
    }
    // Recommendations of campaigns come last, so the index of a content stays its position in the file.
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

fn bodies(work: &mut Work<'_, '_>, files: &mut BTreeSet<String>, sink: &mut Sink<'_>) -> Vec<Body> {
    let (html, text) = (work.table.entry("html"), work.table.entry("text"));
    match (html, text) {
        (Some(html), None) => html_bodies(work, html, files, sink),
        (None, Some(_)) => fields::bodies(work, sink),
        (Some(html), Some(_)) => {
            sink.report(
                Code::ContentBodies,
                html.key_place,
                format!("content `{}` has both `html` and `text`", work.entry.key),
                "remove one of the two",
            );
            Vec::new()
        }
        (None, None) => {
            sink.report(
                Code::ContentBodies,
                work.entry.key_place,
                format!("content `{}` has neither `html` nor `text`", work.entry.key),
                "add text.en-GB = { title = \"...\" } or html = \"content/file.html\"",
            );
            Vec::new()
        }
    }
}

fn html_bodies(work: &mut Work<'_, '_>, html: &Entry, files: &mut BTreeSet<String>, sink: &mut Sink<'_>) -> Vec<Body> {
    for other in &work.table.entries {
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
        Some(table) => work.by_locale(html, table, sink),
        None => work.site.locales.iter().map(|locale| (locale.clone(), Some(&html.node))).collect(),
    };
    let mut bodies = Vec::with_capacity(per_locale.len());
    for (locale, node) in per_locale {
        let template = node.and_then(Node::text).and_then(|path| {
            let text = html_file(path, files, sink)?;
            let mut placeholders =
                Placeholders { compiler: work.compiler, locale: &locale.tag, currency: &locale.currency, items: None };
            let template = template::html(text, &mut placeholders, sink)?;
            links::check_all(text, work.site, sink);
            Some(template)
        });
        bodies.push(Body::Html(template.unwrap_or_default()));
    }
    bodies
}
