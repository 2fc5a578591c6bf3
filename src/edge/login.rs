//! `POST /_attune/login`: the browser brings what the shop's backend says of who has just logged in, or out.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::visitor::{Visitor, require_no_preview};
use crate::{body, mailbox, traits};
use attune_core::profile::json::parse_login;
use attune_core::profile::open_login;
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    accepted: bool,
    /// Traits, and `customer`, of which something later is known.
    outdated: Vec<&'a str>,
    signed_in: bool,
}

/// Applies a login token on this very response. It goes through the mailbox, which knows what was said later, and
/// keeps it until the cookie is seen with it.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    let token = parse_login(&body::read(&mut call).await?)?;
    let update = open_login(token.as_bytes(), &call.keys, call.facts.context.now_s)
        .map_err(|error| Problem::new(400, "bad_token", format!("token: {error}")))?;
    require_no_preview(&call)?;
    let mut visitor = Visitor::of(&call);
    visitor.require_readable()?;
    let Some(id) = visitor.held.profile.id.filter(|_| visitor.is_granted()) else {
        let message = "this visitor has no profile: they have not agreed to personalization, or no event of theirs has arrived since";
        return Err(Problem::new(409, "no_profile", message));
    };
    if !mailbox::redeem(&call.env, &token, &id).await.map_err(Problem::internal)? {
        return Err(Problem::new(409, "used_token", "token: another visitor brought it before"));
    }
    let outdated = mailbox::say(&call.env, &id, &update).await.map_err(Problem::internal)?;
    let shown = visitor.held.profile.mailbox.last;
    visitor.collect(&call, &id, shown).await;
    let outdated = traits::names(&call, &outdated);
    let answer = Answer { accepted: true, outdated, signed_in: visitor.held.profile.customer.is_some() };
    Ok(Reply::json(200, &answer).with_cookies(visitor.set_cookie(&call)))
}
