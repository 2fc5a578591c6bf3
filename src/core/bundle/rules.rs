//! What a site decides about its vocabulary: its clock, lifecycle, traits, signals and intensity.

use crate::attribute::Trust;
use crate::limits;
use alloc::string::String;
use alloc::vec::Vec;

/// Everything a site decides about its vocabulary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// The site's clock.
    pub zone: Zone,
    /// When a customer counts as what.
    pub lifecycle: LifecycleRule,
    /// `[traits]`, by key.
    pub traits: Vec<Trait>,
    /// `[signals]`, by key.
    pub signals: Vec<Signal>,
    /// `[intensity]`, by page type.
    pub intensity: Vec<(String, Intensity)>,
}

impl Rules {
    /// The signal with this key.
    pub fn signal(&self, key: &str) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.key == key)
    }

    /// How much of a page of this type may be personalized.
    pub fn intensity_of(&self, page_type: &str) -> Intensity {
        let found = self.intensity.iter().find(|(key, _)| key == page_type);
        found.map_or(Intensity::Full, |(_, intensity)| *intensity)
    }
}

/// A time zone, as its changes from 2025 to 2106.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// What to add to UTC before the first change, in minutes.
    pub offset_min: i16,
    /// Unix second of each change, ascending, and what to add to UTC from then on, in minutes.
    pub changes: Vec<(u32, i16)>,
}

impl Zone {
    /// What to add to UTC at a moment, in minutes.
    pub fn offset_min_at(&self, now_s: u32) -> i16 {
        let begun = self.changes.partition_point(|(from_s, _)| *from_s <= now_s);
        let last = begun.checked_sub(1).and_then(|last| self.changes.get(last));
        last.map_or(self.offset_min, |(_, offset_min)| *offset_min)
    }
}

/// The `[lifecycle]` table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifecycleRule {
    /// Days after the last order in which a customer is active.
    pub active_days: u16,
    /// Days after the last order from which a customer has lapsed; between the two they are at risk.
    pub lapsed_days: u16,
    /// Orders from which an active customer is loyal.
    pub loyal_orders: u16,
}

impl Default for LifecycleRule {
    fn default() -> Self {
        Self { active_days: 90, lapsed_days: 180, loyal_orders: 3 }
    }
}

impl LifecycleRule {
    /// The stage of a visitor with this many visits and orders, the last of them this many days ago.
    pub fn stage(self, visits: u16, orders: u16, days: u32) -> &'static str {
        match orders {
            0 if visits <= 1 => "new",
            0 => "browsing",
            _ if days > u32::from(self.lapsed_days) => "lapsed",
            _ if days > u32::from(self.active_days) => "at-risk",
            count if count >= self.loyal_orders => "loyal",
            _ => "active",
        }
    }
}

/// A trait: a text about the visitor that one system of the shop's owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trait {
    /// Its key.
    pub key: String,
    /// The values it may have; empty for any text.
    pub values: Vec<String>,
    /// The system that owns it.
    pub source: String,
    /// Who may set it.
    pub trust: RuleTrust,
}

/// Who may set a trait, or whose events count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleTrust {
    /// The shop's server, with its API key.
    #[default]
    Server,
    /// The browser too.
    Browser,
}

impl From<RuleTrust> for Trust {
    fn from(trust: RuleTrust) -> Self {
        match trust {
            RuleTrust::Server => Self::Server,
            RuleTrust::Browser => Self::Browser,
        }
    }
}

/// A signal: what events add to and time takes from.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(any(test, feature = "json"), derive(serde::Deserialize))]
pub struct Signal {
    /// Its key.
    pub key: String,
    /// The event it is about, as the browser names it.
    pub event: String,
    /// What an item of the event must be; all of these.
    pub tests: Vec<ItemTest>,
    /// What is remembered.
    pub measure: Measure,
    /// Days in which it halves; 0 for never.
    pub half_life_days: u16,
}

impl Signal {
    /// How many entries of the profile it takes at most.
    pub fn entries_max(&self) -> usize {
        self.measure.top().map_or(1, |(_, values)| values.len().min(limits::TOP_ENTRIES_MAX))
    }
}

/// What a signal remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "json"), derive(serde::Deserialize))]
pub enum Measure {
    /// How many events had an item that passed.
    Count,
    /// The value of the items that passed, in major units of money.
    SumValue,
    /// How many pieces passed.
    SumQuantity,
    /// What share of the events had an item that passed, 0 to 1.
    Share,
    /// Days since the last event with an item that passed.
    Last,
    // Not one variant with the field in it: the page core would carry a reader for that, and has one for lists.
    /// Which of these categories the items that passed had in most events.
    TopCategory(Vec<String>),
    /// Which of these brands.
    TopBrand(Vec<String>),
    /// Which of these variants.
    TopVariant(Vec<String>),
}

impl Measure {
    /// The values of a `top` and the text of an item that has them; `None` for measures that are numbers.
    pub fn top(&self) -> Option<(ItemField, &[String])> {
        match self {
            Self::TopCategory(values) => Some((ItemField::Category, values)),
            Self::TopBrand(values) => Some((ItemField::Brand, values)),
            Self::TopVariant(values) => Some((ItemField::Variant, values)),
            _ => None,
        }
    }
}

/// A text of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemField {
    /// Its category (`item_category`).
    Category,
    /// Its brand (`item_brand`).
    Brand,
    /// Its variant, such as a colour (`item_variant`).
    Variant,
}

/// A test of one item of an event.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(any(test, feature = "json"), derive(serde::Deserialize))]
pub enum ItemTest {
    /// Its category is one of these, sorted.
    Category(Vec<String>),
    /// Its product key is one of these, sorted.
    Sku(Vec<String>),
    /// Its price compares so, in hundredths.
    Price(super::Comparison, u32),
    /// Pieces of it compare so.
    Quantity(super::Comparison, u32),
    /// What its price is reduced by compares so, in hundredths.
    Discount(super::Comparison, u32),
    /// Its brand is one of these, sorted.
    Brand(Vec<String>),
    /// Its variant is one of these, sorted.
    Variant(Vec<String>),
}

/// How much of a page may be personalized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Intensity {
    /// Nothing.
    Off,
    /// One campaign: the first by priority that has a slot.
    Light,
    /// Everything.
    #[default]
    Full,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_the_offset_of_the_last_change() {
        let zone = Zone { offset_min: 0, changes: [(100, 60), (200, 0), (300, 60)].to_vec() };
        let offsets: Vec<i16> = [0, 99, 100, 199, 200, 299, 300, u32::MAX].map(|now| zone.offset_min_at(now)).into();
        assert_eq!(offsets, [0, 0, 60, 60, 0, 0, 60, 60]);
        assert_eq!(Zone::default().offset_min_at(5), 0);
    }

    #[test]
    fn stages_follow_the_days_and_orders() {
        let rule = LifecycleRule::default();
        for (visits, orders, days, stage) in [
            (1, 0, 0, "new"),
            (2, 0, 0, "browsing"),
            (1, 1, 90, "active"),
            (1, 3, 90, "loyal"),
            (1, 3, 91, "at-risk"),
            (1, 1, 180, "at-risk"),
            (1, 9, 181, "lapsed"),
        ] {
            assert_eq!(rule.stage(visits, orders, days), stage);
        }
    }
}
