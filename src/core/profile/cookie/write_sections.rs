//! Writes the sections of a cookie. SPEC.md has the layouts.

use super::tag::{
    CART, CONSENT, CUSTOMER, ERASED, ID, INTERESTS, LOGS, MAILBOX, OPT_OUT, ORDERS, PURCHASED, RING, SEEN, SHOWN,
    TRAITS, VIEWED, VISITS,
};
use crate::codec::{put_text, put_varint};
use crate::profile::consent::ConsentState;
use crate::profile::cookie::selection::Selection;
use crate::profile::events::interest::SCORE_MILLI_MAX;
use crate::profile::events::signal_sum::SUM_MILLI_MAX;
use crate::profile::model::{
    CartLine, Choice, Consent, ConsentSource, Interest, MailboxMark, Orders, Profile, SignalState, Visits,
};
use crate::profile::time::{EPOCH_DAY, EPOCH_S, time_code};
use alloc::vec::Vec;

/// Appends the sections of a selection.
pub(in crate::profile) fn write(selection: &Selection<'_>, out: &mut Vec<u8>) {
    let mut unknown = selection.unknown.iter().peekable();
    let mut body = Vec::new();
    let tags = (CONSENT..=OPT_OUT).chain(ID..=MAILBOX);
    for tag in tags {
        while let Some(section) = unknown.next_if(|section| section.tag < tag) {
            put_section(out, section.tag, &section.bytes);
        }
        body.clear();
        if write_body(selection, tag, &mut body) {
            put_section(out, tag, &body);
        }
    }
    for section in unknown {
        put_section(out, section.tag, &section.bytes);
    }
}

fn put_section(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes one section's bytes; false when there is nothing to remember and the section is left out.
fn write_body(selection: &Selection<'_>, tag: u8, out: &mut Vec<u8>) -> bool {
    let profile = selection.profile;
    match tag {
        CONSENT => write_consent(profile.consent, out),
        OPT_OUT => profile.opt_out,
        _ if !selection.personal => false,
        ID => write_id(profile, out),
        VISITS => write_visits(&profile.visits, out),
        INTERESTS => write_interests(&selection.interests, out),
        VIEWED => {
            let mut before = None;
            for viewed in &selection.viewed {
                put_step(out, &mut before, viewed.at_s);
                put_text(out, &viewed.sku);
            }
            !out.is_empty()
        }
        SHOWN => {
            let mut before = None;
            for impressions in &selection.impressions {
                put_step(out, &mut before, impressions.since_s);
                out.extend_from_slice(&impressions.campaign.to_be_bytes());
                out.push(impressions.count);
            }
            !out.is_empty()
        }
        CART => write_cart(&selection.cart, profile.cart.at_s, out),
        ORDERS => write_orders(&profile.orders, &selection.skus, out),
        PURCHASED => {
            put_time(out, profile.purchased_s);
            for transaction in &selection.transactions {
                out.extend_from_slice(&transaction.to_be_bytes());
            }
            profile.purchased_s != 0 || !selection.transactions.is_empty()
        }
        SEEN => {
            put_varint(out, profile.shown_products.week.into());
            for shown_products in &selection.shown_products {
                out.extend_from_slice(&shown_products.product.to_be_bytes());
                out.push(shown_products.quarters);
            }
            !selection.shown_products.is_empty()
        }
        CUSTOMER => {
            out.extend_from_slice(profile.customer.as_ref().map_or(&[], |hash| hash));
            !out.is_empty()
        }
        LOGS => {
            for mark in &selection.logs {
                out.extend_from_slice(&mark.log.to_be_bytes());
                put_varint(out, mark.last.into());
            }
            !out.is_empty()
        }
        MAILBOX => write_mailbox(profile.mailbox, out),
        RING => false,
        TRAITS => {
            for value in &selection.traits {
                out.extend_from_slice(&value.key.to_be_bytes());
                put_text(out, &value.value);
            }
            !out.is_empty()
        }
        _ => {
            for state in &selection.signals {
                write_signal(**state, out);
            }
            !out.is_empty()
        }
    }
}

fn write_signal(state: SignalState, out: &mut Vec<u8>) {
    out.extend_from_slice(&state.key.to_be_bytes());
    put_varint(out, state.sum_milli.min(SUM_MILLI_MAX).into());
    put_varint(out, state.total_milli.min(SUM_MILLI_MAX).into());
    put_varint(out, state.day.saturating_sub(EPOCH_DAY).into());
}

fn write_mailbox(mark: MailboxMark, out: &mut Vec<u8>) -> bool {
    put_varint(out, mark.last);
    put_time(out, mark.ask_until_s);
    out.push(mark.unacknowledged.into());
    mark != MailboxMark::default()
}

/// The sections of a consent cookie.
pub(in crate::profile) fn write_consent_state(state: &ConsentState, out: &mut Vec<u8>) {
    let mut body = Vec::new();
    if write_consent(state.record, &mut body) {
        put_section(out, CONSENT, &body);
    }
    if state.opt_out {
        put_section(out, OPT_OUT, &[]);
    }
    if state.erased_s != 0 {
        body.clear();
        put_time(&mut body, state.erased_s);
        put_section(out, ERASED, &body);
    }
    for section in &state.unknown {
        put_section(out, section.tag, &section.bytes);
    }
}

fn put_time(out: &mut Vec<u8>, at_s: u32) {
    put_varint(out, time_code(at_s).into());
}

/// A time of a list that runs from new to old: the first as it is, the others as the step back from the
/// one before.
fn put_step(out: &mut Vec<u8>, before: &mut Option<u32>, at_s: u32) {
    let code = time_code(at_s);
    put_varint(out, before.map_or(code, |before| before.saturating_sub(code)).into());
    *before = Some(code);
}

fn write_consent(consent: Consent, out: &mut Vec<u8>) -> bool {
    let bits = |choice| match choice {
        Choice::Unknown => 0,
        Choice::Granted => 1,
        Choice::Denied => 2,
    };
    let source = match consent.source {
        ConsentSource::Api => 0,
        ConsentSource::Tcf => 1,
        ConsentSource::Gpp => 2,
        ConsentSource::Gtag => 3,
        ConsentSource::Cookie => 4,
    };
    let under_gpc = u8::from(consent.under_gpc) << 7;
    out.push(bits(consent.personalization) | bits(consent.measurement) << 2 | source << 4 | under_gpc);
    put_time(out, consent.at_s);
    consent != Consent::default()
}

fn write_id(profile: &Profile, out: &mut Vec<u8>) -> bool {
    let Some(id) = profile.id else {
        return false;
    };
    out.extend_from_slice(&id);
    out.extend_from_slice(&profile.issued_s.saturating_sub(EPOCH_S).to_be_bytes());
    true
}

fn write_visits(visits: &Visits, out: &mut Vec<u8>) -> bool {
    let first = time_code(visits.first_s);
    let last = time_code(visits.last_s).max(first);
    put_varint(out, visits.count.into());
    put_varint(out, first.into());
    put_varint(out, (last - first).into());
    // Nought is "no visit before this one", so a step of nought is written as 1.
    let step = match time_code(visits.previous_s) {
        0 => 0,
        previous => u64::from(last - previous.clamp(first, last)) + 1,
    };
    // A visit before this one that ended at no time is none.
    let step = if last == 0 { 0 } else { step };
    put_varint(out, step);
    put_varint(out, visits.session_pages.into());
    visits.count != 0 || last != 0 || visits.session_pages != 0
}

fn write_interests(interests: &[&Interest], out: &mut Vec<u8>) -> bool {
    let day = |interest: &&Interest| interest.day.saturating_sub(EPOCH_DAY);
    let Some(newest) = interests.iter().map(day).max() else {
        return false;
    };
    put_varint(out, newest.into());
    for interest in interests {
        put_text(out, &interest.category);
        put_varint(out, interest.score_milli.min(SCORE_MILLI_MAX).into());
        put_varint(out, interest.views.into());
        out.push(interest.today);
        put_varint(out, (newest - day(interest)).into());
    }
    true
}

fn write_cart(lines: &[&CartLine], at_s: u32, out: &mut Vec<u8>) -> bool {
    put_time(out, at_s);
    for line in lines {
        put_text(out, &line.sku);
        put_varint(out, line.quantity.into());
        put_varint(out, line.price_minor.into());
    }
    at_s != 0 || !lines.is_empty()
}

fn write_orders(orders: &Orders, skus: &[&str], out: &mut Vec<u8>) -> bool {
    put_varint(out, orders.count.into());
    put_varint(out, orders.total_minor);
    put_time(out, orders.last_s);
    put_varint(out, orders.last_minor.into());
    put_varint(out, orders.last_items.into());
    for sku in skus {
        put_text(out, sku);
    }
    // Something but five noughts.
    out.iter().any(|byte| *byte != 0)
}
