//! The sections of a profile: `[tag][length][bytes]`, tags ascending. SPEC.md, "Cookie", has the layouts.

use super::fit::{Class, Selection};
use super::interest::SCORE_MILLI_MAX;
use super::time::{EPOCH_DAY, EPOCH_S, read_time, time_code, time_of};
use super::{
    Cart, CartLine, Choice, Consent, ConsentSource, ConsentState, Interest, LogMark, MailboxMark, Orders, Profile,
    SUM_MILLI_MAX, SeenProduct, Shown, SignalState, TraitValue, UnknownSection, Viewed, Visits,
};
use crate::codec::{Reader, put_text, put_varint};
use alloc::boxed::Box;
use alloc::vec::Vec;

const CONSENT: u8 = 0x10;
const OPT_OUT: u8 = 0x11;
const ERASED: u8 = 0x12;
const ID: u8 = 0x20;
const VISITS: u8 = 0x21;
const INTERESTS: u8 = 0x22;
const VIEWED: u8 = 0x23;
const SHOWN: u8 = 0x24;
const CART: u8 = 0x25;
const ORDERS: u8 = 0x26;
const PURCHASED: u8 = 0x27;
/// The ring of event ids of format 1. No later format writes it.
const RING: u8 = 0x28;
const TRAITS: u8 = 0x29;
const SIGNALS: u8 = 0x2a;
const SEEN: u8 = 0x2b;
const CUSTOMER: u8 = 0x2c;
const LOGS: u8 = 0x2d;
const MAILBOX: u8 = 0x2e;

/// This version has a layout for that tag.
pub(super) fn is_known(tag: u8) -> bool {
    matches!(tag, CONSENT..=ERASED | ID..=MAILBOX)
}

/// Appends the sections of a selection.
pub(super) fn write(selection: &Selection<'_>, out: &mut Vec<u8>) {
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
            for shown in &selection.shown {
                put_step(out, &mut before, shown.since_s);
                out.extend_from_slice(&shown.campaign.to_be_bytes());
                out.push(shown.seen);
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
            put_varint(out, profile.seen.week.into());
            for seen in &selection.seen {
                out.extend_from_slice(&seen.product.to_be_bytes());
                out.push(seen.quarters);
            }
            !selection.seen.is_empty()
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

fn read_signal(reader: &mut Reader<'_>) -> Option<SignalState> {
    Some(SignalState {
        key: u32::from_be_bytes(reader.array()?),
        sum_milli: reader.number()?,
        total_milli: reader.number()?,
        day: reader.number::<u16>()?.checked_add(EPOCH_DAY)?,
    })
}

fn write_mailbox(mark: MailboxMark, out: &mut Vec<u8>) -> bool {
    put_varint(out, mark.last);
    put_time(out, mark.ask_until_s);
    out.push(mark.unacknowledged.into());
    mark != MailboxMark::default()
}

fn read_mailbox(reader: &mut Reader<'_>) -> Option<MailboxMark> {
    Some(MailboxMark {
        last: reader.varint()?,
        ask_until_s: read_time(reader)?,
        unacknowledged: match reader.byte()? {
            0 => false,
            1 => true,
            _ => return None,
        },
    })
}

/// The sections of a consent cookie.
pub(super) fn write_consent_state(state: &ConsentState, out: &mut Vec<u8>) {
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

/// Reads the sections of a consent cookie; those of later versions are kept.
pub(super) fn read_consent_state(bytes: &[u8]) -> Option<ConsentState> {
    let mut reader = Reader::new(bytes);
    let mut state = ConsentState::default();
    let mut last_tag = 0;
    while !reader.is_empty() {
        let tag = reader.byte()?;
        if tag <= last_tag || Class::of(tag)? != Class::Necessary {
            return None;
        }
        last_tag = tag;
        let body = reader.block()?;
        let mut body_reader = Reader::new(body);
        match tag {
            CONSENT => state.record = read_consent(&mut body_reader)?,
            OPT_OUT => state.opt_out = true,
            ERASED => state.erased_s = read_time(&mut body_reader)?,
            _ => state.unknown.push(UnknownSection { tag, bytes: body_reader.rest().to_vec() }),
        }
        if !body_reader.is_empty() {
            return None;
        }
    }
    Some(state)
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

fn step(reader: &mut Reader<'_>, before: &mut Option<u64>) -> Option<u32> {
    let number = reader.varint()?;
    let code = match *before {
        Some(before) => before.checked_sub(number)?,
        None => number,
    };
    *before = Some(code);
    time_of(code)
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

fn read_consent(reader: &mut Reader<'_>) -> Option<Consent> {
    let flags = reader.byte()?;
    let choice = |bits| match bits & 3 {
        0 => Some(Choice::Unknown),
        1 => Some(Choice::Granted),
        2 => Some(Choice::Denied),
        _ => None,
    };
    let source = match flags >> 4 & 7 {
        0 => ConsentSource::Api,
        1 => ConsentSource::Tcf,
        2 => ConsentSource::Gpp,
        3 => ConsentSource::Gtag,
        4 => ConsentSource::Cookie,
        _ => return None,
    };
    Some(Consent {
        personalization: choice(flags)?,
        measurement: choice(flags >> 2)?,
        at_s: read_time(reader)?,
        source,
        under_gpc: flags >> 7 == 1,
    })
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

fn read_visits(reader: &mut Reader<'_>) -> Option<Visits> {
    let count = reader.number()?;
    let first = reader.varint()?;
    let last = first.checked_add(reader.varint()?)?;
    let previous = match reader.varint()? {
        0 => 0,
        step => last.checked_sub(step - 1)?,
    };
    Some(Visits {
        count,
        first_s: time_of(first)?,
        previous_s: time_of(previous)?,
        last_s: time_of(last)?,
        session_pages: reader.number()?,
    })
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

fn read_interests(reader: &mut Reader<'_>) -> Option<Vec<Interest>> {
    let newest: u16 = reader.number()?;
    let mut interests = Vec::new();
    while !reader.is_empty() {
        interests.push(Interest {
            category: reader.text()?,
            score_milli: reader.number()?,
            views: reader.number()?,
            today: reader.byte()?,
            day: newest.checked_sub(reader.number()?)?.checked_add(EPOCH_DAY)?,
        });
    }
    Some(interests)
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

fn read_cart(reader: &mut Reader<'_>) -> Option<Cart> {
    let at_s = read_time(reader)?;
    let mut lines = Vec::new();
    while !reader.is_empty() {
        lines.push(CartLine { sku: reader.text()?, quantity: reader.number()?, price_minor: reader.number()? });
    }
    Some(Cart { lines, at_s })
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

fn read_orders(reader: &mut Reader<'_>) -> Option<Orders> {
    let (count, total_minor) = (reader.number()?, reader.varint()?);
    let last_s = read_time(reader)?;
    let (last_minor, last_items) = (reader.number()?, reader.number()?);
    let mut skus: Vec<Box<str>> = Vec::new();
    while !reader.is_empty() {
        skus.push(reader.text()?);
    }
    Some(Orders { count, total_minor, last_s, last_minor, last_items, skus })
}

/// Reads sections. It takes some bytes that no writer makes (an entry over its limit, a section that says
/// nothing): whoever calls it writes the profile again and compares.
pub(super) fn read(bytes: &[u8]) -> Option<Profile> {
    let mut reader = Reader::new(bytes);
    let mut profile = Profile::default();
    let mut last_tag = 0;
    while !reader.is_empty() {
        let tag = reader.byte()?;
        Class::of(tag)?;
        if tag <= last_tag {
            return None;
        }
        last_tag = tag;
        read_section(tag, reader.block()?, &mut profile)?;
    }
    Some(profile)
}

fn read_section(tag: u8, bytes: &[u8], profile: &mut Profile) -> Option<()> {
    let mut reader = Reader::new(bytes);
    match tag {
        CONSENT => profile.consent = read_consent(&mut reader)?,
        OPT_OUT => profile.opt_out = true,
        // It belongs into the consent cookie.
        ERASED => return None,
        ID => {
            profile.id = Some(reader.array()?);
            profile.issued_s = u32::from_be_bytes(reader.array()?).checked_add(EPOCH_S)?;
        }
        VISITS => profile.visits = read_visits(&mut reader)?,
        INTERESTS => profile.interests = read_interests(&mut reader)?,
        VIEWED => {
            let mut before = None;
            while !reader.is_empty() {
                let at_s = step(&mut reader, &mut before)?;
                profile.viewed.push(Viewed { sku: reader.text()?, at_s });
            }
        }
        SHOWN => {
            let mut before = None;
            while !reader.is_empty() {
                let since_s = step(&mut reader, &mut before)?;
                let campaign = u32::from_be_bytes(reader.array()?);
                profile.shown.push(Shown { campaign, seen: reader.byte()?, since_s });
            }
        }
        CART => profile.cart = read_cart(&mut reader)?,
        ORDERS => profile.orders = read_orders(&mut reader)?,
        PURCHASED => {
            profile.purchased_s = read_time(&mut reader)?;
            while !reader.is_empty() {
                profile.transactions.push(u32::from_be_bytes(reader.array()?));
            }
        }
        SEEN => {
            profile.seen.week = reader.number()?;
            while !reader.is_empty() {
                let product = u32::from_be_bytes(reader.array()?);
                profile.seen.products.push(SeenProduct { product, quarters: reader.byte()? });
            }
        }
        LOGS => {
            while !reader.is_empty() {
                let log = u32::from_be_bytes(reader.array()?);
                profile.logs.push(LogMark { log, last: reader.number()? });
            }
        }
        MAILBOX => profile.mailbox = read_mailbox(&mut reader)?,
        // Of a format 1 cookie: the logs have taken its place.
        RING => _ = reader.rest(),
        TRAITS => {
            while !reader.is_empty() {
                let key = u32::from_be_bytes(reader.array()?);
                profile.traits.push(TraitValue { key, value: reader.text()? });
            }
        }
        CUSTOMER => profile.customer = Some(reader.array()?),
        SIGNALS => {
            while !reader.is_empty() {
                profile.signals.push(read_signal(&mut reader)?);
            }
        }
        _ => {
            let bytes = reader.rest().to_vec();
            profile.unknown.push(UnknownSection { tag, bytes });
        }
    }
    reader.is_empty().then_some(())
}
