//! `POST /_attune/conversions`: goals, refunds and exposures that the shop's server reports.

use crate::call::Call;
use crate::ledger::{self, Counted, Counters, Happened, OrderMessage, UnitReport, changes_of};
use crate::reply::{Problem, Reply};
use crate::{body, guard};
use attune_core::bundle::RuleTrust;
use attune_core::codec::{hash128, to_hex};
use attune_core::profile::json::{Conversion, parse_conversion};
use attune_core::profile::open_handle;
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
    let currency = site_currency(&call);
    if conversion.currency.as_deref().is_some_and(|given| given != currency) {
        let message = format!("currency: values are counted in {currency}, the currency of the site's first locale");
        return Err(Problem::new(400, "bad_currency", message));
    }
    if &*conversion.event == REFUND {
        refund(&call, &conversion).await?;
        return Ok(Reply::json(202, &Answer { accepted: true, goals: Vec::new() }));
    }
    let visitor = conversion.visitor.as_deref().map(|handle| open(&call, handle)).transpose()?;
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
    let mut units =
        [visitor.as_ref().map(ledger::visitor_unit), conversion.customer.as_ref().map(ledger::customer_unit)]
            .map(|unit| unit.map(|unit| UnitReport { unit, ..UnitReport::default() }));
    if let (Some(token), Some(id)) = (&conversion.token, &visitor) {
        ledger::expose_by(&call, token, id, &mut units)?;
    }
    let named = goals.iter().map(|goal| goal.goal.clone()).collect();
    if !goals.is_empty() {
        let counted = Counted { id: format!("k:{}", hashed(&["key:", &conversion.key])), at_s: conversion.at_s, goals };
        for unit in units.iter_mut().flatten() {
            unit.events.push(counted.clone());
        }
    }
    ledger::take(&call.env, now_s, Counters::default(), units.into_iter().flatten().collect()).await?;
    Ok(Reply::json(202, &Answer { accepted: true, goals: named }))
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

/// The visitor of a handle.
pub(crate) fn open(call: &Call<'_>, handle: &str) -> Result<[u8; 16], Problem> {
    open_handle(handle, &call.keys).map_err(|error| {
        Problem::new(400, "bad_visitor", format!("visitor: {error}; it is the handle of GET /_attune/me"))
    })
}

/// The currency that orders and conversions are counted in.
pub(crate) fn site_currency<'c>(call: &'c Call<'_>) -> &'c str {
    call.outline.site.locales.first().map_or("", |locale| locale.currency.as_str())
}

/// How the ledger names an order.
pub(crate) fn order_hash(id: &str) -> String {
    hashed(&["order:", id])
}

fn hashed(pieces: &[&str]) -> String {
    to_hex(&hash128(pieces))
}
