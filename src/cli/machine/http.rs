//! HTTP of this machine: one agent, and the machine's own certificates.

use attune_command::http::{HttpAnswer, HttpError, HttpRequest};
use rustls::crypto::ring;
use std::io::Read;
use std::net::ToSocketAddrs;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, SendBody};

/// Connections without TLS need no certificates, which take a while to read.
static PLAIN: LazyLock<Agent> = LazyLock::new(|| agent(None));
static ENCRYPTED: LazyLock<Agent> = LazyLock::new(|| agent(Some(tls())));

fn agent(tls: Option<TlsConfig>) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("attune/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(Duration::from_secs(15)));
    let config = match tls {
        Some(tls) => config.tls_config(tls),
        None => config,
    };
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

pub(super) fn ask(request: &HttpRequest<'_>, progress: &mut dyn FnMut(u64)) -> Result<HttpAnswer, HttpError> {
    let agent: &Agent = if request.url.starts_with("https:") { &ENCRYPTED } else { &PLAIN };
    let mut builder = ureq::http::Request::builder().method(request.method).uri(request.url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    let unsendable = |error: ureq::http::Error| HttpError::Request(error.to_string());
    let answer = if request.body.is_empty() {
        let sent = builder.body(SendBody::none()).map_err(unsendable)?;
        agent.run(agent.configure_request(sent).timeout_global(Some(request.time_max)).build())
    } else {
        builder = builder.header("content-length", request.body.len().to_string());
        let mut body = Counted { bytes: request.body, out: 0, progress };
        let sent = builder.body(SendBody::from_reader(&mut body)).map_err(unsendable)?;
        agent.run(agent.configure_request(sent).timeout_global(Some(request.time_max)).build())
    };
    let mut answer = answer.map_err(|error| no_answer(request.url, &error))?;
    let headers = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let headers = headers.collect();
    let body = answer.body_mut().with_config().limit(HttpAnswer::BODY_BYTES_MAX).read_to_vec();
    let body = body.map_err(|error| HttpError::BrokenOff(error.to_string()))?;
    Ok(HttpAnswer { status: answer.status().as_u16(), headers, body })
}

fn no_answer(url: &str, error: &ureq::Error) -> HttpError {
    match error {
        ureq::Error::HostNotFound => HttpError::HostNotFound,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => HttpError::Request(error.to_string()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => HttpError::Tls(error.to_string()),
        // A handshake is reading and writing, and fails as that does.
        ureq::Error::Io(io) => match io.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(inner) => HttpError::Tls(inner.to_string()),
            // The system's words for a name that nobody knows differ from machine to machine.
            None if is_unknown(url) => HttpError::HostNotFound,
            None => HttpError::Connection(error.to_string()),
        },
        error => HttpError::Connection(error.to_string()),
    }
}

/// Whether the host of a URL has no address.
fn is_unknown(url: &str) -> bool {
    let uri: Option<ureq::http::Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(|uri| uri.host()).map(|host| host.trim_matches(['[', ']']));
    host.is_some_and(|host| (host, 0).to_socket_addrs().is_err())
}

/// A body that says how much of it was read.
struct Counted<'a> {
    bytes: &'a [u8],
    out: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.bytes.read(into)?;
        self.out += read as u64;
        (self.progress)(self.out);
        Ok(read)
    }
}
