//! `attune privacy report`, and what `attune check` says of the cookie.

use super::{Folder, snapshot};

const VOCABULARY: &str = r#"
[traits.tier]
values = ["silver", "gold"]
source = "crm"
[signals.looks]
event = "view_item"
where = 'item.category == "lanterns"'
half_life = "30d"
[segments.gold]
when = 'traits.tier == "gold" && cart.value > orders.average'
[campaigns.gold]
priority = 90
where = ['in_segment("gold")', 'signal.looks > 2']
show = { hero = "good-to-see-you" }
"#;

fn shop() -> Folder {
    let folder = Folder::with_shop();
    folder.write("shop/campaigns/gold.toml", VOCABULARY);
    folder
}

#[test]
fn the_data_map_names_who_uses_what() {
    let folder = shop();
    let ran = folder.run(&["privacy", "report", "shop"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("privacy-report", &ran.out);
    let ran = folder.run(&["privacy", "report", "shop", "--format", "json"]);
    let map: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let rows = map["attributes"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["attribute"] == name).unwrap();
    let tier = row("traits.tier");
    assert_eq!((tier["source"].as_str(), tier["trust"].as_str()), (Some("crm"), Some("server")));
    assert_eq!(tier["campaigns"], serde_json::json!(["gold"]));
    // The other side of a comparison is used as well.
    assert_eq!(row("orders.average")["campaigns"], serde_json::json!(["gold"]));
    assert_eq!(row("customer")["campaigns"], serde_json::json!([]));
    // What is remembered is on the map, whether a campaign uses it or not.
    assert_eq!(row("viewed")["campaigns"], serde_json::json!([]));
    // So is what no condition can ask, in the cookies and outside of them.
    for kept in ["consent", "erased", "id", "shown", "seen", "purchases", "logs", "log", "mailbox"] {
        assert!(row(kept)["meaning"].as_str().is_some_and(|meaning| meaning.ends_with('.')), "{kept}");
    }
}

#[test]
fn the_data_map_names_what_recommendations_and_caps_ask() {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/demo/attune");
    let ran = Folder::new().run(&["privacy", "report", demo, "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let map: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let uses = |name: &str, campaign: &str| {
        let rows = map["attributes"].as_array().unwrap();
        let row = rows.iter().find(|row| row["attribute"] == name).unwrap();
        row["campaigns"].as_array().unwrap().iter().any(|used| used == campaign)
    };
    assert!(uses("viewed", "for-you") && uses("seen", "for-you") && uses("cart.has", "for-you"));
    assert!(uses("shown", "abandoned-cart") && !uses("shown", "for-you"));
    assert!(uses("id", "hero-test") && !uses("id", "for-you"));
}

#[test]
fn check_says_what_authored_memory_takes_of_the_cookie() {
    let ran = shop().run(&["check", "shop"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("check-memory", &ran.out);
}

#[test]
fn a_configuration_with_errors_has_no_data_map() {
    let folder = shop();
    folder.write("shop/campaigns/bad.toml", "[segments.bad]\nwhen = 'traits.tiers == \"gold\"'\n");
    let ran = folder.run(&["privacy", "report", "shop"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("did you mean `tier`?"), "{}", ran.err);
}
