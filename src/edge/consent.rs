//! `POST /_attune/consent`: to give, refuse and withdraw.

use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor};
use crate::{Call, body, ledger};
use attune_core::profile::ConsentSource;
use attune_core::profile::json::parse_consent;
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    consent: ConsentWords,
}

/// Records the answer. What was withdrawn is erased on this very response.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    let said = parse_consent(&body::read(&mut call).await?)?;
    let mut visitor = Visitor::of(&call);
    visitor.require_writable(&call)?;
    let known = visitor.profile.id;
    let now_s = call.facts.context.now_s;
    visitor.profile.record(said.personalization, said.measurement, now_s, ConsentSource::Api);
    visitor.settle(&call);
    if let (Some(id), None) = (known, visitor.profile.id) {
        ledger::forget(&call.env, &id).await;
    }
    let set_cookie = visitor.set_cookie(&call);
    Ok(Reply::json(200, &Answer { consent: visitor.consent() }).with_cookie(set_cookie))
}
