//! decide.

use super::{Folder, NOW, RING, VISITOR, snapshot};
use serde_json::Value;

fn answer(out: &str) -> Value {
    serde_json::from_str(out).unwrap()
}

/// The bundle's version is that of the starter's words, and time is the machine's: both are left out of snapshots.
fn without_version(out: &str) -> String {
    let steady = |line: &&str| !line.contains("\"bundle\":") && !line.contains("\"microseconds\":");
    out.lines().filter(steady).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_is_decided_for_a_visitor() {
    let folder = Folder::with_shop();
    folder.write("visitor.json", VISITOR);
    let page =
        ["decide", "shop", "--visitor", "visitor.json", "--url", "https://www.my-shop.example/?a=b#c", "--now", NOW];
    let ran = folder.run(&page);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("decide", &without_version(&ran.out));
    let explained = folder.run(&[&page[..], &["--explain"]].concat());
    assert_eq!(explained.code, 0);
    assert!(answer(&explained.out)["microseconds"].is_u64());
    snapshot("decide-explain", &without_version(&explained.out));
    let head = explained.err.lines().next().unwrap();
    assert!(head.starts_with("/ (home), bundle ") && head.ends_with(" us"), "{head}");
    let tree = explained.err.split_once('\n').unwrap().1;
    snapshot("decide-tree", tree);
    let json = folder.run(&[&page[..], &["--explain=json"]].concat());
    assert_eq!((json.code, json.err.as_str()), (0, ""));
    assert_eq!(without_version(&json.out), without_version(&explained.out));
    let only = folder.run(&[&page[..], &["--explain=tree"]].concat());
    assert_eq!((only.code, only.err.as_str()), (0, ""));
    assert_eq!(only.out.split_once('\n').unwrap().1, tree);
    let stdin = folder.run_with(&["decide", "shop", "--visitor", "-", "--url", "/", "--now", NOW], VISITOR.as_bytes());
    assert_eq!(answer(&stdin.out), answer(&ran.out));
}

#[test]
fn the_request_of_a_visitor_file_counts() {
    let folder = Folder::with_shop();
    folder
        .write("visitor.json", r#"{ "request": { "country": "FR", "timezone": "Europe/Paris", "device": "phone" } }"#);
    let ran = folder.run(&["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW, "--explain"]);
    let answer = answer(&ran.out);
    assert_eq!(answer["slots"]["notice"]["content"], "delivery-abroad");
    assert_eq!(
        answer["slots"]["notice"]["fill"]["html"],
        "<p>We deliver to FR within a week. <a href=\"/delivery\">What it costs</a></p>\n"
    );
    assert_eq!(answer["slots"]["hero"]["campaign"], Value::Null);
    assert_eq!(answer["segments"]["unknown"], serde_json::json!(["returning"]));
}

#[test]
fn a_cookie_is_decided_as_the_edge_does() {
    let folder = Folder::with_shop();
    folder.write("visitor.json", VISITOR);
    folder.write("keys.txt", RING);
    let mint = ["cookie", "mint", "--visitor", "visitor.json", "--keys", "keys.txt", "--site", "my-shop"];
    let token = folder.run(&[&mint[..], &["--host", "www.my-shop.example", "--now", NOW]].concat()).out;
    let decide = |token: &str| {
        let ran = folder.run(&["decide", "shop", "--cookie", token, "--keys", "keys.txt", "--url", "/", "--now", NOW]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        answer(&ran.out)
    };
    let valid = decide(token.trim());
    assert_eq!(valid["cookie"], "valid");
    assert_eq!(valid["slots"]["hero"]["campaign"], "unfinished-basket");
    let mut spoilt = token.trim().to_owned();
    spoilt.replace_range(10..12, "__");
    let refused = decide(&spoilt);
    assert!(refused["cookie"].as_str().unwrap().starts_with("new visitor: "), "{refused}");
    assert_eq!(refused["slots"]["hero"]["campaign"], Value::Null);
    let other_ring = RING.replacen("1:", "2:", 1);
    folder.write("keys.txt", other_ring);
    assert!(decide(token.trim())["cookie"].as_str().unwrap().starts_with("anonymous: "));
}

#[test]
fn wrong_input_is_refused_with_a_remedy() {
    let folder = Folder::with_shop();
    folder.write("visitor.json", VISITOR);
    folder.write("unknown.json", r#"{ "visits": { "cuont": 3 } }"#);
    folder.write("zone.json", r#"{ "request": { "timezone": "Europe/Nowhere" } }"#);
    let mut told = String::new();
    for (visitor, url, now) in [
        ("unknown.json", "/", NOW),
        ("zone.json", "/", NOW),
        ("visitor.json", "basket", NOW),
        ("visitor.json", "ftp://x/", NOW),
        ("visitor.json", "/", "yesterday"),
    ] {
        let ran = folder.run(&["decide", "shop", "--visitor", visitor, "--url", url, "--now", now]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{visitor} {url} {now}");
        told.push_str(&ran.err);
    }
    snapshot("decide-wrong", &told);
}
