//! `POST /_attune/decide`: a decision for an app, an e-mail or a server.
//!
//! The page core has the bundle, and this module the JSON: the answer here is the request text of the page call, which
//! the shim hands to the page core. So every channel is decided by the same code.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::visitor::named;
use crate::{body, guard};
use attune_core::profile::json::{JsonError, JsonProblem, parse_ask};
use attune_core::profile::{PREVIEW_COOKIE, Preview, Profile, RequestOverrides};
use serde::Serialize;

/// How long the token lasts that takes the visitor to the page core, in seconds.
const TOKEN_TTL_S: u32 = 60;

/// What the shim asks the page core.
#[derive(Serialize)]
pub(crate) struct Asked {
    /// The request text of the page call.
    pub(crate) request: String,
    /// Language tag of the content.
    pub(crate) locale: Box<str>,
    /// Flags that there are, a line each.
    pub(crate) flags: String,
    /// A server asks, and not a page.
    pub(crate) server: bool,
}

/// Whom a server asks for, and of which page.
pub(crate) struct Question<'q> {
    pub(crate) handle: Option<&'q str>,
    pub(crate) profile: Profile,
    pub(crate) request: RequestOverrides,
    pub(crate) arms: Vec<(Box<str>, Box<str>)>,
    pub(crate) path: &'q str,
    pub(crate) query: &'q str,
    pub(crate) referrer: &'q str,
}

/// Checks who asks and for whom, and puts it in the words of the page core.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    guard::api_key(&call)?;
    let body = body::read(&mut call).await?;
    translated(&call, &body)
}

fn translated(call: &Call<'_>, body: &[u8]) -> Result<Reply, Problem> {
    let ask = parse_ask(body)?;
    let wrong =
        |path: &str, message: &str| JsonProblem::from(JsonError { path: path.to_owned(), message: message.to_owned() });
    if ask.request.timezone.is_some() {
        Err(wrong("request.timezone", "is not read here; give utc_offset_minutes"))?;
    }
    let page = ask.page.ok_or_else(|| wrong("page", "is missing"))?;
    let (path, query) = page.path_and_query(&call.outline.site).map_err(JsonProblem::from)?;
    let question = Question {
        handle: ask.visitor.as_deref(),
        profile: ask.profile,
        request: ask.request.overrides,
        arms: ask.arms,
        path: &path,
        query: &query,
        referrer: ask.request.referrer.as_deref().unwrap_or_default(),
    };
    let request = request_text(call, question)?;
    Ok(Reply::json(200, &Asked { request, locale: ask.locale, flags: String::new(), server: true }))
}

/// The request text of the page call, with the visitor in a preview token.
#[inline(never)]
pub(crate) fn request_text(call: &Call<'_>, question: Question<'_>) -> Result<String, Problem> {
    let Question { handle, mut profile, request, arms, path, query, referrer } = question;
    if let Some(handle) = handle {
        let id = named(call, handle)?;
        profile.id = Some(id);
    }
    profile.name_categories(&|name| call.outline.site.category(name).into());
    let now_s = call.facts.context.now_s;
    let token =
        Preview { name: "decide".into(), expires_s: now_s + TOKEN_TTL_S, profile, request, arms, subject: None }
            .seal(&call.keys, now_s)?;
    // A user agent that names no engine and no platform would be a robot's.
    let fields = [
        "1",
        &format!("{now_s}000"),
        "",
        call.facts.host,
        path,
        query,
        &format!("{PREVIEW_COOKIE}={token}"),
        referrer,
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
    Ok(fields.map(|field| field.replace('\n', " ")).join("\n"))
}
