//! The page vectors: the same requests give the same bytes natively, in Node.js and in workerd.
//!
//! `ATTUNE_BLESS=1 cargo test -p attune-core --features json --test page` writes `tests/vectors/page.json` and
//! `decision-header.json` anew; `git diff` then shows what changed for every visitor.
#![cfg(feature = "json")]
#![expect(clippy::indexing_slicing, reason = "tests")]

use attune_core::html::{Opening, opening};
use attune_core::page::{PageCore, Request};
use attune_core::profile::{CookieScope, KeyPurpose, KeyRing, Preview, RequestOverrides, json::parse_profile};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

const KEYS: &str = "1:sign:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const NOW_S: u32 = 1_795_300_000;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(name)
}

fn core() -> PageCore {
    core_of("golden/vectors.bundle")
}

fn core_of(bundle: &str) -> PageCore {
    let bundle = std::fs::read(file(bundle)).expect("the bundle is in the repository");
    let core = PageCore::new(&bundle, KEYS).expect("and can be loaded");
    assert_eq!(core.loaded().disabled, []);
    core
}

fn vectors(name: &str, blessed: impl FnOnce() -> Value) -> Value {
    if std::env::var_os("ATTUNE_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&blessed()).expect("JSON");
        std::fs::write(file(name), text + "\n").expect("the repository can be written");
    }
    let text = std::fs::read_to_string(file(name)).expect("the vectors are in the repository");
    serde_json::from_str(&text).expect("and are JSON")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("strings do not fail");
        text
    })
}

#[test]
fn pages_are_those_of_the_vectors() {
    let vectors = vectors("vectors/page.json", blessed);
    let core = core();
    let cases = vectors["cases"].as_array().expect("cases");
    assert!(cases.len() >= 12, "{}", cases.len());
    for case in cases {
        let text = |key: &str| case[key].as_str().expect("text");
        let answer = core.open(text("request"), text("prelude").as_bytes());
        let answer = answer.map_or_else(|error| error.to_string(), |bytes| hex(&bytes));
        assert_eq!(answer, text("answer"), "{}", text("name"));
    }
}

/// What the page says of its language.
fn lang_of(prelude: &str) -> &str {
    if let Opening::Document { lang, .. } = opening(prelude.as_bytes()) { lang } else { "" }
}

/// A plan without what is told of contents, of which a page has hashes and a plan by itself the contents.
fn decided(plan: &str) -> Value {
    let mut plan: Value = serde_json::from_str(plan).expect("JSON");
    for slot in plan["slots"].as_array_mut().expect("slots") {
        let slot = slot.as_object_mut().expect("a slot");
        slot.remove("checks");
        slot.remove("draw");
    }
    plan
}

#[test]
fn plans_are_those_of_the_vectors_and_decide_as_the_page_does() {
    let vectors = vectors("vectors/page.json", blessed);
    let core = core();
    let (mut compared, mut drawn) = (0, 0);
    for case in vectors["cases"].as_array().expect("cases") {
        let text = |key: &str| case[key].as_str().expect("text");
        let lang = lang_of(text("prelude"));
        let plan = core.plan(text("request"), lang).unwrap_or_else(|error| error.to_string());
        assert_eq!(plan, text("plan"), "{}", text("name"));
        let Ok(request) = Request::parse(text("request")) else { continue };
        let answer = core.answer(&request, text("prelude").as_bytes());
        drawn += plan.matches("\"draw\":").count();
        let Some((page, _)) = answer.tail.split_once("</script>") else { continue };
        let page = page.rsplit_once("attune-plan\">").expect("a plan").1;
        assert_eq!(decided(&plan), decided(page), "{}", text("name"));
        assert_eq!(plan.matches("\"draw\":").count(), answer.fills.len(), "{}", text("name"));
        compared += 1;
    }
    assert!(compared >= 15 && drawn >= 10, "{compared} {drawn}");
}

/// The bundle of the page vectors, with two of its segments told to the origin of most pages.
fn decision_header_bundle() -> Vec<u8> {
    let mut bytes = std::fs::read(file("golden/vectors.bundle")).expect("the bundle is in the repository");
    let number = |n: usize| u32::try_from(n).expect("small").to_le_bytes();
    let texts = ["/", "/c/{category}", "/de/*", "/p/{sku}", "0", "1"];
    let mut list = number(texts.len()).to_vec();
    let ends = texts.iter().scan(0, |end, text| {
        *end += text.len();
        Some(*end)
    });
    ends.for_each(|end| list.extend(number(end)));
    list.extend(texts.concat().bytes());
    bytes.push(13);
    bytes.extend([number(1), number(list.len())].concat());
    bytes.extend(list);
    let rest = number(bytes.len() - 12);
    bytes[8..12].copy_from_slice(&rest);
    bytes
}

fn blessed_headers() -> Value {
    std::fs::write(file(DECISION_HEADER), decision_header_bundle()).expect("the repository can be written");
    let core = core_of(DECISION_HEADER);
    let cases = requests().into_iter().map(|(name, request, prelude)| {
        let header = core.decision_header(&request).unwrap_or_else(|error| error.to_string());
        json!({ "name": name, "request": request, "prelude": prelude, "header": header })
    });
    let key = &KeyRing::parse(KEYS).expect("keys").derived(KeyPurpose::Decision, "vectors")[0].1;
    json!({ "spec": "SPEC.md, Decision header", "bundle": format!("tests/{DECISION_HEADER}"), "keys": KEYS, "site": "vectors",
        "host": "shop.example", "key": hex(key), "cases": cases.collect::<Vec<_>>() })
}

const DECISION_HEADER: &str = "golden/decision-header.bundle";

/// What the plan in a page and the payload of a header say of each slot that a campaign has.
fn slots_of(told: &Value) -> Value {
    let slots = told["slots"].as_array().expect("a plan").iter().filter(|slot| !slot["campaign"].is_null());
    let entry = |slot: &Value| json!({ "campaign": slot["campaign"], "arm": slot["arm"], "content": slot["content"] });
    slots.map(|slot| (slot["slot"].as_str().expect("text").to_owned(), entry(slot))).collect::<Map<_, _>>().into()
}

#[test]
fn decision_headers_are_those_of_the_vectors_and_say_what_the_page_says() {
    let vectors = vectors("vectors/decision-header.json", blessed_headers);
    let core = core_of(DECISION_HEADER);
    let cases = vectors["cases"].as_array().expect("cases");
    let mut told = 0;
    for case in cases {
        let text = |key: &str| case[key].as_str().expect("text");
        let header = core.decision_header(text("request")).unwrap_or_else(|error| error.to_string());
        assert_eq!(header, text("header"), "{}", text("name"));
        let Some((payload, mac)) = header.split_once('.') else { continue };
        assert_eq!(mac.len(), 22, "{}", text("name"));
        let payload = Base64UrlUnpadded::decode_vec(payload).expect("base64url");
        let payload: Value = serde_json::from_slice(&payload).expect("JSON");
        let request = Request::parse(text("request")).expect("a request");
        let answer = core.answer(&request, text("prelude").as_bytes());
        let Some((plan, _)) = answer.tail.split_once("</script>") else { continue };
        let plan: Value = serde_json::from_str(plan.rsplit_once("attune-plan\">").expect("a plan").1).expect("JSON");
        assert_eq!(payload["slots"], slots_of(&plan), "{}", text("name"));
        assert_eq!(payload["bundle"], plan["v"]);
        told += 1;
    }
    assert!(told >= 8, "{told}");
}

struct Case {
    name: &'static str,
    flags: &'static str,
    path: &'static str,
    profile: Option<Value>,
    country: &'static str,
    prelude: &'static str,
}

fn visitor(mut profile: Value) -> Value {
    profile["consent"] = json!({ "personalization": "granted", "measurement": "granted", "at": "2026-11-01T10:00:00Z", "source": "api" });
    profile["id"] = json!("000102030405060708090a0b0c0d0e0f");
    profile["issued"] = json!("2026-10-01T10:00:00Z");
    profile
}

fn cases() -> Vec<Case> {
    let english = "<!doctype html><html lang=\"en-GB\">";
    let german = "<!doctype html><html lang=de>";
    let visits = json!({ "count": 3, "first": "2026-10-01T10:00:00Z", "previous": "2026-11-01T10:00:00Z", "last": "2026-11-10T10:00:00Z", "session_pages": 2 });
    let abandoned = json!({ "visits": visits, "cart": { "items": [{ "sku": "22423", "quantity": 1, "price": 12.75 }], "at": "2026-11-10T10:00:00Z" } });
    let two = json!({ "cart": { "items": [{ "sku": "22423", "quantity": 2, "price": 1012.75 }], "at": "2026-11-10T10:00:00Z" } });
    let capped = json!({ "cart": two["cart"], "shown": [{ "campaign": "abandoned-cart", "seen": 3, "at": "2026-11-15T10:00:00Z" }] });
    let fan = json!({ "visits": visits, "interests": [{ "category": "tea-lights", "score": 6.0, "views": 4, "today": 0, "at": "2026-11-15" }] });
    let case = |name, flags, path, profile, country, prelude| Case { name, flags, path, profile, country, prelude };
    vec![
        case("unknown visitor", "dmu", "/", None, "GB", english),
        case("unknown visitor, no charset, no plan", "d", "/", None, "DE", german),
        case("opt-out country mints", "dmu", "/p/22423", None, "US", english),
        case("abandoned cart", "dmu", "/", Some(visitor(abandoned.clone())), "GB", english),
        case("abandoned cart in German, two pieces", "dmu", "/de/", Some(visitor(two.clone())), "DE", german),
        case("German in ASCII", "dm", "/de/", Some(visitor(two)), "DE", german),
        case("capped", "dmu", "/", Some(visitor(capped)), "GB", english),
        case("fan of a category", "dmu", "/c/tea-lights", Some(visitor(fan.clone())), "GB", english),
        case("a slot that is not on the page", "dmu", "/p/22423", Some(visitor(fan.clone())), "GB", english),
        case("never profiled", "dmu", "/health/feet", Some(visitor(fan.clone())), "GB", english),
        case("opt-out signal", "dmgu", "/", Some(visitor(abandoned.clone())), "GB", english),
        case("prefetch", "dpmu", "/", Some(visitor(abandoned.clone())), "GB", english),
        case("robot", "dbmu", "/", Some(visitor(abandoned)), "GB", english),
        case(
            "refused",
            "dmu",
            "/",
            Some(
                json!({ "consent": { "personalization": "denied", "measurement": "denied", "at": "2026-11-01T10:00:00Z" } }),
            ),
            "GB",
            english,
        ),
    ]
}

fn blessed() -> Value {
    let core = core();
    let cases = requests().into_iter().map(|(name, request, prelude)| {
        let answer = core.open(&request, prelude.as_bytes());
        let answer = answer.map_or_else(|error| error.to_string(), |bytes| hex(&bytes));
        let plan = core.plan(&request, lang_of(prelude)).unwrap_or_else(|error| error.to_string());
        json!({ "name": name, "request": request, "prelude": prelude, "answer": answer, "plan": plan })
    });
    json!({ "spec": "SPEC.md, Page call", "bundle": "tests/golden/vectors.bundle", "keys": KEYS, "cases": cases.collect::<Vec<_>>() })
}

/// Name, request text and the first bytes of the page.
fn requests() -> Vec<(&'static str, String, &'static str)> {
    let keys = KeyRing::parse(KEYS).expect("keys").bind("vectors");
    let scope = CookieScope::of(&["shop.example"]).expect("host");
    let request = |flags: &str, path: &str, cookie: &str, country: &str| {
        let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";
        let random = "5a".repeat(16);
        format!(
            "1\n{NOW_S}000\n{flags}\nshop.example\n{path}\nutm_source=x\na=b; {cookie}\nhttps://www.google.com/\n{agent}\nen-GB,en\n{country}\nENG\nEU\n0\n60\nabc123==\n{random}"
        )
    };
    let mut out = Vec::new();
    for case in cases() {
        let cookie = case.profile.map_or_else(String::new, |profile| {
            let profile = parse_profile(&profile).expect(case.name);
            format!("__Host-attune={}", scope.encode(&profile, &keys).value)
        });
        out.push((case.name, request(case.flags, case.path, &cookie, case.country), case.prelude));
    }
    let preview = Preview {
        name: "evening".into(),
        expires_s: NOW_S + 3_600,
        request: RequestOverrides {
            country: Some("DE".into()),
            utc_offset_min: Some(60),
            ..RequestOverrides::default()
        },
        ..Preview::default()
    };
    let token = preview.seal(&keys, NOW_S).expect("a valid preview");
    out.push(("preview", request("dmu", "/", &format!("__Host-attune-preview={token}"), "GB"), "<html lang=en>"));
    let cookie = format!("__Host-attune-preview={token}");
    out.push(("preview of a page without a slot", request("dmu", "/p/22423", &cookie, "GB"), "<html lang=en>"));
    let document = "<!doctype html><html lang=en>";
    for (name, flags, prelude) in [
        ("frame", "fmu", document),
        ("fetched by a script", "xmu", document),
        ("prefetched as an image", "pmu", document),
        ("an image", "mu", document),
        ("a fragment", "xmu", "<li>One</li>"),
        ("a part for htmx", "xhmu", "<body class=x>"),
        ("a body that is no part", "xmu", "<body class=x>"),
        ("AMP", "dmu", "<!doctype html><html \u{26a1}>"),
        ("a doctype alone", "dmu", "<!-- x --><!doctype html>"),
        ("a language as an operating system writes it", "dmu", "<!doctype html><html lang=de_DE.UTF-8>"),
    ] {
        out.push((name, request(flags, "/", "", "GB"), prelude));
    }
    out.push(("malformed", "1\n2".into(), ""));
    out
}
