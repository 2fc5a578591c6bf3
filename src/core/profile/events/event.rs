//! Events that a browser reports: Google Analytics 4's e-commerce vocabulary and Attune's impressions.
//!
//! What a browser says may target, never entitle: a purchase it reports empties the cart and is remembered
//! as recent, and leaves the orders alone.

use crate::bundle::ItemField;
use crate::codec::hash32;
use crate::limits::TRANSACTION_BYTES_MAX;
use crate::profile::model::is_category;
use alloc::boxed::Box;
use alloc::vec::Vec;

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
        /// The view of the page already counted under its category ([`Profile::see`](crate::profile::Profile::see)), because its path has
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
    /// A campaign's content was put in, and was not on the screen when it was to be counted: a framework had replaced it.
    /// Nothing is remembered of it, and no cap counts it.
    Lost {
        /// Slot key.
        slot: Box<str>,
        /// Campaign key.
        campaign: Box<str>,
        /// Arm key; empty for a campaign without an experiment.
        arm: Box<str>,
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
    /// impression on it as seen, or as lost: none of them says what the page is about.
    pub fn resolve(
        &mut self,
        page: &str,
        facts: impl Fn(&str) -> PathFacts,
        category: impl Fn(&str) -> Box<str>,
        window_s: impl Fn(&str) -> Option<u32>,
    ) -> Result<(), EventRefusal> {
        match &mut self.kind {
            EventKind::PageView { path, sku, category } => {
                let impressions = facts(path);
                if !impressions.never_profile {
                    (*sku, *category) = (impressions.sku, impressions.category);
                }
                return Ok(());
            }
            EventKind::Impression { campaign, per_s, .. } => {
                *per_s = window_s(campaign).unwrap_or(0);
                return Ok(());
            }
            EventKind::Lost { .. } => return Ok(()),
            _ => {}
        }
        let impressions = facts(page);
        if impressions.never_profile {
            return Err(EventRefusal::NeverProfile);
        }
        for item in self.kind.items_mut() {
            item.category = item.category.take().map(|name| category(&name)).filter(|key| is_category(key));
        }
        if let EventKind::ViewItem { items, served } = &mut self.kind {
            *served = impressions.category.is_some() && items.iter().all(|item| item.category == impressions.category);
        }
        Ok(())
    }
}

/// How a campaign key is remembered among the impressions.
pub fn campaign_hash(key: &str) -> u32 {
    hash32(&[key])
}

/// How an order is remembered whose id a data layer names; nothing for an empty one. A longer id is cut: two orders do not share
/// so many characters.
pub(in crate::profile) fn transaction_named(id: &str) -> Option<u32> {
    let id = id.trim();
    let cut = id.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= TRANSACTION_BYTES_MAX).last();
    (!id.is_empty()).then(|| transaction_hash(id.get(..cut.unwrap_or(0)).unwrap_or(id)))
}

/// How the shop's id of an order is remembered among the purchases that a browser reported.
pub fn transaction_hash(id: &str) -> u32 {
    hash32(&["transaction:", id])
}

impl EventKind {
    pub(in crate::profile) fn items_mut(&mut self) -> &mut [Item] {
        match self {
            Self::ViewItem { items, .. }
            | Self::ViewItemList(items)
            | Self::AddToCart(items)
            | Self::RemoveFromCart(items)
            | Self::ViewCart(items)
            | Self::BeginCheckout(items)
            | Self::Purchase { items, .. } => items,
            Self::PageView { .. }
            | Self::Refund
            | Self::Search
            | Self::Login
            | Self::Impression { .. }
            | Self::Lost { .. } => &mut [],
        }
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
            Self::PageView { .. }
            | Self::Refund
            | Self::Search
            | Self::Login
            | Self::Impression { .. }
            | Self::Lost { .. } => &[],
        }
    }

    /// Its name among those that a signal may be about.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::ViewItem { .. } => "view_item",
            Self::ViewItemList(_) => "view_item_list",
            Self::AddToCart(_) => "add_to_cart",
            Self::RemoveFromCart(_) => "remove_from_cart",
            Self::ViewCart(_) => "view_cart",
            Self::BeginCheckout(_) => "begin_checkout",
            Self::Purchase { .. } => "purchase",
            _ => return None,
        })
    }
}

impl Item {
    /// One of its texts.
    pub fn text(&self, field: ItemField) -> Option<&str> {
        match field {
            ItemField::Category => self.category.as_deref(),
            ItemField::Brand => self.brand.as_deref(),
            ItemField::Variant => self.variant.as_deref(),
        }
    }
}
