//! Previews: a signed, expiring token that lets a page be seen as somebody else, for the shop's server or for a link.

use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::{body, guard};
use attune_core::codec::from_hex;
use attune_core::profile::json::{PreviewBody, parse_preview};
use attune_core::profile::{KeyRing, Preview, PreviewError, PreviewSubject, Profile, RequestOverrides};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct Answer {
    token: String,
    /// Seconds since the Unix epoch.
    expires: u32,
}

#[derive(Serialize)]
struct Changed {
    expires: u32,
}

/// Signs a persona; for the holder of a preview, what they have with other arms and another moment.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    if call.header("Authorization").is_none()
        && let Some(held) = Preview::of_request(call.facts.cookie.as_bytes(), &call.keys, call.facts.context.now_s)
    {
        guard::own_page(&call)?;
        return changed(held, &mut call).await;
    }
    guard::api_key(&call)?;
    let body = parse_preview(&body::read(&mut call).await?)?;
    let now_s = call.facts.context.now_s;
    let preview = preview(body, now_s, None);
    let token = preview.seal(&call.keys, now_s)?;
    Ok(Reply::json(200, &Answer { token, expires: preview.expires_s }))
}

/// Who it is, what it shows and when it ends stay. The token is not told: no script of the page is to read it.
async fn changed(held: Preview, call: &mut Call<'_>) -> Result<Reply, Problem> {
    let PreviewBody { name, profile, request, arms, .. } = parse_preview(&body::read(call).await?)?;
    let moment = RequestOverrides { now_s: request.now_s, ..RequestOverrides::default() };
    if name != held.name || profile != Profile::default() || request != moment {
        return Err(Problem::new(403, "not_yours", "the holder of a preview changes only its arms and its moment"));
    }
    let request = RequestOverrides { now_s: request.now_s, ..held.request };
    let preview = Preview { request, arms, ..held };
    let now_s = call.facts.context.now_s;
    let cookie = Preview::set_cookie(&preview.seal(&call.keys, now_s)?, preview.expires_s.saturating_sub(now_s));
    Ok(Reply::json(200, &Changed { expires: preview.expires_s }).with_cookies([cookie]))
}

/// Signs a persona for a link: `body` is that of `POST /_attune/preview`, `draft` the id of a draft in hexadecimal, empty for
/// what is published. The answer is the token.
///
/// # Errors
/// A JS `Error` that says what of the body, or of the configuration, cannot be used.
#[wasm_bindgen]
pub fn preview_token(keys: &str, site: &str, now_s: u32, body: &[u8], draft: &str) -> Result<String, JsError> {
    let keys = KeyRing::parse(keys)?.bind(site);
    let subject = match draft {
        "" => PreviewSubject::Published,
        id => PreviewSubject::Draft(from_hex(id).ok_or_else(|| JsError::new("the draft has no id"))?),
    };
    Ok(preview(parse_preview(body)?, now_s, Some(subject)).seal(&keys, now_s)?)
}

fn preview(body: PreviewBody, now_s: u32, subject: Option<PreviewSubject>) -> Preview {
    let PreviewBody { name, ttl_s, profile, request, arms } = body;
    Preview { name, expires_s: now_s.saturating_add(ttl_s), profile, request, arms, subject }
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        Self::new(400, "bad_preview", error.to_string())
    }
}
