//! Files to sessions: rows read, cleaned, counted, grouped.

use crate::input::{self, Columns, Format, Layout, Numbered, Progress, Row, TimeFormat};
use crate::items::{Items, UNKNOWN};
use crate::sessions::{SessionBuilder, SessionLog};
use crate::{LearnError, Noise};
use std::fmt::Write;
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
    /// Kinds of events that are used; all of them if none is named.
    pub events: &'a [String],
    /// Where a visitor's clicks are cut into sessions.
    pub gap: Gap,
    /// How its times are written.
    pub time_format: &'a TimeFormat,
}

/// The pause after which a visitor's next click begins another session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gap {
    /// Half an hour where the file says visitors and not sessions; elsewhere nothing is cut.
    #[default]
    Unless,
    /// Nothing is cut.
    Never,
    /// Milliseconds.
    Ms(i64),
}

/// The pause that is usual in web analytics.
const GAP_MS: i64 = 30 * 60 * 1_000;

impl Gap {
    fn ms(self, layout: &Layout, dates: bool) -> Option<i64> {
        match self {
            Self::Unless if layout.visitors && dates => Some(GAP_MS),
            Self::Unless | Self::Never => None,
            Self::Ms(ms) => Some(ms),
        }
    }
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
    let mut time = LastTime::new(time_format(source)?);
    let layout = input::read(source.path, source.format, source.columns, noise, progress, &mut |row, noise| {
        noise.rows += 1;
        if !usable(&row, source, noise) {
            return Ok(());
        }
        let moment = time.ms(row.time).and_then(|base| Some((base, base.checked_add(offset_ms(row.offset)?)?)));
        let time_ms = match moment {
            Some((base_ms, time_ms)) => {
                noise.times.add(base_ms);
                time_ms
            }
            // Products of one order belong together, whenever it was.
            None if source.orders => {
                noise.needless_time.add(row.time);
                0
            }
            None => {
                noise.no_time.add(row.time);
                return Ok(());
            }
        };
        let id = whole_number(row.item);
        let item = match products {
            Products::Growing(items) => items.intern(id),
            Products::Known(items) => items.ordinal(id).unwrap_or(UNKNOWN),
            Products::Catalogued(items, groups) => {
                let group = |item| groups.get(item as usize).copied();
                let exact = items.ordinal(row.item).or_else(|| items.ordinal(id));
                exact.and_then(group).unwrap_or(UNKNOWN)
            }
        };
        if item == UNKNOWN {
            if matches!(products, Products::Catalogued(..)) {
                noise.unknown_product.add(row.item);
                return Ok(());
            }
            noise.new_product.add(row.item);
        }
        builder.push(row.session, item, time_ms)
    })?;
    noise.rows += noise.unreadable;
    if !source.events.is_empty() && noise.events.total == 0 {
        return Err(LearnError::column(source.path, "event", layout.text));
    }
    let gap_ms = source.gap.ms(&layout, noise.times.are_dates() && !source.orders);
    noise.guessed = layout.guessed || layout.visitors;
    noise.layout = described(layout.text.clone(), &layout, gap_ms);
    builder.cut_at(gap_ms).dated(layout.timed).finish(noise)
}

/// How the times of a file are written: as was said, or as its first value that leaves no doubt says.
fn time_format(source: &Source<'_>) -> Result<TimeFormat, LearnError> {
    if *source.time_format != TimeFormat::Told {
        return Ok(source.time_format.clone());
    }
    let (mut settled, mut example) = (None, None);
    let enough = || LearnError::Empty(String::new());
    let read =
        input::read(source.path, source.format, source.columns, &mut Noise::default(), &mut |_| {}, &mut |row, _| {
            if row.time.is_empty() {
                return Ok(());
            }
            settled = match Numbered::of(row.time).filter(|date| !date.is_plain()) {
                Some(date) => date.settles(),
                // One that is plain in itself: so are the others, as far as they can be read.
                None if example.is_none() => Some(TimeFormat::Told),
                None => None,
            };
            if example.is_none() {
                example = Some(row.time.to_owned());
            }
            if settled.is_some() { Err(enough()) } else { Ok(()) }
        });
    match (settled, example) {
        (Some(format), _) => Ok(format),
        (None, Some(example)) if !source.orders => {
            Err(LearnError::TimeOrder { path: source.path.to_path_buf(), example })
        }
        _ => read.map(|_| TimeFormat::Told),
    }
}

fn described(mut text: String, layout: &Layout, gap_ms: Option<i64>) -> String {
    // Writing to a string cannot fail.
    let _ = match gap_ms {
        Some(ms) => write!(text, "; sessions are cut at pauses of more than {} minutes", ms / 60_000),
        None if layout.visitors => write!(text, "; all of a visitor is one session"),
        None => Ok(()),
    };
    if !layout.timed {
        text.push_str("; without a time, no session is later than another");
    }
    text
}

/// A number without the `.0` that tools put behind the ids of a column that has gaps.
fn whole_number(id: &str) -> &str {
    match id.strip_suffix(".0") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        _ => id,
    }
}

/// What comes on top of a time, in ms; no unit is told by its size.
fn offset_ms(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    let fraction = || text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number.round() as i64);
    text.parse().ok().or_else(fraction)
}

fn usable(row: &Row<'_>, source: &Source<'_>, noise: &mut Noise) -> bool {
    if !row.event.is_empty() {
        noise.events.add(row.event);
    }
    let orders = source.orders;
    let cause = if row.session.is_empty() || row.item.is_empty() {
        &mut noise.no_id
    } else if row.item.len() > ITEM_BYTES_MAX || row.item.chars().any(char::is_control) {
        &mut noise.odd_id
    } else if !source.events.is_empty() && !source.events.iter().any(|event| event == row.event) {
        &mut noise.other_event
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
struct LastTime {
    format: TimeFormat,
    text: String,
    ms: Option<i64>,
}

impl LastTime {
    fn new(format: TimeFormat) -> Self {
        Self { format, text: String::new(), ms: None }
    }

    fn ms(&mut self, text: &str) -> Option<i64> {
        if text.is_empty() {
            return Some(0);
        }
        if self.text != text {
            text.clone_into(&mut self.text);
            self.ms = self.format.ms(text);
        }
        self.ms
    }
}
