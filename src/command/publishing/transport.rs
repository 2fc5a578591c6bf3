//! HTTP for the publisher, and what a lost connection says.

use crate::failure::Failure;
use crate::host::host;
use crate::http::{HttpAnswer, HttpError, HttpRequest};

/// Sends a request; `progress` hears how many bytes of its body are out.
pub(super) fn send(request: &HttpRequest<'_>, progress: &mut dyn FnMut(u64)) -> Result<HttpAnswer, Failure> {
    host().http(request, progress).map_err(|error| lost(request.url, &error))
}

/// What a lost connection says. Nothing is half published by it.
fn lost(url: &str, error: &HttpError) -> Failure {
    let site = url.split('/').take(3).collect::<Vec<_>>().join("/");
    let help = match error {
        HttpError::Request(_) => "give the address of the site, such as https://www.shop.example",
        HttpError::HostNotFound => "check the address; is this machine online?",
        _ => "run the same command again: it goes on where it stopped, and pages have the old version or the new one",
    };
    Failure::new(format!("the connection to {site} failed: {error}"), help)
}
