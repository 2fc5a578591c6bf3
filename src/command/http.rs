//! HTTP as a [`Host`](crate::host::Host) has it: one request, one answer, no redirect followed, nothing decompressed.

use std::time::Duration;

/// What is asked.
#[derive(Clone, Debug)]
pub struct HttpRequest<'a> {
    /// `GET`, `POST`, ...
    pub method: &'a str,
    /// With `http://` or `https://`.
    pub url: &'a str,
    /// Names and values, in the order in which they are sent. `Content-Length` comes from the body.
    pub headers: Vec<(&'a str, String)>,
    /// Empty for none.
    pub body: &'a [u8],
    /// For how long the whole exchange may last.
    pub time_max: Duration,
}

impl<'a> HttpRequest<'a> {
    /// A question without headers and without a body, for which there is a quarter of an hour.
    #[must_use]
    pub const fn new(method: &'a str, url: &'a str) -> Self {
        Self { method, url, headers: Vec::new(), body: &[], time_max: Duration::from_mins(15) }
    }
}

/// The answer, whatever its status.
#[derive(Clone, Debug)]
pub struct HttpAnswer {
    /// From 100 to 599.
    pub status: u16,
    /// Names in lower case and values, as they came. A header that came twice is here twice.
    pub headers: Vec<(String, String)>,
    /// As it came: compressed, if a header says so.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// Largest body that is read, in bytes.
    pub const BODY_BYTES_MAX: u64 = 32 * 1024 * 1024;

    /// The first value of a header; its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The URL, or a header, is not one.
    #[error("this is no request: {0}")]
    Request(String),
    /// The name of the host is unknown.
    #[error("the host is not found")]
    HostNotFound,
    /// Nobody listens there.
    #[error("the connection is refused")]
    Refused,
    /// The connection broke off before all of the answer was there.
    #[error("it broke off")]
    BrokenOff,
    /// The time is over.
    #[error("there is no answer in time")]
    TimedOut,
    /// The body is larger than [`HttpAnswer::BODY_BYTES_MAX`].
    #[error("the answer has more than {} bytes", HttpAnswer::BODY_BYTES_MAX)]
    TooLarge,
    /// No encrypted connection could be made: the certificate, or what is no TLS.
    #[error("{0}")]
    Tls(String),
    /// Whatever else is in the way.
    #[error("{0}")]
    Connection(String),
}
