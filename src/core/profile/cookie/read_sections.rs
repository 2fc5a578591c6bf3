//! Reads the sections of a cookie, and refuses what no version would have written.

use super::tag::{
    CART, CONSENT, CUSTOMER, ERASED, ID, INTERESTS, LOGS, MAILBOX, OPT_OUT, ORDERS, PURCHASED, RING, SEEN, SHOWN,
    SIGNALS, TRAITS, VIEWED, VISITS,
};
use crate::codec::Reader;
use crate::profile::consent::ConsentState;
use crate::profile::cookie::tag::Class;
use crate::profile::events::shown_products::ShownProduct;
use crate::profile::model::{
    CampaignImpressions, Cart, CartLine, Choice, Consent, ConsentSource, Interest, LogMark, MailboxMark, Orders,
    Profile, SignalState, TraitValue, UnknownSection, Viewed, Visits,
};
use crate::profile::time::{EPOCH_DAY, EPOCH_S, read_time, time_of};
use alloc::boxed::Box;
use alloc::vec::Vec;

fn read_signal(reader: &mut Reader<'_>) -> Option<SignalState> {
    Some(SignalState {
        key: u32::from_be_bytes(reader.array()?),
        sum_milli: reader.number()?,
        total_milli: reader.number()?,
        day: reader.number::<u16>()?.checked_add(EPOCH_DAY)?,
    })
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

/// Reads the sections of a consent cookie; those of later versions are kept.
pub(in crate::profile) fn read_consent_state(bytes: &[u8]) -> Option<ConsentState> {
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

fn step(reader: &mut Reader<'_>, before: &mut Option<u64>) -> Option<u32> {
    let number = reader.varint()?;
    let code = match *before {
        Some(before) => before.checked_sub(number)?,
        None => number,
    };
    *before = Some(code);
    time_of(code)
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

fn read_interests(reader: &mut Reader<'_>) -> Option<Vec<Interest>> {
    let newest: u16 = reader.number()?;
    let mut interests = Vec::with_capacity(entries(reader));
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

/// About how many entries with a key the rest has, so that their list need not grow from one to two to four.
fn entries(reader: &Reader<'_>) -> usize {
    reader.left() / 7 + 1
}

fn read_cart(reader: &mut Reader<'_>) -> Option<Cart> {
    let at_s = read_time(reader)?;
    let mut lines = Vec::new();
    while !reader.is_empty() {
        lines.push(CartLine { sku: reader.text()?, quantity: reader.number()?, price_minor: reader.number()? });
    }
    Some(Cart { lines, at_s })
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
pub(in crate::profile) fn read(bytes: &[u8]) -> Option<Profile> {
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
            profile.viewed.reserve_exact(entries(&reader));
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
                profile.impressions.push(CampaignImpressions { campaign, count: reader.byte()?, since_s });
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
            profile.shown_products.week = reader.number()?;
            while !reader.is_empty() {
                let product = u32::from_be_bytes(reader.array()?);
                profile.shown_products.products.push(ShownProduct { product, quarters: reader.byte()? });
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
