//! Answers: JSON, never cached, errors with a stable code.

use serde::Serialize;
use std::fmt::Display;
use worker::{Headers, Response};

/// An answer.
pub(crate) struct Reply {
    status: u16,
    body: String,
    cookies: Vec<String>,
    allow: Option<String>,
    retry_after_s: Option<u32>,
}

impl Reply {
    /// A body of JSON.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        // Only maps with keys that are no texts cannot be written, and there are none.
        let body = serde_json::to_string(value).unwrap_or_else(|_| "{}".into());
        Self { status, body, cookies: Vec::new(), allow: None, retry_after_s: None }
    }

    /// The same, setting cookies: values of `Set-Cookie`.
    pub(crate) fn with_cookies(self, cookies: impl IntoIterator<Item = String>) -> Self {
        Self { cookies: cookies.into_iter().collect(), ..self }
    }

    pub(crate) fn into_response(self) -> worker::Result<Response> {
        let headers = Headers::new();
        headers.set("Content-Type", "application/json")?;
        headers.set("Cache-Control", "no-store")?;
        headers.set("X-Content-Type-Options", "nosniff")?;
        if let Some(allow) = &self.allow {
            headers.set("Allow", allow)?;
        }
        if let Some(seconds) = self.retry_after_s {
            headers.set("Retry-After", &seconds.to_string())?;
        }
        for cookie in &self.cookies {
            headers.append("Set-Cookie", cookie)?;
        }
        Ok(Response::ok(self.body)?.with_status(self.status).with_headers(headers))
    }
}

/// Why a call was refused.
#[derive(Debug)]
pub(crate) struct Problem {
    status: u16,
    code: &'static str,
    message: String,
    allow: Option<String>,
    retry_after_s: Option<u32>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorText<'a>,
}

#[derive(Serialize)]
struct ErrorText<'a> {
    code: &'a str,
    message: &'a str,
}

impl Problem {
    /// A refusal with an HTTP status, a stable code, and words for people.
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), allow: None, retry_after_s: None }
    }

    /// Something that the caller can do nothing about; the words go to the log, not to the caller.
    pub(crate) fn internal(error: impl Display) -> Self {
        worker::console_error!("attune: control plane: {error}");
        Self::new(503, "unavailable", "this cannot be answered now; try again in a minute")
    }

    /// Says after how many seconds to try again.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// Names the method that is allowed.
    pub(crate) fn allow(self, method: &str) -> Self {
        Self { allow: Some(method.to_owned()), ..self }
    }
}

impl From<Problem> for Reply {
    fn from(problem: Problem) -> Self {
        let error = ErrorText { code: problem.code, message: &problem.message };
        Self {
            allow: problem.allow,
            retry_after_s: problem.retry_after_s,
            ..Self::json(problem.status, &ErrorBody { error })
        }
    }
}
