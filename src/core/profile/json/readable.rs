//! The readable profile, written.

use super::profile::CHOICES;
use crate::bundle::Signal;
use crate::civil::{format_date, format_time};
use crate::profile::events::signal::named;
use crate::profile::model::{Choice, MailboxMark, Profile, SignalState};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Serialize;

/// A profile as people read it. What is not known is left out.
#[derive(Clone, Debug, Serialize)]
pub struct ReadableProfile {
    consent: ReadableConsent,
    opt_out: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visits: Option<ReadableVisits>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    interests: Vec<ReadableInterest>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    viewed: Vec<ReadableViewed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shown: Vec<ReadableShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cart: Option<ReadableCart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orders: Option<ReadableOrders>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchased_at: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transactions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logs: Vec<ReadableLog>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailbox: Option<ReadableMailbox>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    traits: Vec<ReadableTrait>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signals: Vec<ReadableSignal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<ReadableSeen>,
    /// A customer of the shop's is signed in; who, is not told.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    signed_in: bool,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableTrait {
    #[serde(rename = "trait")]
    key: String,
    value: String,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableSignal {
    signal: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    sum: f64,
    total: f64,
    at: String,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableLog {
    log: String,
    last: u32,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableMailbox {
    last: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask_until: Option<String>,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    unacknowledged: bool,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableConsent {
    personalization: &'static str,
    measurement: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    /// The answer came with `Sec-GPC: 1`.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    under_gpc: bool,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableVisits {
    count: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    session_pages: u16,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableInterest {
    category: String,
    score: f64,
    views: u16,
    today: u8,
    at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ReadableSeen {
    week: u16,
    products: Vec<ReadableSeenProduct>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ReadableSeenProduct {
    product: String,
    times: f64,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableViewed {
    sku: String,
    at: String,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableShown {
    campaign: String,
    seen: u8,
    at: String,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableCart {
    items: Vec<ReadableLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableLine {
    sku: String,
    quantity: u16,
    price: f64,
}

#[derive(Clone, Debug, Serialize)]
struct ReadableOrders {
    count: u16,
    total: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_items: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skus: Vec<String>,
}

/// The word for a choice.
pub(super) fn choice_word(choice: Choice) -> &'static str {
    CHOICES.iter().find(|(_, c)| *c == choice).map_or("unknown", |(word, _)| word)
}

fn time(at_s: u32) -> Option<String> {
    (at_s != 0).then(|| format_time(at_s))
}

/// A profile as people read it. `key_of` gives the key of a hash, where the bundle still has a campaign or a trait of
/// that key, and `signals` are the bundle's; another is written as `#` and its hash in hex. Sections of later versions
/// are left out.
pub fn readable<'k>(profile: &Profile, signals: &[Signal], key_of: impl Fn(u32) -> Option<&'k str>) -> ReadableProfile {
    let key = |hash| key_of(hash).map_or_else(|| format!("#{hash:08x}"), String::from);
    let consent = &profile.consent;
    let answered = *consent != super::super::Consent::default();
    ReadableProfile {
        consent: ReadableConsent {
            personalization: choice_word(consent.personalization),
            measurement: choice_word(consent.measurement),
            at: time(consent.at_s),
            source: answered.then(|| consent.source.word()),
            under_gpc: consent.under_gpc,
        },
        opt_out: profile.opt_out,
        id: profile.id.map(|id| format!("{:032x}", u128::from_be_bytes(id))),
        issued: time(profile.issued_s),
        visits: visits(profile),
        interests: interests(profile),
        viewed: profile
            .viewed
            .iter()
            .map(|v| ReadableViewed { sku: v.sku.clone().into(), at: format_time(v.at_s) })
            .collect(),
        shown: profile
            .impressions
            .iter()
            .map(|s| ReadableShown { campaign: key(s.campaign), seen: s.count, at: format_time(s.since_s) })
            .collect(),
        cart: cart(profile),
        orders: orders(profile),
        purchased_at: time(profile.purchased_s),
        transactions: profile.transactions.iter().map(|hash| format!("{hash:08x}")).collect(),
        logs: profile.logs.iter().map(|m| ReadableLog { log: format!("{:08x}", m.log), last: m.last }).collect(),
        mailbox: mailbox(profile.mailbox),
        seen: seen(profile),
        traits: profile
            .traits
            .iter()
            .map(|t| ReadableTrait { key: key(t.key), value: t.value.clone().into() })
            .collect(),
        signals: profile.signals.iter().map(|state| signal(state, signals)).collect(),
        signed_in: profile.customer.is_some(),
    }
}

fn signal(state: &SignalState, signals: &[Signal]) -> ReadableSignal {
    let (key, value) = named(signals, state.key).unzip();
    ReadableSignal {
        signal: key.map_or_else(|| format!("#{:08x}", state.key), String::from),
        value: value.flatten().map(String::from),
        sum: f64::from(state.sum_milli) / 1_000.0,
        total: f64::from(state.total_milli) / 1_000.0,
        at: format_date(state.day),
    }
}

fn mailbox(mark: MailboxMark) -> Option<ReadableMailbox> {
    let MailboxMark { last, ask_until_s, unacknowledged } = mark;
    (mark != MailboxMark::default()).then(|| ReadableMailbox { last, ask_until: time(ask_until_s), unacknowledged })
}

fn seen(profile: &Profile) -> Option<ReadableSeen> {
    let product = |seen: &super::super::ShownProduct| ReadableSeenProduct {
        product: format!("{:08x}", seen.product),
        times: f64::from(seen.quarters) / f64::from(super::super::QUARTERS),
    };
    let products: Vec<_> = profile.shown_products.products.iter().map(product).collect();
    (!products.is_empty()).then_some(ReadableSeen { week: profile.shown_products.week, products })
}

fn visits(profile: &Profile) -> Option<ReadableVisits> {
    let visits = &profile.visits;
    (visits.count > 0).then(|| ReadableVisits {
        count: visits.count,
        first: time(visits.first_s),
        previous: time(visits.previous_s),
        last: time(visits.last_s),
        session_pages: visits.session_pages,
    })
}

fn interests(profile: &Profile) -> Vec<ReadableInterest> {
    let readable = profile.interests.iter().map(|interest| ReadableInterest {
        category: interest.category.clone().into(),
        score: f64::from(interest.score_milli) / 1_000.0,
        views: interest.views,
        today: interest.today,
        at: format_date(interest.day),
    });
    readable.collect()
}

fn cart(profile: &Profile) -> Option<ReadableCart> {
    let cart = &profile.cart;
    let line = |line: &super::super::CartLine| ReadableLine {
        sku: line.sku.clone().into(),
        quantity: line.quantity,
        price: f64::from(line.price_minor) / 100.0,
    };
    let blank = cart.lines.is_empty() && cart.at_s == 0;
    (!blank).then(|| ReadableCart { items: cart.lines.iter().map(line).collect(), at: time(cart.at_s) })
}

fn orders(profile: &Profile) -> Option<ReadableOrders> {
    let orders = &profile.orders;
    let blank = *orders == super::super::Orders::default();
    #[expect(clippy::cast_precision_loss, reason = "exact up to 90 billion pounds; beyond it the pence blur")]
    let total = orders.total_minor as f64 / 100.0;
    (!blank).then(|| ReadableOrders {
        count: orders.count,
        total,
        last: time(orders.last_s),
        last_value: (orders.last_minor > 0).then(|| f64::from(orders.last_minor) / 100.0),
        last_items: Some(orders.last_items).filter(|items| *items > 0),
        skus: orders.skus.iter().map(|sku| sku.clone().into()).collect(),
    })
}
