//! `POST /_attune/orders`: the only source of `orders.*`, from the shop's backend.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::{body, guard, mailbox};
use attune_core::profile::json::parse_order;
use attune_core::profile::open_handle;
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
    let id = open_handle(&body.visitor, &call.keys).map_err(|error| {
        Problem::new(400, "bad_visitor", format!("visitor: {error}; it is the handle of GET /_attune/me"))
    })?;
    let currency = call.outline.site.locales.first().map_or("", |locale| locale.currency.as_str());
    if *body.currency != *currency {
        let message = format!("currency: orders are counted in {currency}, the currency of the site's first locale");
        return Err(Problem::new(400, "bad_currency", message));
    }
    let added = mailbox::put(&call.env, &id, &body.order).await.map_err(Problem::internal)?;
    Ok(Reply::json(202, &Answer { accepted: true, duplicate: !added }))
}
