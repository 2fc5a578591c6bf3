//! `POST /_attune/preview`: a signed, expiring token that lets a page be seen as somebody else.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::{body, guard};
use attune_core::profile::json::parse_preview;
use attune_core::profile::{Preview, PreviewError};
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    token: String,
    /// Seconds since the Unix epoch.
    expires: u32,
}

/// Signs a persona.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    guard::api_key(&call)?;
    let body = parse_preview(&body::read(&mut call).await?)?;
    let now_s = call.facts.context.now_s;
    let expires_s = now_s.saturating_add(body.ttl_s);
    let preview = Preview { name: body.name, expires_s, profile: body.profile, request: body.request, arms: body.arms };
    let token = preview.seal(&call.keys, now_s)?;
    Ok(Reply::json(200, &Answer { token, expires: expires_s }))
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        Self::new(400, "bad_preview", error.to_string())
    }
}
