//! The checked tree to a bundle.

mod announced;
mod arms;
mod campaigns;
mod cards;
mod contents;
mod enrolment;
mod fields;
mod html_file;
mod layers;
mod limit;
mod links;
mod pages;
mod percent;
mod requires;
mod routes;
mod schedule;
mod segments;
mod signals;
mod site;
mod slots;
mod together;
mod trending;
mod unused;
mod usage;
mod vocabulary;
mod winning;
mod words;
mod work;

use crate::catalog::{self, Products};
use crate::codes::Code;
use crate::condition::{Categories, Compiler, Scope, renumber};
use crate::diagnostic::Sink;
use crate::syntax::Table;
use attune_core::bundle::{Bundle, Segment};
use attune_core::limits;
use limit::section_at_most;

/// Lowers everything; what cannot be lowered is reported, and the rest is still checked.
pub(crate) fn lower(root: &Table, sink: &mut Sink<'_>) -> (Option<Bundle>, Option<Products>) {
    let mut site = site::site(root, sink);
    let products = catalog::products(root, &site, sink);
    let aliases = site.aliases.clone();
    let categories = vocabulary::categories(root, products.as_ref(), &aliases, sink);
    let known = Categories { known: categories.as_deref(), aliases: &aliases };
    site.rules = vocabulary::rules(root, &site.timezone, known, sink);
    let lists = vocabulary::lists(root, sink);
    let keys = |section: &str| root.entries_of(section).iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>();
    let locale_tags: Vec<String> = site.locales.iter().map(|l| l.tag.clone()).collect();
    let (timezone, rules) = (site.timezone.clone(), site.rules.clone());
    let mut compiler = Compiler::new(Scope {
        segments: keys("segments"),
        page_types: keys("pages"),
        locales: locale_tags.iter().map(String::as_str).collect(),
        timezone: &timezone,
        traits: rules.traits.iter().map(|t| (t.key.as_str(), t.values.iter().map(String::as_str).collect())).collect(),
        signals: rules.signals.iter().map(|signal| (signal.key.as_str(), signals::values(signal))).collect(),
        lists: &lists,
        fields: products.as_ref().map(|products| products.fields.as_slice()),
        categories: categories.as_ref().map(|keys| keys.iter().map(String::as_str).collect()),
        aliases: &aliases,
    });
    for (section, max) in [
        ("segments", limits::SEGMENTS_MAX),
        ("slots", limits::SLOTS_MAX),
        ("campaigns", limits::CAMPAIGNS_MAX),
        ("content", limits::CONTENTS_MAX),
    ] {
        section_at_most(root.entries_of(section), section, max, sink);
    }
    let (segments, order) = segments::segments(root, &mut compiler, sink);
    site.decision_headers = announced::announced(root, &order, sink);
    let slots = slots::slots(root, sink);
    let usage = usage::usage(root, sink);
    let known = products.as_ref().map(Products::positions).unwrap_or_default();
    let shop = cards::Shop { root, site: &site, products: products.as_ref(), known };
    let contents = contents::contents(root, &slots, &usage, &shop, &mut compiler, sink);
    let campaigns = campaigns::campaigns(root, &site, &mut compiler, sink);
    let goals = vocabulary::goals(root, sink);
    // After an error, what seems unused or beaten may only be misspelt.
    if !sink.has_errors() {
        unused::report(root, &segments, &order, &campaigns, &compiler.large.named, sink);
        vocabulary::report_apart(root, products.as_ref(), &aliases, &compiler.categories, sink);
        routes::report(root, &site.name, sink);
    }
    let (lists, patterns) = (std::mem::take(&mut compiler.large.lists), std::mem::take(&mut compiler.large.patterns));
    let mut bundle = Bundle {
        site,
        atoms: Vec::new(),
        segments,
        slots,
        campaigns,
        contents,
        lists,
        patterns,
        goals,
        layers: Vec::new(),
    };
    bundle.site.query_keys = std::mem::take(&mut compiler.query_keys).into_iter().collect();
    let mut possible = true;
    for (count, what, max) in [
        (compiler.atoms.len(), "different tests in all conditions", limits::ATOMS_MAX),
        (bundle.lists.len(), "different lists of more than 16 values in all conditions", limits::LISTS_MAX),
        (bundle.patterns.len(), "different regular expressions in all conditions", limits::PATTERNS_COMPILED_MAX),
        (bundle.site.query_keys.len(), "different query parameters that are asked", limits::QUERY_KEYS_MAX),
    ] {
        if count > max {
            sink.report_absent(
                Code::OverLimit,
                format!("there are {count} {what}"),
                format!("at most {max} are possible"),
            );
            possible = false;
        }
    }
    if !possible {
        return (None, None);
    }
    let (atoms, numbers) = compiler.atoms.finish();
    bundle.atoms = atoms;
    let programs = bundle
        .segments
        .iter_mut()
        .map(|Segment { when, .. }| when)
        .chain(bundle.campaigns.iter_mut().map(|c| &mut c.eligible));
    for program in programs {
        renumber(program, &numbers, &order);
    }
    layers::layers(root, &mut bundle, sink);
    if !sink.has_errors() {
        announced::report_length(root, &bundle, sink);
        winning::report(root, &bundle, sink);
        together::report(root, &bundle, sink);
    }
    (Some(bundle), products)
}
