//! Signed requests: HTTP Message Signatures (RFC 9421) with Ed25519, one label and one list of components.

use crate::text::to_base64;
use attune_core::codec::to_hex;
use sha2::{Digest, Sha256};

/// Seconds after which a signed request is refused.
pub const LIFETIME_S: u64 = 60;

/// What of a request is signed.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `PUT` or `POST`.
    pub method: &'a str,
    /// Path of the URL, percent-encoded as it is sent.
    pub path: &'a str,
    /// Query without its question mark; empty for none.
    pub query: &'a str,
    /// SHA-256 of the body.
    pub body_sha256: [u8; 32],
    /// Which publisher is meant, as its `state` says.
    pub audience: &'a str,
    /// When it is signed, in seconds since the Unix epoch.
    pub created_s: u64,
    /// Random: no request with it is taken twice.
    pub nonce: [u8; 16],
    /// Which key signs.
    pub key: [u8; 8],
}

/// The SHA-256 of a body.
pub fn sha256(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

/// The value of `Content-Digest`.
pub fn content_digest(request: &Request<'_>) -> String {
    format!("sha-256=:{}:", to_base64(&request.body_sha256))
}

/// The signature's parameters: what `Signature-Input` has behind the label.
fn parameters(request: &Request<'_>) -> String {
    let Request { created_s, nonce, key, .. } = request;
    format!(
        "(\"@method\" \"@path\" \"@query\" \"content-digest\" \"attune-audience\");created={created_s};expires={};nonce=\"{}\";keyid=\"{}\";alg=\"ed25519\"",
        created_s + LIFETIME_S,
        to_hex(nonce),
        to_hex(key)
    )
}

/// The signature base: the text whose bytes are signed.
pub fn base(request: &Request<'_>) -> String {
    let Request { method, path, query, audience, .. } = request;
    format!(
        "\"@method\": {method}\n\"@path\": {path}\n\"@query\": ?{query}\n\"content-digest\": {}\n\"attune-audience\": {audience}\n\"@signature-params\": {}",
        content_digest(request),
        parameters(request)
    )
}

/// The headers that go with a request: names in lower case, and their values.
pub fn headers(request: &Request<'_>, signature: &[u8; 64]) -> [(&'static str, String); 4] {
    [
        ("content-digest", content_digest(request)),
        ("attune-audience", request.audience.to_owned()),
        ("signature-input", format!("attune={}", parameters(request))),
        ("signature", format!("attune=:{}:", to_base64(signature))),
    ]
}
