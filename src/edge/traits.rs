//! `POST /_attune/traits`: what the shop's backend says of a visitor, or, in a token, of whoever logs in.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::visitor::named;
use crate::{body, guard, mailbox};
use attune_core::codec::hash32;
use attune_core::profile::json::{Addressee, parse_server_update};
use attune_core::profile::{LoginError, seal_login};
use serde::Serialize;

#[derive(Serialize)]
struct Kept<'a> {
    accepted: bool,
    /// Traits, and `customer`, of which something later is known: what was said of them changes nothing.
    outdated: Vec<&'a str>,
}

#[derive(Serialize)]
struct Token {
    token: String,
    /// Seconds since the Unix epoch.
    expires: u32,
}

/// Keeps what is said until its visitor comes by; without a visitor, signs it for the browser that logs in.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    guard::api_key(&call)?;
    let body = body::read(&mut call).await?;
    let body = parse_server_update(&body, &call.outline.rules.traits, worker::Date::now().as_millis())?;
    match body.addressee {
        Addressee::Visitor(handle) => {
            let id = named(&call, &handle)?;
            let outdated = mailbox::say(&call.env, &id, &body.update).await.map_err(Problem::internal)?;
            Ok(Reply::json(202, &Kept { accepted: true, outdated: names(&call, &outdated) }))
        }
        Addressee::Bearer(ttl_s) => {
            let now_s = call.facts.context.now_s;
            let expires = now_s.saturating_add(ttl_s);
            let token = seal_login(&body.update, expires, &call.keys, now_s)?;
            Ok(Reply::json(200, &Token { token, expires }))
        }
    }
}

/// The names of the mailbox as the configuration has them.
pub(crate) fn names<'a>(call: &Call<'a>, called: &'a [String]) -> Vec<&'a str> {
    let traits = &call.outline.rules.traits;
    let key = |called: &'a String| {
        let known = traits.iter().find(|known| mailbox::trait_name(hash32(&[&known.key])) == *called);
        known.map_or(called.as_str(), |known| &known.key)
    };
    called.iter().map(key).collect()
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        Self::new(400, "malformed", error.to_string())
    }
}
