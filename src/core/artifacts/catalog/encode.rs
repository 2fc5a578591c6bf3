//! Writing the catalogue.

use super::availability::Availability;
use super::error::{CATALOG_FORMAT, CATALOG_FORMAT_MIN, CatalogError};
use super::layout::{CHECKED_FROM, Counts, EXTRA_BYTES, HEADER_BYTES, Layout, MAGIC, NO_CATEGORY, NONE, RECORD_BYTES};
use crate::codec::checksum;
use crate::limits::{
    CATALOG_BYTES_MAX, CATALOG_FIELDS_MAX, CATALOG_ITEMS_MAX, CATALOG_TEXT_BYTES_MAX, CATEGORIES_MAX,
    CATEGORY_BYTES_MAX, KEY_BYTES_MAX, LOCALES_MAX, SKU_BYTES_MAX,
};
use crate::profile::product_hash;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// One product as the feed has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemPart {
    /// Product key.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// URL of its page.
    pub url: String,
    /// URL of its picture.
    pub image: String,
    /// Category: index into the parts' list.
    pub category: Option<u16>,
    /// Item group; empty where it has none.
    pub group: String,
    /// Availability.
    pub availability: Availability,
    /// Regular price, in minor units.
    pub price_minor: Option<u32>,
    /// Sale price, in minor units.
    pub sale_minor: Option<u32>,
    /// First and last second of the sale.
    pub sale_s: Option<(u32, u32)>,
    /// Pieces in stock.
    pub stock: Option<u32>,
    /// Values of fields.
    pub extras: Vec<ExtraPart>,
}

/// The value of a field of one product.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtraPart {
    /// Index of the field.
    pub field: u16,
    /// The value as text.
    pub text: String,
    /// In hundredths, where it is a number.
    pub hundredths: Option<i32>,
}

/// A field beyond those that every catalogue has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPart {
    /// Its name.
    pub name: String,
    /// For rules only: nothing that leaves the edge may carry it.
    pub private: bool,
}

/// What a locale's own feed says of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferPart {
    /// Name for people.
    pub title: String,
    /// URL of its page.
    pub url: String,
    /// Regular price, in minor units.
    pub price_minor: Option<u32>,
    /// Sale price, in minor units.
    pub sale_minor: Option<u32>,
    /// First and last second of the sale.
    pub sale_s: Option<(u32, u32)>,
}

/// A locale that has a feed of its own, beside that of the first locale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalePart {
    /// BCP 47 tag, as the site has it.
    pub tag: String,
    /// Currency of its prices, ISO 4217.
    pub currency: String,
    /// What it says of each product, by ordinal; nothing of those that it does not have.
    pub offers: Vec<Option<OfferPart>>,
}

/// All that a catalogue holds.
#[derive(Clone, Debug, Default)]
pub struct CatalogParts {
    /// Which list of products the ordinals number.
    pub epoch: u32,
    /// Currency of the products' own prices, ISO 4217.
    pub currency: String,
    /// Oldest overlay that still says something, in seconds; 0 without an overlay.
    pub live_age_s_max: u32,
    /// Key and path of each category.
    pub categories: Vec<(String, String)>,
    /// Fields.
    pub fields: Vec<FieldPart>,
    /// Products by ordinal.
    pub items: Vec<ItemPart>,
    /// Locales with feeds of their own.
    pub locales: Vec<LocalePart>,
}

/// The texts, each once.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    known: BTreeMap<String, u32>,
}

impl Texts {
    fn put(&mut self, text: &str) -> u32 {
        if let Some(at) = self.known.get(text) {
            return *at;
        }
        let at = u32::try_from(self.bytes.len()).unwrap_or(NONE);
        self.bytes.extend_from_slice(text.as_bytes());
        self.known.insert(text.into(), at);
        at
    }
}

/// Writes a catalogue. The same parts give the same bytes.
///
/// # Errors
/// [`CatalogError::Limit`] where it is over one, [`CatalogError::Inconsistent`] where the parts do not belong together.
pub fn encode(parts: &CatalogParts) -> Result<Vec<u8>, CatalogError> {
    check(parts)?;
    let mut texts = Texts::default();
    let (mut records, mut extras) = (Vec::with_capacity(parts.items.len() * RECORD_BYTES), Vec::new());
    let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
    for (ordinal, item) in (0_u32..).zip(&parts.items) {
        let group = if item.group.is_empty() { ordinal } else { *groups.entry(&item.group).or_insert(ordinal) };
        put_record(item, group, &mut texts, &mut extras, &mut records);
    }
    let (tables, members) = tables(parts, &mut texts)?;
    let locales = locales(parts, &mut texts)?;
    let counts = Counts {
        items: count(parts.items.len())?,
        categories: count(parts.categories.len())?,
        fields: count(parts.fields.len())?,
        extras: count(extras.len() / EXTRA_BYTES)?,
        members,
        text_bytes: count(texts.bytes.len())?,
        locales: count(parts.locales.len())?,
    };
    let total = Layout::of(&counts).map_or(u64::MAX, |layout| layout.total);
    if total > CATALOG_BYTES_MAX as u64 {
        return Err(CatalogError::Limit("bytes"));
    }
    let mut body = Vec::with_capacity(CATALOG_BYTES_MAX.min(usize::try_from(total).unwrap_or(0)));
    let Counts { items, categories, fields, members, text_bytes, .. } = counts;
    for number in [parts.epoch, items, categories, fields, counts.extras, members, text_bytes, counts.locales] {
        put(&mut body, number);
    }
    put_currency(&mut body, &parts.currency);
    put(&mut body, parts.live_age_s_max);
    body.resize(HEADER_BYTES - CHECKED_FROM, 0);
    for piece in [&records, &tables, &extras, &locales, &texts.bytes] {
        body.extend_from_slice(piece);
    }
    let mut out = Vec::with_capacity(CHECKED_FROM + body.len());
    out.extend_from_slice(MAGIC);
    // Whoever reads the first format only can read what needs no more.
    let format = if parts.locales.is_empty() { CATALOG_FORMAT_MIN } else { CATALOG_FORMAT };
    out.extend_from_slice(&format.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&checksum(&body).to_le_bytes());
    out.append(&mut body);
    Ok(out)
}

/// The tables between the records and the extras: keys by hash, categories, their members, fields. With the number of
/// members.
fn tables(parts: &CatalogParts, texts: &mut Texts) -> Result<(Vec<u8>, u32), CatalogError> {
    let mut tables = Vec::new();
    let mut by_hash: Vec<(u32, u32)> =
        (0_u32..).zip(&parts.items).map(|(at, item)| (product_hash(&item.id), at)).collect();
    by_hash.sort_unstable();
    for (hash, ordinal) in by_hash {
        put(&mut tables, hash);
        put(&mut tables, ordinal);
    }
    for text in parts.categories.iter().flat_map(|(key, path)| [key, path]) {
        put(&mut tables, texts.put(text));
        put(&mut tables, count(text.len())?);
    }
    let (members_from, members) = members(parts)?;
    for number in members_from.iter().chain(&members) {
        put(&mut tables, *number);
    }
    for field in &parts.fields {
        put(&mut tables, texts.put(&field.name));
        put(&mut tables, count(field.name.len())?);
        put(&mut tables, u32::from(field.private));
    }
    Ok((tables, count(members.len())?))
}

/// Where the members of each category begin, and the members, newest first.
fn members(parts: &CatalogParts) -> Result<(Vec<u32>, Vec<u32>), CatalogError> {
    let mut of_category: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
    for (ordinal, item) in (0_u32..).zip(&parts.items) {
        if let Some(category) = item.category.filter(|_| item.availability != Availability::Gone) {
            of_category.entry(category).or_default().push(ordinal);
        }
    }
    let (mut members_from, mut members) = (Vec::with_capacity(parts.categories.len() + 1), Vec::new());
    for category in (0_u16..).take(parts.categories.len()) {
        members_from.push(count(members.len())?);
        members.extend(of_category.remove(&category).unwrap_or_default().into_iter().rev());
    }
    members_from.push(count(members.len())?);
    Ok((members_from, members))
}

/// The locales, then their offers.
fn locales(parts: &CatalogParts, texts: &mut Texts) -> Result<Vec<u8>, CatalogError> {
    let mut locales = Vec::new();
    for locale in &parts.locales {
        put(&mut locales, texts.put(&locale.tag));
        put(&mut locales, count(locale.tag.len())?);
        put_currency(&mut locales, &locale.currency);
        put(&mut locales, 0);
    }
    for offer in parts.locales.iter().flat_map(|locale| &locale.offers) {
        put_offer(offer.as_ref(), texts, &mut locales);
    }
    Ok(locales)
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn count(len: usize) -> Result<u32, CatalogError> {
    u32::try_from(len).map_err(|_| CatalogError::Limit("entries"))
}

fn check(parts: &CatalogParts) -> Result<(), CatalogError> {
    let long = |item: &ItemPart| {
        item.id.is_empty()
            || item.id.len() > SKU_BYTES_MAX
            || [&item.title, &item.url, &item.image].iter().any(|text| text.len() > CATALOG_TEXT_BYTES_MAX)
            || item.extras.len() > CATALOG_FIELDS_MAX
            || item.extras.iter().any(|extra| extra.text.len() > CATALOG_TEXT_BYTES_MAX)
    };
    if parts.items.len() > CATALOG_ITEMS_MAX {
        return Err(CatalogError::Limit("products"));
    }
    if parts.categories.len() > CATEGORIES_MAX || parts.fields.len() > CATALOG_FIELDS_MAX {
        return Err(CatalogError::Limit("categories or fields"));
    }
    let is_long =
        |(key, path): &(String, String)| key.len() > CATEGORY_BYTES_MAX || path.len() > CATALOG_TEXT_BYTES_MAX;
    if parts.categories.iter().any(is_long) || parts.fields.iter().any(|field| field.name.len() > KEY_BYTES_MAX) {
        return Err(CatalogError::Limit("bytes of a category or field"));
    }
    if parts.items.iter().any(long) {
        return Err(CatalogError::Limit("a text of a product"));
    }
    if parts.locales.len() > LOCALES_MAX {
        return Err(CatalogError::Limit("locales"));
    }
    let currencies = parts.locales.iter().map(|locale| &locale.currency).chain([&parts.currency]);
    if currencies.into_iter().any(|currency| currency.len() != 3) {
        return Err(CatalogError::Inconsistent("a currency has three letters"));
    }
    if parts.locales.iter().any(|locale| locale.offers.len() != parts.items.len()) {
        return Err(CatalogError::Inconsistent("a locale has another number of products"));
    }
    let long_offer =
        |offer: &OfferPart| offer.title.is_empty() || offer.title.len().max(offer.url.len()) > CATALOG_TEXT_BYTES_MAX;
    let long_locale =
        |locale: &LocalePart| locale.tag.len() > KEY_BYTES_MAX || locale.offers.iter().flatten().any(long_offer);
    if parts.locales.iter().any(long_locale) {
        return Err(CatalogError::Limit("a text of a locale"));
    }
    let outside = |item: &ItemPart| {
        item.category.is_some_and(|category| usize::from(category) >= parts.categories.len())
            || item.extras.iter().any(|extra| usize::from(extra.field) >= parts.fields.len())
    };
    if parts.items.iter().any(outside) {
        return Err(CatalogError::Inconsistent("a product names a category or field that is not there"));
    }
    Ok(())
}

fn put_record(item: &ItemPart, group: u32, texts: &mut Texts, extras: &mut Vec<u8>, out: &mut Vec<u8>) {
    // Lengths are within their limits, far below 16 bits; an id is below 8.
    let short = |text: &str| u16::try_from(text.len()).unwrap_or(0).to_le_bytes();
    let byte = |count: usize| u8::try_from(count).unwrap_or(0);
    let extras_from = u32::try_from(extras.len() / EXTRA_BYTES).unwrap_or(NONE);
    for extra in &item.extras {
        extras.extend_from_slice(&texts.put(&extra.text).to_le_bytes());
        extras.extend_from_slice(&short(&extra.text));
        extras.extend_from_slice(&extra.field.to_le_bytes());
        extras.extend_from_slice(&extra.hundredths.unwrap_or(i32::MIN).to_le_bytes());
    }
    let (from_s, until_s) = item.sale_s.unwrap_or((0, u32::MAX));
    out.extend_from_slice(&texts.put(&item.id).to_le_bytes());
    out.extend_from_slice(&[byte(item.id.len()), item.availability as u8]);
    out.extend_from_slice(&item.category.unwrap_or(NO_CATEGORY).to_le_bytes());
    out.extend_from_slice(&texts.put(&item.title).to_le_bytes());
    out.extend_from_slice(&short(&item.title));
    out.extend_from_slice(&short(&item.url));
    out.extend_from_slice(&texts.put(&item.url).to_le_bytes());
    out.extend_from_slice(&texts.put(&item.image).to_le_bytes());
    out.extend_from_slice(&short(&item.image));
    out.extend_from_slice(&[byte(item.extras.len()), 0]);
    let price = item.price_minor.unwrap_or(NONE);
    let sale = item.sale_minor.unwrap_or(NONE);
    for number in [extras_from, group, price, sale, from_s, until_s, item.stock.unwrap_or(NONE)] {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn put_currency(out: &mut Vec<u8>, currency: &str) {
    out.extend(currency.bytes().take(3).chain([0]));
}

fn put_offer(offer: Option<&OfferPart>, texts: &mut Texts, out: &mut Vec<u8>) {
    let nothing = OfferPart::default();
    let offer = offer.unwrap_or(&nothing);
    let short = |text: &str| u16::try_from(text.len()).unwrap_or(0).to_le_bytes();
    out.extend_from_slice(&texts.put(&offer.title).to_le_bytes());
    out.extend_from_slice(&short(&offer.title));
    out.extend_from_slice(&short(&offer.url));
    out.extend_from_slice(&texts.put(&offer.url).to_le_bytes());
    let (from_s, until_s) = offer.sale_s.unwrap_or((0, u32::MAX));
    for number in [offer.price_minor.unwrap_or(NONE), offer.sale_minor.unwrap_or(NONE), from_s, until_s] {
        out.extend_from_slice(&number.to_le_bytes());
    }
}
