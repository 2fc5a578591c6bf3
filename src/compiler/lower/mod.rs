//! The checked tree to a bundle.

mod arms;
mod by_locale;
mod campaigns;
mod card_rules;
mod cards;
mod categories;
mod consent;
mod contents;
mod days;
mod decision_header;
mod enrolment;
mod fields;
mod final_bundle;
mod hosts;
mod html_file;
mod layers;
mod limit;
mod links;
mod lists;
mod locales;
mod measurement;
mod pages;
mod percent;
mod placements;
mod private;
mod product_conflicts;
mod references;
mod requires;
mod routes;
mod rules;
mod satisfiable;
mod schedule;
mod scope;
mod segments;
mod shop;
mod signals;
mod site;
mod slots;
mod sources;
mod text_lint;
mod trending;
mod trust;
mod unreachable;
mod unused;
mod work;

use crate::catalog::{self, Products};
use crate::client::Private;
use crate::condition::{Categories, Compiler};
use crate::diagnostic::Sink;
use crate::syntax::Table;
use attune_core::bundle::{Bundle, TextList};
use shop::Shop;

/// What a checked tree becomes.
#[derive(Default)]
pub(crate) struct Lowered {
    pub(crate) bundle: Option<Bundle>,
    pub(crate) products: Option<Products>,
    pub(crate) private: Private,
    pub(crate) is_local: bool,
}

/// Lowers everything; what cannot be lowered is reported, and the rest is still checked.
pub(crate) fn lower(root: &Table, sink: &mut Sink<'_>) -> Lowered {
    let mut site = site::site(root, sink);
    let products = catalog::products(root, &site, sink);
    let aliases = site.aliases.clone();
    let categories = categories::categories(root, products.as_ref(), &aliases, sink);
    let known = Categories { known: categories.as_deref(), aliases: &aliases };
    site.rules = rules::rules(root, &site.timezone, known, sink);
    let lists = lists::lists(root, sink);
    // Conditions borrow the site, which decision headers complete later.
    let site_of_conditions = site.clone();
    let scope = scope::scope(root, &site_of_conditions, products.as_ref(), categories.as_deref(), &lists);
    let mut compiler = Compiler::new(scope);
    limit::check_sections(root, sink);
    let (segments, order) = segments::segments(root, &mut compiler, sink);
    site.decision_headers = decision_header::decision_headers(root, &order, sink);
    let slots = slots::slots(root, sink);
    let placements = placements::placements(root, sink);
    let shop = Shop::of(root, &site, products.as_ref());
    let contents = contents::contents(root, &slots, &placements, &shop, &mut compiler, sink);
    let campaigns = campaigns::campaigns(root, &site, &mut compiler, sink);
    let measurement = measurement::measurement(root, sink);
    // After an error, an entry that seems unused may only be misspelt.
    if !sink.has_errors() {
        unused::report(root, &segments, &order, &campaigns, &compiler.large.named, sink);
        categories::report_apart(root, products.as_ref(), &aliases, &compiler.categories, sink);
        routes::report(root, &site.name, sink);
    }
    let private = private::private(root, products.as_ref(), std::mem::take(&mut compiler.large.private));
    let bundle = Bundle {
        site,
        atoms: Vec::new(),
        segments,
        slots,
        campaigns,
        contents,
        lists: std::mem::take(&mut compiler.large.lists),
        patterns: std::mem::take(&mut compiler.large.patterns),
        measurement,
        layers: Vec::new(),
        elsewhere: TextList::default(),
    };
    let Some(mut bundle) = final_bundle::with_atoms(bundle, compiler, &order, sink) else { return Lowered::default() };
    layers::layers(root, &mut bundle, sink);
    // After an error, a campaign that seems never to win may only be misspelt.
    if !sink.has_errors() {
        decision_header::report_length(root, &bundle, sink);
        unreachable::report(root, &bundle, sink);
        product_conflicts::report(root, &bundle, sink);
    }
    Lowered { bundle: Some(bundle), products, private, is_local: site::is_local(root) }
}
