//! `POST /_attune/orders`: the only source of `orders.*`, from the shop's backend.

use crate::call::Call;
use crate::conversions::order_hash;
use crate::ledger::{self, OrderMessage};
use crate::reply::{Problem, Reply};
use crate::visitor::named;
use crate::{body, guard, mailbox};
use attune_core::profile::json::{OrderBody, parse_order};
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    accepted: bool,
    duplicate: bool,
}

/// Keeps an order until its visitor comes by.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    guard::api_key(&call)?;
    let body = parse_order(&body::read(&mut call).await?, call.facts.context.now_s)?;
    let id = named(&call, &body.visitor)?;
    let currency = call.outline.site.currency();
    if *body.currency != *currency {
        let message = format!("currency: orders are counted in {currency}, the currency of the site's first locale");
        return Err(Problem::new(400, "bad_currency", message));
    }
    let added = mailbox::put(&call.env, &id, &body.order).await.map_err(Problem::internal)?;
    count(&call, &id, &body).await?;
    Ok(Reply::json(202, &Answer { accepted: true, duplicate: !added }))
}

/// Tells the ledger of an order, also of one that the mailbox knows: the answer to the first call may have been lost before
/// it was told.
async fn count(call: &Call<'_>, id: &[u8; 16], OrderBody { order, customer, .. }: &OrderBody) -> Result<(), Problem> {
    let goals = ledger::goals_of_order(&call.outline.measurement.goals);
    if goals.is_empty() {
        return Ok(());
    }
    let message = OrderMessage {
        now_s: call.facts.context.now_s,
        order: order_hash(&order.id),
        key: order_hash(&order.id),
        kind: "order",
        value: Some(order.total_minor),
        at_s: order.at_s,
        units: ledger::units(Some(id), customer.as_ref()).into_iter().flatten().collect(),
        goals,
    };
    ledger::order(&call.env, &message).await
}
