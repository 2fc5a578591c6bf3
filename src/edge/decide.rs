//! `POST /_attune/decide`: a decision for an app, an e-mail or a server.
//!
//! The page core has the bundle, and this module the JSON: the answer here is the request text of the page call, which
//! the shim hands to the page core. So every channel is decided by the same code.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::{body, guard};
use attune_core::profile::json::{JsonError, JsonProblem, parse_ask};
use attune_core::profile::{PREVIEW_COOKIE, Preview, open_handle};
use serde::Serialize;

/// How long the token lasts that takes the visitor to the page core, in seconds.
const TOKEN_TTL_S: u32 = 60;

#[derive(Serialize)]
struct Decide {
    /// The request text of the page call.
    request: String,
    /// Language tag of the content.
    locale: Box<str>,
}

/// Checks who asks and for whom, and puts it in the words of the page core.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    guard::api_key(&call)?;
    let ask = parse_ask(&body::read(&mut call).await?)?;
    let wrong =
        |path: &str, message: &str| JsonProblem::from(JsonError { path: path.to_owned(), message: message.to_owned() });
    if ask.request.timezone.is_some() {
        Err(wrong("request.timezone", "is not read here; give utc_offset_minutes"))?;
    }
    let mut profile = ask.profile;
    if let Some(handle) = &ask.visitor {
        let id = open_handle(handle, &call.keys).map_err(|error| {
            Problem::new(400, "bad_visitor", format!("visitor: {error}; it is the handle of GET /_attune/me"))
        })?;
        profile.id = Some(id);
    }
    profile.name_categories(&|name| call.outline.site.category(name).into());
    let page = ask.page.ok_or_else(|| wrong("page", "is missing"))?;
    let (path, query) = page.path_and_query(&call.outline.site).map_err(JsonProblem::from)?;
    let now_s = call.facts.context.now_s;
    let (request, arms) = (ask.request.overrides, ask.arms);
    let token =
        Preview { name: "decide".into(), expires_s: now_s + TOKEN_TTL_S, profile, request, arms, subject: None }
            .seal(&call.keys, now_s)?;
    let referrer = ask.request.referrer.unwrap_or_default();
    // A user agent that names no engine and no platform would be a robot's.
    let fields = [
        "1",
        &format!("{now_s}000"),
        "",
        call.facts.host,
        &path,
        &query,
        &format!("{PREVIEW_COOKIE}={token}"),
        &referrer,
        "AppleWebKit",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "00000000000000000000000000000000",
        "",
    ];
    let request = fields.map(|field| field.replace('\n', " ")).join("\n");
    Ok(Reply::json(200, &Decide { request, locale: ask.locale }))
}
