//! Cookie values: size, order of refusals, what is left out.

use super::super::*;
use super::sample::{HOST, NOW_S, busy, keys};
use crate::limits::{CATEGORY_BYTES_MAX, COOKIE_CHARS_MAX, SKU_BYTES_MAX, TRAIT_BYTES_MAX};

#[test]
fn a_busy_visitor_fits_into_1_5_kb_and_comes_back_whole() {
    let encoded = cookie::encode(&busy(), &keys(), HOST);
    assert_eq!(encoded.dropped, Dropped::default());
    assert!(encoded.value.len() <= 1_536, "{} characters", encoded.value.len());
    let verdict = cookie::read(encoded.value.as_bytes(), &keys(), HOST, NOW_S);
    assert_eq!(verdict, Verdict::Valid(busy()));
}

#[test]
fn the_bytes_of_a_busy_visitor_are_those_of_the_golden_file() {
    let golden = include_str!("../../../../tests/golden/cookie-busy.txt");
    assert_eq!(cookie::encode(&busy(), &keys(), HOST).value, golden.trim_end());
}

/// A profile whose lists are full of long keys, of products of 32 bytes.
fn overfull() -> Profile {
    overfull_of(32)
}

fn overfull_of(sku_bytes: usize) -> Profile {
    let mut profile = busy();
    let long = |key: &str, length: usize| Box::from(format!("{key:x<length$}"));
    for interest in &mut profile.interests {
        interest.category = long(&interest.category, CATEGORY_BYTES_MAX);
    }
    for viewed in &mut profile.viewed {
        viewed.sku = long(&viewed.sku, sku_bytes);
    }
    for line in &mut profile.cart.lines {
        line.sku = long(&line.sku, sku_bytes);
    }
    for sku in &mut profile.orders.skus {
        *sku = long(sku, sku_bytes);
    }
    profile
}

fn kept(encoded: &Encoded) -> Profile {
    match cookie::read(encoded.value.as_bytes(), &keys(), HOST, NOW_S) {
        Verdict::Valid(profile) => profile,
        verdict => panic!("{verdict:?}"),
    }
}

#[test]
fn a_full_cookie_drops_impressions_first_the_oldest_before_the_others() {
    let mut profile = busy();
    profile.unknown.push(UnknownSection { tag: 0x2f, bytes: vec![7; 1_400] });
    let encoded = cookie::encode(&profile, &keys(), HOST);
    let count = encoded.dropped.impressions;
    assert!(0 < count && count < 32, "{count}");
    assert_eq!(encoded.dropped, Dropped { impressions: count, ..Dropped::default() });
    // Not one more than had to go.
    assert!(encoded.value.len() > COOKIE_CHARS_MAX - 16 && encoded.value.len() <= COOKIE_CHARS_MAX);
    profile.impressions.truncate(32 - count);
    assert_eq!(kept(&encoded), profile);
}

#[test]
fn then_viewed_products_then_interests_then_later_sections_and_never_the_rest() {
    let mut profile = overfull();
    let encoded = cookie::encode(&profile, &keys(), HOST);
    let count = encoded.dropped.viewed;
    assert_eq!(encoded.dropped, Dropped { shown_products: 0, impressions: 32, viewed: count, ..Dropped::default() });
    assert!(0 < count && count < 20, "{count}");
    let first = |encoded: &Encoded| kept(encoded).viewed.len();
    assert_eq!(first(&encoded), 20 - count);

    profile.unknown.push(UnknownSection { tag: 0x2f, bytes: vec![7; 700] });
    let encoded = cookie::encode(&profile, &keys(), HOST);
    let count = encoded.dropped.interests;
    assert_eq!(
        encoded.dropped,
        Dropped { shown_products: 0, impressions: 32, viewed: 20, interests: count, ..Dropped::default() }
    );
    assert!(0 < count && count < 12, "{count}");
    assert_eq!(kept(&encoded).interests, profile.interests[..12 - count]);

    profile.unknown.push(UnknownSection { tag: 0x30, bytes: vec![7; 1_000] });
    let encoded = cookie::encode(&profile, &keys(), HOST);
    let dropped = Dropped { shown_products: 0, impressions: 32, viewed: 20, interests: 12, unknown: 1, trimmed: 0 };
    assert_eq!(encoded.dropped, dropped);
    let kept = kept(&encoded);
    assert_eq!(kept.unknown, profile.unknown[..1]);
    assert_eq!((kept.consent, kept.id, kept.visits), (profile.consent, profile.id, profile.visits));
    assert_eq!((kept.cart, kept.orders, kept.logs), (profile.cart, profile.orders, profile.logs));
}

#[test]
fn what_is_never_given_up_fits_when_all_of_it_is_as_long_as_it_can_be() {
    let mut profile = overfull();
    profile.visits = Visits {
        count: u16::MAX,
        first_s: u32::MAX - 3,
        previous_s: u32::MAX - 2,
        last_s: u32::MAX - 1,
        session_pages: u16::MAX,
    };
    profile.cart.at_s = u32::MAX - 1;
    profile.cart.lines.iter_mut().for_each(|line| (line.quantity, line.price_minor) = (u16::MAX, u32::MAX));
    profile.orders = Orders { count: u16::MAX, total_minor: u64::MAX, last_s: u32::MAX - 1, ..profile.orders };
    profile.purchased_s = u32::MAX - 1;
    let longest = |key: u32| TraitValue { key, value: "x".repeat(TRAIT_BYTES_MAX).into() };
    profile.traits = (0..16).map(longest).collect();
    let signal = |key: u32| SignalState { key, sum_milli: SUM_MILLI_MAX, total_milli: SUM_MILLI_MAX, day: u16::MAX };
    profile.signals = (0..16).map(signal).collect();
    profile.customer = Some([0xff; 16]);
    let encoded = cookie::encode(&profile, &keys(), HOST);
    assert!(encoded.value.len() <= COOKIE_CHARS_MAX, "{}", encoded.value.len());
    assert_eq!(encoded.dropped.trimmed, 0);
    let kept = kept(&encoded);
    assert_eq!((kept.cart, kept.orders, kept.traits), (profile.cart, profile.orders, profile.traits));
    assert_eq!((kept.signals, kept.customer, kept.visits), (profile.signals, profile.customer, profile.visits));
}

#[test]
fn keys_of_fifty_characters_are_kept_and_never_make_a_cookie_too_long() {
    for (sku_bytes, bought, lines) in [(50, 9, 20), (200, 0, 7)] {
        let mut profile = overfull_of(sku_bytes);
        let longest = |key: u32| TraitValue { key, value: "x".repeat(TRAIT_BYTES_MAX).into() };
        profile.traits = (0..16).map(longest).collect();
        let encoded = cookie::encode(&profile, &keys(), HOST);
        assert!(encoded.value.len() <= COOKIE_CHARS_MAX, "{}", encoded.value.len());
        let kept = kept(&encoded);
        assert_eq!((kept.orders.skus.len(), kept.cart.lines.len()), (bought, lines), "{sku_bytes}");
        // What was changed or bought last stays.
        assert_eq!(kept.cart.lines[..], profile.cart.lines[..lines]);
        assert_eq!(kept.orders.skus[..], profile.orders.skus[..bought]);
        assert_eq!((kept.traits, kept.consent, kept.id), (profile.traits, profile.consent, profile.id));
    }
    let mut small = busy();
    small.viewed[0].sku = "\u{10348}".repeat(50).into();
    let kept = kept(&cookie::encode(&small, &keys(), HOST));
    assert_eq!(kept.viewed[0], small.viewed[0]);
}

#[test]
fn lists_over_their_limits_are_trimmed_and_bad_entries_left_out() {
    let mut profile = busy();
    let (viewed, line) = (profile.viewed[0].clone(), profile.cart.lines[0].clone());
    profile.viewed.push(Viewed { sku: "old".into(), at_s: NOW_S - 9_000_000 });
    profile.viewed.push(viewed);
    profile.interests[3].category = "".into();
    profile.cart.lines[5].quantity = 0;
    profile.cart.lines[6].sku = "x".repeat(SKU_BYTES_MAX + 1).into();
    profile.cart.lines.push(line);
    profile.orders.skus.push("late".into());
    profile.transactions.push(99);
    let encoded = cookie::encode(&profile, &keys(), HOST);
    let dropped = Dropped { viewed: 2, interests: 1, trimmed: 5, ..Dropped::default() };
    assert_eq!(encoded.dropped, dropped);
    let kept = kept(&encoded);
    assert_eq!(kept.viewed, busy().viewed);
    assert_eq!(kept.transactions, busy().transactions);
    assert_eq!(kept.cart.lines.len(), 18);
}
