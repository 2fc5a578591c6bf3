//! The core's parts one by one, for the vectors in `tests/vectors`. Never in a shipped build.

use attune_core::bundle::Loaded;
use attune_core::decide::{Salt, bucket as bucket_of};
use attune_core::persona;
use attune_core::profile::json::{parse_profile, parse_time};
use attune_core::profile::{Foreign, KeyRing, SiteKeys, Verdict, cookie, from_hex, header, open_handle, seal_handle};
use attune_core::segment::Truth;
use wasm_bindgen::prelude::*;

fn keys_of(keys: &str, site: &str) -> Result<SiteKeys, JsError> {
    Ok(KeyRing::parse(keys)?.bind(site))
}

/// Reads a cookie: the outcome, and for a valid one, behind a space, the cookie as this version writes it.
///
/// # Errors
/// When the keys or the time are malformed.
#[wasm_bindgen]
pub fn read_cookie(keys: &str, site: &str, host: &str, now: &str, value: &str) -> Result<String, JsError> {
    let keys = keys_of(keys, site)?;
    let now_s = parse_time(now).ok_or_else(|| JsError::new("not a time"))?;
    Ok(match cookie::read(value.as_bytes(), &keys, host, now_s) {
        Verdict::Absent => "absent".into(),
        Verdict::Valid(profile) => format!("valid {}", cookie::encode(&profile, &keys, host).value),
        Verdict::Anonymous(Foreign::Format(_)) => "anonymous:format".into(),
        Verdict::Anonymous(_) => "anonymous:key".into(),
        Verdict::NewVisitor(refusal) => format!("new_visitor:{}", refusal.code()),
    })
}

/// Writes the cookie of a readable profile.
///
/// # Errors
/// When the keys or the profile are malformed.
#[wasm_bindgen]
pub fn write_cookie(keys: &str, site: &str, host: &str, profile: &str) -> Result<String, JsError> {
    let profile = parse_profile(&serde_json::from_str(profile)?).map_err(|error| JsError::new(&error.to_string()))?;
    Ok(cookie::encode(&profile, &keys_of(keys, site)?, host).value)
}

/// Finds a cookie in a header: the outcome, and the value behind a space.
#[wasm_bindgen]
pub fn find_cookie(header: &str, name: &str) -> String {
    match header::find(header.as_bytes(), name) {
        header::Lookup::Absent => "absent".into(),
        header::Lookup::One(value) => format!("one {}", String::from_utf8_lossy(value)),
        header::Lookup::Refused(_) => "refused".into(),
    }
}

/// Seals a visitor id, and opens what it sealed: the handle, or an empty text if it does not open again.
///
/// # Errors
/// When the keys are malformed.
#[wasm_bindgen]
pub fn handle(keys: &str, site: &str, id: &str) -> Result<String, JsError> {
    let keys = keys_of(keys, site)?;
    let id = from_hex::<16>(id).ok_or_else(|| JsError::new("not an id"))?;
    let handle = seal_handle(&id, &keys);
    Ok(if open_handle(&handle, &keys) == Ok(id) { handle } else { String::new() })
}

/// The bucket of a unit; 65,535 for a salt that there is none of.
#[wasm_bindgen]
pub fn bucket(salt: &str, key: &str, phase: u16, unit: &str) -> u16 {
    let salts = [Salt::Arm, Salt::Holdout, Salt::Site];
    salts.into_iter().find(|known| known.text() == salt).map_or(u16::MAX, |salt| bucket_of(salt, key, phase, unit))
}

/// What every segment of a bundle says of a visitor file: one line each, `key true`, `key false` or `key unknown`.
///
/// # Errors
/// When the bundle, the visitor or the time is malformed.
#[wasm_bindgen]
pub fn segments(bundle: &[u8], visitor: &str, path: &str, query: &str, now: &str) -> Result<String, JsError> {
    let loaded = Loaded::load(bundle)?;
    let now_s = parse_time(now).ok_or_else(|| JsError::new("not a time"))?;
    let found = persona::segments(&loaded, visitor.as_bytes(), path, query, now_s)?;
    let lines = found.into_iter().map(|(key, verdict)| match verdict {
        Truth::True => key + " true",
        Truth::False => key + " false",
        Truth::Unknown => key + " unknown",
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
