//! `POST /_attune/conversions`: what the shop's server says to the ledger.

use super::body::{ID_BYTES_MAX, JsonProblem, parse, unix_ms};
use super::node::{JsonError, Node};
use crate::limits::{CUSTOMER_BYTES_MAX, KEY_BYTES_MAX, VALUE_CENTI_MAX};
use crate::profile::events::visit::customer_hash;
use crate::profile::tokens::page::PAGE_TOKEN_CHARS_MAX;
use alloc::boxed::Box;

/// What the shop's server says happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// What makes it one of its kind: the same key is counted once.
    pub key: Box<str>,
    /// The visitor's handle, not yet verified.
    pub visitor: Option<Box<str>>,
    /// Hash of the customer.
    pub customer: Option<[u8; 16]>,
    /// The event; empty for an exposure alone.
    pub event: Box<str>,
    /// Its value in hundredths of the major unit; of a refund `None` for all of it.
    pub value_centi: Option<u64>,
    /// Currency of the value, ISO 4217.
    pub currency: Option<Box<str>>,
    /// When it happened.
    pub at_s: u32,
    /// The shop's id of the order that a refund is of.
    pub order: Option<Box<str>>,
    /// The page token of a decision, for a channel without the page script.
    pub token: Option<Box<str>>,
}

/// Reads the body of `POST /_attune/conversions`. Without `at` it happened now.
///
/// # Errors
/// [`JsonProblem`] with the path of the first value that is wrong.
pub fn parse_conversion(body: &[u8], now_s: u32) -> Result<Conversion, JsonProblem> {
    let value = parse(body)?;
    let root = Node::root(&value);
    let fields = root.object(&["key", "visitor", "customer", "event", "value", "currency", "at", "order", "token"])?;
    let conversion = Conversion {
        key: fields.required("key")?.key(ID_BYTES_MAX)?,
        visitor: fields.optional("visitor", |node| node.key(ID_BYTES_MAX))?,
        customer: fields.optional("customer", |node| Ok(customer_hash(&node.key(CUSTOMER_BYTES_MAX)?)))?,
        event: fields.optional("event", |node| node.key(KEY_BYTES_MAX))?.unwrap_or_default(),
        value_centi: fields.optional("value", |node| node.scaled(100, VALUE_CENTI_MAX))?,
        currency: fields.optional("currency", |node| node.key(3))?,
        at_s: fields.optional("at", unix_ms)?.unwrap_or(now_s).min(now_s),
        order: fields.optional("order", |node| node.key(ID_BYTES_MAX))?,
        token: fields.optional("token", |node| node.key(PAGE_TOKEN_CHARS_MAX))?,
    };
    let wrong = |path: &str, message: &str| JsonError { path: path.into(), message: message.into() };
    if conversion.event.is_empty() && conversion.token.is_none() {
        return Err(wrong("event", "is missing; give `event`, `token`, or both").into());
    }
    if &*conversion.event == "refund" && conversion.order.is_none() {
        return Err(wrong("order", "is missing; a refund names the order that it is of").into());
    }
    if &*conversion.event == "purchase" {
        return Err(wrong("event", "is an order; report it with POST /_attune/orders").into());
    }
    let is_of_nobody = conversion.visitor.is_none() && conversion.customer.is_none();
    if is_of_nobody && &*conversion.event != "refund" {
        return Err(wrong("visitor", "is missing; give `visitor`, `customer`, or both").into());
    }
    if conversion.token.is_some() && conversion.visitor.is_none() {
        return Err(wrong("visitor", "is missing; a token is of one visitor").into());
    }
    Ok(conversion)
}
