//! One visitor, one page, the same artifacts: every command that decides says the same.

use super::{Folder, NOW, lines};
use serde_json::{Value, json};
use std::fmt::Write;

const SITE: &str = r#"
[site]
name = "testshop"
hosts = ["shop.test"]
timezone = "UTC"
locales = { en-GB = "GBP", de-DE = "EUR" }
[pages]
home = ["/"]
product = ["/p/{sku}"]
[consent]
source = "api"
regime = { other = "opt-in" }
[catalog]
feed = "catalog/products.tsv"
live = "15m"
[slots.beside]
card = "content/card.html"
[slots.after]
card = "content/card.html"
[slots.either]
card = "content/card.html"
[slots.bar]
[product_lists.reds]
products = ["r4", "r5"]
[product_lists.blues]
products = ["b4", "b5"]
[campaigns.beside]
priority = 40
recommend.beside = { sources = ["goes-with-cart"], exclude = ["current", "in-cart"] }
[campaigns.after]
priority = 30
recommend.after = { sources = ["session"] }
[campaigns.either]
priority = 20
recommend.either = { strategies = { red = ["reds"], blue = ["blues"] }, count = 2 }
[campaigns.words]
priority = 10
where = ['time.date == "2026-11-18"']
arms = { short = { bar = "short" }, long = { bar = "long" } }
[content.short]
text.en-GB = { text = "Hello" }
text.de-DE = { text = "Hallo" }
[content.long]
text.en-GB = { text = "Hello again" }
text.de-DE = { text = "Hallo noch einmal" }
"#;

const PRODUCTS: [&str; 10] = ["r1", "r2", "r3", "r4", "r5", "b1", "b2", "b3", "b4", "b5"];

/// A visitor with a moment of their own and an arm, whose cart leads to products by the baskets alone.
const PERSONAS: &str = r#"{ "personas": [
  { "key": "nobody", "label": "Nobody", "about": "Of whom nothing is known." },
  { "key": "sam", "label": "Sam", "about": "Has something in the cart.",
    "profile": { "consent": { "personalization": "granted", "measurement": "granted" }, "id": "00112233445566778899aabbccddeeff",
      "issued": { "days_ago": 9 }, "visits": { "count": 2, "first": { "days_ago": 9 }, "last": { "minutes_ago": 3 }, "session_pages": 2 },
      "viewed": [ { "sku": "b3", "at": { "minutes_ago": 4 } } ],
      "cart": { "items": [ { "sku": "r1", "quantity": 1, "price": 1 } ], "at": { "hours_ago": 2 } } },
    "request": { "country": "GB", "now": { "days_ago": 2 } }, "arms": { "words": "long" } }
] }"#;

const ARTIFACTS: [&str; 8] = [
    "--sessions",
    "clicks.index",
    "--baskets",
    "orders.index",
    "--posteriors",
    "counts.posteriors",
    "--overlay",
    "live.overlay",
];

fn shop() -> Folder {
    let folder = Folder::new();
    folder.write("shop/attune.toml", SITE);
    folder.write(
        "shop/content/card.html",
        "<ul>{{#items}}<li><a href=\"{{item.url}}\">{{item.title}}</a></li>{{/items}}</ul>",
    );
    let products = PRODUCTS.map(|id| format!("{id}\tThe {id}\t/p/{id}\t1 GBP\tin stock\n"));
    folder.write("shop/catalog/products.tsv", "id\ttitle\tlink\tprice\tavailability\n".to_owned() + &products.concat());
    folder.write("personas.json", PERSONAS);
    // r1 is bought with b1 and b2, b3 is clicked with r2 and r3.
    let rows = |pairs: [(&str, &str); 2]| {
        let rows = (0..6).flat_map(|n| pairs.map(|(a, b)| format!("{n}{b}\t{a}\t{n}1\n{n}{b}\t{b}\t{n}2\n")));
        "SessionId\tItemId\tTime\n".to_owned() + &rows.collect::<String>()
    };
    folder.write(
        "live.tsv",
        "id\tprice\tavailability\n".to_owned() + &PRODUCTS.map(|id| format!("{id}\t2\tin stock\n")).concat(),
    );
    folder.write("orders.tsv", rows([("r1", "b1"), ("r1", "b2")]));
    folder.write("clicks.tsv", rows([("b3", "r2"), ("b3", "r3")]));
    folder.write(
        "counts.csv",
        "campaign,slot,strategy,impressions,clicks\neither,either,red,50000,2500\neither,either,blue,50000,9000\n",
    );
    for made in [
        "compile shop --out shop.bundle --catalog shop.catalog --new-epoch",
        "learn --orders orders.tsv --out orders.index --catalog shop.catalog --parameters distance=2",
        "learn --sessions clicks.tsv --out clicks.index --catalog shop.catalog --parameters distance=2",
        "keys data --out data.key",
        "posteriors shop --counts counts.csv --key data.key --out counts.posteriors --now 2026-11-18T10:00:00Z",
        "overlay live.tsv --catalog shop.catalog --site shop --key data.key --out live.overlay --now 2026-11-18T18:29:00Z",
    ] {
        let ran = folder.run(&made.split(' ').collect::<Vec<_>>());
        assert_eq!(ran.code, 0, "{made}: {}{}", ran.out, ran.err);
    }
    folder
}

/// Campaign, arm, content, reason, strategy and products of each slot.
fn decided(slots: &Value, products: &str, id: impl Fn(&Value) -> Value) -> Value {
    let slots = slots.as_object().unwrap().iter().map(|(key, slot)| {
        let ids: Vec<Value> = slot[products].as_array().into_iter().flatten().map(&id).collect();
        let [campaign, arm, content, reason, strategy] =
            ["campaign", "arm", "content", "reason", "strategy"].map(|part| slot[part].clone());
        (key.clone(), json!({ "campaign": campaign, "arm": arm, "content": content, "reason": reason, "strategy": strategy, "products": ids }))
    });
    Value::Object(slots.collect())
}

/// What each command says of Sam on a page, with these artifacts: decide, decide --batch, why, test, simulate.
fn told(folder: &Folder, artifacts: &[&str]) -> [Value; 2] {
    let run = |arguments: &[&str]| {
        let ran = folder.run(&[arguments, artifacts].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.out
    };
    let one =
        run(&["decide", "shop", "--visitor", "personas.json#sam", "--url", "/p/b3", "--now", NOW, "--explain=json"]);
    let one: Value = serde_json::from_str(&one).unwrap();
    let one = decided(&one["slots"], "picks", |pick| pick["id"].clone());

    // The line of a batch is what a server would send: the persona with its times made absolute.
    let line = json!({
        "profile": {
            "consent": { "personalization": "granted", "measurement": "granted" }, "id": "00112233445566778899aabbccddeeff",
            "issued": "2026-11-09T18:30:00Z",
            "visits": { "count": 2, "first": "2026-11-09T18:30:00Z", "last": "2026-11-18T18:27:00Z", "session_pages": 2 },
            "viewed": [{ "sku": "b3", "at": "2026-11-18T18:26:00Z" }],
            "cart": { "items": [{ "sku": "r1", "quantity": 1, "price": 1 }], "at": "2026-11-18T16:30:00Z" },
        },
        "request": { "country": "GB", "now": "2026-11-18T18:30:00Z" }, "arms": { "words": "long" }, "page": "/p/b3",
    });
    folder.write("customers.jsonl", line.to_string());
    let batch = lines(&run(&["decide", "shop", "--batch", "customers.jsonl", "--now", NOW])).remove(0);
    let batch = decided(&batch["slots"], "items", |item| item["id"].clone());

    let why = run(&["why", "/p/b3", "shop", "--visitor", "personas.json#sam", "--now", NOW]);
    let counted = run(&["simulate", "shop", "--visitors-file", "customers.jsonl", "--now", NOW, "--format", "json"]);
    let counted: Value = serde_json::from_str(&counted).unwrap();
    let mut fixture =
        format!("[fixtures.sam]\nvisitor = \"../../personas.json#sam\"\nurl = \"/p/b3\"\nnow = \"{NOW}\"\n");
    for (key, slot) in one.as_object().unwrap() {
        let [campaign, content, reason] =
            ["campaign", "content", "reason"].map(|part| slot[part].as_str().unwrap_or(""));
        writeln!(
            fixture,
            "slots.{key} = {{ campaign = \"{campaign}\", content = \"{content}\", reason = \"{reason}\" }}"
        )
        .unwrap();
        let headline = match content {
            "" => format!("{key} shows the shop's own content"),
            _ => format!("{key} shows \"{content}\", from the campaign \"{campaign}\"."),
        };
        assert!(why.contains(&headline), "{headline}\n{why}");
        assert_eq!(counted["slots"][key]["filled"], u8::from(!content.is_empty()), "{key}: {counted}");
        if !content.is_empty() {
            assert_eq!(counted["slots"][key]["campaigns"][campaign], 1, "{counted}");
        }
    }
    assert_eq!(counted["campaigns"]["words"]["arms"], json!({ "short": 0, "long": 1 }));
    folder.write("shop/tests/sam.toml", fixture);
    run(&["test", "shop"]);
    [one, batch]
}

#[test]
fn a_batch_leaves_out_an_artifact_that_decide_has() {
    let folder = shop();
    let [with, batch] = told(&folder, &ARTIFACTS);
    assert_eq!(batch, with);
    let products = |key: &str| with[key]["products"].clone();
    assert_eq!([products("beside"), products("after")], [json!(["b1", "b2"]), json!(["r2", "r3"])]);
    assert_eq!(with["either"]["strategy"], "blue");
    assert_eq!(with["bar"]["content"], "long");
    // Each artifact matters: without it the answer is another one, and the same everywhere.
    for (at, slot) in [(0, "after"), (2, "beside")] {
        let mut without = ARTIFACTS.to_vec();
        without.drain(at..at + 2);
        let [one, batch] = told(&folder, &without);
        assert_eq!(batch, one);
        assert_eq!((&one[slot]["content"], &with[slot]["reason"]), (&Value::Null, &json!("shown")), "{slot}");
    }
    let [stale, batch] = told(&folder, &ARTIFACTS[..6]);
    assert_eq!(batch, stale);
    assert_eq!(
        [&stale["after"]["content"], &stale["either"]["content"]],
        [&Value::Null; 2],
        "without the overlay nothing is in stock"
    );
}

#[test]
fn an_artifact_without_a_catalogue_is_refused_and_not_passed_over() {
    let folder = Folder::with_shop();
    folder.write("visitor.json", "{}");
    folder.write("line.jsonl", "{ \"page\": \"/\" }");
    folder.write("shop/tests/a.toml", format!("[fixtures.x]\nvisitor = {{}}\nurl = \"/\"\nnow = \"{NOW}\"\n"));
    for command in [
        &["decide", "shop", "--visitor", "visitor.json", "--url", "/"][..],
        &["decide", "shop", "--batch", "line.jsonl"],
        &["why", "/", "shop", "--visitor", "visitor.json"],
        &["simulate", "shop", "--visitors", "10"],
        &["test", "shop"],
    ] {
        let ran = folder.run(&[command, &["--baskets", "orders.index"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{command:?}");
        assert!(ran.err.contains("orders.index is of no use: the configuration has no [catalog]"), "{}", ran.err);
        assert_eq!(folder.run(command).code, 0, "{command:?}");
    }
}

#[test]
fn a_persona_and_a_profile_are_read_by_one_reader() {
    let folder = Folder::with_shop();
    let profile = json!({ "consent": { "personalization": "granted" }, "visits": { "count": 3 }, "cart": { "items": [{ "sku": "1", "quantity": 2, "price": 2 }], "at": "2026-11-20T10:00:00Z" } });
    let mut alone = profile.clone();
    alone["request"] = json!({ "country": "FR" });
    let persona =
        json!({ "key": "sam", "label": "Sam", "about": "", "profile": profile, "request": { "country": "FR" } });
    // The name of the file is that of the persona, so that both draw the same arms.
    folder.write("sam.json", alone.to_string());
    folder.write("nested/sam.json", persona.to_string());
    folder.write("all.json", json!({ "personas": [{ "key": "other" }, persona] }).to_string());
    let decide = |visitor: &str| folder.run(&["decide", "shop", "--visitor", visitor, "--url", "/", "--now", NOW]);
    let expected = decide("sam.json");
    assert_eq!(expected.code, 0, "{}", expected.err);
    assert!(expected.out.contains("unfinished-basket"), "{}", expected.out);
    for visitor in ["nested/sam.json", "all.json#sam"] {
        assert_eq!(decide(visitor).out, expected.out, "{visitor}");
    }
    folder.write("mixed.json", json!({ "profile": {}, "visits": { "count": 3 } }).to_string());
    folder.write("typo.json", json!({ "profile": {}, "reqeust": {} }).to_string());
    for (visitor, problem) in [
        ("all.json", "all.json has several personas"),
        ("all.json#sma", "write all.json#KEY with one of other, sam"),
        ("sam.json#sam", "sam.json has no personas, so none is `sam`"),
        ("mixed.json", "visits: stands beside `profile`; put it into it"),
        ("typo.json", "reqeust: unknown field"),
    ] {
        let ran = decide(visitor);
        assert_eq!(ran.code, 2, "{visitor}");
        assert!(ran.err.contains(problem), "{visitor}: {}", ran.err);
    }
}

#[test]
fn the_personas_of_the_demo_are_visitors_of_every_command() {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/demo/attune");
    let personas: Value = serde_json::from_slice(&std::fs::read(format!("{demo}/personas.json")).unwrap()).unwrap();
    let folder = Folder::new();
    let mut contents = std::collections::BTreeSet::new();
    for persona in personas["personas"].as_array().unwrap() {
        let visitor = format!("{demo}/personas.json#{}", persona["key"].as_str().unwrap());
        let ran = folder.run(&["decide", demo, "--visitor", &visitor, "--url", "/", "--now", NOW]);
        assert_eq!(ran.code, 0, "{visitor}: {}", ran.err);
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        contents.insert(answer["slots"]["hero"]["content"].to_string());
    }
    assert!(contents.len() > 4, "they are different people: {contents:?}");
}

#[test]
fn a_recommendation_that_says_nothing_leaves_out_the_product_that_is_looked_at_and_what_is_sold_out() {
    let folder = shop();
    let products = String::from_utf8(folder.read("shop/catalog/products.tsv")).unwrap();
    folder.write("shop/catalog/products.tsv", products.replace("/p/r2\t1 GBP\tin stock", "/p/r2\t1 GBP\tout of stock"));
    let ids = |exclude: &str| {
        let site = SITE.replace("live = \"15m\"\n", "").replace("\"r4\", \"r5\"", "\"r1\", \"r2\", \"r3\"").replace(
            "strategies = { red = [\"reds\"], blue = [\"blues\"] }, count = 2",
            &format!("sources = [\"reds\"]{exclude}"),
        );
        folder.write("shop/attune.toml", site);
        let ran =
            folder.run(&["decide", "shop", "--visitor", "personas.json#nobody", "--url", "/p/r1", "--explain=json"]);
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        answer["slots"]["either"]["picks"].as_array().unwrap().iter().map(|pick| pick["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(""), ["r3"]);
    assert_eq!(ids(", exclude = [\"current\", \"out-of-stock\"]"), ["r3"]);
    assert_eq!(ids(", exclude = [\"current\"]"), ["r2", "r3"]);
    assert_eq!(ids(", exclude = []"), ["r1", "r2", "r3"]);
}

#[test]
fn a_customer_without_a_visitor_id_is_in_one_arm_on_the_page_and_in_the_e_mail() {
    let folder = Folder::with_shop();
    folder.write(
        "shop/campaigns/arms.toml",
        "[campaigns.arms]\npriority = 90\narms = { a = { notice = \"delivery-abroad\" }, b = { notice = \"finish\" } }\n\
         [content.finish]\ntext.en-GB = { text = \"x\" }\n",
    );
    let profile = json!({ "consent": { "personalization": "granted" } });
    folder.write("visitor.json", json!({ "profile": profile, "request": { "country": "FR" } }).to_string());
    let customers: Vec<String> = (1..=12).map(|number| format!("C-{number}")).collect();
    let line = |customer: &String| {
        json!({ "customer": customer, "profile": profile, "request": { "country": "FR" }, "page": "/" }).to_string()
    };
    folder.write("customers.jsonl", customers.iter().map(line).collect::<Vec<_>>().join("\n"));
    let batch = lines(&folder.run(&["decide", "shop", "--batch", "customers.jsonl", "--now", NOW]).out);
    let mut arms = std::collections::BTreeSet::new();
    for (customer, answer) in customers.iter().zip(batch) {
        let page = ["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW, "--customer", customer];
        let page: Value = serde_json::from_str(&folder.run(&page).out).unwrap();
        assert_eq!(page["slots"]["notice"]["arm"], answer["slots"]["notice"]["arm"], "{customer}");
        arms.insert(answer["slots"]["notice"]["arm"].to_string());
    }
    assert_eq!(arms.len(), 2, "{arms:?}");
}
