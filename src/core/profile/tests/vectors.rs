//! The language-neutral vectors in `tests/vectors`, run natively. The values of `cookie.json` come from an
//! implementation that shares no code with this one; the header cases were written by hand.

use super::super::header::{self, HeaderRefusal, Lookup};
use super::super::json::{Addressee, parse_preview, parse_profile, parse_statement, parse_time};
use super::super::*;
use crate::bundle::{RuleTrust, Trait};
use serde_json::Value;

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

#[test]
fn refused_cookies_are_refused_for_that_reason() {
    let setting = setting();
    for case in list(&setting.file, "refuse") {
        let outcome = match setting.read(text(case, "value")) {
            Verdict::Absent => "absent".into(),
            Verdict::Valid(_) => "valid".into(),
            Verdict::Anonymous(Foreign::Format(_)) => "anonymous:format".into(),
            Verdict::Anonymous(Foreign::Key(_)) => "anonymous:key".into(),
            Verdict::NewVisitor(refusal) => format!("new_visitor:{}", refusal.code()),
        };
        assert_eq!(outcome, text(case, "outcome"), "{}", text(case, "name"));
    }
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
        let body = parse_preview(body.to_string().as_bytes()).unwrap();
        let preview = Preview {
            name: body.name,
            expires_s: parse_time(expires.as_str().unwrap()).unwrap(),
            profile: body.profile,
            request: body.request,
            arms: body.arms,
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
        let body = parse_statement(body.as_bytes(), &known, u64::from(setting.now_s) * 1_000).unwrap();
        let Addressee::Bearer(ttl_s) = body.addressee else { panic!("{body:?}") };
        let (token, now_s) = (text(case, "token"), setting.now_s);
        let sealed = seal_login(&body.said, now_s + ttl_s, &setting.keys, now_s);
        assert_eq!(sealed.as_deref(), Ok(token), "{}", text(case, "name"));
        assert_eq!(open_login(token.as_bytes(), &setting.keys, now_s), Ok(body.said));
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
    for case in list(&file, "find") {
        let header = joined(case.get("header").unwrap());
        let (outcome, value) = match header::find(header.as_bytes(), text(&file, "cookie")) {
            Lookup::Absent => ("absent", None),
            Lookup::One(value) => ("one", Some(str::from_utf8(value).unwrap().to_owned())),
            Lookup::Refused(HeaderRefusal::Duplicate) => ("refused:duplicate", None),
            Lookup::Refused(HeaderRefusal::Joined) => ("refused:joined", None),
            Lookup::Refused(HeaderRefusal::ValueTooLong) => ("refused:too_long", None),
            Lookup::Refused(HeaderRefusal::HeaderTooLong) => ("refused:header_too_long", None),
        };
        assert_eq!(outcome, text(case, "outcome"), "{}", text(case, "name"));
        assert_eq!(value, case.get("value").map(joined), "{}", text(case, "name"));
    }
}

#[test]
fn the_origin_does_not_see_our_cookies() {
    let file = load("cookie-header");
    for case in list(&file, "strip") {
        let names: Vec<&str> = list(case, "names").iter().filter_map(Value::as_str).collect();
        let stripped = header::strip(text(case, "header").as_bytes(), &names);
        let stripped = str::from_utf8(&stripped).unwrap();
        assert_eq!(stripped, text(case, "result"), "{}", text(case, "name"));
    }
}
