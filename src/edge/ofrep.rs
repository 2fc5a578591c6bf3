//! `POST /_attune/ofrep/v1/evaluate/flags`, and with `/KEY` behind it: campaigns as the flags of OpenFeature's remote
//! evaluation protocol.
//!
//! A browser has the visitor of its cookies, and a server with the API key says who it is. This module checks both; the shim
//! asks the page core, and gives the answer the protocol's form. Nothing is begun, counted or written.

use crate::call::Call;
use crate::decide::{Question, of_handle, request_text};
use crate::reply::{Problem, Reply};
use crate::{body, guard};
use attune_core::profile::json::{FlagsBody, FlagsVisitor, parse_flags};
use serde::Serialize;

/// The field of the request text with the page that led to the request.
const REFERRER: usize = 7;

#[derive(Serialize)]
struct Flags<'a> {
    /// The request text of the page call.
    request: String,
    /// Language tag of the page.
    lang: Box<str>,
    /// A server asks, and not a page.
    server: bool,
    /// The flags that there are: key, phase, and whether it is on or off.
    flags: Vec<(&'a str, u16, bool)>,
}

/// An address below `/_attune/`; that of one flag as that of all.
pub(crate) fn without_key(route: &str) -> &str {
    let end = route.match_indices('/').nth(3).filter(|_| route.starts_with("ofrep/")).map_or(route.len(), |(at, _)| at);
    route.get(..end).unwrap_or_default()
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
    let FlagsBody { page, referrer, locale, visitor } = parse_flags(&body::read(&mut call).await?, server)?;
    let now_s = i64::from(call.facts.context.now_s);
    let outline = call.outline;
    let request = if server {
        let (path, query) = page.unwrap_or_else(|| ("/".into(), "".into()));
        of_server(&call, visitor, &path, &query, &referrer)?
    } else {
        let host = guard::page_host(&call);
        let (path, query) = page.unwrap_or_else(|| page_at(call.field(REFERRER), &host));
        call.text_with([(3, host), (4, path.into()), (5, query.into()), (REFERRER, referrer.into())])
    };
    // Everybody can read what a browser is told: what is to come is not in it.
    let listed = outline.campaigns.iter().filter(|campaign| server || campaign.begins_s <= now_s);
    let flags = listed.map(|campaign| (&*campaign.key, campaign.phase, campaign.is_boolean)).collect();
    Ok(Reply::json(200, &Flags { request, lang: locale, server, flags }))
}

fn of_server(
    call: &Call<'_>,
    visitor: FlagsVisitor,
    path: &str,
    query: &str,
    referrer: &str,
) -> Result<String, Problem> {
    if visitor.lacks_key() {
        return Err(Problem::new(400, "no_targeting_key", "who has agreed needs a targetingKey, or a visitor"));
    }
    let FlagsVisitor { handle, profile, request } = visitor;
    let profile = of_handle(call, handle.as_deref(), profile)?;
    request_text(call, Question { profile, request, arms: Vec::new(), path, query, referrer })
}

/// Path and query of the page that asks, as far as its browser tells.
fn page_at(referrer: &str, host: &str) -> (Box<str>, Box<str>) {
    let own = referrer.split_once("://").and_then(|(_, rest)| rest.strip_prefix(host));
    let url = own.filter(|rest| rest.starts_with('/')).unwrap_or("/");
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    (path.into(), query.into())
}
