//! What was left out of the data, by name.

use jiff::Timestamp;
use std::collections::HashMap;
use std::fmt;

/// Ids that are counted one by one; of more, only the sum is known.
const IDS_MAX: usize = 1_000;
/// Kinds of events that there can be.
const KINDS_MAX: usize = 20;
/// 1980-01-01: what is before counts from somewhere else than 1970.
const DATES_MS_MIN: i64 = 315_532_800_000;
/// Ids that are shown.
const IDS_SHOWN: usize = 3;

/// Rows and sessions that were left out or put right, by cause. None of it stops a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noise {
    /// How the file was read, in words.
    pub layout: String,
    /// Whether columns or sessions were guessed.
    pub guessed: bool,
    /// Rows that there are, the unreadable ones too.
    pub rows: u64,
    /// Kinds of events, of all rows that say one.
    pub events: Ids,
    /// Rows of kinds of events that were not asked for.
    pub other_event: u64,
    /// From when to when the rows are.
    pub times: Times,
    /// Rows that could not be read: too few columns, broken text or JSON.
    pub unreadable: u64,
    /// Rows without a session, order or product.
    pub no_id: u64,
    /// Rows whose product id is too long (over 128 bytes) or has control characters.
    pub odd_id: u64,
    /// Rows whose time cannot be read, by what stands there.
    pub no_time: Ids,
    /// Order lines whose time cannot be read, by what stands there. They are used: baskets need no time.
    pub needless_time: Ids,
    /// Rows whose time is before the row before it in the same session; they were put in order.
    pub out_of_order: u64,
    /// Order lines of cancelled orders.
    pub cancelled: u64,
    /// Order lines with a quantity of 0 or less that are not cancellations: returns, corrections, breakage.
    pub no_quantity: u64,
    /// Order lines of things that are not products: postage, fees, samples, manual entries.
    pub not_product: Ids,
    /// Rows of products that the catalogue does not know.
    pub unknown_product: Ids,
    /// Rows of a test file of products that the training data do not have. They keep their places.
    pub new_product: Ids,
    /// Sessions of a single product, which say nothing about what belongs together.
    pub single: u64,
    /// Clicks before the last 100 of a session, which are not used.
    pub beyond_length: u64,
}

/// From when to when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    ends_ms: Option<(i64, i64)>,
}

impl Times {
    /// Counts a time in.
    pub fn add(&mut self, ms: i64) {
        let (from, to) = self.ends_ms.unwrap_or((ms, ms));
        self.ends_ms = Some((from.min(ms), to.max(ms)));
    }

    /// Whether they count from 1970, as far as that can be told.
    pub fn are_dates(self) -> bool {
        self.ends_ms.is_some_and(|(_, to)| to >= DATES_MS_MIN)
    }

    /// In words, so that a wrong unit is seen; nothing where all are the same.
    fn shown(self) -> Option<String> {
        let (from, to) = self.ends_ms.filter(|(from, to)| from != to)?;
        if !self.are_dates() {
            return Some(format!("times are no dates: taken as seconds, {} to {}", from / 1_000, to / 1_000));
        }
        let moment = |ms| Some(Timestamp::from_millisecond(ms).ok()?.strftime("%Y-%m-%d %H:%M").to_string());
        Some(format!("from {} to {} UTC", moment(from)?, moment(to)?))
    }
}

/// Rows by an id that they share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// Rows in all.
    pub total: u64,
    counts: HashMap<Box<str>, u64>,
}

impl Ids {
    /// Counts a row.
    pub fn add(&mut self, id: &str) {
        self.total += 1;
        if let Some(count) = self.counts.get_mut(id) {
            *count += 1;
        } else if self.counts.len() < IDS_MAX {
            self.counts.insert(id.into(), 1);
        }
    }

    /// The ids with most rows, in brackets.
    fn shown(&self) -> String {
        let mut ids: Vec<(&str, u64)> = self.counts.iter().map(|(id, count)| (&**id, *count)).collect();
        ids.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let more = if ids.len() > IDS_SHOWN { ", .." } else { "" };
        let ids: Vec<String> = ids.into_iter().take(IDS_SHOWN).map(|(id, count)| format!("{id} {count}")).collect();
        format!("({}{more})", ids.join(", "))
    }
}

impl Noise {
    /// Whether somebody should look at how the file was read: something was guessed, or most of it was left out.
    pub fn is_doubtful(&self) -> bool {
        self.guessed || 2 * (self.left_out_total() - self.other_event) > self.rows
    }

    /// Whether most of what was left out has a time that cannot be read.
    pub fn is_mostly_untimed(&self) -> bool {
        2 * self.no_time.total > self.left_out_total()
    }

    /// Rows that were left out, for whatever cause.
    pub fn left_out_total(&self) -> u64 {
        self.left_out().iter().map(|(_, count, _)| count).sum()
    }

    /// Name and number of every cause for which rows are left out, those that did not occur too.
    fn left_out(&self) -> [(&'static str, u64, Option<&Ids>); 9] {
        [
            ("rows that cannot be read", self.unreadable, None),
            ("rows without a session or product", self.no_id, None),
            ("rows with an odd product id", self.odd_id, None),
            ("rows without a readable time", self.no_time.total, Some(&self.no_time)),
            ("rows of other kinds of events", self.other_event, None),
            ("lines of cancelled orders", self.cancelled, None),
            ("lines without a positive quantity", self.no_quantity, None),
            ("lines that are not products", self.not_product.total, Some(&self.not_product)),
            ("rows of unknown products", self.unknown_product.total, Some(&self.unknown_product)),
        ]
    }
}

impl fmt::Display for Noise {
    /// A line of sums, and one for each cause that occurred.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let causes = self.left_out();
        write!(out, "{} rows, {} left out", self.rows, self.left_out_total())?;
        if !self.layout.is_empty() {
            write!(out, "\n  read as {}", self.layout)?;
        }
        if let Some(times) = self.times.shown() {
            write!(out, "\n  {times}")?;
        }
        if (2..=KINDS_MAX).contains(&self.events.counts.len()) {
            let used = if self.other_event > 0 { "" } else { ", all used (--events to choose)" };
            write!(out, "\n  kinds of events {}{used}", self.events.shown())?;
        }
        for (name, count, ids) in causes.into_iter().filter(|(_, count, _)| *count > 0) {
            write!(out, "\n  {count} {name}")?;
            if let Some(ids) = ids {
                write!(out, " {}", ids.shown())?;
            }
        }
        if self.new_product.total > 0 {
            let (count, ids) = (self.new_product.total, self.new_product.shown());
            write!(out, "\n  {count} rows of products that the training data do not have {ids}")?;
        }
        if self.needless_time.total > 0 {
            let (count, ids) = (self.needless_time.total, self.needless_time.shown());
            write!(out, "\n  {count} rows have no readable time, which orders do not need {ids}")?;
        }
        for (name, count) in [
            ("rows were out of order in time, and put in order", self.out_of_order),
            ("sessions or orders have one product only", self.single),
            ("rows are before the last 100 of their session or order, and not used", self.beyond_length),
        ] {
            if count > 0 {
                write!(out, "\n  {count} {name}")?;
            }
        }
        Ok(())
    }
}
