//! Parameters of events, as data layers send them.

use super::node::{Node, Object};
use super::tree::Part;
use crate::limits::{ITEM_TEXT_BYTES_MAX, ITEMS_MAX, TEXT_BYTES_MAX};
use crate::number;
use crate::number::float::nearest;
use crate::profile::events::event::Item;
use crate::profile::model::is_sku;
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;

/// The items that can be used: those with a product key, as many as an event may have. GA4 takes items by name alone;
/// they say nothing here.
pub(super) fn items(params: &Object<'_>) -> Vec<Item> {
    let Some(list) = params.field("items") else { return Vec::new() };
    let Part::List(_) = list.value else { return Vec::new() };
    list.entries().filter_map(|node| item(&node)).take(ITEMS_MAX).collect()
}

fn item(node: &Node<'_>) -> Option<Item> {
    let fields = node.open_object().ok()?;
    let minor = |name| {
        let amount = number(&fields.field(name)?).filter(|amount| *amount >= 0.0)?;
        u32::try_from(nearest(amount * 100.0)).ok()
    };
    let quantity = fields.field("quantity").and_then(|node| number(&node)).filter(|pieces| *pieces >= 0.0).map(nearest);
    Some(Item {
        sku: key_text(&fields.field("item_id")?)?,
        category: text(&fields, "item_category").filter(|name| name.len() <= TEXT_BYTES_MAX),
        quantity: quantity.and_then(|pieces| u16::try_from(pieces).ok()).filter(|pieces| *pieces > 0).unwrap_or(1),
        price_minor: minor("price").unwrap_or(0),
        discount_minor: minor("discount").unwrap_or(0),
        brand: text(&fields, "item_brand").filter(|brand| brand.len() <= ITEM_TEXT_BYTES_MAX),
        variant: text(&fields, "item_variant").filter(|variant| variant.len() <= ITEM_TEXT_BYTES_MAX),
    })
}

/// A product key, which data layers also send as a number.
pub(super) fn key_text(node: &Node<'_>) -> Option<Box<str>> {
    plain(node).filter(|key| is_sku(key)).map(|key| key.as_ref().into())
}

/// A text that says something.
fn text(fields: &Object<'_>, name: &'static str) -> Option<Box<str>> {
    plain(&fields.field(name)?).filter(|text| !text.trim().is_empty()).map(|text| text.trim().into())
}

/// A text, or a whole number as text.
pub(super) fn plain<'t>(node: &Node<'t>) -> Option<Cow<'t, str>> {
    match node.value {
        Part::Text(text) => Some(Cow::Borrowed(text)),
        Part::Whole(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// A number, or a text that is one, which is how many data layers send prices; anything else is none.
pub(super) fn number(node: &Node<'_>) -> Option<f64> {
    let number = match node.value {
        #[expect(clippy::cast_precision_loss, reason = "what a double does not hold is above every limit")]
        Part::Whole(number) => *number as f64,
        Part::Number(number) => *number,
        Part::Text(text) => number::parse::parse(text.trim())?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}
