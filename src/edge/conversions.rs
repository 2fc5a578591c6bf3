//! `POST /_attune/conversions`: goals, refunds and exposures that the shop's server reports.

use crate::call::Call;
use crate::ledger::{self, Counted, Counters, Happened, OrderMessage, changes_of};
use crate::reply::{Problem, Reply};
use crate::visitor::named;
use crate::{body, guard};
use attune_core::bundle::RuleTrust;
use attune_core::codec::{hash128, to_hex};
use attune_core::profile::json::{Conversion, parse_conversion};
use serde::Serialize;

const REFUND: &str = "refund";

#[derive(Serialize)]
struct Answer {
    accepted: bool,
    /// Keys of the goals that count it, where their visitor was exposed before.
    goals: Vec<String>,
}

/// Tells the ledger; the same key counts once.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    guard::api_key(&call)?;
    let now_s = call.facts.context.now_s;
    let conversion = parse_conversion(&body::read(&mut call).await?, now_s)?;
    let currency = call.outline.site.currency();
    if conversion.currency.as_deref().is_some_and(|given| given != currency) {
        let message = format!("currency: values are counted in {currency}, the currency of the site's first locale");
        return Err(Problem::new(400, "bad_currency", message));
    }
    if &*conversion.event == REFUND {
        refund(&call, &conversion).await?;
        return Ok(Reply::json(202, &Answer { accepted: true, goals: Vec::new() }));
    }
    let visitor = conversion.visitor.as_deref().map(|handle| named(&call, handle)).transpose()?;
    let happened = Happened {
        name: &conversion.event,
        value_centi: conversion.value_centi.and_then(|value| i64::try_from(value).ok()).unwrap_or(0),
        is_own_currency: true,
        trust: RuleTrust::Server,
    };
    let goals = changes_of(&happened, &call.outline.measurement.goals);
    if goals.is_empty() && !conversion.event.is_empty() {
        let message = format!(
            "event: no goal with trust = \"server\" counts `{}`; add one under [goals], or correct the name",
            conversion.event
        );
        return Err(Problem::new(400, "unknown_event", message));
    }
    let mut units = ledger::reports(visitor.as_ref(), conversion.customer.as_ref());
    if let (Some(token), Some(id)) = (&conversion.token, &visitor) {
        ledger::expose_by(&call, token, id, &mut units)?;
    }
    let keys = goals.iter().map(|goal| goal.goal.clone()).collect();
    if !goals.is_empty() {
        let counted = Counted { id: format!("k:{}", hashed(&["key:", &conversion.key])), at_s: conversion.at_s, goals };
        for unit in units.iter_mut().flatten() {
            unit.events.push(counted.clone());
        }
    }
    ledger::take(&call.env, now_s, Counters::default(), units.into_iter().flatten().collect()).await?;
    Ok(Reply::json(202, &Answer { accepted: true, goals: keys }))
}

/// Takes back an order, or a part of its value.
async fn refund(call: &Call<'_>, conversion: &Conversion) -> Result<(), Problem> {
    let order = conversion.order.as_deref().unwrap_or_default();
    let message = OrderMessage {
        now_s: call.facts.context.now_s,
        order: order_hash(order),
        key: hashed(&["key:", &conversion.key]),
        kind: REFUND,
        value: conversion.value_centi,
        at_s: conversion.at_s,
        units: Vec::new(),
        goals: Vec::new(),
    };
    ledger::order(&call.env, &message).await
}

/// How the ledger names an order.
pub(crate) fn order_hash(id: &str) -> String {
    hashed(&["order:", id])
}

fn hashed(pieces: &[&str]) -> String {
    to_hex(&hash128(pieces))
}
