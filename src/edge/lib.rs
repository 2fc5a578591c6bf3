//! The control plane: the only crate that knows `worker`.
//!
//! Everything under `/_attune/` except the page script. The shim hands over the request, what the platform
//! vouches for (the same text that the page core gets), and the outline of the loaded bundle.

mod body;
mod call;
mod consent;
mod conversions;
mod decide;
mod events;
mod guard;
mod health;
mod ledger;
mod login;
#[expect(missing_docs, reason = "the macro writes methods without any")]
mod mailbox;
mod me;
mod object;
mod ofrep;
mod orders;
mod plan;
mod preview;
mod reply;
mod traits;
mod visitor;

pub use mailbox::Orders;
pub use preview::preview_token;

use attune_core::loaded::Outline;
use attune_core::page;
use attune_core::profile::{CookieScope, KeyRing};
use call::Call;
use reply::{Problem, Reply};
use wasm_bindgen::prelude::*;
use worker::{Env, Method, Request};

/// Answers a request under `/_attune/`. `facts` is the request text of the page call, `outline` what the page
/// core says of the bundle (empty without one), `state` the loader's: SHA-256, manifest version, age of the
/// last check in milliseconds, `resting` while the bundle has trapped too often or `killed` while everything is switched
/// off, and what the bundle has that the lean page core cannot do, a line each.
///
/// # Errors
/// Only when the answer itself cannot be made.
#[wasm_bindgen]
pub async fn control(
    request: web_sys::Request,
    env: Env,
    facts: String,
    outline: Vec<u8>,
    state: String,
) -> Result<web_sys::Response, JsValue> {
    let outline = Outline::from_bytes(&outline);
    let reply = match answer(request.into(), env, &facts, outline.as_ref(), &state).await {
        Ok(reply) => reply,
        Err(problem) => problem.into(),
    };
    Ok(reply.into_response()?.into())
}

async fn answer(
    request: Request,
    env: Env,
    text: &str,
    outline: Option<&Outline>,
    state: &str,
) -> Result<Reply, Problem> {
    let facts = page::Request::parse(text).map_err(Problem::internal)?;
    let route = ofrep::without_key(facts.context.path.strip_prefix("/_attune/").unwrap_or_default());
    let allowed = match route {
        "me" | "health" => Method::Get,
        "consent"
        | "conversions"
        | "decide"
        | "events"
        | "forget"
        | "login"
        | "ofrep/v1/evaluate/flags"
        | "orders"
        | "plan"
        | "preview"
        | "traits" => Method::Post,
        _ => return Err(Problem::new(404, "not_found", "there is nothing at this address")),
    };
    if request.method() != allowed {
        let message = format!("this address takes {} only", allowed.as_ref());
        return Err(Problem::new(405, "method_not_allowed", message).allow(allowed.as_ref()));
    }
    let keys = env.secret("ATTUNE_KEYS").map(|keys| keys.to_string()).unwrap_or_default();
    let ring = KeyRing::parse(&keys);
    if route == "health" {
        return Ok(health::answer(outline, ring.as_ref(), state));
    }
    let Some(outline) = outline else {
        return Err(Problem::new(503, "no_bundle", "no configuration is loaded; try again in a minute"));
    };
    let keys = ring.map_err(Problem::internal)?.bind(&outline.site.name);
    let scope = CookieScope::of(&outline.site.hosts).map_err(Problem::internal)?;
    let call = Call { request, env, text, facts, outline, keys, scope };
    match route {
        "conversions" => conversions::answer(call).await,
        "decide" => decide::answer(call).await,
        "orders" => orders::answer(call).await,
        "preview" => preview::answer(call).await,
        "traits" => traits::answer(call).await,
        "ofrep/v1/evaluate/flags" => ofrep::answer(call).await,
        _ => {
            guard::own_page(&call)?;
            match route {
                "consent" => consent::answer(call).await,
                "events" => events::answer(call).await,
                "login" => login::answer(call).await,
                "plan" => plan::answer(call).await,
                "me" => Ok(me::show(&call)),
                _ => me::forget(call).await,
            }
        }
    }
}
