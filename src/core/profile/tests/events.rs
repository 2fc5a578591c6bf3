//! The vectors of `tests/vectors/events.json`: beacons, events, orders.

use super::super::json::{BeaconError, parse_beacon, parse_order, parse_plan, parse_profile};
use super::super::*;
use super::vectors::{joined, list, load, text};
use crate::bundle::Signal;
use crate::category::category_key;
use crate::civil::parse_time;
use serde_json::{Value, json};

fn profile(case: &Value, key: &str) -> Profile {
    parse_profile(case.get(key).unwrap()).unwrap()
}

/// The step's event, with what the bundle would know filled in.
fn event(step: &Value, now_s: u32) -> Event {
    let mut sent = step.get("event").unwrap().clone();
    sent["n"] = json!(1);
    let body = json!({ "log": "00000001", "page": "/", "events": [sent] });
    let beacon = parse_beacon(body.to_string().as_bytes(), now_s).unwrap();
    let mut event = beacon.batch.events.into_iter().find_map(|sent| sent.event).unwrap();
    let fact = |key| step.get("facts").and_then(|facts| facts.get(key));
    let key = |key| fact(key).and_then(Value::as_str).map(Box::from);
    match &mut event.kind {
        EventKind::PageView { sku, category, .. } => {
            (*sku, *category) = (key("sku"), key("category"));
        }
        EventKind::ViewItem { served, .. } => *served = fact("served") == Some(&json!(true)),
        EventKind::Impression { per_s, .. } => {
            *per_s = fact("per_s").and_then(Value::as_u64).unwrap_or(0).try_into().unwrap();
        }
        _ => {}
    }
    event
}

#[test]
fn a_path_is_what_comes_before_its_query() {
    for written in ["/private", "/private?x=1", "/private#x", "/private?#", "/private#?x"] {
        let view = json!({ "n": 1, "name": "page_view", "page": written, "params": { "page_path": written } });
        let body = json!({ "log": "00000001", "page": "/", "events": [view] });
        let sent = parse_beacon(body.to_string().as_bytes(), 0).unwrap().batch.events.remove(0);
        let path = Box::from("/private");
        assert_eq!(&*sent.page, "/private");
        assert_eq!(sent.event.unwrap().kind, EventKind::PageView { path, sku: None, category: None });
    }
}

#[test]
fn events_change_profiles_as_the_vectors_say() {
    let file = load("events");
    let now_s = parse_time(text(&file, "now")).unwrap();
    for case in list(&file, "apply") {
        let name = text(case, "name");
        let mut state = profile(case, "start");
        let signals: Vec<Signal> =
            case.get("signals").map(|rules| serde_json::from_value(rules.clone()).unwrap()).unwrap_or_default();
        for step in list(case, "steps") {
            let event = event(step, now_s);
            let outcome = match apply(&mut state, &event, &signals, now_s) {
                Ok(()) => "applied".into(),
                Err(refusal) => format!("refused:{}", refusal.code()),
            };
            assert_eq!(outcome, text(step, "outcome"), "{name}: {step}");
        }
        assert_eq!(state, profile(case, "end"), "{name}");
    }
}

#[test]
fn orders_change_profiles_as_the_vectors_say() {
    let file = load("events");
    let now_s = parse_time(text(&file, "now")).unwrap();
    for case in list(&file, "orders") {
        let name = text(case, "name");
        let mut state = profile(case, "start");
        for step in list(case, "steps") {
            let body = step.get("order").unwrap().to_string();
            let order = parse_order(body.as_bytes(), now_s).unwrap().order;
            apply_order(&mut state, &order);
        }
        assert_eq!(state, profile(case, "end"), "{name}");
    }
}

#[test]
fn beacons_are_read_or_refused_as_the_vectors_say() {
    for case in list(&load("events"), "beacon") {
        let name = text(case, "name");
        let body = joined(case.get("body").unwrap());
        let result = parse_beacon(body.as_bytes(), 0);
        let outcome = result.as_ref().map_or_else(BeaconError::code, |_| "ok");
        assert_eq!(outcome, text(case, "outcome"), "{name}: {result:?}");
        match result {
            Ok(beacon) => {
                let events: Vec<&Event> = beacon.batch.events.iter().filter_map(|sent| sent.event.as_ref()).collect();
                assert_eq!(json!(events.len()), case["events"], "{name}");
                assert_eq!(json!(beacon.rejected), case["rejected"], "{name}");
                if let Some(expected) = case.get("items") {
                    let items = events.iter().flat_map(|event| event.kind.items()).map(|item| {
                        let Item { sku, quantity, price_minor, discount_minor, category, .. } = item;
                        let category = category.as_deref().map_or_else(String::new, |key| format!(" {key}"));
                        format!("{sku} {quantity} {price_minor} {discount_minor}{category}")
                    });
                    assert_eq!(json!(items.collect::<Vec<_>>()), *expected, "{name}");
                }
            }
            Err(error) => {
                if let Some(message) = case.get("message") {
                    assert_eq!(json!(error.to_string()), *message, "{name}");
                }
            }
        }
    }
}

#[test]
fn bodies_of_plans_are_read_as_the_vectors_say() {
    for case in list(&load("events"), "plan") {
        let name = text(case, "name");
        match parse_plan(text(case, "body").as_bytes(), 0) {
            Ok(body) => {
                let events = body.beacon.as_ref().map(|beacon| beacon.batch.events.len());
                let read = json!({ "name": name, "body": case["body"], "outcome": "ok", "path": body.path, "query": body.query,
                    "referrer": body.referrer, "lang": body.lang, "frame": body.frame, "events": events });
                assert_eq!(read, *case, "{name}");
            }
            Err(error) => {
                assert_eq!(error.code(), text(case, "outcome"), "{name}");
                assert!(error.code() == "not_json" || error.to_string() == text(case, "message"), "{name}: {error}");
            }
        }
    }
    let long = format!(r#"{{"url":"/{}"}}"#, "x".repeat(crate::limits::EVENTS_BYTES_MAX));
    assert_eq!(parse_plan(long.as_bytes(), 0).unwrap_err(), BeaconError::TooLarge);
}

#[test]
fn what_only_the_bundle_knows_is_filled_in() {
    let facts = |path: &str| {
        let mut parts = path.trim_start_matches('/').split('/').map(Box::<str>::from);
        let category = parts.next().filter(|c| !c.is_empty());
        PathFacts { never_profile: category.as_deref() == Some("health"), category, sku: parts.next() }
    };
    let resolved = |name: &str, params: Value, page: &str| {
        let mut event = event(&json!({ "event": { "name": name, "params": params } }), 0);
        event
            .resolve(page, facts, |name| category_key(name).into(), |campaign| (campaign == "sale").then_some(60))
            .map(|()| event.kind)
    };
    let item = json!({ "items": [{ "item_id": "22423", "item_category": "Home > Lanterns" }] });
    let served = |page| match resolved("view_item", item.clone(), page) {
        Ok(EventKind::ViewItem { served, .. }) => served,
        other => panic!("{other:?}"),
    };
    assert!(served("/lanterns/22423") && served("/lanterns"));
    assert!(!served("/mugs/1") && !served("/"));

    // However the page calls it, the category has one key.
    match resolved("add_to_cart", item.clone(), "/") {
        Ok(EventKind::AddToCart(items)) => assert_eq!(items[0].category.as_deref(), Some("lanterns")),
        other => panic!("{other:?}"),
    }

    let viewed = resolved("page_view", json!({ "page_path": "/mugs/7" }), "/");
    let expected = EventKind::PageView { path: "/mugs/7".into(), sku: Some("7".into()), category: Some("mugs".into()) };
    assert_eq!(viewed, Ok(expected));
    // A page that leaves no memory counts as a page, and no more.
    let silent = resolved("page_view", json!({ "page_path": "/health/tests" }), "/");
    assert_eq!(silent, Ok(EventKind::PageView { path: "/health/tests".into(), sku: None, category: None }));
    for name in ["view_item", "add_to_cart", "purchase", "login"] {
        assert_eq!(resolved(name, item.clone(), "/health/tests"), Err(EventRefusal::NeverProfile), "{name}");
    }

    let impression = |campaign| resolved("attune_impression", json!({ "slot": "hero", "campaign": campaign }), "/");
    assert!(matches!(impression("sale"), Ok(EventKind::Impression { per_s: 60, .. })));
    assert!(matches!(impression("gone"), Ok(EventKind::Impression { per_s: 0, .. })));
    let lost = resolved("attune_lost", json!({ "slot": "hero", "campaign": "sale" }), "/health/tests");
    let expected = EventKind::Lost { slot: "hero".into(), campaign: "sale".into(), arm: "".into() };
    assert_eq!(lost, Ok(expected));
}

#[test]
fn a_purchase_that_is_known_counts_in_no_signal() {
    let signals: Vec<Signal> = serde_json::from_value(
        json!([{ "key": "bought", "event": "purchase", "tests": [], "measure": "Count", "half_life_days": 0 }]),
    )
    .unwrap();
    let rulebook = Rulebook {
        facts: &|_| PathFacts::default(),
        category: &|name| name.into(),
        window_s: &|_| None,
        signals: &signals,
    };
    let mut state = Profile::default();
    state.mint([1; 16], 1_000);
    let purchase = |number: u32, transaction: &str| {
        let params = json!({ "transaction_id": transaction, "items": [{ "item_id": "22423", "price": 20 }] });
        let event = json!({ "n": number, "name": "purchase", "params": params });
        let beacon = json!({ "log": "0000000a", "page": "/thanks", "events": [event] }).to_string();
        parse_beacon(beacon.as_bytes(), 2_000).unwrap().batch
    };
    let counted = |state: &Profile| state.signals.iter().map(|signal| signal.sum_milli).collect::<Vec<_>>();
    for (number, transaction, expected) in [(1, "T-1", 1_000), (2, "T-1", 1_000), (3, "T-2", 2_000), (4, "T-1", 2_000)]
    {
        let outcome = take_batch(&mut state, purchase(number, transaction), 0, 2_000, &rulebook);
        assert_eq!((outcome.applied, counted(&state)), (1, vec![expected]), "{number}");
    }
}
