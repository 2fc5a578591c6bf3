//! `POST /_attune/traits` and `POST /_attune/login`: what the shop's server says of a visitor.

use super::body::{JsonProblem, parse};
use super::node::{JsonError, Node, Result};
use super::tree::Part;
use crate::bundle::{RuleTrust, Trait};
use crate::codec::hash32;
use crate::limits::{CUSTOMER_BYTES_MAX, LOGIN_CHARS_MAX, LOGIN_TTL_S_MAX, MAILBOX_S, TRAIT_BYTES_MAX};
use crate::profile::events::server_update::{Customer, ServerUpdate};
use crate::profile::events::visit::customer_hash;
use crate::profile::model::TraitValue;
use crate::sort;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// How long a login token lasts unless its request says otherwise, in seconds.
const LOGIN_TTL_S: u32 = 600;
/// Values that an error names.
const NAMED_MAX: usize = 8;

/// Of whom something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// Of the visitor with this handle, not yet verified.
    Visitor(Box<str>),
    /// Of whoever brings a token within so many seconds.
    Bearer(u32),
}

/// `POST /_attune/traits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUpdateBody {
    /// Of whom.
    pub addressee: Addressee,
    /// What.
    pub update: ServerUpdate,
}

/// Reads the body of `POST /_attune/traits`: `visitor`, `traits`, `customer`, `at` in Unix milliseconds, and, without
/// a visitor, `ttl_s`. Without `at` it is said now.
///
/// # Errors
/// [`JsonProblem`] with the path of the first value that is wrong: also a trait that the site does not have, that the
/// shop's server does not set, or a value that is not on its list.
pub fn parse_server_update(
    body: &[u8],
    known: &[Trait],
    now_ms: u64,
) -> core::result::Result<ServerUpdateBody, JsonProblem> {
    let value = parse(body)?;
    let root = Node::root(&value);
    let fields = root.object(&["visitor", "traits", "customer", "at", "ttl_s"])?;
    let update = ServerUpdate {
        traits: fields.or_default("traits", |n| traits(n, known))?,
        customer: fields.or_default("customer", customer)?,
        at_ms: fields.optional("at", |n| moment(n, now_ms))?.unwrap_or(now_ms),
    };
    if update.traits.is_empty() && update.customer == Customer::Unsaid {
        return Err(JsonError { path: String::new(), message: "give `traits`, `customer`, or both".into() }.into());
    }
    let visitor = fields.optional("visitor", |n| n.key(LOGIN_CHARS_MAX))?;
    let ttl_s = fields.optional("ttl_s", |n| n.whole(1, LOGIN_TTL_S_MAX))?;
    let addressee = match (visitor, ttl_s) {
        (Some(_), Some(_)) => fields.required("ttl_s")?.error("is for a login token, which has no `visitor`")?,
        (Some(handle), None) => Addressee::Visitor(handle),
        (None, ttl_s) => Addressee::Bearer(ttl_s.unwrap_or(LOGIN_TTL_S)),
    };
    Ok(ServerUpdateBody { addressee, update })
}

/// Reads the body of `POST /_attune/login`: the token, not yet verified.
///
/// # Errors
/// [`JsonProblem`] when it is not `{ "token": text }`.
pub fn parse_login(body: &[u8]) -> core::result::Result<Box<str>, JsonProblem> {
    let value = parse(body)?;
    Ok(Node::root(&value).object(&["token"])?.required("token")?.key(LOGIN_CHARS_MAX)?)
}

/// When it was said: not after now, and not so long ago that the mailbox has forgotten what was said since.
fn moment(node: &Node<'_>, now_ms: u64) -> Result<u64> {
    let earliest_ms = now_ms.saturating_sub(u64::from(MAILBOX_S) * 1_000);
    let at_ms = node.whole(0, i64::MAX)?.unsigned_abs();
    if at_ms < earliest_ms {
        return node.error(format!("is more than {} days ago (Unix milliseconds)", MAILBOX_S / 86_400));
    }
    Ok(at_ms.min(now_ms))
}

fn customer(node: &Node<'_>) -> Result<Customer> {
    match node.value {
        Part::Null => Ok(Customer::Nobody),
        _ => Ok(Customer::Is(customer_hash(&node.key(CUSTOMER_BYTES_MAX)?))),
    }
}

fn traits(node: &Node<'_>, known: &[Trait]) -> Result<Vec<TraitValue>> {
    let fields = node.open_object()?;
    let mut traits = Vec::new();
    for (key, _) in fields.fields() {
        let value = trait_value(&fields.required(key)?, key, known)?;
        traits.push(TraitValue { key: hash32(&[key]), value });
    }
    sort::by_key(&mut traits, |own| own.key);
    // Of a key that is there twice the last counts, and each entry has read that.
    traits.dedup_by_key(|own| own.key);
    Ok(traits)
}

/// The value of a trait, empty for null: it is taken away.
fn trait_value(node: &Node<'_>, key: &str, known: &[Trait]) -> Result<Box<str>> {
    let Some(rule) = known.iter().find(|rule| rule.key == key) else {
        let keys: Vec<&str> = known.iter().map(|rule| rule.key.as_str()).collect();
        let help = if keys.is_empty() { "the site has none".into() } else { format!("known are {}", keys.join(", ")) };
        return node.error(format!("there is no such trait under [traits]; {help}"));
    };
    if rule.trust != RuleTrust::Server {
        return node.error("is not for the shop's server to say: its trust is \"browser\"");
    }
    if *node.value == Part::Null {
        return Ok("".into());
    }
    let value = node.key(TRAIT_BYTES_MAX)?;
    if rule.values.is_empty() || rule.values.iter().any(|allowed| **allowed == *value) {
        return Ok(value);
    }
    let named = rule.values.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    let others = match rule.values.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        others => format!(" or {others} others"),
    };
    node.error(format!("must be one of {named}{others}, or null to take it away"))
}
