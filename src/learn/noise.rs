//! What was left out of the data, by name.

use std::fmt;

/// Rows and sessions that were left out or put right, by cause. None of it stops a build.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noise {
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
    pub not_product: u64,
    /// Rows of products that the catalogue does not know.
    pub unknown_product: u64,
    /// Sessions of a single product, which say nothing about what belongs together.
    pub single: u64,
    /// Clicks before the last 100 of a session, which are not used.
    pub beyond_length: u64,
}

impl Noise {
    /// Name and number of every cause, those that did not occur too.
    pub fn causes(&self) -> [(&'static str, u64); 11] {
        [
            ("unreadable rows", self.unreadable),
            ("rows without a session or product", self.no_id),
            ("rows with an odd product id", self.odd_id),
            ("rows without a readable time", self.no_time),
            ("rows out of order in time, put in order", self.out_of_order),
            ("lines of cancelled orders", self.cancelled),
            ("lines without a positive quantity", self.no_quantity),
            ("lines that are not products", self.not_product),
            ("rows of unknown products", self.unknown_product),
            ("sessions of one product", self.single),
            ("clicks beyond the last 100 of a session", self.beyond_length),
        ]
    }
}

impl fmt::Display for Noise {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (name, count) in self.causes().into_iter().filter(|(_, count)| *count > 0) {
            write!(out, "{}{count} {name}", if first { "" } else { ", " })?;
            first = false;
        }
        if first { out.write_str("nothing") } else { Ok(()) }
    }
}
