//! Visits, pages, and the products and categories that pages show.

use crate::codec::hash128;
use crate::limits::{VIEWED_MAX, VISIT_IDLE_S};
use crate::profile::events::interest;
use crate::profile::events::interest::Sign;
use crate::profile::events::shown_products::product_hash;
use crate::profile::model::is_sku;
use crate::profile::model::{Choice, Profile, Viewed, Visits};
use crate::profile::time::EPOCH_S;
use crate::sort;
use core::cmp::Reverse;

/// Views of one product within this long count once, in seconds: the page and the event that the page's
/// own script sends for it, or a reload.
pub const VIEW_REPEAT_S: u32 = 60;

/// What a page shows, as far as its path tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageSeen<'a> {
    /// Product key.
    pub sku: Option<&'a str>,
    /// Category key.
    pub category: Option<&'a str>,
}

/// How a customer of the shop is remembered and drawn for experiments: the first 16 bytes of SHA-256 of `customer:` and
/// the shop's own id. A pseudonym, not a secret: whoever has the list of ids can find the one.
pub fn customer_hash(id: &str) -> [u8; 16] {
    hash128(&["customer:", id])
}

impl Profile {
    /// Gives the visitor an id, unless they have one. Only where personalization is granted.
    pub fn mint(&mut self, random: [u8; 16], now_s: u32) {
        if self.id.is_none() {
            self.id = Some(random);
            self.issued_s = now_s;
        }
    }

    /// Gives a persona an id drawn from its name, so that its arms stay the same, unless it has an id or
    /// is nobody: someone who agreed to nothing and of whom nothing is remembered. For previews and
    /// simulations only: a visitor's id is random ([`Profile::mint`]).
    pub fn mint_named(&mut self, name: &str) {
        if !self.needs_id() {
            return;
        }
        let issued_s = if self.visits.first_s == 0 { EPOCH_S } else { self.visits.first_s };
        self.mint(hash128(&["persona:", name]), issued_s);
    }

    /// They agreed to personalization, or remember something that needs it.
    pub(in crate::profile) fn needs_id(&self) -> bool {
        if self.consent.personalization == Choice::Granted {
            return true;
        }
        let mut nobody = self.clone();
        nobody.enforce(false, true);
        *self != nobody
    }

    /// Says which customer of the shop this is, by the shop's own id of them. Who has no visitor id gets the hash as
    /// that too: in every channel that knows the customer they get the same arms.
    pub fn mint_customer(&mut self, customer: &str) {
        let hash = customer_hash(customer);
        self.customer = Some(hash);
        self.mint(hash, EPOCH_S);
    }

    /// Counts a page, and a visit when 30 minutes have passed since the last page. True when this page
    /// begins a visit. Without an id nothing is counted.
    pub fn page(&mut self, now_s: u32) -> bool {
        if self.id.is_none() {
            return false;
        }
        let visits = &mut self.visits;
        if visits.count == 0 {
            *visits = Visits { count: 1, first_s: now_s, previous_s: 0, last_s: now_s, session_pages: 1 };
            return true;
        }
        let begins = now_s.saturating_sub(visits.last_s) >= VISIT_IDLE_S;
        if begins {
            visits.count = visits.count.saturating_add(1);
            visits.previous_s = visits.last_s;
            visits.session_pages = 1;
        } else {
            visits.session_pages = visits.session_pages.saturating_add(1);
        }
        // A clock that runs backwards between two machines must not move the last page back.
        visits.last_s = visits.last_s.max(now_s);
        begins
    }

    /// Remembers what a page shows: the product among the viewed, the category as an interest. Pages that
    /// are never profiled are the caller's to leave out. Without an id nothing is remembered.
    pub fn see(&mut self, page: PageSeen<'_>, now_s: u32) {
        if self.id.is_none() {
            return;
        }
        let again = page.sku.is_some_and(|sku| self.view(sku, now_s));
        if let Some(category) = page.category.filter(|_| !again) {
            interest::add(self, category, Sign::VIEW, now_s);
        }
    }

    /// Puts a product among the viewed. True when it was already viewed in the last minute.
    pub(in crate::profile) fn view(&mut self, sku: &str, at_s: u32) -> bool {
        if !is_sku(sku) {
            return false;
        }
        self.shown_products.clicked(product_hash(sku));
        let known = self.viewed.iter().position(|viewed| &*viewed.sku == sku);
        let mut viewed = match known {
            Some(at) => self.viewed.remove(at),
            None => Viewed { sku: sku.into(), at_s: 0 },
        };
        let again = viewed.at_s.abs_diff(at_s) < VIEW_REPEAT_S;
        viewed.at_s = viewed.at_s.max(at_s);
        self.viewed.insert(0, viewed);
        sort::by_key(&mut self.viewed, |viewed| Reverse(viewed.at_s));
        self.viewed.truncate(VIEWED_MAX);
        again
    }

    /// The product is among the last viewed.
    pub fn viewed_sku(&self, sku: &str) -> bool {
        self.viewed.iter().any(|viewed| &*viewed.sku == sku)
    }
}
