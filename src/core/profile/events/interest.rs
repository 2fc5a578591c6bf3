//! Interest in categories: a sum of event weights that halves every 14 days, in integers.

use crate::limits::INTERESTS_MAX;
use crate::profile::model::is_category;
use crate::profile::model::{Interest, Profile};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// Days in which a score halves.
pub const HALF_LIFE_DAYS: u16 = 14;
/// Weight of a viewed product or category, in thousandths.
pub const VIEW_WEIGHT_MILLI: u32 = 1_000;
/// Weight of a product put into the cart, in thousandths.
pub const CART_WEIGHT_MILLI: u32 = 3_000;
/// Weight of a category bought from, in thousandths.
pub const PURCHASE_WEIGHT_MILLI: u32 = 5_000;
/// The score at which interest is one half, in thousandths.
pub const HALF_SCORE_MILLI: u32 = 3_000;
/// Highest score, in thousandths: beyond it interest is 0.997 and says nothing new.
pub const SCORE_MILLI_MAX: u32 = 1_000_000;
/// Interest below which `top_interest.name` is unknown.
pub const TOP_INTEREST_MIN: f64 = 0.2;

/// 2^(-r/14) for r = 0..14 days, in units of 2^-32. A table, because `exp` differs between native code and
/// Wasm.
const DECAY: [u64; HALF_LIFE_DAYS as usize] = [
    4_294_967_296,
    4_087_499_558,
    3_890_053_517,
    3_702_145_077,
    3_523_313_526,
    3_353_120_405,
    3_191_148_437,
    3_037_000_500,
    2_890_298_656,
    2_750_683_221,
    2_617_811_889,
    2_491_358_886,
    2_371_014_177,
    2_256_482_700,
];

/// A score after some days, rounded to the nearest thousandth.
pub fn decayed(score_milli: u32, days: u16) -> u32 {
    let halvings = days / HALF_LIFE_DAYS;
    let factor = DECAY.get(usize::from(days % HALF_LIFE_DAYS)).copied().unwrap_or(1 << 32);
    if halvings >= 31 {
        return 0;
    }
    let scaled = (u64::from(score_milli) * factor) >> halvings;
    // At most `score_milli`, because no factor is above 1; the addition cannot overflow, because a score is
    // at most SCORE_MILLI_MAX wherever it was read from a cookie, and saturates where it was not.
    u32::try_from(scaled.saturating_add(1 << 31) >> 32).unwrap_or(score_milli)
}

/// The UTC day of a time, in days since the Unix epoch.
pub fn day_of(at_s: u32) -> u16 {
    // At most 49,710 days in a u32 of seconds.
    u16::try_from(at_s / 86_400).unwrap_or(u16::MAX)
}

/// What an event says about a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::profile) struct Sign {
    pub(in crate::profile) weight_milli: u32,
    /// It counts among the views.
    pub(in crate::profile) view: bool,
}

impl Sign {
    pub(in crate::profile) const VIEW: Self = Self { weight_milli: VIEW_WEIGHT_MILLI, view: true };
    pub(in crate::profile) const CART: Self = Self { weight_milli: CART_WEIGHT_MILLI, view: false };
    pub(in crate::profile) const PURCHASE: Self = Self { weight_milli: PURCHASE_WEIGHT_MILLI, view: false };
}

/// Adds an event to the interest in a category and keeps the list in order, highest first. A new category
/// takes the place of the lowest when the list is full.
pub(in crate::profile) fn add(profile: &mut Profile, category: &str, sign: Sign, at_s: u32) {
    if !is_category(category) {
        return;
    }
    let day = day_of(at_s);
    let list = &mut profile.interests;
    let known = list.iter().position(|interest| &*interest.category == category);
    let mut interest = match known {
        Some(at) => list.remove(at),
        None => Interest { category: category.into(), score_milli: 0, views: 0, today: 0, day },
    };
    list.truncate(INTERESTS_MAX - 1);
    if day > interest.day {
        interest.score_milli = decayed(interest.score_milli, day - interest.day);
        (interest.today, interest.day) = (0, day);
    }
    // An event that arrives late counts as much as if it had come in time.
    let weight_milli = decayed(sign.weight_milli, interest.day - day.min(interest.day));
    interest.score_milli = (interest.score_milli.saturating_add(weight_milli)).min(SCORE_MILLI_MAX);
    if sign.view {
        interest.views = interest.views.saturating_add(1);
        if day == interest.day {
            interest.today = interest.today.saturating_add(1);
        }
    }
    list.push(interest);
    sort(profile);
}

/// Puts interests in order, highest first, as of the latest day among them.
pub(in crate::profile) fn sort(profile: &mut Profile) {
    let today = profile.interests.iter().map(|interest| interest.day).max().unwrap_or(0);
    let score = |interest: &Interest| decayed(interest.score_milli, today - interest.day);
    crate::sort::by_key(&mut profile.interests, |interest| Reverse(score(interest)));
}

impl Interest {
    /// The score on a day, in thousandths.
    pub fn score_milli_on(&self, day: u16) -> u32 {
        decayed(self.score_milli, day.saturating_sub(self.day))
    }

    /// The interest on a day: `S / (S + 3)` for the decayed score S, from 0 to 1.
    pub fn strength(&self, day: u16) -> f64 {
        let score_milli = self.score_milli_on(day);
        f64::from(score_milli) / f64::from(score_milli.saturating_add(HALF_SCORE_MILLI))
    }
}

impl Profile {
    /// Gives interests the keys of their categories, by whichever name somebody wrote them down; of two with one key the
    /// first stays, which is the higher.
    pub fn name_categories(&mut self, key_of: &dyn Fn(&str) -> Box<str>) {
        let mut kept: Vec<Interest> = Vec::with_capacity(self.interests.len());
        for interest in self.interests.drain(..) {
            let category = key_of(&interest.category);
            if !category.is_empty() && !kept.iter().any(|known| known.category == category) {
                kept.push(Interest { category, ..interest });
            }
        }
        self.interests = kept;
    }

    /// What is remembered of a category.
    pub fn interest_in(&self, category: &str) -> Option<&Interest> {
        self.interests.iter().find(|interest| &*interest.category == category)
    }

    /// Interest in a category on a day, from 0 to 1; 0 for one never seen.
    pub fn interest(&self, category: &str, day: u16) -> f64 {
        self.interest_in(category).map_or(0.0, |interest| interest.strength(day))
    }

    /// The category of highest interest and the interest on a day, from 0 to 1. Whether it is high enough
    /// to be named ([`TOP_INTEREST_MIN`]) is for the caller to say.
    pub fn top_interest(&self, day: u16) -> Option<(&str, f64)> {
        // The list is in order, but of a profile that someone wrote by hand this is not certain.
        let top = self.interests.iter().rev().max_by_key(|interest| interest.score_milli_on(day))?;
        Some((&top.category, top.strength(day)))
    }

    /// The category was viewed on that day.
    pub fn viewed_category_on(&self, category: &str, day: u16) -> bool {
        self.interest_in(category).is_some_and(|interest| interest.day == day && interest.today > 0)
    }
}
