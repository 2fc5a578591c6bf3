//! What an event changes in a profile.

use crate::bundle::Signal;
use crate::limits::{SHOWN_MAX, TRANSACTIONS_MAX};
use crate::profile::events::cart;
use crate::profile::events::event::{EVENT_LATE_S_MAX, Event, EventKind, EventRefusal, Item, campaign_hash};
use crate::profile::events::interest;
use crate::profile::events::interest::Sign;
use crate::profile::events::shown_products::product_hash;
use crate::profile::events::signal::signal;
use crate::profile::events::visit::PageSeen;
use crate::profile::model::{CampaignImpressions, Profile};
use crate::sort;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// Applies an event to the profile and counts it in the signals. That it is applied once is for [`take_batch`](crate::profile::take_batch) to
/// see to. A purchase whose transaction is known changes nothing: its thank-you page was opened again, and what is in the
/// cart now was put there later.
///
/// # Errors
/// [`EventRefusal::NoConsent`] without a visitor id.
pub fn apply(profile: &mut Profile, event: &Event, signals: &[Signal], now_s: u32) -> Result<(), EventRefusal> {
    if profile.id.is_none() {
        return Err(EventRefusal::NoConsent);
    }
    if is_known_purchase(&event.kind, profile) {
        return Ok(());
    }
    let at_s = event.at_s.clamp(now_s.saturating_sub(EVENT_LATE_S_MAX), now_s);
    change(profile, &event.kind, at_s);
    signal(profile, signals, event, now_s);
    Ok(())
}

/// A purchase that the browser reported before.
fn is_known_purchase(kind: &EventKind, profile: &Profile) -> bool {
    matches!(kind, EventKind::Purchase { transaction: Some(known), .. } if profile.transactions.contains(known))
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
            let removed = items.iter().filter(|item| cart::take_out(&mut profile.cart, item)).count();
            if removed > 0 {
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
            profile.shown_products.add(products.iter().map(|sku| product_hash(sku)), at_s);
        }
        EventKind::Login => profile.mailbox.ask_from(at_s),
        EventKind::Refund | EventKind::Search | EventKind::Lost { .. } => {}
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
    let known = profile.impressions.iter().position(|impressions| impressions.campaign == campaign);
    let mut impressions = match known {
        Some(at) => profile.impressions.remove(at),
        None => CampaignImpressions { campaign, count: 0, since_s: at_s },
    };
    if per_s > 0 && at_s.saturating_sub(impressions.since_s) >= per_s {
        impressions = CampaignImpressions { campaign, count: 0, since_s: at_s };
    }
    impressions.count = impressions.count.saturating_add(1);
    profile.impressions.insert(0, impressions);
    sort::by_key(&mut profile.impressions, |impressions| Reverse(impressions.since_s));
    profile.impressions.truncate(SHOWN_MAX);
}
