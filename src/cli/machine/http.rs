//! HTTP of this machine: one agent, and the machine's own certificates.

use attune_command::http::{HttpAnswer, HttpError, HttpRequest};
use rustls::crypto::ring;
use std::io::{ErrorKind, Read};
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
    let mut answer = answer.map_err(|error| no_answer(&error))?;
    let headers = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let headers = headers.collect();
    let body = answer.body_mut().with_config().limit(HttpAnswer::BODY_BYTES_MAX).read_to_vec();
    Ok(HttpAnswer { status: answer.status().as_u16(), headers, body: body.map_err(|error| no_answer(&error))? })
}

fn no_answer(error: &ureq::Error) -> HttpError {
    match error {
        ureq::Error::HostNotFound => HttpError::HostNotFound,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => HttpError::Request(error.to_string()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => HttpError::Tls(error.to_string()),
        ureq::Error::Timeout(_) => HttpError::TimedOut,
        ureq::Error::BodyExceedsLimit(_) => HttpError::TooLarge,
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => HttpError::Refused,
            ErrorKind::TimedOut => HttpError::TimedOut,
            ErrorKind::BrokenPipe
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::UnexpectedEof => HttpError::BrokenOff,
            // The resolver's own errors have no kind.
            // A handshake is reading and writing, and fails as that does.
            _ if is_tls(error) => HttpError::Tls(error.to_string()),
            _ if error.to_string().starts_with("failed to lookup address information") => HttpError::HostNotFound,
            _ => HttpError::Connection(error.to_string()),
        },
        error => HttpError::Connection(error.to_string()),
    }
}

fn is_tls(error: &std::io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some()
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
