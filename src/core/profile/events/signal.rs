//! Authored memory: what `[signals]` keep of events, and the traits that the shop's systems set.

use crate::bundle::{Comparison, ItemTest, Measure, Rules, Signal};
use crate::codec::hash32;
use crate::limits::{SIGNALS_MAX, TRAIT_BYTES_MAX, TRAITS_MAX};
use crate::profile::events::event::{EVENT_LATE_S_MAX, Event, Item};
use crate::profile::events::interest::day_of;
use crate::profile::events::signal_sum::{add, decayed};
use crate::profile::events::top;
use crate::profile::model::{Profile, TraitValue};
use alloc::string::String;
use alloc::vec::Vec;

fn compares(comparison: Comparison, found: u32, than: u32) -> bool {
    match comparison {
        Comparison::Less => found < than,
        Comparison::LessOrEqual => found <= than,
        Comparison::Greater => found > than,
        Comparison::GreaterOrEqual => found >= than,
        Comparison::Equal => found == than,
    }
}

fn passes(test: &ItemTest, item: &Item) -> bool {
    let among = |keys: &[String], key: &str| keys.binary_search_by(|known| known.as_str().cmp(key)).is_ok();
    match test {
        ItemTest::Category(keys) => item.category.as_deref().is_some_and(|category| among(keys, category)),
        ItemTest::Brand(keys) => item.brand.as_deref().is_some_and(|brand| among(keys, brand)),
        ItemTest::Variant(keys) => item.variant.as_deref().is_some_and(|variant| among(keys, variant)),
        ItemTest::Sku(keys) => among(keys, &item.sku),
        ItemTest::Price(comparison, minor) => compares(*comparison, item.price_minor, *minor),
        ItemTest::Discount(comparison, minor) => compares(*comparison, item.discount_minor, *minor),
        ItemTest::Quantity(comparison, pieces) => compares(*comparison, item.quantity.into(), *pieces),
    }
}

/// Adds an event to every signal that is about it. The caller has applied the event to the profile just before, so
/// that it is no duplicate and the visitor has agreed.
pub fn signal(profile: &mut Profile, signals: &[Signal], event: &Event, now_s: u32) {
    let Some(name) = event.kind.name() else { return };
    if profile.id.is_none() {
        return;
    }
    let day = day_of(event.at_s.clamp(now_s.saturating_sub(EVENT_LATE_S_MAX), now_s));
    let about = || signals.iter().filter(|signal| signal.event == name);
    let most = profile.signals.len() + about().map(Signal::entries_max).sum::<usize>();
    if about().count() > 0 && most > SIGNALS_MAX {
        // What the site does not ask any more makes room.
        profile.signals.retain(|state| named(signals, state.key).is_some());
    }
    for signal in about() {
        let passed = event.kind.items().iter().filter(|item| signal.tests.iter().all(|test| passes(test, item)));
        if let Some((field, values)) = signal.measure.top() {
            top::add(profile, signal, values, passed.filter_map(|item| item.text(field)), day);
            continue;
        }
        let (mut count, mut value_milli, mut pieces) = (0_u32, 0_u64, 0_u64);
        for item in passed {
            count += 1;
            pieces += u64::from(item.quantity);
            value_milli += u64::from(item.price_minor) * 10 * u64::from(item.quantity);
        }
        // Without items, only a signal that asks nothing of them counts the event.
        let counts = count > 0 || (signal.tests.is_empty() && event.kind.items().is_empty());
        let amount_milli = match signal.measure {
            Measure::Count | Measure::Share => u64::from(counts) * 1_000,
            Measure::SumValue => value_milli,
            Measure::SumQuantity => pieces * 1_000,
            _ => 0,
        };
        let share = signal.measure == Measure::Share;
        if counts || share {
            let amount_milli = u32::try_from(amount_milli).unwrap_or(u32::MAX);
            let key = hash32(&[&signal.key]);
            add(profile, key, signal.half_life_days, amount_milli, if share { 1_000 } else { 0 }, day);
        }
    }
}

impl Profile {
    /// The number that a signal is at a moment; `None` before its first event, and for one that is a text.
    pub fn signal(&self, signal: &Signal, now_s: u32) -> Option<f64> {
        let key = hash32(&[&signal.key]);
        let state = self.signals.iter().find(|state| state.key == key)?;
        let days = day_of(now_s).saturating_sub(state.day);
        let sum_milli = decayed(state.sum_milli, days, signal.half_life_days);
        Some(match &signal.measure {
            Measure::Last => f64::from(days),
            Measure::TopCategory(_) | Measure::TopBrand(_) | Measure::TopVariant(_) => return None,
            // Both halve alike, so their share stays.
            Measure::Share if state.total_milli == 0 => return None,
            Measure::Share => f64::from(state.sum_milli) / f64::from(state.total_milli),
            _ => f64::from(sum_milli) / 1_000.0,
        })
    }

    /// The value of a trait.
    pub fn trait_value(&self, key: &str) -> Option<&str> {
        let key = hash32(&[key]);
        self.traits.iter().find(|value| value.key == key).map(|value| &*value.value)
    }

    /// Sets the trait whose key has this [`hash32`], or with an empty value takes it away; false for a value that is
    /// too long or a trait too many.
    pub(in crate::profile) fn put_trait(&mut self, key: u32, value: &str) -> bool {
        self.traits.retain(|known| known.key != key);
        if value.is_empty() {
            return true;
        }
        if value.len() > TRAIT_BYTES_MAX || self.traits.len() >= TRAITS_MAX {
            return false;
        }
        self.traits.push(TraitValue { key, value: value.into() });
        crate::sort::by_key(&mut self.traits, |value| value.key);
        true
    }
}

/// The signal that remembers under this hash, and which of its values, if it is of those that have some.
pub fn named(signals: &[Signal], hash: u32) -> Option<(&str, Option<&str>)> {
    signals.iter().find_map(|signal| match signal.measure.top() {
        Some((_, values)) => {
            let value = values.iter().find(|value| top::top_hash(&signal.key, value) == hash)?;
            Some((&*signal.key, Some(&**value)))
        }
        None => (hash32(&[&signal.key]) == hash).then(|| (&*signal.key, None)),
    })
}

/// The most bytes of the cookie that each trait and signal can take, in the order of the rules.
pub fn memory_bytes(rules: &Rules) -> Vec<(String, usize)> {
    // A hash of 4 bytes, then a text with its length.
    let traits = rules.traits.iter().map(|t| {
        let longest = t.values.iter().map(String::len).max().unwrap_or(TRAIT_BYTES_MAX);
        (alloc::format!("traits.{}", t.key), 4 + 1 + longest)
    });
    // For each entry a hash of 4 bytes, sums of at most 5 bytes each, a day of at most 3.
    let signals = rules.signals.iter().map(|signal| {
        let (sum, total) = match &signal.measure {
            Measure::Last => (1, 1),
            Measure::Share => (5, 5),
            _ => (5, 1),
        };
        (alloc::format!("signal.{}", signal.key), signal.entries_max() * (4 + sum + total + 3))
    });
    traits.chain(signals).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::profile::events::event::EventKind;
    use proptest::prelude::*;

    const DAY_S: u32 = 86_400;
    const NOW_S: u32 = 1_795_219_200;

    fn item(category: &str, price_minor: u32, quantity: u16) -> Item {
        Item { sku: "1".into(), category: Some(category.into()), quantity, price_minor, ..Item::default() }
    }

    fn rule(measure: Measure, half_life_days: u16) -> Signal {
        let tests = [ItemTest::Category(["lanterns".into()].into())].into();
        Signal { key: "x".into(), event: "view_item".into(), tests, measure, half_life_days }
    }

    fn after(rule: &Signal, events: &[(Vec<Item>, u32)]) -> Profile {
        let mut profile = Profile { id: Some([1; 16]), ..Profile::default() };
        for (items, at_s) in events {
            let kind = EventKind::ViewItem { items: items.clone(), served: false };
            signal(&mut profile, core::slice::from_ref(rule), &Event { at_s: *at_s, kind }, *at_s);
        }
        profile
    }

    #[test]
    fn each_measure_remembers_what_it_says() {
        let events = [
            ([item("lanterns", 1_250, 2), item("mugs", 100, 1)].into(), NOW_S - 14 * DAY_S),
            ([item("mugs", 100, 1)].into(), NOW_S - 14 * DAY_S),
            ([item("lanterns", 500, 1)].into(), NOW_S - 7 * DAY_S),
        ];
        let value = |measure, half_life| {
            let rule = rule(measure, half_life);
            after(&rule, &events).signal(&rule, NOW_S).unwrap()
        };
        assert!((value(Measure::Count, 0) - 2.0).abs() < 1e-9);
        assert!((value(Measure::Count, 7) - 0.75).abs() < 1e-3);
        assert!((value(Measure::SumValue, 0) - 30.0).abs() < 1e-9);
        assert!((value(Measure::SumQuantity, 0) - 3.0).abs() < 1e-9);
        assert!((value(Measure::Share, 0) - 2.0 / 3.0).abs() < 1e-9);
        assert!((value(Measure::Last, 0) - 7.0).abs() < 1e-9);
        assert_eq!(Profile::default().signal(&rule(Measure::Count, 0), NOW_S), None);
    }

    #[test]
    fn a_share_of_reduced_items_asks_their_discount() {
        let rule = Signal { tests: [ItemTest::Discount(Comparison::Greater, 0)].into(), ..rule(Measure::Share, 0) };
        let reduced = Item { discount_minor: 250, ..item("mugs", 100, 1) };
        let events = [([reduced].into(), NOW_S), ([item("mugs", 100, 1)].into(), NOW_S)];
        let share = after(&rule, &events).signal(&rule, NOW_S).unwrap();
        assert!((share - 0.5).abs() < 1e-9);
    }

    #[test]
    fn who_has_not_agreed_is_not_remembered() {
        let mut profile = Profile::default();
        let kind = EventKind::ViewItem { items: [item("lanterns", 1, 1)].into(), served: false };
        signal(&mut profile, &[rule(Measure::Count, 0)], &Event { at_s: NOW_S, kind }, NOW_S);
        assert_eq!(profile, Profile::default());
    }

    proptest! {
        #[test]
        fn decay_is_that_of_two_to_the_minus_days(sum in 0_u32..2_000_000_000, days in 0_u16..400, half_life in 1_u16..400) {
            let exact = f64::from(sum) * 0.5_f64.powf(f64::from(days) / f64::from(half_life));
            let found = f64::from(decayed(sum, days, half_life));
            prop_assert!((found - exact).abs() <= exact / 2_000.0 + 2.0, "{found} for {exact}");
        }

        #[test]
        fn a_longer_time_never_leaves_more(sum in 0_u32..2_000_000_000, days in 0_u16..399, half_life in 1_u16..400) {
            prop_assert!(decayed(sum, days + 1, half_life) <= decayed(sum, days, half_life));
        }
    }
}
