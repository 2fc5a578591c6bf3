//! Events as lines of text: how the page script hands its log to a core in the browser, where reading JSON would cost more
//! than deciding.

use crate::codec::from_hex;
use crate::limits::{CARDS_MAX, EVENTS_MAX, ITEM_TEXT_BYTES_MAX, ITEMS_MAX, KEY_BYTES_MAX, TEXT_BYTES_MAX};
use crate::number::float::nearest;
use crate::number::parse::parse;
use crate::profile::events::event::{Event, EventKind, Item, transaction_named};
use crate::profile::events::log::{Batch, Sent};
use crate::profile::model::is_sku;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Reads a log that is handed over at `now_s`: what a beacon would say, in the same limits.
///
/// The first line is the log's id in hexadecimal and the number of its oldest event. Each event is a line: its number, its age
/// in milliseconds, the path that it happened on, its name, and three texts that depend on it (of `page_view` the path that was
/// viewed; of a purchase the shop's id of the order; of `attune_impression` and `attune_lost` slot, campaign and arm). Its
/// items follow, one a line that begins with an empty field: key, category, brand, variant, quantity, price and discount of a
/// piece. Fields are parted by tabs. `None` when it is no such text; an event that cannot be read counts as taken.
pub fn batch_from_lines(text: &str, now_s: u32) -> Option<Batch> {
    let mut lines = text.lines();
    let mut head = lines.next()?.split('\t');
    let log = u32::from_be_bytes(from_hex(head.next()?)?);
    let mut batch = Batch { log, oldest: head.next()?.parse().ok()?, events: Vec::new() };
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        let mut items = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            items.push(line);
        }
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let number: u32 = field().parse().ok()?;
        if batch.events.len() == EVENTS_MAX || batch.events.last().is_some_and(|before| before.number >= number) {
            return None;
        }
        let age_s = field().parse::<u64>().unwrap_or(0) / 1_000;
        let at_s = now_s.saturating_sub(u32::try_from(age_s).unwrap_or(u32::MAX));
        let page = path(field())?;
        let kind = kind(field(), [field(), field(), field()], &items, &page);
        batch.events.push(Sent { number, page, event: kind.map(|kind| Event { at_s, kind }) });
    }
    Some(batch)
}

fn kind(name: &str, [first, second, third]: [&str; 3], lines: &[&str], page: &str) -> Option<EventKind> {
    let items = || lines.iter().filter_map(|line| item(line)).take(ITEMS_MAX).collect();
    Some(match name {
        "page_view" if first.is_empty() => EventKind::PageView { path: page.into(), sku: None, category: None },
        "page_view" => EventKind::PageView { path: path(first)?, sku: None, category: None },
        "view_item" => EventKind::ViewItem { items: items(), served: false },
        "view_item_list" => EventKind::ViewItemList(items()),
        "add_to_cart" => EventKind::AddToCart(items()),
        "remove_from_cart" => EventKind::RemoveFromCart(items()),
        "view_cart" => EventKind::ViewCart(items()),
        "begin_checkout" => EventKind::BeginCheckout(items()),
        "purchase" => EventKind::Purchase { items: items(), transaction: transaction_named(first) },
        "refund" => EventKind::Refund,
        "search" => EventKind::Search,
        "login" => EventKind::Login,
        "attune_lost" => EventKind::Lost { slot: key(first)?, campaign: key(second)?, arm: key_or_none(third)? },
        "attune_impression" => EventKind::Impression {
            slot: key(first)?,
            campaign: if lines.is_empty() { key(second)? } else { key_or_none(second)? },
            arm: key_or_none(third)?,
            per_s: 0,
            products: lines.iter().take(CARDS_MAX).filter_map(|line| Some(item(line)?.sku)).collect(),
        },
        // `void`: it was given up.
        _ => return None,
    })
}

fn key_or_none(text: &str) -> Option<Box<str>> {
    (text.len() <= KEY_BYTES_MAX).then(|| text.into())
}

fn key(text: &str) -> Option<Box<str>> {
    key_or_none(text).filter(|key| !key.is_empty())
}

/// A path, without the query and the fragment that it may have.
fn path(text: &str) -> Option<Box<str>> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    (path.starts_with('/') && text.len() <= TEXT_BYTES_MAX).then(|| path.into())
}

/// An item that can be used: one with a product key.
fn item(line: &str) -> Option<Item> {
    let mut fields = line.split('\t').skip(1);
    let mut field = || fields.next().unwrap_or_default();
    let sku = Some(field()).filter(|key| is_sku(key))?.into();
    let mut text = |bytes_max| Some(field().trim()).filter(|text| !text.is_empty() && text.len() <= bytes_max);
    let category = text(TEXT_BYTES_MAX).map(Into::into);
    let [brand, variant] = [(); 2].map(|()| text(ITEM_TEXT_BYTES_MAX).map(Into::into));
    let mut number = |times: f64| parse(field().trim()).filter(|number| *number >= 0.0).map(|number| number * times);
    let quantity = number(1.0).and_then(|pieces| u16::try_from(nearest(pieces)).ok()).filter(|pieces| *pieces > 0);
    let [price_minor, discount_minor] =
        [(); 2].map(|()| number(100.0).and_then(|minor| u32::try_from(nearest(minor)).ok()).unwrap_or(0));
    Some(Item { sku, category, quantity: quantity.unwrap_or(1), price_minor, discount_minor, brand, variant })
}
