//! Feeds of live prices and stock.

use super::columns::Columns;
use super::feed;
use super::flaw::Flaw;
use super::flaws::Flaws;
use super::product::{availability, prices};
use super::row::{Found, Row};
use crate::diagnostic::Sink;
use crate::source::File;
use crate::syntax::Table;
use attune_core::artifacts::Live;
use attune_core::artifacts::LivePrices;
use attune_core::artifacts::catalog::{Availability, Catalog};
use std::collections::HashMap;

/// How feeds are written: which column is what, and the decimal sign.
#[derive(Clone, Debug)]
pub struct FeedForm(Columns);

impl Default for FeedForm {
    /// The columns that feeds usually have.
    fn default() -> Self {
        // An empty table has no problems, so nothing is reported.
        Self(Columns::of(&Table::default(), &[], &mut Sink::new(&[])))
    }
}

impl FeedForm {
    /// As `[catalog]` of these authored files says. Problems in it are left to `check`.
    pub fn of(files: &[File]) -> Self {
        let mut sink = Sink::new(files);
        let root = crate::merge::merge(&mut sink);
        root.table("catalog").map_or_else(Self::default, |table| Self(Columns::of(table, &[], &mut sink)))
    }
}

/// What was read of live feeds.
#[derive(Clone, Debug, Default)]
pub struct LiveFeed {
    /// Products in the order of their numbers.
    pub products: Vec<Live>,
    /// Their prices in the locales that have feeds of their own.
    pub locales: Vec<LivePrices>,
    /// Rows of products that the catalogue does not have.
    pub unknown: usize,
    /// Rows with a value that cannot be used. Only that value is left out.
    pub flawed: usize,
    /// What is wrong with rows, one line for each kind: how many, what was done with them, and where the first are.
    pub problems: Vec<String>,
}

/// Why live feeds are not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// The format is not known, or the file is broken.
    #[error("{0} cannot be read: {1}")]
    Broken(String, String),
    /// More than a tenth of it cannot be used, or all of it.
    #[error("{file} {loss}{}", [&[String::new()], problems.as_slice()].concat().join("\n  "))]
    Loss {
        /// Its name.
        file: String,
        /// How much is lost.
        loss: String,
        /// What is wrong, one line for each kind.
        problems: Vec<String>,
    },
    /// No row is of a product that the catalogue has.
    #[error("{0} has no product of the catalogue, of {1} rows")]
    Unknown(String, usize),
    /// The catalogue was made without a feed of this locale.
    #[error("the catalogue has no feed of `{0}`; it has {1}")]
    Locale(String, String),
}

/// Reads feeds of prices and stock for the products of a catalogue, as of a moment in seconds since the Unix epoch:
/// the feed of the first locale, and feeds of other locales by tag. Of those only prices are read. When a product comes
/// twice, the last row counts.
///
/// # Errors
/// [`LiveError`] when a feed cannot be read, or loses more than a tenth of its products or prices.
pub fn live(
    file: &File,
    locales: &[(String, File)],
    catalog: &Catalog<Vec<u8>>,
    form: &FeedForm,
    now_s: u32,
) -> Result<LiveFeed, LiveError> {
    let mut feed = LiveFeed::default();
    let reader = Reader { catalog, columns: &form.0, now_s };
    let rows = reader.read(file, catalog.currency(), Reads::PricesAndStock, &mut feed)?;
    let by_ordinal: HashMap<u32, Live> = rows.into_iter().map(|live| (live.ordinal, live)).collect();
    feed.products = by_ordinal.into_values().collect();
    feed.products.sort_unstable_by_key(|live| live.ordinal);
    for (tag, file) in locales {
        let Some((_, currency)) = catalog.locales().find(|(known, _)| known == tag) else {
            let known: Vec<String> = catalog.locales().map(|(tag, _)| format!("`{tag}`")).collect();
            let known = if known.is_empty() { "none but the first".to_owned() } else { known.join(", ") };
            return Err(LiveError::Locale(tag.clone(), known));
        };
        let rows = reader.read(file, currency, Reads::Prices, &mut feed)?;
        let prices: HashMap<u32, Option<u32>> = rows.into_iter().map(|live| (live.ordinal, live.price_minor)).collect();
        let prices_minor = feed.products.iter().map(|live| prices.get(&live.ordinal).copied().flatten());
        feed.locales.push(LivePrices { tag: tag.clone(), prices_minor: prices_minor.collect() });
    }
    Ok(feed)
}

/// What is read of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Prices,
    PricesAndStock,
}

/// Reads live feeds for one catalogue at one moment.
struct Reader<'c> {
    catalog: &'c Catalog<Vec<u8>>,
    columns: &'c Columns,
    now_s: u32,
}

impl Reader<'_> {
    /// The rows of products that the catalogue has, in the order of the file. Everything else is counted in `feed`.
    fn read(&self, file: &File, currency: &str, reads: Reads, feed: &mut LiveFeed) -> Result<Vec<Live>, LiveError> {
        let mut flaws = Flaws::default();
        let mut unknown = 0;
        let mut rows = Vec::new();
        let mut add = |found: &Found<'_>| {
            let row = match found {
                Found::Row(row) => row,
                Found::Bad(flaw, place) => return flaws.add(*flaw, *place),
            };
            let Some(id) = row.known("id", self.columns) else { return flaws.add(Flaw::NoId, row.place) };
            match self.catalog.ordinal(id) {
                Some(ordinal) => rows.push(self.row(row, ordinal, currency, reads, &mut flaws)),
                None => unknown += 1,
            }
        };
        feed::rows(file, 0, &mut add).map_err(|(at, problem)| {
            LiveError::Broken(file.path.clone(), format!("{problem}, at {}", position(file, at)))
        })?;
        feed.unknown += unknown;
        let problems = flaws.lines(std::slice::from_ref(file));
        feed.flawed += flaws.rows();
        if rows.is_empty() && unknown > 0 {
            return Err(LiveError::Unknown(file.path.clone(), unknown));
        }
        if let Some(loss) = flaws.loss() {
            return Err(LiveError::Loss { file: file.path.clone(), loss, problems });
        }
        feed.problems.extend(problems.into_iter().map(|problem| format!("{}: {problem}", file.path)));
        Ok(rows)
    }

    /// The row of one product.
    fn row(&self, row: &Row<'_>, ordinal: u32, currency: &str, reads: Reads, flaws: &mut Flaws) -> Live {
        flaws.keep();
        let offer = prices(row, self.columns, currency, &mut |flaw| flaws.add(flaw, row.place));
        // As in the catalogue: a sale counts while it runs.
        let runs = offer.sale_s.is_none_or(|(from_s, until_s)| (from_s..=until_s).contains(&self.now_s));
        let price_minor = offer.sale_minor.filter(|_| runs).or(offer.price_minor);
        let live = Live { ordinal, price_minor, ..Live::default() };
        if reads == Reads::Prices {
            return live;
        }
        let stock = row.known("stock", self.columns).and_then(|stock| stock.parse().ok());
        let availability = match row.known("availability", self.columns) {
            Some(text) => availability(text),
            None => Some(if stock == Some(0) { Availability::OutOfStock } else { Availability::InStock }),
        };
        if availability.is_none() {
            flaws.add(Flaw::BadAvailability, row.place);
        }
        Live { stock, availability: availability.unwrap_or(Availability::OutOfStock), ..live }
    }
}

fn position(file: &File, at: usize) -> String {
    let before = file.text.get(..at).unwrap_or(&file.text);
    format!("line {}", before.matches('\n').count() + 1)
}
