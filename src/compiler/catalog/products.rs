//! The products of the feeds, and the artifact that they become.

use super::ordinals::Ordinals;
use attune_core::artifacts::catalog::{
    Availability, CatalogError, CatalogParts, FieldPart, ItemPart, LocalePart, OfferPart, encode,
};
use std::collections::HashMap;

/// The products of the feeds, not yet numbered.
#[derive(Clone, Debug, Default)]
pub struct Products {
    pub(crate) currency: String,
    pub(crate) live_age_s_max: u32,
    pub(crate) fields: Vec<FieldPart>,
    pub(crate) categories: Vec<(String, String)>,
    pub(crate) items: Vec<ItemPart>,
    pub(crate) locales: Vec<LocaleOffers>,
}

/// What the feed of a locale says, by product key.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocaleOffers {
    pub(crate) tag: String,
    pub(crate) currency: String,
    pub(crate) offers: HashMap<String, OfferPart>,
}

impl Products {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Numbers the products and writes the catalogue. Known products keep their numbers, new ones get the next, and
    /// those that are gone keep theirs.
    ///
    /// # Errors
    /// [`CatalogError`] when the catalogue is over a limit.
    pub fn artifact(&self, ordinals: &mut Ordinals) -> Result<Vec<u8>, CatalogError> {
        let mut by_ordinal: Vec<Option<&ItemPart>> = vec![None; ordinals.len()];
        for item in &self.items {
            let ordinal = ordinals.number(&item.id);
            if by_ordinal.len() <= ordinal {
                by_ordinal.resize(ordinal + 1, None);
            }
            if let Some(place) = by_ordinal.get_mut(ordinal) {
                *place = Some(item);
            }
        }
        let gone = |id: &String| ItemPart { id: id.clone(), availability: Availability::Gone, ..ItemPart::default() };
        let items = by_ordinal.iter().zip(ordinals.ids()).map(|(item, id)| item.map_or_else(|| gone(id), Clone::clone));
        encode(&CatalogParts {
            epoch: ordinals.epoch(),
            currency: self.currency.clone(),
            live_age_s_max: self.live_age_s_max,
            categories: self.categories.clone(),
            fields: self.fields.clone(),
            items: items.collect(),
            locales: self.locales.iter().map(|locale| locale.part(ordinals.ids())).collect(),
        })
    }

    /// The position of each product by its key.
    pub(crate) fn positions(&self) -> HashMap<&str, usize> {
        self.items.iter().enumerate().map(|(position, item)| (item.id.as_str(), position)).collect()
    }
}

impl LocaleOffers {
    /// The offers by number; `None` for products that are gone.
    fn part(&self, ids: &[String]) -> LocalePart {
        let offers = ids.iter().map(|id| self.offers.get(id).cloned()).collect();
        LocalePart { tag: self.tag.clone(), currency: self.currency.clone(), offers }
    }
}
