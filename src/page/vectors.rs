//! The parts of the core, and of the statistics, one by one, for the vectors in `tests/vectors`. Never in a shipped build.

use attune_core::artifacts::Artifacts;
use attune_core::bundle::Signal;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::civil::parse_time;
use attune_core::codec::from_hex;
use attune_core::decide::{Salt, bucket as bucket_of};
use attune_core::loaded::Loaded;
use attune_core::persona;
use attune_core::profile::json::{BeaconError, parse_beacon, parse_order, parse_plan, parse_profile, readable};
use attune_core::profile::{
    CookieScope, Event, EventKind, KeyRing, PathFacts, Profile, Rulebook, SiteKeys, Verdict, apply, apply_order,
    cookie, gpp_choices, open_handle, seal_handle, take_batch, tcf_choices,
};
use attune_core::segment::Page;
use serde_json::{Value, json};
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
        Verdict::Anonymous(why) => format!("anonymous:{}", why.code()),
        Verdict::Refused(refusal) => format!("refused:{}", refusal.code()),
    })
}

/// Writes the cookie of a readable profile.
///
/// # Errors
/// When the keys or the profile are malformed.
#[wasm_bindgen]
pub fn write_cookie(keys: &str, site: &str, host: &str, profile: &str) -> Result<String, JsError> {
    let profile = profile_of(&serde_json::from_str(profile)?)?;
    Ok(cookie::encode(&profile, &keys_of(keys, site)?, host).value)
}

/// Reads both cookies of a header: `anonymous:WHY`, `refused:WHY`, or what is held, as JSON.
///
/// # Errors
/// When the keys, the host or the time are malformed.
#[wasm_bindgen]
pub fn read_header(keys: &str, site: &str, host: &str, now: &str, header: &str) -> Result<String, JsError> {
    let keys = keys_of(keys, site)?;
    let now_s = parse_time(now).ok_or_else(|| JsError::new("not a time"))?;
    let held = CookieScope::of(&[host])?.read(header.as_bytes(), &keys, now_s);
    Ok(match (held.anonymous, held.refusal) {
        (Some(why), _) => format!("anonymous:{}", why.code()),
        (None, Some(why)) => format!("refused:{}", why.code()),
        (None, None) => json!(readable(&held.profile, &[], |_| None)).to_string(),
    })
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

/// The print of whole HTML; nothing where the core is not certain of it.
#[wasm_bindgen]
pub fn print_hash(html: &str) -> Option<u32> {
    attune_core::html::print_hash(html)
}

/// The hash of a text and of an attribute's value as they are written; nothing where the core is not certain of it.
#[wasm_bindgen]
pub fn edit_hash(html: &str, is_text: bool) -> Option<u32> {
    if is_text { attune_core::html::text_hash(html) } else { attune_core::html::value_hash(html) }
}

/// A readable profile as this version writes it.
///
/// # Errors
/// When the profile is malformed.
#[wasm_bindgen]
pub fn canonical_profile(profile: &str) -> Result<String, JsError> {
    Ok(json!(readable(&profile_of(&serde_json::from_str(profile)?)?, &[], |_| None)).to_string())
}

/// Applies the steps of a case, events or orders: the outcomes and the profile after them, as JSON.
///
/// # Errors
/// When a part of the case is missing or malformed.
#[wasm_bindgen]
pub fn apply_steps(now: &str, case: &str) -> Result<String, JsError> {
    let now_s = parse_time(now).ok_or_else(|| JsError::new("not a time"))?;
    let case: Value = serde_json::from_str(case)?;
    let mut profile = profile_of(part(&case, "start"))?;
    let signals: Vec<Signal> = match part(&case, "signals") {
        Value::Null => Vec::new(),
        rules => serde_json::from_value(rules.clone())?,
    };
    let mut outcomes = Vec::new();
    for step in part(&case, "steps").as_array().into_iter().flatten() {
        if part(step, "order").is_object() {
            let body = parse_order(part(step, "order").to_string().as_bytes(), now_s)?;
            apply_order(&mut profile, &body.order);
            continue;
        }
        let event = event(step, now_s)?;
        outcomes.push(match apply(&mut profile, &event, &signals, now_s) {
            Ok(()) => "applied".to_owned(),
            Err(why) => format!("refused:{}", why.code()),
        });
    }
    Ok(json!({ "outcomes": outcomes, "end": readable(&profile, &[], |_| None) }).to_string())
}

/// Reads a beacon: the outcome, the number of events that could be read, the others and the message, as JSON.
#[wasm_bindgen]
pub fn beacon(body: &[u8]) -> String {
    let answer = match parse_beacon(body, 0) {
        Ok(beacon) => {
            let read = beacon.batch.events.iter().filter(|sent| sent.event.is_some()).count();
            json!({ "outcome": "ok", "events": read, "rejected": beacon.rejected })
        }
        Err(error) => json!({ "outcome": BeaconError::code(&error), "message": error.to_string() }),
    };
    answer.to_string()
}

/// Folds a beacon into the profile of a `Cookie` header, as the control plane does: the header after it.
///
/// # Errors
/// When the bundle, the keys or the beacon is malformed.
#[wasm_bindgen]
pub fn take_beacon(bundle: &Bundled, keys: &str, now_s: u32, header: &str, beacon: &[u8]) -> Result<String, JsError> {
    let loaded = &bundle.loaded;
    let (scope, keys) = (CookieScope::of(&loaded.site.hosts)?, keys_of(keys, &loaded.site.name)?);
    let mut held = scope.read(header.as_bytes(), &keys, now_s);
    let batch = parse_beacon(beacon, now_s)?.batch;
    let some = |text: &str| (!text.is_empty()).then(|| text.into());
    let rulebook = Rulebook {
        facts: &|path| {
            let page = Page::of(&loaded.site, path, "");
            PathFacts { sku: some(&page.sku), category: some(&page.category), never_profile: page.never_profile }
        },
        category: &|name| loaded.site.category(name).into(),
        window_s: &|key| {
            let campaign = loaded.campaigns.iter().flatten().find(|campaign| campaign.key == key)?;
            Some(campaign.cap.map_or(0, |cap| cap.per_s))
        },
        signals: &loaded.site.rules.signals,
    };
    take_batch(&mut held.profile, batch, 0, now_s, &rulebook);
    let set_cookie = scope.update(&held, &keys);
    Ok(set_cookie.map_or_else(|| header.into(), |set| scope.cookie_after(header, &set, &loaded.site.consent.tool)))
}

/// A bundle, loaded once.
#[wasm_bindgen]
pub struct Bundled {
    loaded: Loaded,
}

#[wasm_bindgen]
impl Bundled {
    /// Loads it.
    ///
    /// # Errors
    /// When it cannot be used.
    #[wasm_bindgen(constructor)]
    pub fn new(bundle: &[u8]) -> Result<Self, JsError> {
        Ok(Self { loaded: Loaded::load(bundle)? })
    }
}

/// What strings of a consent tool say, a line each, `kind` being `tcf` or `gpp`: two words, or `malformed`.
#[wasm_bindgen]
pub fn consent_strings(kind: &str, strings: &str) -> String {
    let read = if kind == "gpp" { gpp_choices } else { tcf_choices };
    let lines = strings.split('\n').map(|string| {
        read(string.as_bytes()).map_or_else(
            || "malformed".to_owned(),
            |said| [said.personalization.word(), " ", said.measurement.word()].concat(),
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A field of an object; null without it.
fn part<'v>(value: &'v Value, key: &str) -> &'v Value {
    value.get(key).unwrap_or(&Value::Null)
}

fn profile_of(value: &Value) -> Result<Profile, JsError> {
    parse_profile(value).map_err(|error| JsError::new(&error.to_string()))
}

/// The step's event, with what the bundle would know filled in.
/// Reads the body of a plan: what it says, or the outcome and the message, as JSON.
#[wasm_bindgen]
pub fn plan_body(body: &[u8]) -> String {
    let answer = match parse_plan(body, 0) {
        Ok(body) => {
            json!({ "outcome": "ok", "path": body.path, "query": body.query, "referrer": body.referrer, "lang": body.lang,
            "frame": body.frame, "events": body.beacon.map(|beacon| beacon.batch.events.len()) })
        }
        Err(error) => json!({ "outcome": error.code(), "message": error.to_string() }),
    };
    answer.to_string()
}

fn event(step: &Value, now_s: u32) -> Result<Event, JsError> {
    let mut event = part(step, "event").clone();
    event["n"] = json!(1);
    let body = json!({ "log": "00000001", "page": "/", "events": [event] }).to_string();
    let event = parse_beacon(body.as_bytes(), now_s)?.batch.events.into_iter().find_map(|sent| sent.event);
    let mut event = event.ok_or_else(|| JsError::new("the event of the step cannot be read"))?;
    let facts = part(step, "facts");
    match &mut event.kind {
        EventKind::PageView { sku, category, .. } => {
            (*sku, *category) =
                (part(facts, "sku").as_str().map(Into::into), part(facts, "category").as_str().map(Into::into));
        }
        EventKind::ViewItem { served, .. } => *served = *part(facts, "served") == true,
        EventKind::Impression { per_s, .. } => {
            *per_s = part(facts, "per_s").as_u64().and_then(|per_s| per_s.try_into().ok()).unwrap_or(0);
        }
        _ => {}
    }
    Ok(event)
}

/// The bucket of a unit; 65,535 for a salt that there is none of.
#[wasm_bindgen]
pub fn bucket(salt: &str, key: &str, phase: u16, unit: &str) -> u16 {
    Salt::ALL.into_iter().find(|known| known.text() == salt).map_or(u16::MAX, |salt| bucket_of(salt, key, phase, unit))
}

/// What every segment of a bundle says of a visitor file: one line each, `key true`, `key false` or `key unknown`.
///
/// # Errors
/// When the bundle, the catalogue, the visitor or the time is malformed.
#[wasm_bindgen]
pub fn segments(
    bundle: &[u8],
    catalog: Vec<u8>,
    visitor: &str,
    path: &str,
    query: &str,
    now: &str,
) -> Result<String, JsError> {
    let loaded = Loaded::load(bundle)?;
    let mut artifacts = Artifacts::of_site(&loaded.site.name);
    artifacts.put(ArtifactKind::Catalog as u8, catalog)?;
    let now_s = parse_time(now).ok_or_else(|| JsError::new("not a time"))?;
    let found = persona::segments(&loaded, &artifacts, visitor.as_bytes(), path, query, now_s)?;
    let lines = found.into_iter().map(|(key, verdict)| [key.as_str(), " ", verdict.word()].concat());
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Generated cases of the statistics, a line each, with the bits of what is computed of them.
#[wasm_bindgen]
pub fn stats_cases(cases: u32) -> String {
    attune_stats::vectors::lines(cases)
}
