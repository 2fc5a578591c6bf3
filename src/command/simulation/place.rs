//! Where generated visitors are.

use super::assortment::texts;
use attune_core::attribute::Attribute;
use attune_core::loaded::Loaded;
use std::collections::BTreeSet;

/// A country, as a platform tells it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) country: &'static str,
    /// In the European Union.
    pub(super) eu: bool,
    /// What to add to UTC, in minutes.
    pub(super) offset_min: i16,
    pub(super) language: &'static str,
}

/// Where the visitors of a European shop come from, roughly: percent, country, in the European Union, minutes from UTC, language.
const PLACES: [(u32, &str, bool, i16, &str); 9] = [
    (46, "GB", false, 0, "en-gb"),
    (14, "DE", true, 60, "de"),
    (9, "FR", true, 60, "fr"),
    (8, "IE", true, 0, "en-ie"),
    (6, "NL", true, 60, "nl"),
    (4, "ES", true, 60, "es"),
    (3, "AT", true, 60, "de-at"),
    (8, "US", false, -300, "en-us"),
    (2, "AU", false, 600, "en-au"),
];

/// Places with their weights. Countries that conditions name get more visitors.
pub(super) fn places(loaded: &Loaded) -> Vec<(u32, Place)> {
    let atoms = loaded.conditions.atoms.iter().flatten();
    let of_country = atoms.filter(|atom| atom.subject.attribute == Attribute::GeoCountry);
    let named: BTreeSet<&str> = of_country.flat_map(|atom| texts(&atom.test)).collect();
    let place = |(weight, country, eu, offset_min, language)| {
        let weight = if named.contains(country) { weight + 4 } else { weight };
        (weight, Place { country, eu, offset_min, language })
    };
    PLACES.map(place).to_vec()
}
