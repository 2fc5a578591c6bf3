//! Readable profiles and request bodies: what they mean, and what is said when they are wrong.

use super::super::json::{
    Addressee, AskReader, ConsentBody, JsonProblem, parse_ask, parse_beacon, parse_consent, parse_login, parse_order,
    parse_preview, parse_profile, parse_server_update, parse_visitor, readable,
};
use super::super::*;
use super::sample::{NOW_S, busy};
use super::vectors::{list, load, text};
use crate::bundle::{RuleTrust, Trait};
use crate::codec::hash32;
use serde_json::{Value, json};

/// Every field of a readable profile, in the order in which it is written.
const WHOLE: &str = r##"{
  "consent": {"personalization": "granted", "measurement": "denied", "at": "2026-11-01T08:00:00Z", "source": "gtag"},
  "opt_out": false,
  "id": "00112233445566778899aabbccddeeff",
  "issued": "2026-11-01T08:00:00Z",
  "visits": {"count": 3, "first": "2026-11-01T08:00:00Z", "previous": "2026-11-18T19:02:11Z", "last": "2026-11-20T23:58:00Z", "session_pages": 4},
  "interests": [{"category": "lanterns", "score": 2.5, "views": 7, "today": 2, "at": "2026-11-20"}],
  "viewed": [{"sku": "22423", "at": "2026-11-20T23:57:40Z"}],
  "shown": [{"campaign": "abandoned-cart", "seen": 2, "at": "2026-11-18T19:00:00Z"}, {"campaign": "#0badcafe", "seen": 1, "at": "2026-11-17T19:00:00Z"}],
  "cart": {"items": [{"sku": "22423", "quantity": 2, "price": 12.75}], "at": "2026-11-20T23:50:00Z"},
  "orders": {"count": 2, "total": 120.5, "last": "2026-11-01T10:00:00Z", "skus": ["21731"]},
  "purchased_at": "2026-11-01T09:59:30Z",
  "transactions": ["0badcafe", "00000001"],
  "logs": [{"log": "1a2b3c4d", "last": 9}],
  "mailbox": {"last": 59961600123, "ask_until": "2026-11-21T01:00:00Z", "unacknowledged": true}
}"##;

#[test]
fn a_whole_profile_is_read_and_written_the_same() {
    let value: Value = serde_json::from_str(WHOLE).unwrap();
    let profile = parse_profile(&value).unwrap();
    assert_eq!(profile.interests[0].score_milli, 2_500);
    assert_eq!(profile.cart.lines[0].price_minor, 1_275);
    assert_eq!(profile.impressions[0].campaign, campaign_hash("abandoned-cart"));
    assert_eq!(profile.impressions[1].campaign, 0x0bad_cafe);
    let name = |hash| (hash == campaign_hash("abandoned-cart")).then_some("abandoned-cart");
    let written = serde_json::to_string(&readable(&profile, &[], name)).unwrap();
    let compact: String = WHOLE.lines().map(str::trim_start).collect();
    assert_eq!(written, compact.replace(": ", ":").replace(", ", ","));
}

#[test]
fn nothing_known_is_a_profile_too() {
    assert_eq!(parse_profile(&json!({})), Ok(Profile::default()));
    let written = serde_json::to_value(readable(&Profile::default(), &[], |_| None)).unwrap();
    let expected = json!({ "consent": { "personalization": "unknown", "measurement": "unknown" }, "opt_out": false });
    assert_eq!(written, expected);
}

#[test]
fn what_is_left_out_of_visits_is_as_near_as_it_can_be() {
    let visits = |value: Value| parse_profile(&json!({ "visits": value })).unwrap().visits;
    let last_s = 1_795_167_000;
    let expected = Visits { count: 1, first_s: last_s, previous_s: 0, last_s, session_pages: 1 };
    assert_eq!(visits(json!({ "last": "2026-11-20T09:30:00Z" })), expected);
    let previous_s = last_s;
    assert_eq!(
        visits(json!({ "count": 4, "previous": "2026-11-20T09:30:00Z" })),
        Visits { count: 4, previous_s, ..expected }
    );
}

#[test]
fn lists_are_put_in_order() {
    let profile = parse_profile(&json!({
        "interests": [
            { "category": "old", "score": 8, "at": "2026-11-01" },
            { "category": "low", "score": 1.0, "at": "2026-11-20" },
            { "category": "high", "score": 4, "at": "2026-11-20" },
        ],
        "viewed": [
            { "sku": "old", "at": "2026-11-19T09:30:00Z" },
            { "sku": "new", "at": "2026-11-20T09:30:00Z" },
        ],
    }));
    let profile = profile.unwrap();
    let categories: Vec<&str> = profile.interests.iter().map(|i| &*i.category).collect();
    assert_eq!(categories, ["high", "old", "low"]);
    assert_eq!(&*profile.viewed[0].sku, "new");
}

#[test]
fn what_is_wrong_with_a_profile_is_said_with_its_path() {
    let file = load("cookie-readable");
    assert!(parse_profile(&file["whole"]).is_ok());
    for case in list(&file, "wrong") {
        let mut profile = file["whole"].clone();
        *profile.pointer_mut(text(case, "at")).unwrap() = case["value"].clone();
        assert_eq!(parse_profile(&profile).unwrap_err().to_string(), text(case, "error"));
    }
    let mut profile = file["whole"].clone();
    profile["shoe_size"] = json!(44);
    let error = parse_profile(&profile).unwrap_err().to_string();
    assert!(error.starts_with("shoe_size: unknown field; known are consent, opt_out, id,"), "{error}");
}

#[test]
fn a_visitor_file_is_a_profile_with_a_request() {
    let body = json!({
        "purchased_at": "2026-11-20T09:30:00Z",
        "request": {
            "country": "DE", "region": "BE", "continent": "EU", "eu": true, "language": "de-AT", "device": "phone",
            "timezone": "Europe/Berlin", "referrer": "https://search.example/", "now": "2026-11-20T09:30:00Z",
        },
    });
    let visitor = parse_visitor(body.to_string().as_bytes()).unwrap();
    assert_eq!(visitor.profile.purchased_s, 1_795_167_000);
    let overrides = visitor.request.overrides;
    assert_eq!(overrides.language.as_deref(), Some("de-at"));
    assert_eq!((overrides.eu, overrides.now_s), (Some(true), Some(1_795_167_000)));
    assert_eq!(visitor.request.timezone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(visitor.request.referrer.as_deref(), Some("https://search.example/"));

    for (request, error) in [
        (json!({ "country": "de" }), "request.country: must be 2 capital letters: ISO 3166-1 country, such as GB"),
        (json!({ "continent": "Europe" }), "request.continent: must be one of AF, AN, AS, EU, NA, OC, SA"),
        (json!({ "device": "watch" }), "request.device: must be one of phone, tablet, desktop, tv"),
        (json!({ "language": "de_DE" }), "request.language: must be a language tag such as de or pt-br"),
        (
            json!({ "utc_offset_minutes": 1441 }),
            "request.utc_offset_minutes: must be a whole number from -1440 to 1440",
        ),
        (
            json!({ "utc_offset_minutes": 0, "timezone": "UTC" }),
            "request: has both timezone and utc_offset_minutes; give one",
        ),
    ] {
        let body = json!({ "request": request }).to_string();
        assert_eq!(parse_visitor(body.as_bytes()).unwrap_err().to_string(), error);
    }
    assert!(matches!(parse_visitor(b"{").unwrap_err(), JsonProblem::Syntax(_)));
}

#[test]
fn a_preview_body_needs_only_a_name() {
    let parse = |body: Value| parse_preview(body.to_string().as_bytes());
    let body = parse(json!({ "name": "new" })).unwrap();
    assert_eq!((body.ttl_s, body.profile, body.arms.len()), (3_600, Profile::default(), 0));
    let profile = serde_json::to_value(readable(&busy(), &[], |_| None)).unwrap();
    let body = json!({ "name": "n", "ttl_s": 86_400, "profile": profile, "arms": { "a": "x", "b": "y" } });
    let body = parse(body).unwrap();
    assert_eq!(body.profile, busy());
    assert_eq!(body.arms, [("a".into(), "x".into()), ("b".into(), "y".into())]);
    for (body, error) in [
        (json!({}), "name: is missing"),
        (json!({ "name": "n", "ttl_s": 86_401 }), "ttl_s: must be a whole number from 1 to 86400"),
        (json!({ "name": "n", "arms": ["a"] }), "arms: must be an object of campaign keys and arm keys"),
        (json!({ "name": "n", "arms": { "a": 1 } }), "arms.a: must be text"),
        (json!({ "name": "n", "profile": { "id": 1 } }), "profile.id: must be text"),
        (
            json!({ "name": "n", "request": { "timezone": "UTC" } }),
            "request.timezone: unknown field; known are country, region, continent, eu, language, device, \
             utc_offset_minutes, now, city, place",
        ),
    ] {
        assert_eq!(parse(body).unwrap_err().to_string(), error);
    }
}

#[test]
fn consent_and_order_bodies_are_strict() {
    let consent = parse_consent(br#"{"personalization":true,"measurement":false}"#);
    let source = ConsentSource::Api;
    assert_eq!(consent, Ok(ConsentBody { personalization: true, measurement: false, mint: "".into(), source }));
    for source in ConsentSource::ALL {
        let body = format!(r#"{{"personalization":true,"measurement":false,"source":"{}"}}"#, source.word());
        assert_eq!(parse_consent(body.as_bytes()).map(|body| body.source), Ok(source));
    }
    let minting = parse_consent(br#"{"personalization":true,"measurement":false,"mint":"AQcB"}"#);
    assert_eq!(minting.map(|body| body.mint), Ok("AQcB".into()));
    let error = |body: &[u8]| parse_consent(body).unwrap_err().to_string();
    assert_eq!(error(br#"{"personalization":true}"#), "measurement: is missing");
    assert_eq!(error(br#"{"personalization":1,"measurement":true}"#), "personalization: must be true or false");
    let cookies = br#"{"personalization":true,"measurement":true,"source":"cookies"}"#;
    assert_eq!(error(cookies), "source: must be one of api, tcf, gpp, gtag, cookie");
    assert!(error(b"").starts_with("the body is not JSON: "));

    let body = json!({
        "visitor": "handle", "id": "A-1", "value": 12.3, "currency": "GBP",
        "items": [{ "sku": "a", "quantity": 2, "price": 6.15 }, { "sku": "a" }, { "sku": "b" }],
    });
    let order = parse_order(body.to_string().as_bytes(), NOW_S).unwrap();
    assert_eq!((&*order.visitor, &*order.currency), ("handle", "GBP"));
    let expected = Order { id: "A-1".into(), total_minor: 1_230, at_s: NOW_S, skus: vec!["a".into(), "b".into()] };
    assert_eq!(order.order, expected);
    for (field, value, error) in [
        ("value", json!(-1), "value: must be a number from 0 to 10000000000"),
        ("currency", json!("pounds"), "currency: must be 3 capital letters: ISO 4217 currency, such as GBP"),
        ("id", json!(""), "id: must not be empty"),
        ("visitor", json!(null), "visitor: must be text"),
        ("items", json!([{}]), "items[0].sku: is missing"),
        ("at", json!(1.5), "at: must be a whole number from 0 to 4294967295999"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        assert_eq!(parse_order(wrong.to_string().as_bytes(), NOW_S).unwrap_err().to_string(), error);
    }
}

#[test]
fn an_item_of_an_event_says_what_its_price_is_reduced_by() {
    let item = |discount: Value| {
        let items = json!([{ "item_id": "1", "price": 12.5, "discount": discount }]);
        let event = json!({ "n": 1, "name": "view_item", "params": { "items": items } });
        let body = json!({ "log": "0badcafe", "page": "/p/1", "events": [event] }).to_string();
        let beacon = parse_beacon(body.as_bytes(), NOW_S).unwrap();
        let event = beacon.batch.events.into_iter().find_map(|sent| sent.event);
        event.map(|event| event.kind.items().first().unwrap().discount_minor)
    };
    assert_eq!(item(json!(2.5)), Some(250));
    assert_eq!(item(json!("2.50")), Some(250));
    assert_eq!(item(Value::Null), Some(0));
    assert_eq!([json!("10 %"), json!(""), json!(-1)].map(item), [Some(0); 3], "what is no amount is none");
}

#[test]
fn a_profile_says_that_a_customer_is_signed_in_and_not_who() {
    let mut profile = parse_profile(&json!({ "customer": "C-1042", "traits": [{ "trait": "tier", "value": "gold" }] }));
    assert_eq!(profile.as_ref().map(|profile| profile.customer), Ok(Some(customer_hash("C-1042"))));
    let name = |hash| (hash == hash32(&["tier"])).then_some("tier");
    let written = serde_json::to_value(readable(profile.as_ref().unwrap(), &[], name)).unwrap();
    assert_eq!((&written["signed_in"], &written["customer"]), (&json!(true), &Value::Null));
    assert_eq!(written["traits"], json!([{ "trait": "tier", "value": "gold" }]));
    // What is shown can be read again, without the customer.
    profile.as_mut().unwrap().customer = None;
    assert_eq!(parse_profile(&written), profile);
    let long = parse_profile(&json!({ "customer": "x".repeat(129) })).unwrap_err();
    assert_eq!(long.to_string(), "customer: must be at most 128 bytes long");
}

#[test]
fn what_the_server_says_of_a_visitor_is_checked_against_the_traits_of_the_site() {
    let rule = |key: &str, values: &[&str], trust| Trait {
        key: key.into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        source: "crm".into(),
        trust,
    };
    let letters = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let known = [
        rule("loyalty_tier", &["none", "silver", "gold"], RuleTrust::Server),
        rule("letter", &letters, RuleTrust::Server),
        rule("segment", &[], RuleTrust::Server),
        rule("nickname", &[], RuleTrust::Browser),
    ];
    let now_ms = u64::from(NOW_S) * 1_000;
    let parse = |body: Value| parse_server_update(body.to_string().as_bytes(), &known, now_ms);
    let body =
        parse(json!({ "visitor": "handle", "traits": { "loyalty_tier": "gold", "segment": null }, "at": 1 + now_ms }));
    let body = body.unwrap();
    assert_eq!(body.addressee, Addressee::Visitor("handle".into()));
    let mut traits = [("loyalty_tier", "gold"), ("segment", "")]
        .map(|(key, value)| TraitValue { key: hash32(&[key]), value: value.into() });
    traits.sort_by_key(|own| own.key);
    // The future is not for the server to say either.
    assert_eq!(body.update, ServerUpdate { traits: traits.into(), customer: Customer::Unsaid, at_ms: now_ms });
    let customer = |body| parse(body).map(|body| (body.addressee, body.update.customer));
    assert_eq!(customer(json!({ "customer": null })), Ok((Addressee::Bearer(600), Customer::Nobody)));
    let is = Customer::Is(customer_hash("C-1"));
    assert_eq!(customer(json!({ "customer": "C-1", "ttl_s": 5 })), Ok((Addressee::Bearer(5), is)));
    for (body, error) in [
        (json!({ "visitor": "h" }), "give `traits`, `customer`, or both"),
        (json!({ "traits": {} }), "give `traits`, `customer`, or both"),
        (json!({ "traits": [] }), "traits: must be an object"),
        (
            json!({ "traits": { "tier": "gold" } }),
            "traits.tier: there is no such trait under [traits]; known are loyalty_tier, letter, segment, nickname",
        ),
        (
            json!({ "traits": { "loyalty_tier": "platinum" } }),
            "traits.loyalty_tier: must be one of none, silver, gold, or null to take it away",
        ),
        (
            json!({ "traits": { "letter": "z" } }),
            "traits.letter: must be one of a, b, c, d, e, f, g, h or 2 others, or null to take it away",
        ),
        (json!({ "traits": { "letter": 1 } }), "traits.letter: must be text"),
        (json!({ "traits": { "segment": "" } }), "traits.segment: must not be empty"),
        (json!({ "traits": { "segment": "x".repeat(33) } }), "traits.segment: must be at most 32 bytes long"),
        (
            json!({ "traits": { "nickname": "Al" } }),
            "traits.nickname: is not for the shop's server to say: its trust is \"browser\"",
        ),
        (json!({ "customer": "" }), "customer: must not be empty"),
        (json!({ "customer": "c", "visitor": "h", "ttl_s": 9 }), "ttl_s: is for a login token, which has no `visitor`"),
        (json!({ "customer": "c", "ttl_s": 3_601 }), "ttl_s: must be a whole number from 1 to 3600"),
        (json!({ "customer": "c", "at": 5 }), "at: is more than 90 days ago (Unix milliseconds)"),
        (json!({ "customer": "c", "at": -5 }), "at: must be a whole number from 0 to 9223372036854775807"),
    ] {
        assert_eq!(parse(body).unwrap_err().to_string(), error);
    }
    assert_eq!(parse_login(br#"{"token":"t"}"#), Ok("t".into()));
    assert_eq!(parse_login(b"{}").unwrap_err().to_string(), "token: is missing");
}

#[test]
fn lines_that_are_read_with_the_same_memory_are_read_as_each_alone() {
    let lines: [&[u8]; 7] = [
        br#"{"customer":"C-1","profile":{"interests":[{"category":"lights","score":2.5,"at":"2026-11-20"}]},"page":"/"}"#,
        br#"{"customer":"C-2","profile":{"interests":[{"category":"lights","score":-1,"at":"2026-11-20"}]},"page":"/"}"#,
        br#"{"customer":"Zo\u00eb","page":"/p/1"}"#,
        br#"{"customer":"#,
        b"{\"customer\":\"\xff\"}",
        br#"{"customer":"C-3","customer":"C-4","page":{"type":"home"},"arms":{"a":"b","a":"c"}}"#,
        br#"{"customer":"C-5","nobody":1}"#,
    ];
    let mut reader = AskReader::default();
    for line in lines.iter().chain(lines.iter().rev()) {
        assert_eq!(reader.parse(line), parse_ask(line), "{}", String::from_utf8_lossy(line));
    }
    assert_eq!(parse_ask(lines[2]).unwrap().customer.as_deref(), Some("Zo\u{eb}"));
    let last = parse_ask(lines[5]).unwrap();
    assert_eq!((last.customer.as_deref(), last.arms), (Some("C-4"), vec![("a".into(), "c".into())]));
    let error = parse_ask(lines[1]).unwrap_err().to_string();
    assert!(error.starts_with("profile.interests[0].score: must be a number from 0 to"), "{error}");
}
