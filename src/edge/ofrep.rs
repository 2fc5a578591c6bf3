//! `POST /_attune/ofrep/v1/evaluate/flags`, and with `/KEY` behind it: campaigns as the flags of OpenFeature's remote
//! evaluation protocol.
//!
//! A browser has the visitor of its cookies, and a server with the API key says who it is. This module checks both; the shim
//! asks the page core, and gives the answer the protocol's form. Nothing is begun, counted or written.

use crate::call::Call;
use crate::decide::{Asked, Question, request_text};
use crate::reply::{Problem, Reply};
use crate::{body, guard};
use attune_core::profile::json::{FlagsBody, FlagsVisitor, parse_flags};

/// The address of all flags below `/_attune/`.
const ROUTE: &str = "ofrep/v1/evaluate/flags";

/// An address below `/_attune/`; that of one flag as that of all.
pub(crate) fn without_key(route: &str) -> &str {
    if route.strip_prefix(ROUTE).is_some_and(|key| key.starts_with('/')) { ROUTE } else { route }
}

/// Checks who asks, and puts it in the words of the page core.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    let server = call.header("Authorization").is_some_and(|header| header.starts_with("Bearer "));
    if server || (call.header("Origin").is_none() && call.header("Sec-Fetch-Site").is_none()) {
        // A browser says where a POST comes from. What says nothing is a server that has forgotten its key.
        guard::api_key(&call)?;
    } else {
        guard::own_page(&call)?;
    }
    let body = body::read(&mut call).await?;
    translated(&call, &body, server)
}

#[inline(never)]
fn translated(call: &Call<'_>, body: &[u8], server: bool) -> Result<Reply, Problem> {
    let FlagsBody { page, referrer, locale, visitor } = parse_flags(body, server)?;
    let (path, query) = match &page {
        Some((path, query)) => (&**path, &**query),
        None if server || call.facts.referrer_path.is_empty() => ("/", ""),
        None => (call.facts.referrer_path, ""),
    };
    let request = if server {
        if visitor.lacks_key() {
            return Err(Problem::new(400, "no_targeting_key", "who has agreed needs a targetingKey, or a visitor"));
        }
        let FlagsVisitor { handle, profile, request } = visitor;
        let handle = handle.as_deref();
        request_text(call, Question { handle, profile, request, arms: Vec::new(), path, query, referrer: &referrer })?
    } else {
        call.text_with(&[(3, &guard::page_host(call)), (4, path), (5, query), (7, &referrer)])
    };
    // Everybody can read what a browser is told: what is to come is not in it.
    let now_s = i64::from(call.facts.context.now_s);
    let mut flags = String::new();
    for campaign in call.outline.campaigns.iter().filter(|campaign| server || campaign.begins_s <= now_s) {
        // Key, phase, and `b` where it is on or off.
        let kind = if campaign.is_boolean { " b\n" } else { "\n" };
        for part in [&campaign.key, " ", &campaign.phase.to_string(), kind] {
            flags.push_str(part);
        }
    }
    Ok(Reply::json(200, &Asked { request, locale, flags, server }))
}
