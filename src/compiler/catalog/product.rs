//! Makes products of the rows of feeds. A flaw of a row is counted, and the next rows are read.

use super::columns::Columns;
use super::flaw::Flaw;
use super::flaws::Flaws;
use super::number::{self, Decimal, NotExact};
use super::products::Products;
use super::row::{Found, Row};
use attune_core::artifacts::catalog::{Availability, ExtraPart, ItemPart, OfferPart};
use attune_core::bundle::Site;
use attune_core::limits;
use std::collections::{HashMap, HashSet};

/// Products while feeds are read.
pub(super) struct Rows<'p> {
    products: &'p mut Products,
    columns: &'p Columns,
    site: &'p Site,
    /// The locale of the feed that is being read, if it is not the first: its index among those of the products.
    locale: Option<usize>,
    /// Product keys of the feeds that are being read.
    ids: HashSet<String>,
    categories: HashMap<String, u16>,
    pub(super) flaws: Flaws,
}

impl<'p> Rows<'p> {
    pub(super) fn new(products: &'p mut Products, columns: &'p Columns, site: &'p Site) -> Self {
        Self {
            products,
            columns,
            site,
            locale: None,
            ids: HashSet::new(),
            categories: HashMap::new(),
            flaws: Flaws::default(),
        }
    }

    /// Begins the feeds of a locale.
    pub(super) fn begin_locale(&mut self, locale: Option<usize>) {
        (self.locale, self.ids) = (locale, HashSet::new());
    }

    pub(super) fn add(&mut self, found: &Found<'_>) {
        let (key, place) = match found {
            Found::Bad(flaw, place) => (Err(*flaw), *place),
            Found::Row(row) => {
                let key = if let Some(locale) = self.locale { self.offer(row, locale) } else { self.item(row) };
                (key, row.place)
            }
        };
        match key {
            Ok(id) => {
                self.flaws.keep();
                self.ids.insert(id);
            }
            Err(flaw) => self.flaws.add(flaw, place),
        }
    }

    /// Adds a product and returns its key.
    fn item(&mut self, row: &Row<'_>) -> Result<String, Flaw> {
        let known = |key: &str| row.known(key, self.columns);
        let id = self.id(row)?;
        let image = known("image").unwrap_or("");
        if !(image.is_empty() || is_web_url(image)) {
            return Err(Flaw::UnsafeUrl);
        }
        if image.len() > limits::CATALOG_TEXT_BYTES_MAX {
            return Err(Flaw::LongText);
        }
        let (title, url) = named(row, self.columns)?;
        let mut flaw = |flaw| self.flaws.add(flaw, row.place);
        let offer = prices(row, self.columns, &self.products.currency, &mut flaw);
        let availability = known("availability").map_or(Some(Availability::InStock), availability);
        if availability.is_none() {
            flaw(Flaw::BadAvailability);
        }
        let extras = (0_u16..).zip(&self.products.fields).filter_map(|(field, _)| {
            let text = row.field(usize::from(field), self.columns)?;
            let text = text.get(..text.floor_char_boundary(limits::CATALOG_TEXT_BYTES_MAX)).unwrap_or("");
            let hundredths = number::cut(text, self.columns.decimal).and_then(|number| i32::try_from(number).ok());
            Some(ExtraPart { field, text: text.to_owned(), hundredths })
        });
        let extras = extras.collect();
        let category = known("category").and_then(|path| self.category(path));
        self.products.items.push(ItemPart {
            id: id.to_owned(),
            title: title.to_owned(),
            url: url.to_owned(),
            image: image.to_owned(),
            category,
            group: known("group").unwrap_or("").to_owned(),
            availability: availability.unwrap_or(Availability::OutOfStock),
            price_minor: offer.price_minor,
            sale_minor: offer.sale_minor,
            sale_s: offer.sale_s,
            stock: known("stock").and_then(|stock| stock.parse().ok()),
            extras,
        });
        Ok(id.to_owned())
    }

    /// Adds what a locale's feed says of a product, and returns the product's key.
    fn offer(&mut self, row: &Row<'_>, locale: usize) -> Result<String, Flaw> {
        let id = self.id(row)?;
        let (title, url) = named(row, self.columns)?;
        let Some(locale) = self.products.locales.get_mut(locale) else { return Err(Flaw::NoId) };
        let mut flaw = |flaw| self.flaws.add(flaw, row.place);
        let prices = prices(row, self.columns, &locale.currency, &mut flaw);
        let offer = OfferPart { title: title.to_owned(), url: url.to_owned(), ..prices };
        locale.offers.insert(id.to_owned(), offer);
        Ok(id.to_owned())
    }

    /// The key of the row, if no row before had it.
    fn id<'r>(&self, row: &'r Row<'_>) -> Result<&'r str, Flaw> {
        let id = row.known("id", self.columns).ok_or(Flaw::NoId)?;
        if id.len() > limits::SKU_BYTES_MAX {
            return Err(Flaw::LongId);
        }
        if self.ids.contains(id) { Err(Flaw::Twice) } else { Ok(id) }
    }

    fn category(&mut self, path: &str) -> Option<u16> {
        let key = self.site.category(path).into_owned();
        if key.is_empty() || path.len() > limits::CATALOG_TEXT_BYTES_MAX {
            return None;
        }
        if let Some(category) = self.categories.get(&key) {
            return Some(*category);
        }
        let category = u16::try_from(self.products.categories.len()).ok()?;
        if usize::from(category) >= limits::CATEGORIES_MAX {
            return None;
        }
        self.products.categories.push((key.clone(), path.to_owned()));
        self.categories.insert(key, category);
        Some(category)
    }
}

/// Title and link.
fn named<'r>(row: &'r Row<'_>, columns: &Columns) -> Result<(&'r str, &'r str), Flaw> {
    let title = row.known("title", columns).ok_or(Flaw::NoTitle)?;
    let url = row.known("url", columns).ok_or(Flaw::NoUrl)?;
    if !is_web_url(url) {
        return Err(Flaw::UnsafeUrl);
    }
    if title.len().max(url.len()) > limits::CATALOG_TEXT_BYTES_MAX {
        return Err(Flaw::LongText);
    }
    Ok((title, url))
}

/// Prices and the dates of the sale; title and link stay empty. Catalogue feeds and live feeds share this.
pub(super) fn prices(row: &Row<'_>, columns: &Columns, currency: &str, flaw: &mut dyn FnMut(Flaw)) -> OfferPart {
    let mut offer = OfferPart::default();
    for (key, to) in [("price", &mut offer.price_minor), ("sale_price", &mut offer.sale_minor)] {
        let Some(text) = row.known(key, columns) else { continue };
        match price(text, currency, columns.decimal) {
            Ok(minor) => *to = Some(minor),
            Err(problem) => flaw(problem),
        }
    }
    if let Some(dates) = row.known("sale_dates", columns) {
        offer.sale_s = dates_s(dates);
        if offer.sale_s.is_none() {
            flaw(Flaw::BadDates);
            offer.sale_minor = None;
        }
    }
    offer
}

/// Signs that stand for one currency in feeds.
const SYMBOLS: &[(char, &str)] = &[('€', "EUR"), ('£', "GBP"), ('$', "USD")];

/// A price in hundredths.
fn price(text: &str, currency: &str, decimal: Decimal) -> Result<u32, Flaw> {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    if !letters.is_empty() && !letters.eq_ignore_ascii_case(currency) {
        // Currencies have three letters; anything else is a word.
        return Err(if letters.len() == 3 { Flaw::OtherCurrency } else { Flaw::BadPrice });
    }
    if SYMBOLS.iter().any(|(symbol, of)| text.contains(*symbol) && *of != currency) {
        return Err(Flaw::OtherCurrency);
    }
    let is_currency = |c: char| c.is_ascii_alphabetic() || SYMBOLS.iter().any(|(symbol, _)| *symbol == c);
    let number = text.trim_matches(|c: char| is_currency(c) || c.is_whitespace());
    let minor = number::exact(number, decimal).map_err(|problem| match problem {
        NotExact::Ambiguous => Flaw::AmbiguousPrice,
        NotExact::Unreadable => Flaw::BadPrice,
    })?;
    // The artifact writes `u32::MAX` for no price.
    u32::try_from(minor).ok().filter(|price| *price < u32::MAX).ok_or(Flaw::BadPrice)
}

/// http, https, or a path of the site.
fn is_web_url(url: &str) -> bool {
    let lower = url.get(..8.min(url.len())).unwrap_or("").to_ascii_lowercase();
    let absolute = lower.starts_with("https://") || lower.starts_with("http://");
    (absolute || url.starts_with('/')) && !url.chars().any(|c| c.is_control() || c == ' ')
}

pub(super) fn availability(text: &str) -> Option<Availability> {
    // Structured data has https://schema.org/InStock.
    let word = text.rsplit('/').next().unwrap_or(text);
    match word.to_ascii_lowercase().replace(['_', '-'], " ").as_str() {
        "in stock" | "instock" => Some(Availability::InStock),
        "out of stock" | "outofstock" => Some(Availability::OutOfStock),
        "preorder" | "pre order" => Some(Availability::Preorder),
        "backorder" => Some(Availability::Backorder),
        _ => None,
    }
}

/// `2026-11-20T00:00+0000/2026-11-27T23:59+0000` as seconds since the Unix epoch.
fn dates_s(text: &str) -> Option<(u32, u32)> {
    let (from, until) = text.split_once('/')?;
    let (from_s, until_s) = (moment_s(from, false)?, moment_s(until, true)?);
    (from_s <= until_s).then_some((from_s, until_s))
}

fn moment_s(text: &str, end: bool) -> Option<u32> {
    let text = text.trim();
    let utc_s =
        |civil: jiff::civil::DateTime| Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second());
    let seconds = if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        moment.as_second()
    } else if let Ok(moment) = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M%z", text).and_then(|t| t.to_timestamp()) {
        moment.as_second()
    } else if text.contains([':', 'T']) {
        utc_s(text.parse().ok()?)?
    } else {
        utc_s(text.parse::<jiff::civil::Date>().ok()?.into())? + if end { 86_399 } else { 0 }
    };
    u32::try_from(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_in_the_currency_that_is_asked_for() {
        let read = |text: &str| price(text, "EUR", Decimal::Unsaid);
        assert_eq!(["19.99 EUR", "EUR 19.99", "€19.99", "19.99 €", "19.99"].map(read), [Ok(1_999); 5]);
        assert_eq!(["19.99 GBP", "£19.99", "$ 19.99"].map(read), [Err(Flaw::OtherCurrency); 3]);
        assert_eq!(["19.99-", "-1", "42949672.95"].map(read), [Err(Flaw::BadPrice); 3]);
    }

    #[test]
    fn sale_dates_are_in_every_usual_form() {
        assert_eq!(dates_s("2026-11-20T00:00+0000/2026-11-21T00:00+0100"), Some((1_795_132_800, 1_795_215_600)));
        assert_eq!(dates_s("2026-11-20/2026-11-20"), Some((1_795_132_800, 1_795_219_199)));
        assert_eq!(dates_s("2026-11-20T10:00/2026-11-20T11:00:30"), Some((1_795_168_800, 1_795_172_430)));
        assert_eq!(dates_s("2026-11-20T00:00:00Z/2026-11-19T00:00:00Z"), None);
    }

    #[test]
    fn links_that_may_run_code_are_refused() {
        assert!(["https://a/b", "/p/1", "HTTP://x"].into_iter().all(is_web_url));
        assert!(!["javascript:alert(1)", "//evil\n", "data:x", "p/1", ""].into_iter().any(is_web_url));
    }
}
