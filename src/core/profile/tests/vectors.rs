//! The language-neutral vectors in `tests/vectors`, run natively. The values of `cookie.json` come from an
//! implementation that shares no code with this one; the header cases were written by hand.

use super::super::header;
use super::super::json::{Addressee, parse_preview, parse_profile, parse_server_update};
use super::super::*;
use crate::bundle::{RuleTrust, Trait};
use crate::civil::parse_time;
use crate::codec::from_hex;
use crate::limits::{CLOCK_SKEW_S_MAX, MINT_TTL_S};
use serde_json::{Value, json};

pub(super) fn load(name: &str) -> Value {
    let path = format!("{}/../../tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    let list = value.get(key).and_then(Value::as_array).unwrap();
    assert!(!list.is_empty(), "{key} has no cases");
    list
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap()
}

struct Setting {
    file: Value,
    keys: SiteKeys,
    host: String,
    now_s: u32,
}

fn setting() -> Setting {
    let file = load("cookie");
    Setting {
        keys: KeyRing::parse(text(&file, "keys")).unwrap().bind(text(&file, "site")),
        host: text(&file, "host").into(),
        now_s: parse_time(text(&file, "now")).unwrap(),
        file,
    }
}

impl Setting {
    fn read(&self, value: &str) -> Verdict {
        cookie::read(value.as_bytes(), &self.keys, &self.host, self.now_s)
    }

    fn accept(&self, case: &Value) -> Profile {
        match self.read(text(case, "value")) {
            Verdict::Valid(profile) => profile,
            other => panic!("{}: {other:?}", text(case, "name")),
        }
    }
}

#[test]
fn accepted_cookies_are_these_profiles_and_are_written_so() {
    let setting = setting();
    for case in list(&setting.file, "accept") {
        let name = text(case, "name");
        let profile = parse_profile(case.get("profile").unwrap()).unwrap();
        assert_eq!(setting.accept(case), profile, "{name}");
        let encoded = cookie::encode(&profile, &setting.keys, &setting.host);
        assert_eq!(encoded.value, text(case, "value"), "{name}");
        assert_eq!(encoded.dropped, Dropped::default(), "{name}");
        assert_eq!(encoded.blank, text(case, "sections_hex").is_empty(), "{name}");
    }
}

#[test]
fn sections_of_later_versions_are_carried_byte_for_byte() {
    let setting = setting();
    for case in list(&setting.file, "carried") {
        let profile = setting.accept(case);
        assert!(!profile.unknown.is_empty());
        let encoded = cookie::encode(&profile, &setting.keys, &setting.host);
        assert_eq!(encoded.value, text(case, "value"), "{}", text(case, "name"));
    }
}

#[test]
fn a_cookie_of_the_old_key_is_written_again_with_the_new_one() {
    let setting = setting();
    for case in list(&setting.file, "rotated") {
        let encoded = cookie::encode(&setting.accept(case), &setting.keys, &setting.host);
        assert_eq!(encoded.value, text(case, "rewritten"));
    }
}

/// How the vectors call a verdict.
fn outcome<T>(verdict: &Verdict<T>) -> String {
    match verdict {
        Verdict::Absent => "absent".into(),
        Verdict::Valid(_) => "valid".into(),
        Verdict::Anonymous(why) => format!("anonymous:{}", why.code()),
        Verdict::Refused(refusal) => format!("refused:{}", refusal.code()),
    }
}

#[test]
fn refused_cookies_are_refused_for_that_reason() {
    let setting = setting();
    for case in list(&setting.file, "refuse") {
        assert_eq!(outcome(&setting.read(text(case, "value"))), text(case, "outcome"), "{}", text(case, "name"));
    }
}

#[test]
fn cookies_of_the_first_format_are_carried_over_without_their_ring() {
    let setting = setting();
    for case in list(&setting.file, "format_1") {
        let name = text(case, "name");
        let profile = setting.accept(case);
        assert_eq!(profile, parse_profile(case.get("profile").unwrap()).unwrap(), "{name}");
        assert_eq!(cookie::encode(&profile, &setting.keys, &setting.host).value, text(case, "rewritten"), "{name}");
    }
}

#[test]
fn consent_cookies_are_those_of_the_vectors() {
    let setting = setting();
    let scope = CookieScope::of(&[setting.host.as_str()]).unwrap();
    for case in list(&setting.file, "consent") {
        let name = text(case, "name");
        let profile = json!({ "consent": case.get("consent").unwrap(), "opt_out": case.get("opt_out").unwrap() });
        let profile = parse_profile(&profile).unwrap();
        let erased = case.get("erased").and_then(Value::as_str);
        let state = ConsentState {
            record: profile.consent,
            opt_out: profile.opt_out,
            erased_s: erased.map_or(0, |at| parse_time(at).unwrap()),
            unknown: Vec::new(),
        };
        assert_eq!(cookie::encode_consent(&state, &setting.keys, &setting.host), text(case, "value"), "{name}");
        let header = format!("{}={}", scope.consent_name(), text(case, "value"));
        let held = scope.read(header.as_bytes(), &setting.keys, setting.now_s);
        assert_eq!((held.consent, held.anonymous), (state, None), "{name}");
    }
    for case in list(&setting.file, "consent_refused") {
        let header = format!("{}={}", scope.consent_name(), text(case, "value"));
        let held = scope.read(header.as_bytes(), &setting.keys, setting.now_s);
        let expected = text(case, "outcome").strip_prefix("anonymous:");
        assert_eq!(held.anonymous.map(Unreadable::code), expected, "{}", text(case, "name"));
        assert_eq!(held.consent, ConsentState::default());
    }
}

#[test]
fn mint_tokens_are_those_of_the_vectors() {
    let setting = setting();
    let case = setting.file.get("mint").unwrap();
    let minted =
        Minted { id: from_hex(text(case, "id")).unwrap(), issued_s: parse_time(text(case, "issued")).unwrap() };
    let token = text(case, "token");
    assert_eq!((seal_mint(minted, &setting.keys).as_str(), token.len()), (token, MINT_CHARS));
    let open = |now_s| open_mint(token.as_bytes(), &setting.keys, now_s);
    assert_eq!(open(setting.now_s), Ok(minted));
    assert_eq!(open(minted.issued_s + MINT_TTL_S - 1), Ok(minted));
    assert!(matches!(open(minted.issued_s + MINT_TTL_S), Err(TokenError::Expired(_))));
    assert!(matches!(open(minted.issued_s - CLOCK_SKEW_S_MAX - 1), Err(TokenError::TooLasting(_))));
}

#[test]
fn handles_are_those_of_the_vectors() {
    let setting = setting();
    let case = setting.file.get("handle").unwrap();
    let id = from_hex::<16>(text(case, "id")).unwrap();
    assert_eq!(seal_handle(&id, &setting.keys), text(case, "handle"));
    assert_eq!(open_handle(text(case, "handle"), &setting.keys), Ok(id));
}

#[test]
fn preview_tokens_are_those_of_the_vectors() {
    let setting = setting();
    for case in list(&setting.file, "previews") {
        let mut body = case.get("preview").unwrap().clone();
        let expires = body.as_object_mut().unwrap().remove("expires").unwrap();
        let subject = body.as_object_mut().unwrap().remove("subject").map(|subject| match subject.as_str().unwrap() {
            "published" => PreviewSubject::Published,
            id => PreviewSubject::Draft(from_hex(id).unwrap()),
        });
        let body = parse_preview(body.to_string().as_bytes()).unwrap();
        let preview = Preview {
            name: body.name,
            expires_s: parse_time(expires.as_str().unwrap()).unwrap(),
            profile: body.profile,
            request: body.request,
            arms: body.arms,
            subject,
        };
        let token = text(case, "token");
        assert_eq!(preview.seal(&setting.keys, setting.now_s).as_deref(), Ok(token));
        assert_eq!(Preview::open(token.as_bytes(), &setting.keys, setting.now_s), Ok(preview));
    }
}

#[test]
fn login_tokens_are_those_of_the_vectors() {
    let setting = setting();
    let rule = |key: &str| Trait { key: key.into(), values: vec![], source: "crm".into(), trust: RuleTrust::Server };
    let known = ["loyalty_tier", "region"].map(rule);
    for case in list(&setting.file, "logins") {
        let body = case.get("ask").unwrap().to_string();
        let body = parse_server_update(body.as_bytes(), &known, u64::from(setting.now_s) * 1_000).unwrap();
        let Addressee::Bearer(ttl_s) = body.addressee else { panic!("{body:?}") };
        let (token, now_s) = (text(case, "token"), setting.now_s);
        let sealed = seal_login(&body.update, now_s + ttl_s, &setting.keys, now_s);
        assert_eq!(sealed.as_deref(), Ok(token), "{}", text(case, "name"));
        assert_eq!(open_login(token.as_bytes(), &setting.keys, now_s), Ok(body.update));
    }
}

/// A text, or a list of texts and `[text, times]` to be joined.
pub(super) fn joined(value: &Value) -> String {
    let Value::Array(parts) = value else {
        return value.as_str().unwrap().into();
    };
    let part = |part: &Value| match part {
        Value::Array(pair) => {
            let (text, times) = (pair.first().unwrap(), pair.get(1).unwrap());
            text.as_str().unwrap().repeat(times.as_u64().unwrap().try_into().unwrap())
        }
        text => text.as_str().unwrap().into(),
    };
    parts.iter().map(part).collect()
}

#[test]
fn cookie_headers_are_split_byte_by_byte() {
    let file = load("cookie-header");
    for case in list(&file, "values") {
        let header = text(case, "header");
        let values: Vec<&str> =
            header::values(header.as_bytes(), text(&file, "cookie")).map(|v| str::from_utf8(v).unwrap()).collect();
        assert_eq!(json!(values), case["values"], "{}", text(case, "name"));
    }
}
