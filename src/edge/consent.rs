//! `POST /_attune/consent`: to give, refuse and withdraw.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor, require_no_preview, unknown};
use crate::{body, ledger, mailbox};
use attune_core::profile::json::parse_consent;
use attune_core::profile::{Choice, ConsentSource};
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    consent: ConsentWords,
    /// `refused`: the visitor agreed, and their browser's `Sec-GPC: 1` is final on this site.
    #[serde(skip_serializing_if = "Option::is_none")]
    gpc: Option<&'static str>,
}

/// Records the answer in the consent cookie. What was withdrawn is erased on this very response; who agrees has a
/// profile from now on.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    let answer = parse_consent(&body::read(&mut call).await?)?;
    let heard = call.outline.site.consent.tool.source;
    if answer.source != ConsentSource::Api && answer.source != heard {
        let message =
            format!("source: this site hears consent from {}, not from {}", heard.word(), answer.source.word());
        return Err(Problem::new(400, "source", message));
    }
    require_no_preview(&call)?;
    let mut visitor = Visitor::of(&call);
    let now_s = call.facts.context.now_s;
    if answer.personalization {
        visitor.held.begin_anew(now_s).map_err(unknown)?;
    }
    let units = ledger::units_of(&visitor.held.profile);
    let (known, issued_s) = (visitor.held.profile.id, visitor.held.profile.issued_s);
    let state = &mut visitor.held.consent;
    state.record(answer.personalization, answer.measurement, now_s, answer.source);
    state.record.under_gpc = call.facts.gpc;
    if !answer.personalization {
        state.erase(issued_s, now_s);
    }
    visitor.held.profile.enforce(answer.personalization, answer.measurement);
    ledger::answered(answer.personalization, answer.measurement);
    visitor.settle(&call);
    if let (Some(id), None) = (known, visitor.held.profile.id) {
        mailbox::forget(&call.env, &id).await;
    }
    // Who withdraws measurement alone leaves no rows either.
    if visitor.effective.measurement != Choice::Granted || visitor.held.profile.id.is_none() {
        ledger::forget(&call.env, now_s, units).await?;
    }
    visitor.begin(&call, &answer.mint, true);
    let gpc = visitor.gpc(&call).filter(|_| answer.personalization);
    let body = Answer { consent: visitor.consent(), gpc };
    Ok(Reply::json(200, &body).with_cookies(visitor.answered(&call)))
}
