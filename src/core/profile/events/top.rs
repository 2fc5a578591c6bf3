//! Signals with `top`: which value the events had most, in a few entries.
//!
//! Every value that is remembered is an entry of the signals (section 0x2a) of its own, so the cookie needs no other
//! layout. A value that finds no room takes the place of the lightest and its weight with it: the space-saving
//! algorithm (Metwally, Agrawal and El Abbadi 2005). Of n entries, a value that has more than 1/n of all weight is
//! always among them, and no weight is too high by more than 1/n of it. Both hold for weights that halve with time,
//! because all of them halve alike.

use crate::bundle::Signal;
use crate::codec::fnv1a;
use crate::limits::{SIGNALS_MAX, TOP_ENTRIES_MAX};
use crate::profile::events::interest::day_of;
use crate::profile::events::signal_sum::{add as add_to, decayed};
use crate::profile::model::Profile;
use crate::profile::model::SignalState;
use alloc::string::String;
use alloc::vec::Vec;

/// What one event adds to each value in it, in thousandths.
const EVENT_MILLI: u32 = 1_000;

/// How a value of a signal is remembered: 32-bit FNV-1a of `signal:value`. A page looks through all values of a
/// signal, and SHA-256 of 256 of them would take longer than the rest of the page.
pub fn top_hash(signal: &str, value: &str) -> u32 {
    fnv1a::add(hash_of(signal), value)
}

fn hash_of(signal: &str) -> u32 {
    [signal, ":"].into_iter().fold(fnv1a::START, fnv1a::add)
}

/// Adds one event to each of the `found` texts that is a value of the signal.
pub(in crate::profile) fn add<'t>(
    profile: &mut Profile,
    signal: &Signal,
    values: &[String],
    found: impl Iterator<Item = &'t str>,
    day: u16,
) {
    let mut distinct: Vec<&str> = Vec::new();
    for text in found.filter(|text| values.iter().any(|value| value == text)) {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    if distinct.is_empty() {
        return;
    }
    let hashes: Vec<u32> = values.iter().map(|value| top_hash(&signal.key, value)).collect();
    for text in distinct {
        let key = top_hash(&signal.key, text);
        make_room(profile, signal, &hashes, key, day);
        add_to(profile, key, signal.half_life_days, EVENT_MILLI, 0, day);
    }
}

/// Gives the lightest entry to another value, with its weight, when there is no other room.
fn make_room(profile: &mut Profile, signal: &Signal, hashes: &[u32], key: u32, day: u16) {
    let full = profile.signals.len() >= SIGNALS_MAX;
    let own = || profile.signals.iter().filter(|state| hashes.contains(&state.key));
    if own().any(|state| state.key == key) || (own().count() < TOP_ENTRIES_MAX && !full) {
        return;
    }
    let weight = |state: &SignalState| (weight_milli(state, signal.half_life_days, day), state.day, state.key);
    let Some(lightest) = own().map(weight).min() else { return };
    if let Some(state) = profile.signals.iter_mut().find(|state| state.key == lightest.2) {
        state.key = key;
    }
}

fn weight_milli(state: &SignalState, half_life_days: u16, day: u16) -> u32 {
    decayed(state.sum_milli, day.saturating_sub(state.day), half_life_days)
}

impl Profile {
    /// The value that a signal with `top` has at a moment: the one of most weight, of equal ones the latest, else the
    /// first of the list. `None` when nothing is left of any.
    pub fn top<'s>(&self, signal: &'s Signal, now_s: u32) -> Option<&'s str> {
        let (_, values) = signal.measure.top()?;
        if self.signals.is_empty() {
            return None;
        }
        let day = day_of(now_s);
        let begun = hash_of(&signal.key);
        let mut best: Option<(u32, u16, &str)> = None;
        for value in values {
            let key = fnv1a::add(begun, value);
            let Some(state) = self.signals.iter().find(|state| state.key == key) else { continue };
            let weight_milli = weight_milli(state, signal.half_life_days, day);
            let is_more = best.is_none_or(|(most, latest, _)| (most, latest) < (weight_milli, state.day));
            if weight_milli > 0 && is_more {
                best = Some((weight_milli, state.day, value));
            }
        }
        best.map(|(.., value)| value)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::bundle::Measure;
    use crate::profile::events::event::{Event, EventKind, Item};
    use crate::profile::events::signal::signal;
    use alloc::string::ToString as _;
    use proptest::prelude::*;

    const DAY_S: u32 = 86_400;
    const NOW_S: u32 = 1_795_219_200;

    fn rule(values: usize, half_life_days: u16) -> Signal {
        let values = (0..values).map(|n| n.to_string()).collect();
        let measure = Measure::TopBrand(values);
        Signal { key: "brand".into(), event: "view_item".into(), tests: Vec::new(), measure, half_life_days }
    }

    fn see(profile: &mut Profile, rule: &Signal, value: usize, at_s: u32) {
        let item = Item { sku: "1".into(), brand: Some(value.to_string().into()), ..Item::default() };
        let kind = EventKind::ViewItem { items: [item].into(), served: false };
        signal(profile, core::slice::from_ref(rule), &Event { at_s, kind }, at_s);
    }

    fn someone() -> Profile {
        Profile { id: Some([1; 16]), ..Profile::default() }
    }

    fn weight_of(profile: &Profile, value: usize) -> u32 {
        let key = top_hash("brand", &value.to_string());
        profile.signals.iter().find(|state| state.key == key).map_or(0, |state| state.sum_milli)
    }

    #[test]
    fn what_was_liked_long_ago_gives_way_and_is_forgotten_in_the_end() {
        let (rule, mut profile) = (rule(3, 7), someone());
        assert_eq!(profile.top(&rule, NOW_S), None);
        for _ in 0..3 {
            see(&mut profile, &rule, 0, NOW_S - 21 * DAY_S);
        }
        assert_eq!(profile.top(&rule, NOW_S), Some("0"));
        see(&mut profile, &rule, 2, NOW_S);
        assert_eq!(profile.top(&rule, NOW_S), Some("2"), "3 views halved three times are less than one");
        assert_eq!(profile.top(&rule, NOW_S + 399 * DAY_S), None);
        assert_eq!(profile.signal(&rule, NOW_S), None, "it is no number");
    }

    #[test]
    fn of_equal_values_the_latest_wins_and_else_the_first_of_the_list() {
        let (rule, mut profile) = (rule(3, 0), someone());
        see(&mut profile, &rule, 2, NOW_S);
        see(&mut profile, &rule, 1, NOW_S);
        assert_eq!(profile.top(&rule, NOW_S), Some("1"));
        see(&mut profile, &rule, 0, NOW_S + DAY_S);
        assert_eq!(profile.top(&rule, NOW_S + DAY_S), Some("0"));
    }

    #[test]
    fn a_value_that_the_site_took_from_the_list_is_nobodys_favourite() {
        let mut profile = someone();
        see(&mut profile, &rule(2, 0), 1, NOW_S);
        assert_eq!(profile.top(&rule(1, 0), NOW_S), None);
    }

    proptest! {
        #[test]
        fn whatever_has_more_than_a_fifth_is_remembered_and_no_weight_is_a_fifth_too_high(
            shown_products in proptest::collection::vec(0_usize..12, 1..200),
        ) {
            let (rule, mut profile) = (rule(12, 0), someone());
            for value in &shown_products {
                see(&mut profile, &rule, *value, NOW_S);
            }
            prop_assert!(profile.signals.len() <= TOP_ENTRIES_MAX);
            let total = u32::try_from(shown_products.len()).unwrap() * EVENT_MILLI;
            prop_assert_eq!(profile.signals.iter().map(|state| state.sum_milli).sum::<u32>(), total);
            let fifth = total / u32::try_from(TOP_ENTRIES_MAX).unwrap();
            for value in 0..12 {
                let exact = u32::try_from(shown_products.iter().filter(|v| **v == value).count()).unwrap() * EVENT_MILLI;
                let kept = weight_of(&profile, value);
                prop_assert!(kept <= exact + fifth, "{value}: {kept} for {exact}");
                prop_assert!(exact <= fifth || kept >= exact, "{value}: {kept} for {exact}");
            }
        }

        #[test]
        fn up_to_five_values_are_counted_exactly(
            shown_products in proptest::collection::vec((0_usize..5, 0_u32..40), 1..60),
            half_life_days in 1_u16..60,
        ) {
            let (rule, mut profile) = (rule(5, half_life_days), someone());
            let mut shown_products = shown_products;
            shown_products.sort_by_key(|(_, days)| *days);
            for (value, days) in &shown_products {
                see(&mut profile, &rule, *value, NOW_S + days * DAY_S);
            }
            let exact = |value: usize| {
                let halvings = |days: u32| f64::from(40 - days) / f64::from(half_life_days);
                let of_value = shown_products.iter().filter(|(v, _)| *v == value);
                of_value.map(|(_, days)| 0.5_f64.powf(halvings(*days))).sum::<f64>()
            };
            let found: usize = profile.top(&rule, NOW_S + 40 * DAY_S).unwrap_or("0").parse().unwrap();
            let most = (0..5).map(exact).fold(0.0, f64::max);
            // Each halving cuts off less than a thousandth, of at most sixty.
            prop_assert!(exact(found) >= most * 0.998 - 0.06, "{} for {most}", exact(found));
        }
    }
}
