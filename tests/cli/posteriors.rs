//! posteriors, and what decide says of strategies.

use super::Folder;
use attune_core::limits::ARTIFACTS_BYTES_MAX;

/// The site of the end-to-end tests, and its counts.
fn folder() -> Folder {
    let folder = Folder::new();
    for (name, text) in [
        ("shop/attune.toml", include_str!("../edge/bandit/attune.toml")),
        ("shop/content/card.html", include_str!("../edge/bandit/content/card.html")),
        ("shop/catalog/products.tsv", include_str!("../edge/bandit/catalog/products.tsv")),
        ("red.csv", include_str!("../edge/bandit/counts/red.csv")),
        (
            "visitor.json",
            r#"{ "consent": { "personalization": "granted" }, "id": "00112233445566778899aabbccddeeff" }"#,
        ),
    ] {
        folder.write(name, text);
    }
    folder
}

#[test]
fn counts_become_a_snapshot_that_decides_and_explains() {
    let folder = folder();
    folder.write(
        "more.jsonl",
        "{\"campaign\":\"either\",\"slot\":\"picks\",\"strategy\":\"green\",\"impressions\":5,\"clicks\":1}\n{}\n",
    );
    assert_eq!(folder.run(&["keys", "data", "--out", "data.key"]).code, 0);
    let arguments = ["posteriors", "shop", "--counts", "red.csv", "--counts", "more.jsonl", "--out", "red.posteriors"];
    let more = ["--key", "data.key", "--now", "2026-11-21T10:00:00Z", "--max-age", "1d"];
    let ran = folder.run(&[&arguments[..], &more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("50,000     2,500    5.0 %  4.81 % and 5.19 %   100.0 % █████"), "{}", ran.out);
    assert!(ran.out.contains("flawed rows 1, of strategies that the configuration does not have 1"), "{}", ran.out);
    assert!(ran.out.contains("good for 1 day"), "{}", ran.out);
    let decide = |now, more: &[&str]| {
        let arguments = ["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", now];
        folder.run(&[&arguments[..], &["--posteriors", "red.posteriors"], more].concat())
    };
    let ran = decide("2026-11-21T11:00:00Z", &["--explain"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let slot = &serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()["slots"]["picks"];
    assert_eq!((slot["strategy"].as_str(), slot["strategies"][0]["mean"].as_str()), (Some("red"), Some("4.996")));
    assert!(slot["strategies"][0]["drawn"].as_str().unwrap().starts_with(['4', '5']), "{slot}");
    assert!(ran.err.contains("✓ strategy red, mean 4.996 %, drawn "), "{}", ran.err);
    assert!(!ran.err.contains("equally often"), "{}", ran.err);
    let old = decide("2026-11-22T10:00:01Z", &["--explain=tree"]);
    assert!(old.out.contains("strategy red, nothing is known of it"), "{}", old.out);
    assert!(old.out.contains("each is drawn equally often"), "{}", old.out);
}

#[test]
fn what_cannot_be_a_snapshot_is_refused_with_the_remedy() {
    let folder = folder();
    let run = |more: &[&str]| folder.run(&[&["posteriors", "shop", "--counts", "red.csv"], more].concat());
    assert!(run(&["--prior", "0,1"]).err.contains("two numbers of at least 0.5"));
    assert!(run(&["--max-age", "soon"]).err.contains("30m, 12h or 7d"));
    folder.write("red.csv", "campaign,slot,strategy,clicks\n");
    let ran = run(&[]);
    assert!(ran.code == 2 && ran.err.contains("has no column `impressions`"), "{}", ran.err);
    let shop = Folder::with_shop();
    shop.write("counts.csv", include_str!("../edge/bandit/counts/red.csv"));
    let ran = shop.run(&["posteriors", "shop", "--counts", "counts.csv"]);
    assert!(ran.err.contains("no campaign has strategies"), "{}", ran.err);
}

#[test]
fn what_an_isolate_has_no_room_for_is_not_signed() {
    let folder = folder();
    folder.run(&["compile", "shop", "--out", "shop.bundle", "--catalog", "shop.catalog", "--new-epoch"]);
    folder.run(&["keys", "signing", "--out", "publish.key"]);
    folder.write("large.index", vec![0; ARTIFACTS_BYTES_MAX]);
    let arguments = ["sign", "shop.bundle", "--key", "publish.key", "--site", "testshop", "--version-number", "1"];
    let ran = folder
        .run(&[&arguments[..], &["--catalog", "shop.catalog", "--baskets", "large.index", "--out", "m"]].concat());
    let found = ARTIFACTS_BYTES_MAX + folder.read("shop.catalog").len();
    assert!(
        ran.err.contains(&format!("{found} bytes together, there is room for {ARTIFACTS_BYTES_MAX}")),
        "{}",
        ran.err
    );
    assert!(!folder.path("m").exists());
}
