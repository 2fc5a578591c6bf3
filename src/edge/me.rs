//! `GET /_attune/me` and `POST /_attune/forget`: a visitor's own profile.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor, require_no_preview};
use attune_core::codec::hash32;
use attune_core::profile::json::{ReadableProfile, readable};
use attune_core::profile::{Choices, Consent, seal_handle};
use serde::Serialize;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    profile: ReadableProfile,
    /// What the visitor answered, where something else holds for this request (`Sec-GPC: 1`, the consent tool's cookie, or
    /// silence where it grants).
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<ConsentWords>,
    /// What the consent tool says in its own cookie, where the site names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<ConsentWords>,
    /// `refused`: `Sec-GPC: 1` came with the request, and it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    gpc: Option<&'static str>,
    /// What the shop's backend may say instead of the visitor's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    handle: Option<String>,
}

#[derive(Serialize)]
struct Erased {
    forgotten: bool,
    consent: ConsentWords,
    opt_out: bool,
}

/// All that the cookies say, readable. The consent in it is what holds for this request.
pub(crate) fn show(call: &Call<'_>) -> Reply {
    let mut visitor = Visitor::of(call);
    let outline = call.outline;
    let key_of = |hash| {
        let campaigns = outline.campaigns.iter().map(|campaign| campaign.key.as_str());
        let traits = outline.rules.traits.iter().map(|known| known.key.as_str());
        campaigns.chain(traits).find(|key| hash32(&[key]) == hash)
    };
    let record = visitor.held.consent.record;
    let effective = visitor.effective;
    let holds = (effective.personalization, effective.measurement) == (record.personalization, record.measurement);
    let gpc = visitor.gpc(call).filter(|_| !visitor.held.consent.opt_out);
    let tool = visitor.held.tool;
    let is_of_tool = !holds && gpc.is_none() && tool.is_some_and(|tool| tool != Choices::default());
    let said =
        if is_of_tool { Consent { source: outline.site.consent.tool.source, at_s: 0, ..record } } else { record };
    let held = &mut visitor.held.profile;
    held.consent = Consent { personalization: effective.personalization, measurement: effective.measurement, ..said };
    let profile = readable(held, &outline.rules.signals, key_of);
    let handle = held.id.map(|id| seal_handle(&id, &call.keys));
    Reply::json(
        200,
        &Shown {
            profile,
            answered: (!holds).then(|| ConsentWords::of(record.personalization, record.measurement)),
            tool: tool.map(|tool| ConsentWords::of(tool.personalization, tool.measurement)),
            gpc,
            handle,
        },
    )
}

/// Erases the profile, and what still waits in the mailbox. A refusal survives.
pub(crate) async fn forget(call: Call<'_>) -> Result<Reply, Problem> {
    require_no_preview(&call)?;
    let mut visitor = Visitor::of(&call);
    visitor.erase_elsewhere(&call).await?;
    visitor.held.forget(call.facts.context.now_s);
    visitor.held.profile.enforce(false, false);
    visitor.settle(&call);
    let answer = Erased { forgotten: true, consent: visitor.consent(), opt_out: visitor.held.consent.opt_out };
    Ok(Reply::json(200, &answer).with_cookies(visitor.answered(&call)))
}
