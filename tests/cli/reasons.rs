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
fn the_fixtures_of_the_demo_pass() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/demo/attune");
    let ran = Folder::new().run(&["test", demo.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.ends_with("11 fixtures passed\n"), "{}", ran.out);
}
