//! Orders that the shop's server reports: the only source of `orders.*`.

use crate::limits::{ITEMS_MAX, ORDER_SKUS_MAX, VISIT_IDLE_S};
use crate::profile::model::Profile;
use crate::profile::model::is_sku;
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

/// Adds an order. Whoever delivers it removes duplicates: the shop's server by the order's id, the mailbox by the number
/// of its row. A product key that no profile can hold is left out.
pub fn apply_order(profile: &mut Profile, order: &Order) {
    let orders = &mut profile.orders;
    orders.count = orders.count.saturating_add(1);
    orders.total_minor = orders.total_minor.saturating_add(order.total_minor);
    // One that comes late stands behind the last.
    let last: Vec<Box<str>> =
        if order.at_s >= orders.last_s { Vec::new() } else { orders.last_skus().map(Into::into).collect() };
    let (before, at) = (orders.last_s, last.len());
    let bought: Vec<&Box<str>> = order.skus.iter().filter(|sku| is_sku(sku)).take(ITEMS_MAX).collect();
    for sku in bought.iter().rev().filter(|sku| !last.contains(sku)) {
        orders.skus.retain(|known| known != *sku);
        orders.skus.insert(at.min(orders.skus.len()), (*sku).clone());
    }
    orders.skus.truncate(ORDER_SKUS_MAX);
    if order.at_s >= before {
        orders.last_s = order.at_s;
        orders.last_minor = u32::try_from(order.total_minor).unwrap_or(u32::MAX);
        orders.last_items = u16::try_from(bought.len()).unwrap_or(u16::MAX);
    }
}

impl Profile {
    /// How many orders there were when this visit began, and their value in minor units of the site's first currency. Only
    /// the last order has a moment: where a visit has several, the others count as before it.
    pub(crate) fn orders_before_visit(&self) -> (u16, u64) {
        let (orders, visits) = (&self.orders, &self.visits);
        // The earliest that this visit can have begun.
        let begin_s =
            if visits.previous_s == 0 { visits.first_s } else { visits.previous_s.saturating_add(VISIT_IDLE_S) };
        if visits.count == 0 || orders.last_s < begin_s {
            return (orders.count, orders.total_minor);
        }
        (orders.count.saturating_sub(1), orders.total_minor.saturating_sub(orders.last_minor.into()))
    }
}
