//! HTTP: one agent, the machine's own certificates, and what a lost connection says.

use crate::failure::Failure;
use rustls::crypto::ring;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, SendBody};

/// Largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// What is sent.
pub(super) struct Sent<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'static str, String)],
    pub(super) body: &'a [u8],
}

pub(super) fn agent(is_encrypted: bool) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("attune/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_global(Some(Duration::from_mins(15)));
    let config = if is_encrypted { config.tls_config(tls()) } else { config };
    config.build().new_agent()
}

fn tls() -> TlsConfig {
    let found = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> = found.iter().map(|one| Certificate::from_der(one.as_ref()).to_owned()).collect();
    TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build()
}

/// Sends a request; `body` gives the bytes, so that whoever waits can be told how many are out.
pub(super) fn send(agent: &Agent, sent: &Sent<'_>, body: &mut dyn Read) -> Result<Answer, Failure> {
    let mut request = ureq::http::Request::builder().method(sent.method).uri(sent.url);
    for (name, value) in sent.headers {
        request = request.header(*name, value);
    }
    let unsent = |error: &dyn std::fmt::Display| {
        Failure::new(
            format!("{} cannot be asked: {error}", sent.url),
            "give the address of the site, such as https://www.shop.example",
        )
    };
    let length = sent.body.len();
    let answer = if length == 0 {
        agent.run(request.body(SendBody::none()).map_err(|error| unsent(&error))?)
    } else {
        let request =
            request.header("content-length", length.to_string()).header("content-type", "application/octet-stream");
        agent.run(request.body(SendBody::from_reader(body)).map_err(|error| unsent(&error))?)
    };
    let mut answer = answer.map_err(|error| lost(sent.url, &error))?;
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    Ok(Answer { status: answer.status().as_u16(), body: body.map_err(|error| lost(sent.url, &error))? })
}

/// What a lost connection says. Nothing is half published by it.
fn lost(url: &str, error: &ureq::Error) -> Failure {
    let help = match error {
        ureq::Error::HostNotFound => "check the address; is this machine online?",
        _ => "run the same command again: it goes on where it stopped, and pages have the old version or the new one",
    };
    let site = url.split('/').take(3).collect::<Vec<_>>().join("/");
    Failure::new(format!("the connection to {site} failed: {error}"), help)
}
