//! `GET /_attune/me` and `POST /_attune/forget`: a visitor's own profile.

use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor};
use crate::{Call, ledger};
use attune_core::profile::json::{ReadableProfile, readable};
use attune_core::profile::{hash32, seal_handle};
use serde::Serialize;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    profile: ReadableProfile,
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

/// All that the cookie says, readable.
pub(crate) fn show(call: &Call<'_>) -> Reply {
    let visitor = Visitor::of(call);
    let outline = call.outline;
    let key_of = |hash| {
        let campaigns = outline.windows.iter().map(|(key, _)| key.as_str());
        let traits = outline.rules.traits.iter().map(|known| known.key.as_str());
        campaigns.chain(traits).find(|key| hash32(&[key]) == hash)
    };
    let profile = readable(&visitor.profile, &outline.rules.signals, key_of);
    let handle = visitor.profile.id.map(|id| seal_handle(&id, &call.keys));
    let set_cookie = visitor.set_cookie(call);
    Reply::json(200, &Shown { profile, handle }).with_cookie(set_cookie)
}

/// Erases the profile, and the orders and traits that still wait. A refusal survives.
pub(crate) async fn forget(call: Call<'_>) -> Result<Reply, Problem> {
    let mut visitor = Visitor::of(&call);
    visitor.require_writable(&call)?;
    if let Some(id) = visitor.profile.id {
        ledger::forget(&call.env, &id).await;
    }
    visitor.profile.forget();
    visitor.settle(&call);
    let set_cookie = visitor.set_cookie(&call);
    let answer = Erased { forgotten: true, consent: visitor.consent(), opt_out: visitor.profile.opt_out };
    Ok(Reply::json(200, &answer).with_cookie(set_cookie))
}
