//! Rows of a feed to products. What is wrong with a row is counted and named once, and does not stop the rest.

use super::Products;
use super::columns::Columns;
use super::feed::Row;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use attune_core::catalog::{Availability, ExtraPart, ItemPart};
use attune_core::limits;
use std::collections::{HashMap, HashSet};

/// What can be wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Flaw {
    NoId,
    LongId,
    Twice,
    NoTitle,
    NoUrl,
    UnsafeUrl,
    LongText,
    BadPrice,
    OtherCurrency,
    BadDates,
    BadAvailability,
}

impl Flaw {
    /// What is said of so many rows, and what became of them.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NoId => ("without an id", "left out"),
            Self::LongId => ("with an id that is too long", "left out"),
            Self::Twice => ("with an id that was there before", "left out"),
            Self::NoTitle => ("without a title", "left out"),
            Self::NoUrl => ("without a link", "left out"),
            Self::UnsafeUrl => ("with a link or picture that is not http, https or a path", "left out"),
            Self::LongText => ("with a text that is too long", "left out"),
            Self::BadPrice => ("with a price that cannot be read", "shown without it"),
            Self::OtherCurrency => ("with a price in another currency", "shown without it"),
            Self::BadDates => ("with sale dates that cannot be read", "shown without the sale"),
            Self::BadAvailability => ("with an availability that is not known", "taken as out of stock"),
        }
    }
}

/// Products while a feed is read.
pub(super) struct Rows<'p> {
    products: &'p mut Products,
    ids: HashSet<String>,
    categories: HashMap<String, u16>,
    flaws: Vec<(Flaw, usize, Place)>,
}

impl<'p> Rows<'p> {
    pub(super) fn new(products: &'p mut Products) -> Self {
        Self { products, ids: HashSet::new(), categories: HashMap::new(), flaws: Vec::new() }
    }

    pub(super) fn add(&mut self, row: &Row<'_>, columns: &Columns) {
        match self.item(row, columns) {
            Ok(item) => {
                self.ids.insert(item.id.clone());
                self.products.items.push(item);
            }
            Err(flaw) => self.flaw(flaw, row.place),
        }
    }

    fn flaw(&mut self, flaw: Flaw, place: Place) {
        match self.flaws.iter_mut().find(|(known, _, _)| *known == flaw) {
            Some((_, count, _)) => *count += 1,
            None => self.flaws.push((flaw, 1, place)),
        }
    }

    fn item(&mut self, row: &Row<'_>, columns: &Columns) -> Result<ItemPart, Flaw> {
        let known = |key: &str| row.known(key, columns);
        let id = known("id").ok_or(Flaw::NoId)?;
        if id.len() > limits::SKU_BYTES_MAX {
            return Err(Flaw::LongId);
        }
        if self.ids.contains(id) {
            return Err(Flaw::Twice);
        }
        let title = known("title").ok_or(Flaw::NoTitle)?;
        let url = known("url").ok_or(Flaw::NoUrl)?;
        let image = known("image").unwrap_or("");
        if !is_web_url(url) || !(image.is_empty() || is_web_url(image)) {
            return Err(Flaw::UnsafeUrl);
        }
        if [title, url, image].iter().any(|text| text.len() > limits::CATALOG_TEXT_BYTES_MAX) {
            return Err(Flaw::LongText);
        }
        let price_minor = self.price(known("price"), row.place);
        let mut sale_minor = self.price(known("sale_price"), row.place);
        let mut sale_s = None;
        if let Some(dates) = known("sale_dates") {
            sale_s = dates_s(dates);
            if sale_s.is_none() {
                self.flaw(Flaw::BadDates, row.place);
                sale_minor = None;
            }
        }
        let availability = known("availability").map_or(Some(Availability::InStock), availability);
        if availability.is_none() {
            self.flaw(Flaw::BadAvailability, row.place);
        }
        let extras = (0_u16..).zip(&self.products.fields).filter_map(|(field, _)| {
            let text = row.field(usize::from(field), columns)?;
            let text = text.get(..limits::CATALOG_TEXT_BYTES_MAX.min(text.len())).unwrap_or("");
            let hundredths = hundredths(text).and_then(|number| i32::try_from(number).ok());
            Some(ExtraPart { field, text: text.to_owned(), hundredths })
        });
        let extras = extras.collect();
        Ok(ItemPart {
            id: id.to_owned(),
            title: title.to_owned(),
            url: url.to_owned(),
            image: image.to_owned(),
            category: known("category").and_then(|path| self.category(path)),
            group: known("group").unwrap_or("").to_owned(),
            availability: availability.unwrap_or(Availability::OutOfStock),
            price_minor,
            sale_minor,
            sale_s,
            stock: known("stock").and_then(|stock| stock.parse().ok()),
            extras,
        })
    }

    fn price(&mut self, text: Option<&str>, place: Place) -> Option<u32> {
        let text = text?;
        price(text, &self.products.currency).map_err(|flaw| self.flaw(flaw, place)).ok()
    }

    fn category(&mut self, path: &str) -> Option<u16> {
        let key = category_key(path);
        if key.is_empty() || key.len() > limits::CATEGORY_BYTES_MAX || path.len() > limits::CATALOG_TEXT_BYTES_MAX {
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

    /// Says what was wrong, once for each kind of problem.
    pub(super) fn finish(self, sink: &mut Sink<'_>) {
        for (flaw, count, place) in self.flaws {
            let (what, became) = flaw.words();
            let products = if count == 1 { "1 product".to_owned() } else { format!("{count} products") };
            sink.report(
                Code::FeedRows,
                place,
                format!("{products} {what}: {became}"),
                "the first is shown; correct the feed where it is made",
            );
        }
    }
}

/// A price in hundredths.
pub(super) fn price(text: &str, currency: &str) -> Result<u32, Flaw> {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    if !letters.is_empty() && !letters.eq_ignore_ascii_case(currency) {
        return Err(Flaw::OtherCurrency);
    }
    let number = text.trim_matches(|c: char| c.is_ascii_alphabetic() || c.is_whitespace());
    // What stands for no price in the artifact is no price.
    let price = hundredths(number).and_then(|number| u32::try_from(number).ok()).filter(|price| *price < u32::MAX);
    price.ok_or(Flaw::BadPrice)
}

/// The last part of `Home > Lighting > Tea lights` as `tea-lights`.
fn category_key(path: &str) -> String {
    let name = path.rsplit('>').next().unwrap_or(path).trim();
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            key.extend(c.to_lowercase());
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    key.trim_end_matches('-').to_owned()
}

/// http, https, or a path of the site.
fn is_web_url(url: &str) -> bool {
    let lower = url.get(..8.min(url.len())).unwrap_or("").to_ascii_lowercase();
    let absolute = lower.starts_with("https://") || lower.starts_with("http://");
    (absolute || url.starts_with('/')) && !url.chars().any(|c| c.is_control() || c == ' ')
}

/// A decimal number in hundredths, further digits cut.
fn hundredths(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let digit = |at: usize| fraction.as_bytes().get(at).map_or(0, |byte| i64::from(byte - b'0'));
    let number = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(digit(0) * 10 + digit(1))?;
    Some(if negative { -number } else { number })
}

pub(super) fn availability(text: &str) -> Option<Availability> {
    match text.to_ascii_lowercase().replace(['_', '-'], " ").as_str() {
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
    let seconds = if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        moment.as_second()
    } else if let Ok(moment) = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M%z", text).and_then(|t| t.to_timestamp()) {
        moment.as_second()
    } else {
        let date: jiff::civil::Date = text.parse().ok()?;
        let start_s = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
        start_s + if end { 86_399 } else { 0 }
    };
    u32::try_from(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_in_hundredths() {
        assert_eq!(["12.34", "12", "0.5", "3.999", "-1.25"].map(hundredths), [1_234, 1_200, 50, 399, -125].map(Some));
        assert_eq!(["", ".", "1,5", "x", "1.2.3"].map(hundredths), [None; 5]);
    }

    #[test]
    fn categories_are_named_by_their_last_part() {
        assert_eq!(category_key("Home > Lighting > Tea Lights & more"), "tea-lights-more");
        assert_eq!(category_key("lanterns"), "lanterns");
        assert_eq!(category_key(" > "), "");
    }

    #[test]
    fn sale_dates_are_in_every_usual_form() {
        assert_eq!(dates_s("2026-11-20T00:00+0000/2026-11-21T00:00+0100"), Some((1_795_132_800, 1_795_215_600)));
        assert_eq!(dates_s("2026-11-20/2026-11-20"), Some((1_795_132_800, 1_795_219_199)));
        assert_eq!(dates_s("2026-11-20T00:00:00Z/2026-11-19T00:00:00Z"), None);
    }

    #[test]
    fn links_that_may_run_code_are_refused() {
        assert!(["https://a/b", "/p/1", "HTTP://x"].into_iter().all(is_web_url));
        assert!(!["javascript:alert(1)", "//evil\n", "data:x", "p/1", ""].into_iter().any(is_web_url));
    }
}
