//! What JavaScript answers, and what it throws.

use attune_command::http::HttpError;
use js_sys::Reflect;
use std::io::{self, ErrorKind};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An answer over HTTP.
    pub(crate) type JsAnswer;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn status(this: &JsAnswer) -> u16;
    /// Names and values, one after the other.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn headers(this: &JsAnswer) -> Vec<String>;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn body(this: &JsAnswer) -> Vec<u8>;

    /// A program that has ended.
    pub(crate) type JsRan;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn ok(this: &JsRan) -> bool;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn out(this: &JsRan) -> Vec<u8>;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn err(this: &JsRan) -> Vec<u8>;
}

fn field(thrown: &JsValue, name: &str) -> Option<String> {
    Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string())
}

/// What was thrown, as the system would have said it.
pub(crate) fn io_error(thrown: &JsValue) -> io::Error {
    let kind = match field(thrown, "code").as_deref() {
        Some("ENOENT") => ErrorKind::NotFound,
        Some("EACCES" | "EPERM") => ErrorKind::PermissionDenied,
        Some("EEXIST") => ErrorKind::AlreadyExists,
        Some("EPIPE") => ErrorKind::BrokenPipe,
        Some("ENOTSUP") => ErrorKind::Unsupported,
        Some("EISDIR") => return io::Error::other("Is a directory (os error 21)"),
        Some("ENOTDIR") => return io::Error::other("Not a directory (os error 20)"),
        _ => return io::Error::other(field(thrown, "message").unwrap_or_else(|| "it failed".to_owned())),
    };
    kind.into()
}

/// Why there was no answer over HTTP, by the codes that Node.js has.
pub(crate) fn http_error(thrown: &JsValue) -> HttpError {
    let message = || field(thrown, "message").unwrap_or_else(|| "it failed".to_owned());
    match field(thrown, "code").as_deref() {
        Some("ENOTFOUND" | "EAI_AGAIN") => HttpError::HostNotFound,
        Some("ECONNREFUSED") => HttpError::Refused,
        Some("ECONNRESET" | "ECONNABORTED" | "EPIPE") => HttpError::BrokenOff,
        Some("ETIMEDOUT") => HttpError::TimedOut,
        Some("ENOTSUP") => HttpError::Connection("there is no network here".to_owned()),
        Some("EFBIG") => HttpError::TooLarge,
        Some("ERR_INVALID_URL" | "ERR_INVALID_CHAR" | "ERR_INVALID_PROTOCOL" | "ERR_INVALID_HTTP_TOKEN") => {
            HttpError::Request(message())
        }
        // Node.js has a code for each thing that can be wrong with a certificate.
        Some(code) if code.contains("CERT") || code.contains("TLS") || code.contains("SSL") => {
            HttpError::Tls(message())
        }
        _ => HttpError::Connection(message()),
    }
}
