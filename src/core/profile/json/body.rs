//! The bodies of the control plane's other routes, and visitor files.

use super::node::{JsonError, Node, Object, Result};
use super::profile::{FIELDS, read_profile, source};
use super::tree::{Part, Room, Tree};
use crate::limits::{
    ARMS_MAX, CUSTOMER_BYTES_MAX, ITEMS_MAX, KEY_BYTES_MAX, PREVIEW_TTL_S_MAX, SKU_BYTES_MAX, TEXT_BYTES_MAX,
    VALUE_CENTI_MAX,
};
use crate::profile::events::order::Order;
use crate::profile::events::visit::customer_hash;
use crate::profile::model::{ConsentSource, Profile};
use crate::profile::tokens::mint::MINT_CHARS;
use crate::profile::tokens::preview::{PREVIEW_TEXT_BYTES_MAX, RequestOverrides};
use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// Longest order id and longest handle, in bytes.
pub(super) const ID_BYTES_MAX: usize = 128;
/// How long a preview lasts unless its request says otherwise, in seconds.
const PREVIEW_TTL_S: u32 = 3_600;

/// Why a body was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonProblem {
    /// Not JSON at all.
    #[error("the body is not JSON: {0}")]
    Syntax(String),
    /// JSON, but not what it should be.
    #[error(transparent)]
    Value(#[from] JsonError),
}

pub(super) fn parse(body: &[u8]) -> core::result::Result<Tree<'_>, JsonProblem> {
    parse_in(Room::default(), body)
}

pub(super) fn parse_in(room: Room, body: &[u8]) -> core::result::Result<Tree<'_>, JsonProblem> {
    // Checked at once, the texts in it need no check each.
    let text = core::str::from_utf8(body).map_err(|error| JsonProblem::Syntax(error.to_string()))?;
    Tree::read(text, room).map_err(|error| JsonProblem::Syntax(error.to_string()))
}

/// `POST /_attune/consent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentBody {
    /// Agreed to personalization.
    pub personalization: bool,
    /// Agreed to measurement.
    pub measurement: bool,
    /// The mint token of the page's plan, not yet verified; empty without one.
    pub mint: Box<str>,
    /// Who says so: the visitor, or a consent tool that the page script heard.
    pub source: ConsentSource,
}

/// Reads the body of `POST /_attune/consent`.
///
/// # Errors
/// [`JsonProblem`] when it is not `{ "personalization": bool, "measurement": bool }`, with `mint` and `source` or without.
pub fn parse_consent(body: &[u8]) -> core::result::Result<ConsentBody, JsonProblem> {
    let value = parse(body)?;
    let fields = Node::root(&value).object(&["personalization", "measurement", "mint", "source"])?;
    Ok(ConsentBody {
        personalization: fields.required("personalization")?.bool()?,
        measurement: fields.required("measurement")?.bool()?,
        mint: fields.or_default("mint", |n| n.key(MINT_CHARS))?,
        source: fields.or_default("source", source)?,
    })
}

/// `POST /_attune/orders`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBody {
    /// The visitor's handle, not yet verified.
    pub visitor: Box<str>,
    /// The order.
    pub order: Order,
    /// Currency of its value, ISO 4217.
    pub currency: Box<str>,
    /// Hash of the customer, where the shop names one.
    pub customer: Option<[u8; 16]>,
}

/// Reads the body of `POST /_attune/orders`. Without `at` the order is placed now.
///
/// # Errors
/// [`JsonProblem`] with the path of the first value that is wrong.
pub fn parse_order(body: &[u8], now_s: u32) -> core::result::Result<OrderBody, JsonProblem> {
    let value = parse(body)?;
    let fields = Node::root(&value).object(&["visitor", "customer", "id", "value", "currency", "items", "at"])?;
    let order = Order {
        id: fields.required("id")?.key(ID_BYTES_MAX)?,
        total_minor: fields.required("value")?.scaled(100, VALUE_CENTI_MAX)?,
        at_s: fields.optional("at", unix_ms)?.unwrap_or(now_s).min(now_s),
        skus: fields.or_default("items", order_skus)?,
    };
    let visitor = fields.required("visitor")?.key(ID_BYTES_MAX)?;
    let currency = fields.required("currency").and_then(|n| capitals(&n, 3, "ISO 4217 currency, such as GBP"))?;
    let customer = fields.optional("customer", |node| Ok(customer_hash(&node.key(CUSTOMER_BYTES_MAX)?)))?;
    Ok(OrderBody { visitor, order, currency, customer })
}

/// The distinct product keys of an order's items.
fn order_skus(node: &Node<'_>) -> Result<Vec<Box<str>>> {
    let mut skus: Vec<Box<str>> = Vec::new();
    for item in node.list(ITEMS_MAX)? {
        let fields = item.object(&["sku", "quantity", "price"])?;
        let sku = fields.required("sku")?.key(SKU_BYTES_MAX)?;
        fields.optional("quantity", |n| n.whole(1, u16::MAX))?;
        fields.optional("price", |n| n.scaled(100, u32::MAX.into()))?;
        if !skus.contains(&sku) {
            skus.push(sku);
        }
    }
    Ok(skus)
}

/// A time in milliseconds since the Unix epoch, as seconds.
pub(super) fn unix_ms(node: &Node<'_>) -> Result<u32> {
    let ms: i64 = node.whole(0, i64::from(u32::MAX) * 1_000 + 999)?;
    // Within the bound just checked.
    Ok(u32::try_from(ms / 1_000).unwrap_or(u32::MAX))
}

fn capitals(node: &Node<'_>, length: usize, what: &str) -> Result<Box<str>> {
    let text = node.text()?;
    if text.len() == length && text.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(text.into())
    } else {
        node.error(alloc::format!("must be {length} capital letters: {what}"))
    }
}

/// `POST /_attune/preview`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewBody {
    /// Name of the persona.
    pub name: Box<str>,
    /// How long the preview lasts, in seconds.
    pub ttl_s: u32,
    /// The persona's profile.
    pub profile: Profile,
    /// The request.
    pub request: RequestOverrides,
    /// Campaigns with the arm they must show.
    pub arms: Vec<(Box<str>, Box<str>)>,
}

/// Reads the body of `POST /_attune/preview`.
///
/// # Errors
/// [`JsonProblem`] with the path of the first value that is wrong.
pub fn parse_preview(body: &[u8]) -> core::result::Result<PreviewBody, JsonProblem> {
    let value = parse(body)?;
    let fields = Node::root(&value).object(&["name", "ttl_s", "profile", "request", "arms"])?;
    Ok(PreviewBody {
        name: fields.required("name")?.key(PREVIEW_TEXT_BYTES_MAX)?,
        ttl_s: fields.optional("ttl_s", |n| n.whole(1, PREVIEW_TTL_S_MAX))?.unwrap_or(PREVIEW_TTL_S),
        profile: fields.or_default("profile", |n| read_profile(n, FIELDS))?,
        request: fields.or_default("request", |n| Ok(request(n, REQUEST_FIELDS)?.overrides))?,
        arms: fields.or_default("arms", arms)?,
    })
}

pub(super) fn arms(node: &Node<'_>) -> Result<Vec<(Box<str>, Box<str>)>> {
    let Part::Object(fields) = node.value else {
        return node.error("must be an object of campaign keys and arm keys");
    };
    if fields.count > ARMS_MAX {
        return node.error(alloc::format!("must have at most {ARMS_MAX} campaigns"));
    }
    let object = node.open_object()?;
    let arm = |campaign: &str| Ok((campaign.into(), object.required(campaign)?.key(KEY_BYTES_MAX)?));
    let mut arms = object.fields().map(|(campaign, _)| arm(campaign)).collect::<Result<Vec<_>>>()?;
    arms.sort();
    // A campaign that is there twice has the last arm both times.
    arms.dedup();
    Ok(arms)
}

/// A visitor whose page is decided on the command line: the persona of a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// The profile.
    pub profile: Profile,
    /// The request.
    pub request: VisitorRequest,
    /// Campaigns with the arm they must show.
    pub arms: Vec<(Box<str>, Box<str>)>,
}

/// The request of a visitor file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitorRequest {
    /// Place, device, language and clock.
    pub overrides: RequestOverrides,
    /// IANA time zone where the visitor is, in place of an offset.
    pub timezone: Option<Box<str>>,
    /// URL of the page that linked here.
    pub referrer: Option<Box<str>>,
}

/// Reads a visitor: `profile`, `request` and `arms`, and for people `key`, `label` and `about`. A readable profile
/// alone, as `GET /_attune/me` gives it, is one too, and has the others beside its own keys.
///
/// # Errors
/// [`JsonProblem`] with the path of the first value that is wrong.
pub fn parse_visitor(body: &[u8]) -> core::result::Result<Visitor, JsonProblem> {
    let value = parse(body)?;
    let node = Node::root(&value);
    let fields = node.open_object()?;
    let nested = fields.optional("profile", |n| read_profile(n, FIELDS))?;
    let profile = match nested {
        Some(profile) => {
            if let Some(key) = FIELDS.iter().find(|key| fields.field(key).is_some()) {
                let message = "stands beside `profile`; put it into it".into();
                return Err(JsonError { path: (*key).into(), message }.into());
            }
            node.object(&[&PERSONA_FIELDS[..], &["profile"]].concat())?;
            profile
        }
        None => read_profile(&node, &[FIELDS, &PERSONA_FIELDS].concat())?,
    };
    for key in ["key", "label", "about"] {
        fields.optional(key, Node::text)?;
    }
    let known = [REQUEST_FIELDS, &VISITOR_FIELDS].concat();
    let request = fields.or_default("request", |n| request(n, &known))?;
    Ok(Visitor { profile, request, arms: fields.or_default("arms", arms)? })
}

/// What stands beside the profile of a visitor.
const PERSONA_FIELDS: [&str; 5] = ["key", "label", "about", "request", "arms"];
/// What a visitor file may say of the request, beside these: the time zone and the referring page.
pub(super) const VISITOR_FIELDS: [&str; 2] = ["timezone", "referrer"];
pub(super) const REQUEST_FIELDS: &[&str] =
    &["country", "region", "continent", "eu", "language", "device", "utc_offset_minutes", "now", "city", "place"];

fn words<const N: usize>(node: &Node<'_>, words: [&'static str; N]) -> Result<Box<str>> {
    Ok(node.word(&words.map(|word| (word, word)))?.into())
}

pub(super) fn request(node: &Node<'_>, known: &[&str]) -> Result<VisitorRequest> {
    let fields = node.object(known)?;
    let overrides = overrides(&fields)?;
    let timezone = fields.optional("timezone", |n| n.key(PREVIEW_TEXT_BYTES_MAX))?;
    if timezone.is_some() && overrides.utc_offset_min.is_some() {
        return node.error("has both timezone and utc_offset_minutes; give one");
    }
    let referrer = fields.optional("referrer", |n| n.key(TEXT_BYTES_MAX))?;
    Ok(VisitorRequest { overrides, timezone, referrer })
}

/// The fields of [`REQUEST_FIELDS`], in their order.
#[inline(never)]
pub(super) fn overrides(fields: &Object<'_>) -> Result<RequestOverrides> {
    Ok(RequestOverrides {
        country: fields.optional("country", |n| capitals(n, 2, "ISO 3166-1 country, such as GB"))?,
        region: fields.optional("region", |n| n.key(PREVIEW_TEXT_BYTES_MAX))?,
        continent: fields.optional("continent", |n| words(n, ["AF", "AN", "AS", "EU", "NA", "OC", "SA"]))?,
        eu: fields.optional("eu", Node::bool)?,
        language: fields.optional("language", language)?,
        device: fields.optional("device", |n| words(n, ["phone", "tablet", "desktop", "tv"]))?,
        utc_offset_min: fields.optional("utc_offset_minutes", |n| n.whole(-1_440, 1_440))?,
        now_s: fields.optional("now", Node::time)?,
        city: fields.optional("city", |n| n.key(PREVIEW_TEXT_BYTES_MAX))?,
        place_centi: fields.optional("place", place)?,
    })
}

/// `[latitude, longitude]`, in degrees.
fn place(node: &Node<'_>) -> Result<(i16, i16)> {
    let degrees = |node: &Node<'_>, max: i16| match node.value.as_f64().filter(|d| d.abs() <= f64::from(max)) {
        #[expect(clippy::cast_possible_truncation, reason = "at most 18,000 hundredths")]
        Some(degrees) => Ok((degrees * 100.0).round() as i16),
        None => node.error(alloc::format!("must be a number of degrees from -{max} to {max}")),
    };
    let mut entries = node.list(2)?;
    match (entries.next(), entries.next()) {
        (Some(latitude), Some(longitude)) => Ok((degrees(&latitude, 90)?, degrees(&longitude, 180)?)),
        _ => node.error("must be [latitude, longitude]"),
    }
}

/// A language tag, in lower case as `Accept-Language` is read.
fn language(node: &Node<'_>) -> Result<Box<str>> {
    let tag = node.key(PREVIEW_TEXT_BYTES_MAX)?;
    if tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        Ok(tag.to_ascii_lowercase().into())
    } else {
        node.error("must be a language tag such as de or pt-br")
    }
}
