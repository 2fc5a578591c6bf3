//! What of a profile is written: the valid entries in canonical order, within every limit.

use super::tag::{Class, is_known};
use crate::limits::{
    CART_LINES_MAX, INTERESTS_MAX, LOGS_MAX, ORDER_SKUS_MAX, SEEN_MAX, SHOWN_MAX, SIGNALS_MAX, TRAIT_BYTES_MAX,
    TRAITS_MAX, TRANSACTIONS_MAX, VIEWED_MAX,
};
use crate::profile::events::shown_products::ShownProduct;
use crate::profile::model::{
    CampaignImpressions, CartLine, Choice, Interest, LogMark, Profile, SignalState, TraitValue, UnknownSection, Viewed,
    is_category, is_sku,
};
use crate::profile::time::time_code;
use crate::sort;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// What did not fit into a cookie, in entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Products shown and not clicked, oldest first.
    pub shown_products: usize,
    /// Impressions of campaigns, oldest first.
    pub impressions: usize,
    /// Viewed products, oldest first.
    pub viewed: usize,
    /// Interests, lowest first.
    pub interests: usize,
    /// Sections of later versions, highest tag first.
    pub unknown: usize,
    /// Cart lines, bought products, logs and transactions over their limits, oldest first, entries whose key is empty,
    /// too long, or there twice, and bought products and cart lines whose long keys have no room, oldest first.
    pub trimmed: usize,
}

/// References to what is written, so that nothing has to be copied to be left out.
pub(in crate::profile) struct Selection<'a> {
    pub(in crate::profile) profile: &'a Profile,
    /// Sections of class 0x2x may be written.
    pub(in crate::profile) personal: bool,
    pub(in crate::profile) interests: Vec<&'a Interest>,
    pub(in crate::profile) viewed: Vec<&'a Viewed>,
    pub(in crate::profile) impressions: Vec<&'a CampaignImpressions>,
    pub(in crate::profile) cart: Vec<&'a CartLine>,
    pub(in crate::profile) skus: Vec<&'a str>,
    pub(in crate::profile) transactions: Vec<u32>,
    pub(in crate::profile) logs: Vec<LogMark>,
    pub(in crate::profile) shown_products: Vec<ShownProduct>,
    pub(in crate::profile) traits: Vec<&'a TraitValue>,
    pub(in crate::profile) signals: Vec<&'a SignalState>,
    pub(in crate::profile) unknown: Vec<&'a UnknownSection>,
    pub(in crate::profile) dropped: Dropped,
}

impl<'a> Selection<'a> {
    /// Selects what the profile's own consent record allows and the limits of each list permit.
    pub(in crate::profile) fn of(profile: &'a Profile) -> Self {
        let may_write = |choice| choice != Choice::Denied && !profile.opt_out;
        let personal = profile.id.is_some() && may_write(profile.consent.personalization);
        let measured =
            may_write(profile.consent.measurement) && (personal || profile.consent.measurement == Choice::Granted);

        let mut dropped = Dropped::default();
        let mut unknown: Vec<_> = profile.unknown.iter().collect();
        sort::by_key(&mut unknown, |section| section.tag);
        unknown.dedup_by_key(|section| section.tag);
        unknown.retain(|section| match Class::of(section.tag) {
            _ if is_known(section.tag) => false,
            Some(Class::Necessary) => true,
            Some(Class::Personalization) => personal,
            Some(Class::Measurement) => measured,
            None => false,
        });
        if !personal {
            return Self { profile, personal, unknown, ..Self::empty(profile) };
        }

        let interests =
            distinct(profile.interests.iter(), |a, b| a.category == b.category, |i| is_category(&i.category));
        let mut viewed = distinct(profile.viewed.iter(), |a, b| same(&a.sku, &b.sku), |v| is_sku(&v.sku));
        sort::by_key(&mut viewed, |v| Reverse(time_code(v.at_s)));
        let mut impressions = distinct(profile.impressions.iter(), |a, b| a.campaign == b.campaign, |_| true);
        sort::by_key(&mut impressions, |s| Reverse(time_code(s.since_s)));
        let cart =
            distinct(profile.cart.lines.iter(), |a, b| a.sku == b.sku, |line| is_sku(&line.sku) && line.quantity > 0);
        let skus = distinct(profile.orders.skus.iter().map(AsRef::as_ref), |a, b| a == b, is_sku);
        let transactions = distinct(profile.transactions.iter().copied(), |a, b| a == b, |_| true);
        let logs = distinct(profile.logs.iter().copied(), |a, b| a.log == b.log, |mark| mark.last > 0);

        let shown_products = distinct(
            profile.shown_products.products.iter().copied(),
            |a, b| a.product == b.product,
            |s| s.quarters > 0,
        );

        let fits = |value: &'a TraitValue| !value.value.is_empty() && value.value.len() <= TRAIT_BYTES_MAX;
        let mut traits = distinct(profile.traits.iter(), |a, b| a.key == b.key, fits);
        sort::by_key(&mut traits, |value| value.key);
        let mut signals = distinct(profile.signals.iter(), |a, b| a.key == b.key, |_| true);
        sort::by_key(&mut signals, |state| state.key);
        let mut this = Self {
            profile,
            personal,
            interests,
            viewed,
            impressions,
            cart,
            skus,
            transactions,
            logs,
            shown_products,
            traits,
            signals,
            unknown,
            dropped,
        };
        dropped.interests = profile.interests.len() - cut(&mut this.interests, INTERESTS_MAX);
        dropped.viewed = profile.viewed.len() - cut(&mut this.viewed, VIEWED_MAX);
        dropped.impressions = profile.impressions.len() - cut(&mut this.impressions, SHOWN_MAX);
        dropped.trimmed = profile.cart.lines.len() - cut(&mut this.cart, CART_LINES_MAX);
        dropped.trimmed += profile.orders.skus.len() - cut(&mut this.skus, ORDER_SKUS_MAX);
        dropped.trimmed += profile.transactions.len() - cut(&mut this.transactions, TRANSACTIONS_MAX);
        dropped.trimmed += profile.logs.len() - cut(&mut this.logs, LOGS_MAX);
        dropped.shown_products = profile.shown_products.products.len() - cut(&mut this.shown_products, SEEN_MAX);
        dropped.trimmed += profile.traits.len() - cut(&mut this.traits, TRAITS_MAX);
        dropped.trimmed += profile.signals.len() - cut(&mut this.signals, SIGNALS_MAX);
        this.dropped = dropped;
        this
    }

    fn empty(profile: &'a Profile) -> Self {
        Self {
            profile,
            personal: false,
            interests: Vec::new(),
            viewed: Vec::new(),
            impressions: Vec::new(),
            cart: Vec::new(),
            skus: Vec::new(),
            transactions: Vec::new(),
            logs: Vec::new(),
            shown_products: Vec::new(),
            traits: Vec::new(),
            signals: Vec::new(),
            unknown: Vec::new(),
            dropped: Dropped::default(),
        }
    }

    /// Gives up the entry that is worth least; false when only what is never given up is left.
    pub(in crate::profile) fn shrink(&mut self) -> bool {
        let dropped = &mut self.dropped;
        let count = if self.shown_products.pop().is_some() {
            &mut dropped.shown_products
        } else if self.impressions.pop().is_some() {
            &mut dropped.impressions
        } else if self.viewed.pop().is_some() {
            &mut dropped.viewed
        } else if self.interests.pop().is_some() {
            &mut dropped.interests
        } else if self.unknown.pop().is_some() {
            &mut dropped.unknown
        // Only keys of many bytes come to this: a cookie that is too long would be refused as a whole.
        } else if self.skus.pop().is_some() || self.cart.pop().is_some() {
            &mut dropped.trimmed
        } else {
            return false;
        };
        *count += 1;
        true
    }
}

/// The valid entries of a short list, the first of each key.
fn distinct<T: Copy>(
    entries: impl Iterator<Item = T>,
    same: impl Fn(T, T) -> bool,
    valid: impl Fn(T) -> bool,
) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(entries.size_hint().0);
    for entry in entries {
        if valid(entry) && !kept.iter().any(|other| same(*other, entry)) {
            kept.push(entry);
        }
    }
    kept
}

/// Whether two keys are one. Each of a long list is compared with all before it: their ends tell nearly all apart without a
/// call.
#[inline]
fn same(a: &str, b: &str) -> bool {
    let end = |text: &str| text.as_bytes().last_chunk::<4>().map(|end| u32::from_le_bytes(*end));
    a.len() == b.len() && end(a) == end(b) && a == b
}

/// Cuts a list to a length and says how long it is now.
fn cut<T>(list: &mut Vec<T>, max: usize) -> usize {
    list.truncate(max);
    list.len()
}
