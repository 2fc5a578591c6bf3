//! The vectors of `tests/vectors/events.json`: beacons, events, orders.

use super::super::json::{BeaconError, parse_beacon, parse_order, parse_profile, parse_time};
use super::super::*;
use super::vectors::{joined, list, load, text};
use crate::bundle::Signal;
use serde_json::{Value, json};

fn word(outcome: Outcome) -> String {
    match outcome {
        Outcome::Applied => "applied".into(),
        Outcome::Duplicate => "duplicate".into(),
        Outcome::Refused(refusal) => format!("refused:{}", refusal.code()),
    }
}

fn profile(case: &Value, key: &str) -> Profile {
    parse_profile(case.get(key).unwrap()).unwrap()
}

/// The step's event, with what the bundle would know filled in.
fn event(step: &Value) -> Event {
    let body = json!({ "page": "/", "events": [step.get("event").unwrap()] });
    let beacon = parse_beacon(body.to_string().as_bytes()).unwrap();
    let mut event = beacon.events.into_iter().next().unwrap();
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
fn events_change_profiles_as_the_vectors_say() {
    let file = load("events");
    let now_s = parse_time(text(&file, "now")).unwrap();
    for case in list(&file, "apply") {
        let name = text(case, "name");
        let mut state = profile(case, "start");
        let signals: Vec<Signal> =
            case.get("signals").map(|rules| serde_json::from_value(rules.clone()).unwrap()).unwrap_or_default();
        for step in list(case, "steps") {
            let outcome = apply(&mut state, &event(step), now_s);
            if outcome == Outcome::Applied {
                signal(&mut state, &signals, &event(step), now_s);
            }
            assert_eq!(word(outcome), text(step, "outcome"), "{name}: {step}");
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
            assert_eq!(word(apply_order(&mut state, &order)), text(step, "outcome"), "{name}");
        }
        assert_eq!(state, profile(case, "end"), "{name}");
    }
}

#[test]
fn beacons_are_read_or_refused_as_the_vectors_say() {
    for case in list(&load("events"), "beacon") {
        let name = text(case, "name");
        let body = joined(case.get("body").unwrap());
        let result = parse_beacon(body.as_bytes());
        let outcome = result.as_ref().map_or_else(BeaconError::code, |_| "ok");
        assert_eq!(outcome, text(case, "outcome"), "{name}: {result:?}");
        match result {
            Ok(beacon) => {
                assert_eq!(json!(beacon.events.len()), case["events"], "{name}");
                assert_eq!(json!(beacon.rejected), case["rejected"], "{name}");
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
fn what_only_the_bundle_knows_is_filled_in() {
    fn seen(path: &str) -> PageSeen<'_> {
        let mut parts = path.trim_start_matches('/').split('/');
        PageSeen { category: parts.next().filter(|c| !c.is_empty()), sku: parts.next() }
    }
    let resolved = |name: &str, params: Value, page: &str| {
        let mut event = event(&json!({ "event": { "id": "00000001", "name": name, "params": params } }));
        let window_s = |campaign: &str| (campaign == "sale").then_some(60);
        event.resolve(page, seen, window_s).map(|()| event.kind)
    };
    let item = json!({ "items": [{ "item_id": "22423" }] });
    let served = |page| match resolved("view_item", item.clone(), page) {
        Ok(EventKind::ViewItem { served, .. }) => served,
        other => panic!("{other:?}"),
    };
    assert!(served("/lanterns/22423"));
    assert!(!served("/lanterns/1") && !served("/lanterns") && !served("/"));

    let viewed = resolved("page_view", json!({ "page_path": "/mugs/7" }), "/");
    let expected = EventKind::PageView { path: "/mugs/7".into(), sku: Some("7".into()), category: Some("mugs".into()) };
    assert_eq!(viewed, Ok(expected));

    let impression = |campaign| resolved("attune_impression", json!({ "slot": "hero", "campaign": campaign }), "/");
    assert!(matches!(impression("sale"), Ok(EventKind::Impression { per_s: 60, .. })));
    assert_eq!(impression("gone"), Err(EventRefusal::UnknownCampaign));
}
