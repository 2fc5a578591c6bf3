//! The mailbox: what the shop's server says of a visitor, as numbered rows on their way to the cookie.
//!
//! The profile remembers the last number and takes only higher rows, in order. Whoever keeps the mailbox delivers again
//! what lies above the number that a request's cookie shows.

use crate::bundle::Trait;
use crate::limits::MAILBOX_ASK_S;
use crate::profile::events::order::{Order, apply_order};
use crate::profile::events::server_update::{Customer, ServerUpdate};
use crate::profile::model::{MailboxMark, Profile, TraitValue};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its number: higher than that of every row before it.
    pub number: u64,
    /// What it says.
    pub body: MailBody,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailBody {
    /// An order.
    Order(Order),
    /// The value of a trait; empty: it is taken away.
    Trait(TraitValue),
    /// Who is signed in.
    Customer(Customer),
}

impl MailboxMark {
    /// Something happened after which the shop's server may soon say something.
    pub(in crate::profile) fn ask_from(&mut self, at_s: u32) {
        self.ask_until_s = self.ask_until_s.max(at_s.saturating_add(MAILBOX_ASK_S));
    }

    /// Whether a beacon asks the mailbox: at the first of a visit of somebody who is known, for an hour after a checkout, a purchase or a
    /// login, while rows are unacknowledged, and when the browser has seen a higher number than the cookie shows.
    pub fn is_due(&self, began_visit: bool, shown_products: u64, now_s: u32) -> bool {
        began_visit || self.unacknowledged || now_s < self.ask_until_s || shown_products > self.last
    }
}

impl Profile {
    /// Takes the rows that the profile does not have yet. `known` are the site's traits, for which others make room.
    /// To be called with no row, too, when the mailbox was asked and has none.
    pub fn deliver(&mut self, rows: &[Mail], known: &[Trait]) {
        let before = self.mailbox.last;
        for row in rows {
            if row.number <= self.mailbox.last {
                continue;
            }
            self.mailbox.last = row.number;
            match &row.body {
                MailBody::Order(order) => apply_order(self, order),
                MailBody::Trait(value) => {
                    self.take_over(&ServerUpdate { traits: [value.clone()].into(), ..ServerUpdate::default() }, known);
                }
                MailBody::Customer(customer) => {
                    self.take_over(&ServerUpdate { customer: *customer, ..ServerUpdate::default() }, known);
                }
            }
        }
        self.mailbox.unacknowledged = self.mailbox.last != before;
    }
}
