//! What conditions and contents may ask of the page's own product.

use super::known::market;
use super::{sight, values};
use crate::attribute::Attribute;
use crate::catalog::Availability;
use crate::segment::{Facts, Value};
use alloc::borrow::Cow;

/// The value of an attribute of the page's product; `None` without a catalogue, when the catalogue does not have the
/// product (any more), or when the live overlay that would know is too old.
pub(crate) fn of_product<'a>(facts: &Facts<'a>, attribute: Attribute, argument: &str) -> Option<Value<'a>> {
    if !attribute.is_of_product() || facts.page.sku.is_empty() {
        return None;
    }
    let catalog = facts.shelf.catalog()?;
    // An amount in another currency than the page's would be compared, or written, as if it were the page's.
    let currency = facts.site.locales.get(facts.page.locale).map_or("", |locale| &locale.currency);
    let item = catalog.item_in(catalog.ordinal(&facts.page.sku)?, market(catalog, facts, currency))?;
    if item.availability() == Availability::Gone {
        return None;
    }
    let now = sight(facts.shelf, &item, facts.context.now_s);
    let text = match attribute {
        Attribute::ProductPrice => return now.price_minor.map(|minor| Value::Number(f64::from(minor) / 100.0)),
        Attribute::ProductOnSale => {
            // Whether a price is reduced says no amount: that of the first locale will do where there is no other.
            let now = match catalog.own_tag(&item) {
                Some(_) => now,
                None => sight(facts.shelf, &catalog.item(item.ordinal)?, facts.context.now_s),
            };
            return now.price_minor.map(|_| Value::Bool(now.was_minor.is_some()));
        }
        Attribute::ProductAvailability => now.availability?.word(),
        Attribute::ProductCategory => catalog.category_key(item.category()?),
        _ => values::extra(facts.shelf, &item, argument)?,
    };
    (!text.is_empty()).then_some(Value::Text(Cow::Borrowed(text)))
}
