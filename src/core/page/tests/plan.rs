//! The plan by itself, and what it says of contents.

use super::*;
use crate::bundle::Field;
use crate::html::{print_hash, text_hash, value_hash};
use serde_json::{Value, json};

/// A field: its name, its text and its attributes.
type Written<'a> = (&'a str, Option<&'a str>, &'a [(&'a str, &'a str)]);

/// A slot of these elements, filled by these fields: each with its text, where it has one, and its attributes.
fn filled(elements: &[(&str, &str)], fields: &[Written]) -> PageCore {
    let template = |text: &str| Template { parts: vec![Part::Literal(text.into())] };
    let mut plain = Loaded::load(&bundle()).unwrap();
    let field = |(name, inner, attributes): &Written| Field {
        name: (*name).into(),
        inner: inner.map(template),
        attributes: attributes.iter().map(|(name, value)| ((*name).into(), template(value))).collect(),
    };
    let mut slot = plain.slots[0].take().unwrap();
    slot.elements = elements.iter().map(|(name, selector)| ((*name).into(), selector.parse().unwrap())).collect();
    let bodies = vec![Body::Fields(fields.iter().map(field).collect())];
    let bundle = Bundle {
        site: plain.site,
        slots: vec![slot],
        contents: vec![Content { key: "hello".into(), bodies, by_locale: vec![0, 0] }],
        campaigns: plain.campaigns.into_iter().flatten().collect(),
        ..Bundle::default()
    };
    PageCore::new(&encode(&bundle).unwrap(), KEYS).unwrap()
}

/// The one slot in the plan of a page, and in a plan by itself.
fn told(core: &PageCore) -> (Value, Value) {
    let text = Ask::default().text();
    let page = core.answer(&Request::parse(&text).unwrap(), DOCUMENT.as_bytes()).tail;
    let page = page.split_once("attune-plan\">").unwrap().1.split_once("</script>").unwrap().0;
    let slot = |plan: &str| serde_json::from_str::<Value>(plan).unwrap()["slots"][0].clone();
    (slot(page), slot(&core.plan(&text, "").unwrap()))
}

#[test]
fn a_page_has_hashes_of_its_contents_and_a_plan_by_itself_the_contents() {
    let (page, plan) = told(&core());
    assert_eq!((&page["checks"], &page["draw"]), (&json!([["", "*", print_hash("Hello")]]), &Value::Null));
    assert_eq!((&plan["draw"], &plan["checks"]), (&json!({ "html": "Hello" }), &Value::Null));
}

#[test]
fn each_field_is_told_as_the_document_has_it() {
    let core = filled(
        &[("title", "h1"), ("cta", "a.cta")],
        &[("title", Some(" Tea &amp; more\n "), &[]), ("cta", None, &[("href", "/c/tea?a=1&amp;b=2"), ("title", "")])],
    );
    let (page, plan) = told(&core);
    let hash = |text: &str| value_hash(text).unwrap();
    let checks = json!([
        ["h1", "", text_hash("Tea & more")],
        ["a.cta", "href", hash("/c/tea?a=1&b=2")],
        ["a.cta", "title", hash("")]
    ]);
    assert_eq!(page["checks"], checks);
    let set = json!([["h1", "", " Tea & more\n "], ["a.cta", "href", "/c/tea?a=1&b=2"], ["a.cta", "title", ""]]);
    assert_eq!(plan["draw"], json!({ "set": set }));
}

#[test]
fn of_an_edit_that_is_not_surely_made_there_is_no_hash() {
    let elements = [("one", "h1"), ("two", "h1"), ("image", "img"), ("row", "tr"), ("cell", "td"), ("icon", "svg")];
    let fields: &[Written] = &[
        ("one", Some("First"), &[("title", "a")]),
        ("two", Some("Second"), &[("title", "b"), ("lang", "en")]),
        ("image", Some("no text"), &[("alt", "Tea")]),
        ("row", Some("moved"), &[]),
        ("cell", Some("kept"), &[]),
        ("icon", Some("x"), &[]),
    ];
    let (page, plan) = told(&filled(&elements, fields));
    let checked: Vec<_> =
        page["checks"].as_array().unwrap().iter().map(|check| (check[0].clone(), check[1].clone())).collect();
    let pair = |selector: &str, attribute: &str| (json!(selector), json!(attribute));
    assert_eq!(checked, [pair("h1", ""), pair("h1", "title"), pair("h1", "lang"), pair("img", "alt")]);
    assert_eq!(plan["draw"]["set"].as_array().unwrap().len(), 8);
    let (page, _) = told(&filled(&[("one", "h1")], &[("one", Some("a &nosuch; b"), &[("title", "\r\n")])]));
    assert_eq!(page["checks"], json!([]));
}

#[test]
fn a_plan_is_counted_as_the_page_is() {
    let core = core();
    let mut agreed = Profile::default();
    agreed.record(true, true, NOW_S - 90, ConsentSource::Api);
    let cookie = cookie_of(&agreed);
    let plan = |flags, agent| {
        let text = Ask { flags, agent, cookie: &cookie, ..Ask::default() }.text();
        serde_json::from_str::<Value>(&core.plan(&text, "").unwrap()).unwrap()
    };
    // Who begins a profile puts it into the cookies; where nobody does, the plan brings what begins it.
    let (document, frame, robot) = (plan("d", CHROME), plan("f", CHROME), plan("d", "Googlebot/2.1"));
    assert_eq!((document["view"].clone(), document["mint"].is_string()), (json!(true), true));
    assert_eq!((&frame["view"], &frame["mint"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&robot["view"], &robot["mint"], &robot["slots"][0]["reason"]),
        (&Value::Null, &Value::Null, &json!("bot"))
    );
    assert_eq!(core.plan("1", ""), Err(RequestError::Fields(1)));
}
