//! The readable profile, read: what `GET /_attune/me` shows and a visitor file says.

use super::node::{JsonError, Node, Result};
use super::tree::Tree;
use crate::codec::from_hex;
use crate::codec::hash32;
use crate::limits::{
    CART_LINES_MAX, CATEGORY_BYTES_MAX, CUSTOMER_BYTES_MAX, INTERESTS_MAX, ITEM_TEXT_BYTES_MAX, KEY_BYTES_MAX,
    LOGS_MAX, ORDER_SKUS_MAX, SEEN_MAX, SHOWN_MAX, SIGNALS_MAX, SKU_BYTES_MAX, TRAIT_BYTES_MAX, TRAITS_MAX,
    TRANSACTIONS_MAX, VIEWED_MAX,
};
use crate::profile::events::event::campaign_hash;
use crate::profile::events::interest;
use crate::profile::events::shown_products::{QUARTERS, ShownProduct, ShownProducts, product_hash};
use crate::profile::events::signal_sum::SUM_MILLI_MAX;
use crate::profile::events::top::top_hash;
use crate::profile::events::visit::customer_hash;
use crate::profile::model::{
    CampaignImpressions, Cart, CartLine, Choice, Consent, ConsentSource, Interest, LogMark, MailboxMark, Orders,
    Profile, SignalState, TraitValue, Viewed, Visits,
};
use crate::sort;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::cmp::Reverse;
use serde_json::Value;

/// The words for choices.
pub(super) const CHOICES: &[(&str, Choice)] =
    &[("granted", Choice::Granted), ("denied", Choice::Denied), ("unknown", Choice::Unknown)];

/// The fields of a readable profile.
pub(super) const FIELDS: &[&str] = &[
    "consent",
    "opt_out",
    "id",
    "issued",
    "visits",
    "interests",
    "viewed",
    "shown",
    "cart",
    "orders",
    "purchased_at",
    "transactions",
    "logs",
    "mailbox",
    "seen",
    "traits",
    "signals",
    "customer",
    "signed_in",
];

/// Largest amount of money that is read: what a double still holds to the penny.
const TOTAL_MINOR_MAX: u64 = 9_000_000_000_000_000;

/// Reads a readable profile. Every field is optional; one that is not known is an error. Lists are put in
/// their order: newest, and for interests highest, first.
///
/// # Errors
/// [`JsonError`] with the path of the first value that is wrong.
pub fn parse_profile(value: &Value) -> core::result::Result<Profile, JsonError> {
    read_profile(&Node::root(&Tree::of(value)), FIELDS)
}

/// Reads a readable profile that may have these fields.
pub(super) fn read_profile(node: &Node<'_>, known: &[&str]) -> Result<Profile> {
    let fields = node.object(known)?;
    let mut profile = Profile {
        consent: fields.or_default("consent", consent)?,
        opt_out: fields.or_default("opt_out", Node::bool)?,
        id: fields.optional("id", id)?,
        issued_s: fields.or_default("issued", Node::time)?,
        visits: fields.or_default("visits", visits)?,
        interests: fields.or_default("interests", interests)?,
        viewed: fields.or_default("viewed", viewed)?,
        impressions: fields.or_default("shown", shown)?,
        cart: fields.or_default("cart", cart)?,
        orders: fields.or_default("orders", orders)?,
        purchased_s: fields.or_default("purchased_at", Node::time)?,
        transactions: fields.or_default("transactions", transactions)?,
        logs: fields.or_default("logs", logs)?,
        mailbox: fields.or_default("mailbox", mailbox)?,
        shown_products: fields.or_default("seen", seen)?,
        traits: fields.or_default("traits", traits)?,
        signals: fields.or_default("signals", signals)?,
        customer: fields.optional("customer", customer)?,
        unknown: Vec::new(),
    };
    // What `GET /_attune/me` says of it: it does not tell who.
    fields.or_default("signed_in", Node::bool)?;
    interest::sort(&mut profile);
    sort::by_key(&mut profile.viewed, |viewed| Reverse(viewed.at_s));
    sort::by_key(&mut profile.impressions, |shown| Reverse(shown.since_s));
    Ok(profile)
}

fn consent(node: &Node<'_>) -> Result<Consent> {
    let fields = node.object(&["personalization", "measurement", "at", "source", "under_gpc"])?;
    Ok(Consent {
        personalization: fields.or_default("personalization", |n| n.word(CHOICES))?,
        measurement: fields.or_default("measurement", |n| n.word(CHOICES))?,
        at_s: fields.or_default("at", Node::time)?,
        source: fields.or_default("source", source)?,
        under_gpc: fields.or_default("under_gpc", Node::bool)?,
    })
}

/// Who recorded a consent.
pub(super) fn source(node: &Node<'_>) -> Result<ConsentSource> {
    node.word(&ConsentSource::ALL.map(|source| (source.word(), source)))
}

fn id(node: &Node<'_>) -> Result<[u8; 16]> {
    from_hex(node.text()?).map_or_else(|| node.error("must be 32 hex digits"), Ok)
}

/// The shop's own id of the customer, of which only the hash is kept.
fn customer(node: &Node<'_>) -> Result<[u8; 16]> {
    Ok(customer_hash(&node.key(CUSTOMER_BYTES_MAX)?))
}

fn visits(node: &Node<'_>) -> Result<Visits> {
    let fields = node.object(&["count", "first", "previous", "last", "session_pages"])?;
    let visits = Visits {
        count: fields.optional("count", |n| n.whole(1, u16::MAX))?.unwrap_or(1),
        first_s: fields.or_default("first", Node::time)?,
        previous_s: fields.or_default("previous", Node::time)?,
        last_s: fields.or_default("last", Node::time)?,
        session_pages: fields.optional("session_pages", |n| n.whole(1, u16::MAX))?.unwrap_or(1),
    };
    let order = [("first", visits.first_s), ("previous", visits.previous_s), ("last", visits.last_s)];
    let given: Vec<_> = order.iter().filter(|(_, at_s)| *at_s != 0).collect();
    for (earlier, later) in given.iter().zip(given.iter().skip(1)) {
        if earlier.1 > later.1 {
            return node.error(format!("{} must not be before {}", later.0, earlier.0));
        }
    }
    // What is left out is as near to the rest as it can be, so that the three stay in order.
    let last_s = visits.last_s.max(visits.previous_s).max(visits.first_s);
    let earliest_s = if visits.previous_s == 0 { last_s } else { visits.previous_s };
    let first_s = if visits.first_s == 0 { earliest_s } else { visits.first_s };
    Ok(Visits { first_s, last_s, ..visits })
}

/// Reads a list whose entries have a key each, and no key twice.
fn keyed<T, K: PartialEq + ?Sized>(
    node: &Node<'_>,
    max: usize,
    field: &str,
    read: impl Fn(&Node<'_>) -> Result<T>,
    key: impl Fn(&T) -> &K,
) -> Result<Vec<T>> {
    let mut entries: Vec<T> = Vec::new();
    for node in node.list(max)? {
        let entry = read(&node)?;
        if entries.iter().any(|other| key(other) == key(&entry)) {
            let path = if field.is_empty() { node.path.to_string() } else { format!("{}.{field}", node.path) };
            return Err(JsonError { path, message: "is there twice".into() });
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn sku(node: &Node<'_>) -> Result<Box<str>> {
    node.key(SKU_BYTES_MAX)
}

fn interests(node: &Node<'_>) -> Result<Vec<Interest>> {
    let read = |node: &Node<'_>| {
        let fields = node.object(&["category", "score", "views", "today", "at"])?;
        let score = |n: &Node<'_>| n.scaled(1_000, interest::SCORE_MILLI_MAX.into());
        let score_milli = fields.required("score").and_then(|n| score(&n))?;
        Ok(Interest {
            category: fields.required("category")?.key(CATEGORY_BYTES_MAX)?,
            // Within SCORE_MILLI_MAX, which is a u32.
            score_milli: u32::try_from(score_milli).unwrap_or(interest::SCORE_MILLI_MAX),
            views: fields.or_default("views", |n| n.whole(0, u16::MAX))?,
            today: fields.or_default("today", |n| n.whole(0, u8::MAX))?,
            day: fields.required("at")?.date()?,
        })
    };
    keyed(node, INTERESTS_MAX, "category", read, |i| &i.category)
}

fn viewed(node: &Node<'_>) -> Result<Vec<Viewed>> {
    let read = |node: &Node<'_>| {
        let fields = node.object(&["sku", "at"])?;
        Ok(Viewed { sku: sku(&fields.required("sku")?)?, at_s: fields.required("at")?.time()? })
    };
    keyed(node, VIEWED_MAX, "sku", read, |v| &v.sku)
}

fn shown(node: &Node<'_>) -> Result<Vec<CampaignImpressions>> {
    let read = |node: &Node<'_>| {
        let fields = node.object(&["campaign", "seen", "at"])?;
        let campaign = fields.required("campaign")?;
        let key = campaign.key(KEY_BYTES_MAX)?;
        let hash = match key.strip_prefix('#') {
            None => campaign_hash(&key),
            Some(hex) => match from_hex(hex) {
                Some(bytes) => u32::from_be_bytes(bytes),
                None => return campaign.error("must be a campaign key, or # and 8 hex digits"),
            },
        };
        Ok(CampaignImpressions {
            campaign: hash,
            count: fields.required("seen")?.whole(0, u8::MAX)?,
            since_s: fields.required("at")?.time()?,
        })
    };
    keyed(node, SHOWN_MAX, "campaign", read, |s| &s.campaign)
}

fn cart(node: &Node<'_>) -> Result<Cart> {
    let fields = node.object(&["items", "at"])?;
    let read = |node: &Node<'_>| {
        let fields = node.object(&["sku", "quantity", "price"])?;
        let price_minor = fields.or_default("price", |n| n.scaled(100, u32::MAX.into()))?;
        Ok(CartLine {
            sku: sku(&fields.required("sku")?)?,
            quantity: fields.optional("quantity", |n| n.whole(1, u16::MAX))?.unwrap_or(1),
            // Within u32::MAX.
            price_minor: u32::try_from(price_minor).unwrap_or(u32::MAX),
        })
    };
    let lines = |node: &Node<'_>| keyed(node, CART_LINES_MAX, "sku", read, |line: &CartLine| &line.sku);
    Ok(Cart { lines: fields.or_default("items", lines)?, at_s: fields.or_default("at", Node::time)? })
}

fn orders(node: &Node<'_>) -> Result<Orders> {
    let fields = node.object(&["count", "total", "last", "last_value", "last_items", "skus"])?;
    Ok(Orders {
        count: fields.or_default("count", |n| n.whole(0, u16::MAX))?,
        total_minor: fields.or_default("total", |n| n.scaled(100, TOTAL_MINOR_MAX))?,
        last_s: fields.or_default("last", Node::time)?,
        // Within u32::MAX.
        last_minor: u32::try_from(fields.or_default("last_value", |n| n.scaled(100, u32::MAX.into()))?)
            .unwrap_or(u32::MAX),
        last_items: fields.or_default("last_items", |n| n.whole(0, u16::MAX))?,
        skus: fields.or_default("skus", |n| keyed(n, ORDER_SKUS_MAX, "", sku, |sku| sku))?,
    })
}

/// Products shown and not clicked: by their hash, as the cookie has them, or by their key.
fn seen(node: &Node<'_>) -> Result<ShownProducts> {
    let fields = node.object(&["week", "products"])?;
    let read = |node: &Node<'_>| {
        let fields = node.object(&["product", "sku", "times"])?;
        let product = match fields.optional("sku", sku)? {
            Some(sku) => product_hash(&sku),
            None => hex_number(&fields.required("product")?)?,
        };
        let quarters = fields.required("times")?.scaled(QUARTERS.into(), u8::MAX.into())?;
        // Within u8::MAX.
        Ok(ShownProduct { product, quarters: u8::try_from(quarters).unwrap_or(u8::MAX) })
    };
    let products = |node: &Node<'_>| keyed(node, SEEN_MAX, "product", read, |seen: &ShownProduct| &seen.product);
    let products = fields.or_default("products", products)?;
    Ok(ShownProducts { week: fields.or_default("week", |n| n.whole(0, u16::MAX))?, products })
}

fn transactions(node: &Node<'_>) -> Result<Vec<u32>> {
    keyed(node, TRANSACTIONS_MAX, "", hex_number, |hash| hash)
}

fn logs(node: &Node<'_>) -> Result<Vec<LogMark>> {
    let read = |node: &Node<'_>| {
        let fields = node.object(&["log", "last"])?;
        Ok(LogMark { log: hex_number(&fields.required("log")?)?, last: fields.required("last")?.whole(1, u32::MAX)? })
    };
    keyed(node, LOGS_MAX, "log", read, |mark| &mark.log)
}

fn mailbox(node: &Node<'_>) -> Result<MailboxMark> {
    let fields = node.object(&["last", "ask_until", "unacknowledged"])?;
    Ok(MailboxMark {
        last: fields.or_default("last", |n| n.whole(0, (1 << 53) - 1))?,
        ask_until_s: fields.or_default("ask_until", Node::time)?,
        unacknowledged: fields.or_default("unacknowledged", Node::bool)?,
    })
}

/// A key, or `#` and the hash of one in 8 hex digits.
fn hashed(node: &Node<'_>) -> Result<u32> {
    let key = node.key(KEY_BYTES_MAX)?;
    match key.strip_prefix('#') {
        None => Ok(hash32(&[&key])),
        Some(hex) => match from_hex(hex) {
            Some(bytes) => Ok(u32::from_be_bytes(bytes)),
            None => node.error("must be a key, or # and 8 hex digits"),
        },
    }
}

fn traits(node: &Node<'_>) -> Result<Vec<TraitValue>> {
    let read = |node: &Node<'_>| {
        let fields = node.object(&["trait", "value"])?;
        let key = hashed(&fields.required("trait")?)?;
        Ok(TraitValue { key, value: fields.required("value")?.key(TRAIT_BYTES_MAX)? })
    };
    let mut traits = keyed(node, TRAITS_MAX, "trait", read, |value| &value.key)?;
    sort::by_key(&mut traits, |value| value.key);
    Ok(traits)
}

fn signals(node: &Node<'_>) -> Result<Vec<SignalState>> {
    let read = |node: &Node<'_>| {
        let fields = node.object(&["signal", "value", "sum", "total", "at"])?;
        let value = fields.optional("value", |n| n.key(ITEM_TEXT_BYTES_MAX))?;
        let signal = fields.required("signal")?;
        // Within SUM_MILLI_MAX, which is a u32.
        let milli = |n: &Node<'_>| Ok(u32::try_from(n.scaled(1_000, SUM_MILLI_MAX.into())?).unwrap_or(SUM_MILLI_MAX));
        Ok(SignalState {
            key: match value {
                Some(value) => top_hash(&signal.key(KEY_BYTES_MAX)?, &value),
                None => hashed(&signal)?,
            },
            sum_milli: fields.or_default("sum", milli)?,
            total_milli: fields.or_default("total", milli)?,
            day: fields.required("at")?.date()?,
        })
    };
    let mut signals = keyed(node, SIGNALS_MAX, "signal", read, |state| &state.key)?;
    sort::by_key(&mut signals, |state| state.key);
    Ok(signals)
}

/// A number of 32 bits as 8 hex digits.
pub(super) fn hex_number(node: &Node<'_>) -> Result<u32> {
    match from_hex(node.text()?) {
        Some(bytes) => Ok(u32::from_be_bytes(bytes)),
        None => node.error("must be 8 hex digits"),
    }
}
