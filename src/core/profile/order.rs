//! Orders that the shop's server reports: the only source of `orders.*`.

use super::event::{EventRefusal, Outcome, remember};
use super::fit::is_sku;
use super::{Profile, hash32};
use crate::limits::{ITEMS_MAX, ORDER_SKUS_MAX};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// An order, as the shop's server reported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The shop's own id of the order.
    pub id: Box<str>,
    /// Its value, in minor units of the site's first currency.
    pub total_minor: u64,
    /// When it was placed.
    pub at_s: u32,
    /// The products in it, each once.
    pub skus: Vec<Box<str>>,
}

impl Order {
    /// How the order is remembered in the ring of events.
    pub fn ring_id(&self) -> u32 {
        hash32(&["order:", &self.id])
    }
}

/// Adds an order, once: whoever delivers it removes duplicates for good, and an order that is still in the
/// ring of the last 8 events does nothing here either.
pub fn apply_order(profile: &mut Profile, order: &Order) -> Outcome {
    if profile.id.is_none() {
        return Outcome::Refused(EventRefusal::NoConsent);
    }
    if profile.events.contains(&order.ring_id()) {
        return Outcome::Duplicate;
    }
    if order.skus.len() > ITEMS_MAX {
        return Outcome::Refused(EventRefusal::Items);
    }
    if let Some(bad) = order.skus.iter().position(|sku| !is_sku(sku)) {
        return Outcome::Refused(EventRefusal::Sku(bad));
    }
    let orders = &mut profile.orders;
    orders.count = orders.count.saturating_add(1);
    orders.total_minor = orders.total_minor.saturating_add(order.total_minor);
    // One that comes late stands behind the last.
    let last: Vec<Box<str>> =
        if order.at_s >= orders.last_s { Vec::new() } else { orders.last_skus().map(Into::into).collect() };
    let (before, at) = (orders.last_s, last.len());
    for sku in order.skus.iter().rev().filter(|sku| !last.contains(sku)) {
        orders.skus.retain(|known| known != sku);
        orders.skus.insert(at, sku.clone());
    }
    orders.skus.truncate(ORDER_SKUS_MAX);
    if order.at_s >= before {
        orders.last_s = order.at_s;
        orders.last_minor = u32::try_from(order.total_minor).unwrap_or(u32::MAX);
        orders.last_items = u16::try_from(order.skus.len()).unwrap_or(u16::MAX);
    }
    remember(profile, order.ring_id());
    Outcome::Applied
}
