//! why, and test.

use super::{Folder, NOW, VISITOR, snapshot};
use serde_json::Value;
use std::path::Path;

#[test]
fn a_marketer_reads_why_in_sentences() {
    let folder = Folder::with_shop();
    folder.write("sam.json", VISITOR);
    folder.write("nobody.json", r#"{ "consent": { "personalization": "denied" }, "request": { "country": "FR" } }"#);
    let ask = |visitor: &str| {
        let ran = folder.run(&["why", "https://www.my-shop.example/", "shop", "--visitor", visitor, "--now", NOW]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.out
    };
    snapshot("why", &(ask("sam.json") + "----\n" + &ask("nobody.json")));
    let ran = folder.run(&["why", "basket", "shop", "--visitor", "sam.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

const FIXTURES: &str = r#"
[fixtures.basket]
visitor = "../visitor.json"
url = "/"
now = "2026-11-20T18:30:00Z"
segments = { in = ["returning"] }
slots.hero = { campaign = "unfinished-basket", says = "2 things" }

[fixtures.wrong]
visitor = { request = { country = "FR" } }
url = "/"
now = "2026-11-20T18:30:00Z"
segments = { in = ["returning"], out = ["retruning"] }
slots.hero = "finish-your-order"
slots.notice = { content = "delivery-abroad", says = "tomorrow" }
slots.heor = ""
"#;

#[test]
fn fixtures_pass_or_show_what_differs() {
    let folder = Folder::with_shop();
    folder.write("shop/visitor.json", VISITOR);
    folder.write("shop/tests/pages.toml", FIXTURES);
    let ran = folder.run(&["test", "shop"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    snapshot("test", &ran.out);
    let ran = folder.run(&["test", "shop", "--only", "basket"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "ok     basket\n1 fixture passed\n"));
    let ran = folder.run(&["test", "shop", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["ok"], &report["failed"]), (1, &Value::Bool(false), &Value::from(1)));
    assert_eq!(report["fixtures"][1]["line"], 9);
    assert_eq!(report["fixtures"][1]["differences"][0]["found"], "unknown");
}

#[test]
fn a_fixture_that_cannot_be_read_is_named_with_its_line() {
    let folder = Folder::with_shop();
    let ran = folder.run(&["test", "shop"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    folder.write("shop/tests/a.toml", "[fixtures.x]\nvisitor = {}\nurl = \"/\"\nnow = \"now\"\n");
    assert!(folder.run(&["test", "shop"]).err.contains("tests/a.toml:1: x: now: now is not a time"));
    folder.write("shop/tests/a.toml", "[fixtures.x]\nvisitor = {}\nurl = \"/\"\nnow = \"\"\nslosts.hero = \"\"\n");
    assert!(folder.run(&["test", "shop"]).err.contains("slosts"));
}

#[test]
fn an_empty_cart_has_no_minus() {
    let folder = Folder::with_shop();
    folder.write("sam.json", r#"{ "consent": { "personalization": "granted" }, "visits": { "count": 3 } }"#);
    folder.write(
        "shop/campaigns/empty.toml",
        "[campaigns.empty]\npriority = 90\nwhere = ['cart.value < 5']\nshow = { notice = \"empty\" }\n\
         [content.empty]\ntext.en-GB = { text = \"{{cart.items}} things, {{cart.value | money}}\" }\n",
    );
    let asked = ["--visitor", "sam.json", "--now", NOW];
    let why = folder.run(&[&["why", "/", "shop"], &asked[..]].concat());
    assert!(why.out.contains("cart.items is 0 (has to be more than 0)"), "{}{}", why.out, why.err);
    assert!(
        why.out.contains("cart.value is £0.00") || why.out.contains("cart.value is 0 (has to be less than 5)"),
        "{}",
        why.out
    );
    let one = r#"{ "profile": { "id": "00112233445566778899aabbccddeeff", "consent": { "personalization": "granted" } }, "page": "/" }"#;
    let batch = folder.run_with(&["decide", "shop", "--batch", "-", "--now", NOW], one.as_bytes());
    assert!(batch.out.contains(r"0 things, \u00a30.00") && !batch.out.contains("-0"), "{}{}", batch.out, batch.err);
}

#[test]
fn the_fixtures_of_the_demo_pass() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/demo/attune");
    let ran = Folder::new().run(&["test", demo.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.ends_with("12 fixtures passed\n"), "{}", ran.out);
}

const PRODUCTS: &str = "id\ttitle\tlink\tprice\tsale_price\tsale_price_effective_date\tavailability\tproduct_type\n\
    1\tOne\t/p/1\t20.00 GBP\t15.00 GBP\t2026-11-20T00:00:00Z/2026-11-21T00:00:00Z\tin stock\tHome > Lamps\n\
    2\tTwo\t/p/2\t5.00 GBP\t\t\tout of stock\tHome > Garden\n";

const OF_PRODUCTS: &str = r#"
[catalog]
feed = "catalog/products.tsv"
[segments]
reduced = { when = 'product.on_sale && product.price < 20' }
gardener = { when = 'product.category == "garden" && product.availability == "out-of-stock"' }
big-last-order = { when = 'orders.last.value >= 2 * orders.average && orders.last.has("2") && visit.count % 2 == 0' }
[campaigns.reduced]
priority = 900
where = ['in_segment("reduced") || in_segment("gardener") || in_segment("big-last-order")']
show = { notice = "reduced" }
[content.reduced]
html = "content/reduced.html"
"#;

const ON_PRODUCTS: &str = r#"
[fixtures.on-sale]
visitor = {}
url = "/p/1"
now = "2026-11-20T18:30:00Z"
segments = { in = ["reduced"], out = ["gardener"], unknown = ["big-last-order"] }
slots.notice = { campaign = "reduced", says = "now 15" }
[fixtures.after-the-sale]
visitor = {}
url = "/p/1"
now = "2026-11-21T18:30:00Z"
segments = { out = ["reduced", "gardener"] }
[fixtures.sold-out]
visitor = {}
url = "/p/2"
now = "2026-11-20T18:30:00Z"
segments = { in = ["gardener"], out = ["reduced"] }
[fixtures.no-product]
visitor = { id = "00112233445566778899aabbccddeeff", consent = { personalization = "granted" }, visits = { count = 4 }, orders = { count = 3, total = 60, last = "2026-11-01T10:00:00Z", last_value = 40, last_items = 1, skus = ["2", "1"] } }
url = "/p/3"
now = "2026-11-20T18:30:00Z"
segments = { in = ["big-last-order"], unknown = ["reduced", "gardener"] }
"#;

#[test]
fn conditions_ask_the_product_of_the_page_and_the_last_order() {
    let folder = Folder::with_shop();
    folder.write("shop/catalog/products.tsv", PRODUCTS);
    folder.write("shop/campaigns/products.toml", OF_PRODUCTS);
    folder.write("shop/content/reduced.html", "<p>now {{product.price | number | default: 'less'}}</p>");
    folder.write("shop/tests/products.toml", ON_PRODUCTS);
    let ran = folder.run(&["test", "shop"]);
    assert_eq!(
        (ran.out.as_str(), ran.err.as_str(), ran.code),
        ("ok     on-sale\nok     after-the-sale\nok     sold-out\nok     no-product\n4 fixtures passed\n", "", 0)
    );
    folder.write("nobody.json", "{}");
    let asked = ["why", "/p/1", "shop", "--visitor", "nobody.json", "--now", "2026-11-20T18:30:00Z"];
    assert!(folder.run(&asked).out.contains("product.on_sale"), "{}", folder.run(&asked).out);
    let simulated =
        folder.run(&["simulate", "shop", "--visitors", "2000", "--url", "/p/1", "--now", "2026-11-20T18:30:00Z"]);
    assert_eq!((simulated.err.as_str(), simulated.code), ("", 0));
    assert!(simulated.out.contains("reduced"), "{}", simulated.out);
}

const ON_PAGES: &str = r#"
[catalog]
feed = "catalog/products.tsv"
[product_lists.all]
products = ["1", "2", "3"]
[slots.front]
pages = ["home"]
card = "content/card.html"
[slots.beside]
pages = ["product"]
card = "content/card.html"
[campaigns.front]
priority = 900
recommend.front = { sources = ["all"], count = 2 }
[campaigns.beside]
priority = 800
recommend.beside = { sources = ["all"], count = 2 }
"#;

#[test]
fn a_slot_that_is_not_on_the_page_takes_no_products_whoever_asks() {
    let folder = Folder::with_shop();
    let feed = "id\ttitle\tlink\tprice\n1\tOne\t/p/1\t1 GBP\n2\tTwo\t/p/2\t2 GBP\n3\tThree\t/p/3\t3 GBP\n";
    folder.write("shop/catalog/products.tsv", feed);
    folder.write("shop/campaigns/pages.toml", ON_PAGES);
    folder.write("shop/content/card.html", "<ul>{{#items}}<li>{{item.title}}</li>{{/items}}</ul>");
    folder.write("nobody.json", "{}");
    let checked = folder.run(&["check", "shop"]);
    assert!(checked.code == 0 && !checked.err.contains("A0413"), "{}", checked.err);
    let page = ["--visitor", "nobody.json", "--now", NOW];
    let decided = folder.run(&[&["decide", "shop", "--url", "/p/1", "--explain"][..], &page].concat());
    let answer: Value = serde_json::from_str(&decided.out).unwrap();
    assert_eq!(answer["slots"]["front"]["reason"], "not-on-page");
    assert_eq!(answer["slots"]["front"]["passed"], serde_json::json!([]));
    let ids = |picks: &Value| picks.as_array().unwrap().iter().map(|pick| pick["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&answer["slots"]["beside"]["picks"]), ["2", "3"]);
    assert!(decided.err.contains("this slot is not on pages of this type"), "{}", decided.err);
    let why = folder.run(&[&["why", "/p/1", "shop"][..], &page].concat());
    assert!(why.out.contains("\nfront: this slot is not on pages of this type.\n"), "{}", why.out);
    folder.write(
        "shop/tests/pages.toml",
        "[fixtures.there]\nvisitor = {}\nurl = \"/\"\nnow = \"2026-11-20T18:30:00Z\"\nslots.front = { campaign = \"front\" }\n\
         slots.beside = { reason = \"not-on-page\" }\n[fixtures.nowhere]\nvisitor = {}\nurl = \"/other\"\n\
         now = \"2026-11-20T18:30:00Z\"\nslots.front = { reason = \"not-on-page\" }\nslots.beside = { reason = \"not-on-page\" }\n",
    );
    let tested = folder.run(&["test", "shop"]);
    assert_eq!(tested.code, 0, "{}", tested.out);
    let batch = folder.run_with(&["decide", "shop", "--batch", "-", "--now", NOW], b"{ \"page\": \"/p/1\" }");
    let line: Value = serde_json::from_str(&batch.out).unwrap();
    assert_eq!(line["slots"]["front"]["reason"], "not-on-page");
    assert_eq!(ids(&line["slots"]["beside"]["items"]), ["2", "3"]);
    let counted = ["simulate", "shop", "--visitors", "3000", "--seed", "7", "--now", NOW, "--format", "json"];
    let counted: Value = serde_json::from_str(&folder.run(&counted).out).unwrap();
    for campaign in ["front", "beside"] {
        let of = &counted["campaigns"][campaign];
        let [won, elsewhere] = [&of["got_a_slot"], &of["passed"]["not-on-page"]].map(|n| n.as_u64().unwrap());
        assert!(won > 0 && elsewhere > 0 && won + elsewhere == 3_000, "{of}");
        assert!(of["starves"].is_null(), "{of}");
    }
}

#[test]
fn everybody_but_two_countries_is_also_whoever_is_of_no_known_country() {
    let folder = Folder::with_shop();
    folder.write(
        "shop/campaigns/but.toml",
        "[segments.known-others]\nwhen = '!(geo.country in [\"RU\", \"CN\"])'\n\
         [segments.others]\nwhen = '!(or_default(geo.country, \"\") in [\"RU\", \"CN\"])'\n\
         [segments.from-nowhere]\nwhen = 'or_default(geo.country, \"none\") == \"none\" || or_default(device.kind, \"\") == \"tv\"'\n",
    );
    let fixture = |name: &str, request: &str, segments: &str| {
        format!(
            "[fixtures.{name}]\nvisitor = {{ request = {{ {request} }} }}\nurl = \"/\"\nnow = \"{NOW}\"\nsegments = {{ {segments} }}\n"
        )
    };
    let fixtures = [
        fixture("german", "country = \"DE\"", "in = [\"known-others\", \"others\"], out = [\"from-nowhere\"]"),
        fixture(
            "russian",
            "country = \"RU\", device = \"tv\"",
            "in = [\"from-nowhere\"], out = [\"known-others\", \"others\"]",
        ),
        // Unknown never matches, not even under `!`: `or_default` says what stands in.
        fixture("nobody", "", "in = [\"others\", \"from-nowhere\"], unknown = [\"known-others\"]"),
    ];
    folder.write("shop/tests/but.toml", fixtures.concat());
    let ran = folder.run(&["test", "shop"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "ok     german\nok     russian\nok     nobody\n3 fixtures passed\n"),
        "{}",
        ran.err
    );
}
