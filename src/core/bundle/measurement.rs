//! What is measured: goals, and what results are told apart by. Pages skip it; the control plane reads it.

use super::RuleTrust;
use alloc::string::String;
use alloc::vec::Vec;

/// What the ledger needs of the configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// Goals.
    pub goals: Vec<Goal>,
    /// What results are told apart by, at most four.
    pub slices: Vec<Slice>,
}

impl Measurement {
    /// Names of the events that goals count and the page script knows only from the plan, with commas between: those of
    /// goals that browsers may report, beside [`SCRIPT_EVENTS`], and of these those whose value counts.
    pub fn own_events(&self) -> String {
        let of_browsers = self.goals.iter().filter(|goal| goal.trust == RuleTrust::Browser);
        let mut names: Vec<&str> = Vec::new();
        for goal in of_browsers {
            // The value of a purchase is sent in any case.
            let has_value = goal.valued && goal.event != "purchase";
            names.extend(Some(goal.event.as_str()).filter(|name| has_value || !SCRIPT_EVENTS.contains(name)));
            names.extend(Some(goal.per.as_str()).filter(|name| !name.is_empty() && !SCRIPT_EVENTS.contains(name)));
        }
        names.sort_unstable();
        names.dedup();
        names.join(",")
    }
}

/// Events that the page script reports whether or not a goal counts them: Google Analytics 4's names.
pub const SCRIPT_EVENTS: [&str; 11] = [
    "page_view",
    "view_item",
    "view_item_list",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "purchase",
    "refund",
    "search",
    "login",
];

/// A goal: an event that says a campaign did well.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Its key.
    pub key: String,
    /// The event, as the browser or the shop's server names it.
    pub event: String,
    /// Its `value` counts, in major units; else only that it happened.
    pub valued: bool,
    /// The event that a ratio is divided by the count of; empty for a goal that is no ratio.
    pub per: String,
    /// Whose events count.
    pub trust: RuleTrust,
    /// From how long after an exposure on it counts, in seconds: for whoever comes back.
    pub after_s: u32,
    /// How long after an exposure it counts, in seconds.
    pub window_s: u32,
    /// The most that one visitor's total counts: in major units where the value counts, else in events. `None` for no cap.
    pub cap: Option<f64>,
    /// What is known of a visitor before the exposure that foretells it (CUPED).
    pub covariate: Option<Covariate>,
    /// The change of it that pauses a campaign.
    pub guard: Option<Guard>,
    /// Keys of the campaigns that are judged by it.
    pub campaigns: Vec<String>,
}

/// What is known of a visitor before an exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covariate {
    /// How many orders.
    Orders,
    /// The value of all orders.
    Value,
    /// How many visits.
    Visits,
}

impl Covariate {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Value => "value",
            Self::Visits => "visits",
        }
    }
}

/// The change of a goal that does harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// It falls.
    Drop,
    /// It rises: errors, slow pages.
    Rise,
}

/// What results are told apart by: as it is when a visitor is first exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slice {
    /// Kind of device.
    Device,
    /// New or returning.
    Visitor,
    /// With an order before, or without.
    Customer,
    /// Country.
    Country,
}

impl Slice {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Visitor => "visitor",
            Self::Customer => "customer",
            Self::Country => "country",
        }
    }
}
