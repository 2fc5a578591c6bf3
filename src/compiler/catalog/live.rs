//! Feeds of live prices and stock.

use super::columns::Columns;
use super::feed::{self, Row};
use super::product::{availability, price};
use crate::source::File;
use crate::syntax::Table;
use attune_core::catalog::{Availability, Catalog, Live};

/// What a live feed says.
#[derive(Clone, Debug, Default)]
pub struct LiveFeed {
    /// Products in the order of their numbers.
    pub products: Vec<Live>,
    /// Rows of products that the catalogue does not have.
    pub unknown: usize,
    /// Rows with a price or availability that cannot be read: they say nothing of it.
    pub flawed: usize,
}

/// Reads a feed of prices and stock for the products of a catalogue; of a product that comes twice the last row holds.
///
/// # Errors
/// The reason, when the feed cannot be read.
pub fn live(file: &File, catalog: &Catalog<Vec<u8>>) -> Result<LiveFeed, String> {
    let columns = Columns::usual();
    let mut found = LiveFeed::default();
    let mut add = |row: &Row<'_>| {
        let Some(ordinal) = row.known("id", &columns).and_then(|id| catalog.ordinal(id)) else {
            found.unknown += 1;
            return;
        };
        let cost = row.known("sale_price", &columns).or(row.known("price", &columns));
        let price_minor = cost.and_then(|text| price(text, catalog.currency()).ok());
        let stock = row.known("stock", &columns).and_then(|stock| stock.parse().ok());
        let said = row.known("availability", &columns);
        let availability = match said {
            Some(text) => availability(text),
            None => Some(if stock == Some(0) { Availability::OutOfStock } else { Availability::InStock }),
        };
        found.flawed += usize::from((cost.is_some() && price_minor.is_none()) || availability.is_none());
        let availability = availability.unwrap_or(Availability::OutOfStock);
        found.products.push(Live { ordinal, price_minor, stock, availability });
    };
    feed::rows(file, 0, &mut add).map_err(|(at, problem)| format!("{problem}, at byte {at}"))?;
    // A stable sort: the last row of a product stays last.
    found.products.sort_by_key(|live| live.ordinal);
    found.products.reverse();
    found.products.dedup_by_key(|live| live.ordinal);
    found.products.reverse();
    Ok(found)
}

impl Columns {
    /// The columns that feeds usually have.
    pub(super) fn usual() -> Self {
        // Without a table nothing is reported.
        Self::of(&Table::default(), &[], &mut crate::diagnostic::Sink::new(&[]))
    }
}
