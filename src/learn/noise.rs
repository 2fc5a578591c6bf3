//! What was left out of the data, by name.

use std::collections::HashMap;
use std::fmt;

/// Ids that are counted one by one; of more, only the sum is known.
const IDS_MAX: usize = 1_000;
/// Ids that are shown.
const IDS_SHOWN: usize = 3;

/// Rows and sessions that were left out or put right, by cause. None of it stops a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noise {
    /// Rows that there are, the unreadable ones too.
    pub rows: u64,
    /// Rows that could not be read: too few columns, broken text or JSON.
    pub unreadable: u64,
    /// Rows without a session, order or product.
    pub no_id: u64,
    /// Rows whose product id is too long (over 128 bytes) or has control characters.
    pub odd_id: u64,
    /// Rows whose time cannot be read.
    pub no_time: u64,
    /// Rows whose time is before the row before it in the same session; they were put in order.
    pub out_of_order: u64,
    /// Order lines of cancelled orders.
    pub cancelled: u64,
    /// Order lines with a quantity of 0 or less that are not cancellations: returns, corrections, breakage.
    pub no_quantity: u64,
    /// Order lines of things that are not products: postage, fees, samples, manual entries.
    pub not_product: Ids,
    /// Rows of products that the catalogue, or the training data, do not know.
    pub unknown_product: Ids,
    /// Sessions of a single product, which say nothing about what belongs together.
    pub single: u64,
    /// Clicks before the last 100 of a session, which are not used.
    pub beyond_length: u64,
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
    /// Name and number of every cause for which rows are left out, those that did not occur too.
    fn left_out(&self) -> [(&'static str, u64, Option<&Ids>); 8] {
        [
            ("rows that cannot be read", self.unreadable, None),
            ("rows without a session or product", self.no_id, None),
            ("rows with an odd product id", self.odd_id, None),
            ("rows without a readable time", self.no_time, None),
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
        write!(out, "{} rows, {} left out", self.rows, causes.iter().map(|(_, count, _)| count).sum::<u64>())?;
        for (name, count, ids) in causes.into_iter().filter(|(_, count, _)| *count > 0) {
            write!(out, "\n  {count} {name}")?;
            if let Some(ids) = ids {
                write!(out, " {}", ids.shown())?;
            }
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
