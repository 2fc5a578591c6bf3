//! Request bodies: JSON only, and no more than a limit, which holds while reading.

use crate::call::Call;
use crate::reply::Problem;
use attune_core::limits::EVENTS_BYTES_MAX;
use attune_core::profile::json::JsonProblem;
use futures_util::StreamExt;

/// Reads a JSON body of at most 16 KB.
pub(crate) async fn read(call: &mut Call<'_>) -> Result<Vec<u8>, Problem> {
    let headers = call.request.headers();
    let header = |name| headers.get(name).ok().flatten().unwrap_or_default();
    let kind = header("Content-Type").to_ascii_lowercase();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return Err(Problem::new(415, "not_json", "the Content-Type has to be application/json"));
    }
    let too_large = || Problem::new(413, "too_large", format!("the body is longer than {EVENTS_BYTES_MAX} bytes"));
    if header("Content-Length").parse::<usize>().is_ok_and(|bytes| bytes > EVENTS_BYTES_MAX) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    // A request without a body has no stream: its JSON is the empty text, which is none.
    if let Ok(mut stream) = call.request.stream() {
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| Problem::new(400, "broken_body", "the body broke off"))?;
            if body.len() + chunk.len() > EVENTS_BYTES_MAX {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
    }
    Ok(body)
}

impl From<JsonProblem> for Problem {
    fn from(problem: JsonProblem) -> Self {
        let code = if matches!(problem, JsonProblem::Syntax(_)) { "not_json" } else { "malformed" };
        Self::new(400, code, problem.to_string())
    }
}
