//! What conditions and contents may ask of the page's own product.

use super::{Facts, Value};
use crate::artifacts::catalog::{Availability, Catalog, Market};
use crate::attribute::Attribute;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// The value of an attribute of the page's product; `None` without a catalogue, when the catalogue does not have the
/// product (any more), or when the live overlay that would know is too old.
pub(super) fn product<'a>(facts: &Facts<'a>, attribute: Attribute, argument: &str) -> Option<Value<'a>> {
    if facts.page.sku.is_empty() {
        return None;
    }
    let catalog = facts.artifacts.catalog()?;
    // An amount in another currency than the page's would be compared, or written, as if it were the page's.
    let currency = facts.site.locales.get(facts.page.locale).map_or("", |locale| &locale.currency);
    let item = catalog.item_in(catalog.ordinal(&facts.page.sku)?, market(catalog, facts, currency))?;
    if item.availability() == Availability::Gone {
        return None;
    }
    let now = facts.artifacts.offer(&item, facts.context.now_s);
    let text = match attribute {
        Attribute::ProductPrice => return now.price_minor.map(|minor| Value::Number(f64::from(minor) / 100.0)),
        Attribute::ProductOnSale => {
            // Whether a price is reduced says no amount: that of the first locale will do where there is no other.
            let now = match catalog.own_tag(&item) {
                Some(_) => now,
                None => facts.artifacts.offer(&catalog.item(item.ordinal)?, facts.context.now_s),
            };
            return now.price_minor.map(|_| Value::Bool(now.was_minor.is_some()));
        }
        Attribute::ProductAvailability => now.availability?.word(),
        Attribute::ProductCategory => catalog.category_key(item.category()?),
        _ => facts.artifacts.extra(&item, argument)?,
    };
    (!text.is_empty()).then_some(Value::Text(Cow::Borrowed(text)))
}

/// How products are shown on this page, to visitors who pay in a currency.
pub(crate) fn market(catalog: &Catalog<Vec<u8>>, facts: &Facts, currency: &str) -> Market {
    let tag = facts.site.locales.get(facts.page.locale).map_or("", |locale| &locale.tag);
    catalog.market(tag, currency)
}
