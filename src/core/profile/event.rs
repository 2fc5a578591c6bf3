//! Events that a browser reports: Google Analytics 4's e-commerce vocabulary and Attune's impressions.
//!
//! What a browser says may target, never entitle: a purchase it reports empties the cart and is remembered
//! as recent, and leaves the orders alone.

use super::cart;
use super::fit::{is_category, is_sku};
use super::interest::{self, Sign};
use super::{PageSeen, Profile, Shown, hash32, product_hash};
use crate::limits::{EVENT_RING_MAX, ITEMS_MAX, KEY_BYTES_MAX, SHOWN_MAX};
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
    /// Category key (`item_category`).
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
    /// Random number by which an event that comes twice is known.
    pub id: u32,
    /// When it happened, as the browser's clock has it.
    pub at_s: u32,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A page without a document load, in a single-page application.
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
        /// Serving the page already counted this view under its category ([`Profile::see`]), because its
        /// path has both; [`Event::resolve`] fills it in.
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
    Purchase(Vec<Item>),
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
        /// without end.
        per_s: u32,
        /// Products that it showed.
        products: Vec<Box<str>>,
    },
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It changed the profile, at least its ring of events.
    Applied,
    /// It was applied before: nothing changed.
    Duplicate,
    /// Nothing changed, for this reason.
    Refused(EventRefusal),
}

/// Why an event was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum EventRefusal {
    /// There is no visitor id: personalization is not granted.
    #[error("the visitor has not agreed to personalization")]
    NoConsent,
    /// More items than an event may have.
    #[error("items: more than {ITEMS_MAX}")]
    Items,
    /// An item's product key is empty or too long; items are counted from 0.
    #[error("items[{0}].item_id: empty or too long")]
    Sku(usize),
    /// An item's category key is empty or too long.
    #[error("items[{0}].item_category: empty or too long")]
    Category(usize),
    /// The page's product or category key is empty or too long.
    #[error("the page's product or category key is empty or too long")]
    Page,
    /// The campaign key is empty or too long.
    #[error("campaign: empty or too long")]
    Campaign,
    /// No campaign has that key.
    #[error("campaign: there is none with that key")]
    UnknownCampaign,
}

impl EventRefusal {
    /// A stable short name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoConsent => "no_consent",
            Self::Items => "too_many_items",
            Self::Sku(_) => "bad_item_id",
            Self::Category(_) => "bad_item_category",
            Self::Page => "bad_page",
            Self::Campaign => "bad_campaign",
            Self::UnknownCampaign => "unknown_campaign",
        }
    }
}

impl Event {
    /// Fills in what only the bundle knows. `page` is the path of the page that sent the event, `seen` says
    /// what a path shows, and `window_s` gives the window of a campaign's cap, in seconds (0 without end).
    ///
    /// # Errors
    /// [`EventRefusal::UnknownCampaign`] for an impression of a campaign without a window.
    pub fn resolve(
        &mut self,
        page: &str,
        seen: impl for<'p> Fn(&'p str) -> PageSeen<'p>,
        window_s: impl Fn(&str) -> Option<u32>,
    ) -> Result<(), EventRefusal> {
        match &mut self.kind {
            EventKind::PageView { path, sku, category } => {
                let page = seen(path);
                (*sku, *category) = (page.sku.map(Box::from), page.category.map(Box::from));
            }
            EventKind::ViewItem { items, served } => {
                let page = seen(page);
                let shows = |sku| items.iter().any(|item| &*item.sku == sku);
                *served = page.category.is_some() && page.sku.is_some_and(shows);
            }
            EventKind::Impression { campaign, per_s, .. } if !campaign.is_empty() => {
                *per_s = window_s(campaign).ok_or(EventRefusal::UnknownCampaign)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// How a campaign key is remembered among the impressions.
pub fn campaign_hash(key: &str) -> u32 {
    hash32(&[key])
}

/// Applies an event, once: its id is kept in a ring of 8, and an event that is in the ring does nothing.
pub fn apply(profile: &mut Profile, event: &Event, now_s: u32) -> Outcome {
    if profile.id.is_none() {
        return Outcome::Refused(EventRefusal::NoConsent);
    }
    if profile.events.contains(&event.id) {
        return Outcome::Duplicate;
    }
    if let Err(refusal) = check(&event.kind) {
        return Outcome::Refused(refusal);
    }
    let at_s = event.at_s.clamp(now_s.saturating_sub(EVENT_LATE_S_MAX), now_s);
    change(profile, &event.kind, at_s);
    remember(profile, event.id);
    Outcome::Applied
}

/// Puts an id into the ring.
pub(super) fn remember(profile: &mut Profile, id: u32) {
    profile.events.insert(0, id);
    profile.events.truncate(EVENT_RING_MAX);
}

impl EventKind {
    /// The items it carries.
    pub fn items(&self) -> &[Item] {
        match self {
            Self::ViewItem { items, .. }
            | Self::ViewItemList(items)
            | Self::AddToCart(items)
            | Self::RemoveFromCart(items)
            | Self::ViewCart(items)
            | Self::BeginCheckout(items)
            | Self::Purchase(items) => items,
            Self::PageView { .. } | Self::Refund | Self::Search | Self::Login | Self::Impression { .. } => &[],
        }
    }
}

fn check(kind: &EventKind) -> Result<(), EventRefusal> {
    let bad_category = |key: &Option<Box<str>>| key.as_ref().is_some_and(|key| !is_category(key));
    match kind {
        EventKind::Impression { campaign, products, .. }
            if (campaign.is_empty() && products.is_empty()) || campaign.len() > KEY_BYTES_MAX =>
        {
            return Err(EventRefusal::Campaign);
        }
        EventKind::PageView { sku, category, .. }
            if sku.as_ref().is_some_and(|key| !is_sku(key)) || bad_category(category) =>
        {
            return Err(EventRefusal::Page);
        }
        EventKind::Impression { products, .. } => {
            if let Some(at) = products.iter().position(|sku| !is_sku(sku)) {
                return Err(EventRefusal::Sku(at));
            }
        }
        _ => {}
    }
    if kind.items().len() > ITEMS_MAX {
        return Err(EventRefusal::Items);
    }
    for (i, item) in kind.items().iter().enumerate() {
        if !is_sku(&item.sku) {
            return Err(EventRefusal::Sku(i));
        }
        if bad_category(&item.category) {
            return Err(EventRefusal::Category(i));
        }
    }
    Ok(())
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
        }
        EventKind::Purchase(items) => {
            cart::replace(&mut profile.cart, &[], at_s);
            profile.purchased_s = profile.purchased_s.max(at_s);
            sign(profile, items, Sign::PURCHASE, at_s);
        }
        EventKind::Impression { campaign, per_s, products, .. } => {
            // A second slot of a campaign reports its products, and not the campaign again.
            if !campaign.is_empty() {
                impress(profile, campaign_hash(campaign), *per_s, at_s);
            }
            profile.seen.shown(products.iter().map(|sku| product_hash(sku)), at_s);
        }
        EventKind::Refund | EventKind::Search | EventKind::Login => {}
    }
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
