//! `POST /_attune/plan`: events in, plan out, for pages that do not pass through the page Worker.
//!
//! The page core has the bundle, and this module the visitor: the answer here has the request text of the page call, with
//! the cookies that this answer sets, and the shim hands it to the page core. So a page and a plan are decided by the same
//! code, for the same profile.

use crate::call::Call;
use crate::events::{self, Taken};
use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor};
use crate::{body, guard};
use attune_core::profile::json::{Beacon, PlanBody, parse_plan};
use serde::Serialize;

#[derive(Serialize)]
struct Planned<'a> {
    /// The fields of the answer that are not the plan.
    answer: Taken,
    /// The request text of the page call.
    request: String,
    /// What the page says of its language.
    lang: &'a str,
    /// The browser wants to decide the next pages itself.
    local: bool,
    /// The plan while nothing may be personalized.
    bare: Bare<'a>,
}

/// A plan without content.
#[derive(Serialize)]
struct Bare<'a> {
    v: &'a str,
    consent: BareConsent,
    logs: Vec<(String, u32)>,
    mail: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<bool>,
    preview: Option<()>,
    slots: [(); 0],
}

#[derive(Serialize)]
struct BareConsent {
    #[serde(flatten)]
    words: ConsentWords,
    /// The consent tool that the page script listens to.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
}

/// Takes what happened, begins a profile where one is allowed and missing, and asks the page core for the plan.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    let now_s = call.facts.context.now_s;
    let PlanBody { path, query, referrer, lang, frame, viewed, local, beacon } =
        parse_plan(&body::read(&mut call).await?, now_s)?;
    let mut visitor = Visitor::of(&call);
    let is_nobody = events::is_nobody(&call);
    // Of a prerendered page nothing is known yet, and a page in a frame begins nothing: their plans bring what begins it.
    if !is_nobody && !frame && !call.facts.prefetch {
        let mint = beacon.as_ref().map_or("", |beacon: &Beacon| &beacon.mint);
        visitor.begin(&call, mint, true);
    }
    let answer = events::take(&call, &mut visitor, beacon).await?;
    if !is_nobody {
        visitor.let_go(&call).await?;
    }
    let set_cookie = if is_nobody { None } else { visitor.set_cookie(&call) };
    let tool = &call.outline.site.consent.tool;
    let cookie = set_cookie.as_ref().map(|header| call.scope.cookie_after(call.facts.cookie, header, tool));
    let source = Some(tool.source.word());
    let bare = Bare {
        v: &call.outline.version,
        consent: BareConsent { words: visitor.consent(), source: source.filter(|source| *source != "api") },
        logs: visitor.logs(),
        mail: visitor.held.profile.mailbox.last,
        view: (!is_nobody && !frame).then_some(true),
        preview: None,
        slots: [],
    };
    let destination = if frame { "f" } else { "d" };
    let fields = [
        (2, &*[destination, if viewed { "v" } else { "" }, call.field(2)].concat()),
        (3, &guard::page_host(&call)),
        (4, &path),
        (5, &query),
        (6, cookie.as_deref().unwrap_or(call.facts.cookie)),
        (7, &referrer),
    ];
    let planned = Planned { answer, request: call.text_with(&fields), lang: &lang, local, bare };
    Ok(Reply::json(200, &planned).with_cookies(set_cookie))
}
