//! The categories and products that generated visitors like.

use crate::decision::LoadedSite;
use attune_core::artifacts::Artifacts;
use attune_core::artifacts::catalog::Availability;
use attune_core::attribute::Attribute;
use attune_core::bundle::Test;
use std::collections::BTreeSet;

/// Most categories or products that are taken from the configuration.
const KEYS_MAX: usize = 200;

/// Categories and products of a shop.
pub(super) struct Assortment {
    pub(super) categories: Vec<Box<str>>,
    pub(super) skus: Vec<Box<str>>,
}

impl Assortment {
    /// Those that conditions name, and some that none names: most visitors like something that has no rule.
    pub(super) fn of(site: &LoadedSite) -> Self {
        let (mut categories, mut skus) = (BTreeSet::new(), BTreeSet::new());
        for atom in site.loaded.conditions.atoms.iter().flatten() {
            let (attribute, argument) = (atom.subject.attribute, atom.subject.argument.as_deref());
            if matches!(attribute, Attribute::InterestScore | Attribute::Views | Attribute::ViewedToday) {
                categories.extend(argument);
            } else if matches!(
                attribute,
                Attribute::Viewed | Attribute::CartHas | Attribute::OrdersHas | Attribute::OrdersLastHas
            ) {
                skus.extend(argument);
            } else if matches!(attribute, Attribute::PageCategory | Attribute::TopInterestName) {
                categories.extend(texts(&atom.test));
            } else if attribute == Attribute::PageSku {
                skus.extend(texts(&atom.test));
            }
        }
        let products = some_products(&site.artifacts);
        let made_up = ["20001", "20002", "20003", "20004", "20005"];
        let skus = with_others(skus, if products.is_empty() { &made_up } else { &products });
        Self { categories: with_others(categories, &["gifts", "garden", "kitchen"]), skus }
    }
}

fn with_others(named: BTreeSet<&str>, others: &[&str]) -> Vec<Box<str>> {
    named.into_iter().take(KEYS_MAX).chain(others.iter().copied()).map(Into::into).collect()
}

/// Products from all parts of the catalogue.
fn some_products(artifacts: &Artifacts) -> Vec<&str> {
    let Some(catalog) = artifacts.catalog() else { return Vec::new() };
    let step = (catalog.item_count() as usize / KEYS_MAX).max(1);
    let items = (0..catalog.item_count()).step_by(step).filter_map(|ordinal| catalog.item(ordinal));
    items.filter(|item| item.availability() != Availability::Gone).map(|item| item.id()).collect()
}

/// The texts that a test compares with.
pub(super) fn texts(test: &Test) -> Vec<&str> {
    if let Test::TextEquals(text) = test {
        vec![text]
    } else if let Test::TextIn(list) = test {
        list.iter().map(String::as_str).collect()
    } else {
        Vec::new()
    }
}
