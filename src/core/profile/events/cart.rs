//! The cart as the browser reports it: lines by product, the one that changed last first.

use crate::limits::CART_LINES_MAX;
use crate::profile::events::event::Item;
use crate::profile::model::is_sku;
use crate::profile::model::{Cart, CartLine};

/// Adds the item's pieces to its line, which becomes the first. An item whose key no profile can hold is left out.
pub(in crate::profile) fn put_in(cart: &mut Cart, item: &Item) {
    if !is_sku(&item.sku) {
        return;
    }
    let known = cart.lines.iter().position(|line| line.sku == item.sku);
    let mut line = match known {
        Some(at) => cart.lines.remove(at),
        None => CartLine { sku: item.sku.clone(), quantity: 0, price_minor: 0 },
    };
    line.quantity = line.quantity.saturating_add(item.quantity.max(1));
    if item.price_minor != 0 {
        line.price_minor = item.price_minor;
    }
    cart.lines.insert(0, line);
    cart.lines.truncate(CART_LINES_MAX);
}

/// Takes the item's pieces out of its line. True when there was such a line.
pub(in crate::profile) fn take_out(cart: &mut Cart, item: &Item) -> bool {
    let Some(at) = cart.lines.iter().position(|line| line.sku == item.sku) else {
        return false;
    };
    let mut line = cart.lines.remove(at);
    line.quantity = line.quantity.saturating_sub(item.quantity.max(1));
    if line.quantity > 0 {
        cart.lines.insert(0, line);
    }
    true
}

/// Makes these items the cart; the time of the last change stays when they already are.
pub(in crate::profile) fn replace(cart: &mut Cart, items: &[Item], at_s: u32) {
    let mut snapshot = Cart::default();
    for item in items.iter().rev() {
        put_in(&mut snapshot, item);
    }
    let same = snapshot.lines.len() == cart.lines.len() && snapshot.lines.iter().all(|line| cart.lines.contains(line));
    if !same {
        cart.lines = snapshot.lines;
        touch(cart, at_s);
    }
}

/// Notes a change.
pub(in crate::profile) fn touch(cart: &mut Cart, at_s: u32) {
    cart.at_s = cart.at_s.max(at_s);
}
