//! Files to sessions: rows read, cleaned, counted, grouped.

use crate::input::{self, Columns, Format, Progress, Row};
use crate::items::Items;
use crate::sessions::{SessionBuilder, SessionLog};
use crate::{LearnError, Noise, evaluate};
use std::path::Path;

/// Longest product id, in bytes.
pub const ITEM_BYTES_MAX: usize = 128;

/// Where rows come from, and how they are to be read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its format; told by its first bytes if not given.
    pub format: Option<Format>,
    /// Its columns.
    pub columns: &'a Columns,
    /// Whether its rows are order lines, and orders are baskets.
    pub orders: bool,
    /// Bytes of rows that may be in memory at once.
    pub memory_bytes: Option<u64>,
}

/// What becomes of products that have no ordinal yet.
#[derive(Debug)]
pub enum Products<'a> {
    /// They get the next one.
    Growing(&'a mut Items),
    /// They stay unknown, but keep their place in the session.
    Known(&'a Items),
    /// They are left out. Every product counts as the one that stands for its group.
    Catalogued(&'a Items, &'a [u32]),
}

/// Reads a log into sessions.
///
/// # Errors
/// When a file cannot be read, or has none of the columns.
pub fn read(
    source: &Source<'_>,
    products: &mut Products<'_>,
    noise: &mut Noise,
    progress: Progress<'_>,
) -> Result<SessionLog, LearnError> {
    let mut builder = SessionBuilder::new(source.memory_bytes, source.orders);
    if matches!(products, Products::Known(_)) {
        builder = builder.whole_sessions();
    }
    let mut time = LastTime::default();
    input::read(source.path, source.format, source.columns, noise, progress, &mut |row, noise| {
        noise.rows += 1;
        if !usable(&row, source.orders, noise) {
            return Ok(());
        }
        let Some(time_ms) = time.ms(row.time) else {
            noise.no_time += 1;
            return Ok(());
        };
        let item = match products {
            Products::Growing(items) => items.intern(row.item),
            Products::Known(items) => items.ordinal(row.item).unwrap_or(evaluate::UNKNOWN),
            Products::Catalogued(items, groups) => {
                let group = |item| groups.get(item as usize).copied();
                items.ordinal(row.item).and_then(group).unwrap_or(evaluate::UNKNOWN)
            }
        };
        if item == evaluate::UNKNOWN {
            noise.unknown_product.add(row.item);
            if matches!(products, Products::Catalogued(..)) {
                return Ok(());
            }
        }
        builder.push(row.session, item, time_ms)
    })?;
    noise.rows += noise.unreadable;
    builder.finish(noise)
}

fn usable(row: &Row<'_>, orders: bool, noise: &mut Noise) -> bool {
    let cause = if row.session.is_empty() || row.item.is_empty() {
        &mut noise.no_id
    } else if row.item.len() > ITEM_BYTES_MAX || row.item.chars().any(char::is_control) {
        &mut noise.odd_id
    } else if orders && is_cancelled(row.session) {
        &mut noise.cancelled
    } else if orders && !row.quantity.is_empty() && row.quantity.parse::<f64>().is_ok_and(|pieces| pieces <= 0.0) {
        &mut noise.no_quantity
    } else if orders && !is_product(row.item) {
        noise.not_product.add(row.item);
        return false;
    } else {
        return true;
    };
    *cause += 1;
    false
}

/// Whether an order number is that of a cancellation: digits behind the letter C.
fn is_cancelled(order: &str) -> bool {
    let digits = order.strip_prefix(['C', 'c']);
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Codes that wholesalers and shops book other things under than products.
const NOT_PRODUCTS: [&str; 16] = [
    "post",
    "postage",
    "shipping",
    "dot",
    "m",
    "manual",
    "d",
    "discount",
    "s",
    "samples",
    "b",
    "adjust",
    "c2",
    "cruk",
    "amazonfee",
    "bank charges",
];

/// Whether a code is that of a product, by the usual names of what is not.
fn is_product(code: &str) -> bool {
    let voucher = code.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("gift_"));
    !voucher && !NOT_PRODUCTS.iter().any(|other| code.eq_ignore_ascii_case(other))
}

/// Reads times, and the same one only once: rows of a session or order often share it.
#[derive(Default)]
struct LastTime {
    text: String,
    ms: Option<i64>,
}

impl LastTime {
    fn ms(&mut self, text: &str) -> Option<i64> {
        if text.is_empty() {
            return Some(0);
        }
        if self.text != text {
            text.clone_into(&mut self.text);
            self.ms = input::parse_ms(text);
        }
        self.ms
    }
}
