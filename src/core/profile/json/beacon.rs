//! The events beacon, `POST /_attune/events`: what the page script sends.

use super::super::event::{Event, EventKind, Item};
use super::body::{JsonProblem, parse, unix_ms};
use super::node::{JsonError, Node, Object, Result};
use super::profile::event_id;
use super::tree::Tree;
use crate::limits::{
    CARDS_MAX, CATEGORY_BYTES_MAX, EVENTS_BYTES_MAX, EVENTS_MAX, ITEM_TEXT_BYTES_MAX, ITEMS_MAX, KEY_BYTES_MAX,
    SKU_BYTES_MAX, TEXT_BYTES_MAX,
};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// The events that are known.
const NAMES: [&str; 12] = [
    "page_view",
    "view_item",
    "view_item_list",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "purchase",
    "refund",
    "search",
    "login",
    "attune_impression",
];

/// Characters of a rejected event's id that are repeated to its sender.
const ID_ECHO_CHARS: usize = 16;

/// A beacon that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    /// Path of the page that sent it.
    pub page: Box<str>,
    /// The events that could be read, in order. What only the bundle knows is still to be filled in
    /// ([`Event::resolve`]).
    pub events: Vec<Event>,
    /// The others.
    pub rejected: Vec<RejectedEvent>,
}

/// An event that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RejectedEvent {
    /// Its id as it was sent, cut to 16 characters; empty without one.
    pub id: String,
    /// `unknown_event` or `malformed_event`.
    pub code: &'static str,
    /// What is wrong, with the path.
    pub message: String,
}

/// Why a whole beacon was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BeaconError {
    /// Too long.
    #[error("the body is longer than {EVENTS_BYTES_MAX} bytes")]
    TooLarge,
    /// Not JSON, or not a beacon.
    #[error(transparent)]
    Json(#[from] JsonProblem),
    /// Too many events.
    #[error("events: more than {EVENTS_MAX}; send the rest in another request")]
    TooMany,
}

impl BeaconError {
    /// A stable short name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Json(JsonProblem::Syntax(_)) => "not_json",
            Self::Json(JsonProblem::Value(_)) => "malformed",
            Self::TooMany => "too_many_events",
        }
    }
}

impl From<JsonError> for BeaconError {
    fn from(error: JsonError) -> Self {
        Self::Json(error.into())
    }
}

/// Reads a beacon. One event that cannot be read does not take the others with it.
///
/// Fields that are not known are passed over: a page's data layer holds more than is asked for, and a newer
/// page script may talk to an older Worker.
///
/// # Errors
/// [`BeaconError`] when it is too long, not JSON, or not `{ "page": "/...", "events": [...] }`.
pub fn parse_beacon(body: &[u8]) -> core::result::Result<Beacon, BeaconError> {
    if body.len() > EVENTS_BYTES_MAX {
        return Err(BeaconError::TooLarge);
    }
    let value = parse(body)?;
    let fields = Node::root(&value).open_object()?;
    let page = fields.required("page").and_then(|node| path(&node))?;
    let list = fields.required("events")?;
    if matches!(list.value, Tree::List(events) if events.len() > EVENTS_MAX) {
        return Err(BeaconError::TooMany);
    }
    let mut beacon = Beacon { page, events: Vec::new(), rejected: Vec::new() };
    for node in list.list(EVENTS_MAX)? {
        match event(&node, &beacon.page) {
            Ok(event) => beacon.events.push(event),
            Err((code, error)) => {
                beacon.rejected.push(RejectedEvent { id: sent_id(&node), code, message: error.to_string() });
            }
        }
    }
    Ok(beacon)
}

fn sent_id(node: &Node<'_>) -> String {
    let id = node.value.get("id").and_then(Tree::as_str).unwrap_or_default();
    id.chars().take(ID_ECHO_CHARS).collect()
}

fn path(node: &Node<'_>) -> Result<Box<str>> {
    let path = node.key(TEXT_BYTES_MAX)?;
    if path.starts_with('/') { Ok(path) } else { node.error("must be a path that begins with /") }
}

fn event(node: &Node<'_>, page: &str) -> core::result::Result<Event, (&'static str, JsonError)> {
    let malformed = |error| ("malformed_event", error);
    let fields = node.open_object().map_err(malformed)?;
    let name = fields.required("name").map_err(malformed)?;
    let text = name.text().map_err(malformed)?;
    if !NAMES.contains(&text) {
        let shown: String = text.chars().take(KEY_BYTES_MAX).collect();
        let message = format!("unknown event {shown:?}; known are {}", NAMES.join(", "));
        return Err(("unknown_event", JsonError { path: name.path.to_string(), message }));
    }
    let read = || {
        Ok(Event {
            id: event_id(&fields.required("id")?)?,
            // Without a time, or with one of the future, it happened now: `apply` sees to that.
            at_s: fields.optional("at", unix_ms)?.unwrap_or(u32::MAX),
            kind: kind(text, fields.field("params").as_ref(), &fields, page)?,
        })
    };
    read().map_err(malformed)
}

fn kind(name: &str, params: Option<&Node<'_>>, event: &Object<'_>, page: &str) -> Result<EventKind> {
    // An event without parameters has empty ones.
    let empty = Tree::Object(Vec::new());
    let none = Node { value: &empty, path: event.path_of("params") };
    let params = params.unwrap_or(&none).open_object()?;
    let some = || items(&params, 1);
    let any = || items(&params, 0);
    Ok(match name {
        "page_view" => EventKind::PageView {
            path: params.optional("page_path", path)?.unwrap_or_else(|| page.into()),
            sku: None,
            category: None,
        },
        "view_item" => EventKind::ViewItem { items: some()?, served: false },
        "view_item_list" => EventKind::ViewItemList(any()?),
        "add_to_cart" => EventKind::AddToCart(some()?),
        "remove_from_cart" => EventKind::RemoveFromCart(some()?),
        "view_cart" => EventKind::ViewCart(any()?),
        "begin_checkout" => EventKind::BeginCheckout(any()?),
        "purchase" => EventKind::Purchase(any()?),
        "refund" => EventKind::Refund,
        "search" => EventKind::Search,
        "login" => EventKind::Login,
        _ => EventKind::Impression {
            slot: params.required("slot")?.key(KEY_BYTES_MAX)?,
            campaign: match params.field("products") {
                Some(_) => params.or_default("campaign", arm)?,
                None => params.required("campaign")?.key(KEY_BYTES_MAX)?,
            },
            arm: params.or_default("arm", arm)?,
            per_s: 0,
            products: params.or_default("products", products)?,
        },
    })
}

/// An arm key; null and empty for a campaign without an experiment, as the plan has it.
fn arm(node: &Node<'_>) -> Result<Box<str>> {
    match node.value {
        Tree::Null => Ok(Box::default()),
        Tree::Text(text) if text.is_empty() => Ok(Box::default()),
        _ => node.key(KEY_BYTES_MAX),
    }
}

/// Keys of the products that a slot showed.
fn products(node: &Node<'_>) -> Result<Vec<Box<str>>> {
    node.list(CARDS_MAX)?.iter().map(|node| node.key(SKU_BYTES_MAX)).collect()
}

fn items(params: &Object<'_>, min: usize) -> Result<Vec<Item>> {
    let Some(list) = params.field("items") else {
        return if min == 0 { Ok(Vec::new()) } else { params.required("items").map(|_| Vec::new()) };
    };
    let nodes = list.list(ITEMS_MAX)?;
    if nodes.len() < min {
        return list.error("must have at least one entry");
    }
    nodes.iter().map(item).collect()
}

fn item(node: &Node<'_>) -> Result<Item> {
    let fields = node.open_object()?;
    let minor = |node: &Node<'_>| {
        let minor = loose(node, |n| n.scaled(100, u32::MAX.into()))?;
        // Within u32::MAX.
        Ok(u32::try_from(minor).unwrap_or(u32::MAX))
    };
    Ok(Item {
        sku: fields.required("item_id").and_then(|node| item_id(&node))?,
        category: fields.or_default("item_category", category)?,
        quantity: fields.optional("quantity", |n| loose(n, |n| n.whole(1, u16::MAX)))?.unwrap_or(1),
        price_minor: fields.or_default("price", minor)?,
        // Shops write all sorts of things here, such as "10 %"; what is no amount is none.
        discount_minor: fields.or_default("discount", |node| Ok(minor(node).unwrap_or(0)))?,
        brand: item_text(&fields, "item_brand"),
        variant: item_text(&fields, "item_variant"),
    })
}

/// A product key, which data layers also send as a number.
fn item_id(node: &Node<'_>) -> Result<Box<str>> {
    let number = if let Tree::Whole(number) = node.value { u64::try_from(*number).ok() } else { None };
    match number {
        Some(number) => Ok(number.to_string().into()),
        None => node.key(SKU_BYTES_MAX),
    }
}

fn category(node: &Node<'_>) -> Result<Option<Box<str>>> {
    match node.value {
        Tree::Null => Ok(None),
        Tree::Text(text) if text.is_empty() => Ok(None),
        _ => node.key(CATEGORY_BYTES_MAX).map(Some),
    }
}

/// A brand or a variant: only signals ask it, so what is no short text is none.
fn item_text(fields: &Object<'_>, key: &'static str) -> Option<Box<str>> {
    fields.field(key)?.key(ITEM_TEXT_BYTES_MAX).ok()
}

/// A number, or a text that holds one, which is how many data layers send prices.
fn loose<T>(node: &Node<'_>, read: impl Fn(&Node<'_>) -> Result<T>) -> Result<T> {
    let number = node.value.as_str().and_then(|text| text.parse::<f64>().ok());
    match number.filter(|number| number.is_finite()) {
        Some(number) => read(&Node { value: &Tree::Number(number), path: node.path }),
        None => read(node),
    }
}
