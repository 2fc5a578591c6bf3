//! Events that a browser reports: Google Analytics 4's e-commerce vocabulary and Attune's impressions.
//!
//! What a browser says may target, never entitle: a purchase it reports empties the cart and is remembered
//! as recent, and leaves the orders alone.

use super::cart;
use super::fit::is_category;
use super::interest::{self, Sign};
use super::{PageSeen, Profile, Shown, product_hash, signal};
use crate::bundle::Signal;
use crate::codec::hash32;
use crate::limits::{SHOWN_MAX, TRANSACTIONS_MAX};
use crate::sort;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// How late an event may be and still keep its own time, in seconds; an older one is taken as this old.
pub const EVENT_LATE_S_MAX: u32 = 86_400;

/// One item of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Product key (`item_id`).
    pub sku: Box<str>,
    /// Category (`item_category`): its name as it was sent, and its key once [`Event::resolve`] has looked it up.
    pub category: Option<Box<str>>,
    /// Pieces.
    pub quantity: u16,
    /// Price of one piece, in minor units.
    pub price_minor: u32,
    /// What that price is reduced by, in minor units.
    pub discount_minor: u32,
    /// Brand (`item_brand`).
    pub brand: Option<Box<str>>,
    /// Variant (`item_variant`).
    pub variant: Option<Box<str>>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it happened, by the server's clock.
    pub at_s: u32,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A page was looked at: a document, or a page of a single-page application.
    PageView {
        /// Its path.
        path: Box<str>,
        /// The product it shows; [`Event::resolve`] fills it in.
        sku: Option<Box<str>>,
        /// The category it shows; likewise.
        category: Option<Box<str>>,
    },
    /// A product was looked at.
    ViewItem {
        /// The product.
        items: Vec<Item>,
        /// The view of the page already counted under its category ([`Profile::see`]), because its path has
        /// both; [`Event::resolve`] fills it in.
        served: bool,
    },
    /// A list of products was looked at.
    ViewItemList(Vec<Item>),
    /// Put into the cart.
    AddToCart(Vec<Item>),
    /// Taken out of the cart.
    RemoveFromCart(Vec<Item>),
    /// The cart as it is: replaces what is remembered of it.
    ViewCart(Vec<Item>),
    /// Checkout began; its items are the cart as it is.
    BeginCheckout(Vec<Item>),
    /// A purchase, as the browser has it.
    Purchase {
        /// What was bought.
        items: Vec<Item>,
        /// [`transaction_hash`] of the shop's id of the order; a known one changes nothing.
        transaction: Option<u32>,
    },
    /// A refund. Nothing is remembered of it.
    Refund,
    /// A search. Nothing is remembered of it, least of all its words.
    Search,
    /// A login. Nothing is remembered of it.
    Login,
    /// A campaign's content was really seen.
    Impression {
        /// Slot key.
        slot: Box<str>,
        /// Campaign key.
        campaign: Box<str>,
        /// Arm key; empty for a campaign without an experiment.
        arm: Box<str>,
        /// The window of the campaign's cap, in seconds, which [`Event::resolve`] fills in; 0 for one
        /// without end, and for a campaign that is not known any more.
        per_s: u32,
        /// Products that it showed.
        products: Vec<Box<str>>,
    },
}

/// Why an event was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum EventRefusal {
    /// There is no visitor id: personalization is not granted.
    #[error("the visitor has not agreed to personalization")]
    NoConsent,
    /// The page that sent it is under `never_profile`.
    #[error("this page leaves no memory")]
    NeverProfile,
    /// It happened before the visitor was forgotten.
    #[error("it happened before the visitor was forgotten")]
    Erased,
}

impl EventRefusal {
    /// A stable short name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoConsent => "no_consent",
            Self::NeverProfile => "never_profile",
            Self::Erased => "erased",
        }
    }
}

/// What the configuration says of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathFacts {
    /// Product key.
    pub sku: Option<Box<str>>,
    /// Category key.
    pub category: Option<Box<str>>,
    /// Views of the page leave no memory.
    pub never_profile: bool,
}

impl Event {
    /// Fills in what only the bundle knows. `page` is the path of the page that sent the event, `facts` says what a
    /// path shows, `category` gives the key of a category's name, and `window_s` the window of a campaign's cap, in
    /// seconds.
    ///
    /// # Errors
    /// [`EventRefusal::NeverProfile`] for an event of a page that leaves no memory. Its view counts as a page, and an
    /// impression on it as seen: neither says what the page is about.
    pub fn resolve(
        &mut self,
        page: &str,
        facts: impl Fn(&str) -> PathFacts,
        category: impl Fn(&str) -> Box<str>,
        window_s: impl Fn(&str) -> Option<u32>,
    ) -> Result<(), EventRefusal> {
        match &mut self.kind {
            EventKind::PageView { path, sku, category } => {
                let shown = facts(path);
                if !shown.never_profile {
                    (*sku, *category) = (shown.sku, shown.category);
                }
                return Ok(());
            }
            EventKind::Impression { campaign, per_s, .. } => {
                *per_s = window_s(campaign).unwrap_or(0);
                return Ok(());
            }
            _ => {}
        }
        let shown = facts(page);
        if shown.never_profile {
            return Err(EventRefusal::NeverProfile);
        }
        for item in self.kind.items_mut() {
            item.category = item.category.take().map(|name| category(&name)).filter(|key| is_category(key));
        }
        if let EventKind::ViewItem { items, served } = &mut self.kind {
            *served = shown.category.is_some() && items.iter().all(|item| item.category == shown.category);
        }
        Ok(())
    }
}

/// How a campaign key is remembered among the impressions.
pub fn campaign_hash(key: &str) -> u32 {
    hash32(&[key])
}

/// How the shop's id of an order is remembered among the purchases that a browser reported.
pub fn transaction_hash(id: &str) -> u32 {
    hash32(&["transaction:", id])
}

/// Applies an event to the profile and counts it in the signals. That it is applied once is for [`super::take_batch`] to
/// see to. A purchase whose transaction is known changes nothing: its thank-you page was opened again, and what is in the
/// cart now was put there later.
///
/// # Errors
/// [`EventRefusal::NoConsent`] without a visitor id.
pub fn apply(profile: &mut Profile, event: &Event, signals: &[Signal], now_s: u32) -> Result<(), EventRefusal> {
    if profile.id.is_none() {
        return Err(EventRefusal::NoConsent);
    }
    if event.kind.is_known_purchase(profile) {
        return Ok(());
    }
    let at_s = event.at_s.clamp(now_s.saturating_sub(EVENT_LATE_S_MAX), now_s);
    change(profile, &event.kind, at_s);
    signal(profile, signals, event, now_s);
    Ok(())
}

impl EventKind {
    fn items_mut(&mut self) -> &mut [Item] {
        match self {
            Self::ViewItem { items, .. }
            | Self::ViewItemList(items)
            | Self::AddToCart(items)
            | Self::RemoveFromCart(items)
            | Self::ViewCart(items)
            | Self::BeginCheckout(items)
            | Self::Purchase { items, .. } => items,
            Self::PageView { .. } | Self::Refund | Self::Search | Self::Login | Self::Impression { .. } => &mut [],
        }
    }

    /// A purchase that the browser reported before.
    fn is_known_purchase(&self, profile: &Profile) -> bool {
        matches!(self, Self::Purchase { transaction: Some(known), .. } if profile.transactions.contains(known))
    }

    /// The items it carries.
    pub fn items(&self) -> &[Item] {
        match self {
            Self::ViewItem { items, .. }
            | Self::ViewItemList(items)
            | Self::AddToCart(items)
            | Self::RemoveFromCart(items)
            | Self::ViewCart(items)
            | Self::BeginCheckout(items)
            | Self::Purchase { items, .. } => items,
            Self::PageView { .. } | Self::Refund | Self::Search | Self::Login | Self::Impression { .. } => &[],
        }
    }
}

fn change(profile: &mut Profile, kind: &EventKind, at_s: u32) {
    match kind {
        EventKind::PageView { sku, category, .. } => {
            profile.page(at_s);
            profile.see(PageSeen { sku: sku.as_deref(), category: category.as_deref() }, at_s);
        }
        EventKind::ViewItem { items, served } => view_items(profile, items, *served, at_s),
        EventKind::ViewItemList(items) => view_list(profile, items, at_s),
        EventKind::AddToCart(items) => {
            for item in items {
                cart::put_in(&mut profile.cart, item);
            }
            cart::touch(&mut profile.cart, at_s);
            sign(profile, items, Sign::CART, at_s);
        }
        EventKind::RemoveFromCart(items) => {
            let taken = items.iter().filter(|item| cart::take_out(&mut profile.cart, item)).count();
            if taken > 0 {
                cart::touch(&mut profile.cart, at_s);
            }
        }
        EventKind::ViewCart(items) => cart::replace(&mut profile.cart, items, at_s),
        EventKind::BeginCheckout(items) => {
            if !items.is_empty() {
                cart::replace(&mut profile.cart, items, at_s);
            }
            profile.mailbox.ask_from(at_s);
        }
        EventKind::Purchase { items, transaction } => purchase(profile, items, *transaction, at_s),
        EventKind::Impression { campaign, per_s, products, .. } => {
            // A second slot of a campaign reports its products, and not the campaign again.
            if !campaign.is_empty() {
                impress(profile, campaign_hash(campaign), *per_s, at_s);
            }
            profile.seen.shown(products.iter().map(|sku| product_hash(sku)), at_s);
        }
        EventKind::Login => profile.mailbox.ask_from(at_s),
        EventKind::Refund | EventKind::Search => {}
    }
}

/// A purchase empties the cart.
fn purchase(profile: &mut Profile, items: &[Item], transaction: Option<u32>, at_s: u32) {
    if let Some(transaction) = transaction {
        profile.transactions.insert(0, transaction);
        profile.transactions.truncate(TRANSACTIONS_MAX);
    }
    cart::replace(&mut profile.cart, &[], at_s);
    profile.purchased_s = profile.purchased_s.max(at_s);
    profile.mailbox.ask_from(at_s);
    sign(profile, items, Sign::PURCHASE, at_s);
}

/// The distinct categories of some items.
fn categories(items: &[Item]) -> Vec<&str> {
    let mut distinct: Vec<&str> = Vec::new();
    for category in items.iter().filter_map(|item| item.category.as_deref()) {
        if !distinct.contains(&category) {
            distinct.push(category);
        }
    }
    distinct
}

/// Counts an event once for each category in it.
fn sign(profile: &mut Profile, items: &[Item], sign: Sign, at_s: u32) {
    for category in categories(items) {
        interest::add(profile, category, sign, at_s);
    }
}

fn view_items(profile: &mut Profile, items: &[Item], served: bool, at_s: u32) {
    for item in items {
        profile.view(&item.sku, at_s);
    }
    if !served {
        sign(profile, items, Sign::VIEW, at_s);
    }
}

/// A list of one category is a view of that category, once a day: the category's own page was counted when
/// it was served, and the home page's lists would otherwise weigh more than what a visitor looks for.
fn view_list(profile: &mut Profile, items: &[Item], at_s: u32) {
    let uniform = items.iter().all(|item| item.category.is_some());
    if let ([category], true) = (categories(items).as_slice(), uniform) {
        let day = interest::day_of(at_s);
        let counted = profile.interest_in(category).is_some_and(|i| i.day > day);
        if !counted && !profile.viewed_category_on(category, day) {
            interest::add(profile, category, Sign::VIEW, at_s);
        }
    }
}

fn impress(profile: &mut Profile, campaign: u32, per_s: u32, at_s: u32) {
    let known = profile.shown.iter().position(|shown| shown.campaign == campaign);
    let mut shown = match known {
        Some(at) => profile.shown.remove(at),
        None => Shown { campaign, seen: 0, since_s: at_s },
    };
    if per_s > 0 && at_s.saturating_sub(shown.since_s) >= per_s {
        shown = Shown { campaign, seen: 0, since_s: at_s };
    }
    shown.seen = shown.seen.saturating_add(1);
    profile.shown.insert(0, shown);
    sort::by_key(&mut profile.shown, |shown| Reverse(shown.since_s));
    profile.shown.truncate(SHOWN_MAX);
}
