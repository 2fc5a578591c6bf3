//! Which goals an event counts for, and by how much.

use attune_core::bundle::{Covariate, Goal, RuleTrust};
use serde::Serialize;

/// The event of an order.
const PURCHASE: &str = "purchase";

/// What an event adds to a unit's total of one goal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct GoalChange<Y = i64> {
    pub(crate) goal: String,
    /// To the total: hundredths where the value counts, else events.
    y: Y,
    /// To what a ratio is divided by.
    d: i64,
    /// The most that a unit's total counts.
    cap: Option<u64>,
    after_s: u32,
    window_s: u32,
    covariate: Option<&'static str>,
}

impl<Y> GoalChange<Y> {
    fn of(goal: &Goal, y: Y, d: i64) -> Self {
        let &Goal { after_s, window_s, .. } = goal;
        let covariate = goal.covariate.map(Covariate::word);
        Self { goal: goal.key.clone(), y, d, cap: cap_of(goal), after_s, window_s, covariate }
    }
}

/// The same for an order, whose value may change.
pub(crate) type OrderGoal = GoalChange<OrderPart>;

/// What of an order counts.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum OrderPart {
    Value(&'static str),
    Count(u8),
}

/// An event, as goals see it.
pub(crate) struct Happened<'a> {
    pub(crate) name: &'a str,
    pub(crate) value_centi: i64,
    /// The value is in the currency that the site counts in.
    pub(crate) is_own_currency: bool,
    pub(crate) trust: RuleTrust,
}

/// What an event adds to each goal.
pub(crate) fn changes_of(event: &Happened<'_>, goals: &[Goal]) -> Vec<GoalChange> {
    let of_goal = |goal: &Goal| {
        let y = match (goal.event == event.name, goal.valued) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => event.value_centi,
        };
        let d = i64::from(goal.per == event.name);
        let is_readable = !(goal.valued && goal.event == event.name) || event.is_own_currency;
        let counts = goal.trust == event.trust && is_readable && (y, d) != (0, 0);
        counts.then(|| GoalChange::of(goal, y, d))
    };
    goals.iter().filter_map(of_goal).collect()
}

/// What an order of the shop's server adds to each goal.
pub(crate) fn goals_of_order(goals: &[Goal]) -> Vec<OrderGoal> {
    let of_goal = |goal: &Goal| {
        let y = match (goal.event == PURCHASE, goal.valued) {
            (false, _) => OrderPart::Count(0),
            (true, false) => OrderPart::Count(1),
            (true, true) => OrderPart::Value("value"),
        };
        let counts = goal.trust == RuleTrust::Server && (goal.event == PURCHASE || goal.per == PURCHASE);
        counts.then(|| OrderGoal::of(goal, y, i64::from(goal.per == PURCHASE)))
    };
    goals.iter().filter_map(of_goal).collect()
}

/// The cap in the unit of totals.
fn cap_of(goal: &Goal) -> Option<u64> {
    let scale = if goal.valued { 100.0 } else { 1.0 };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the compiler checks that it is a number of at least 0"
    )]
    goal.cap.map(|cap| (cap * scale).round() as u64)
}
