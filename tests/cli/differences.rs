//! diff: two configurations, in the words of their authors.

use super::{Folder, snapshot};
use serde_json::Value;
use std::process::Command;

/// The starter configuration with its bundle, and then a change of copy, a schedule and a new campaign.
fn changed() -> Folder {
    let folder = Folder::with_shop();
    assert_eq!(folder.run(&["compile", "shop", "--out", "before.bundle"]).code, 0);
    change(&folder);
    folder
}

fn change(folder: &Folder) {
    let text = |name: &str| String::from_utf8(folder.read(name)).unwrap();
    let html = text("shop/content/delivery.html");
    folder.write("shop/content/delivery.html", html.replacen("<p>", "<p>Now | ", 1));
    let campaigns = text("shop/campaigns/welcome.toml");
    let more = "\n[campaigns.winter]\npriority = 77\nwhere = 'visit.count > 4'\n\
        during = { from = 2026-12-01T00:00:00Z, until = 2026-12-24T00:00:00Z }\nshow = { hero = \"good-to-see-you\" }\n";
    folder.write("shop/campaigns/welcome.toml", campaigns + more);
}

#[test]
fn a_difference_is_said_in_the_words_of_the_author() {
    let folder = changed();
    let ran = folder.run(&["diff", "shop", "--base", "before.bundle"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    snapshot("diff", &ran.out);
    let ran = folder.run(&["diff", "shop", "--base", "before.bundle", "--format", "markdown"]);
    snapshot("diff-markdown", &ran.out);
    folder.run(&["compile", "shop", "--out", "after.bundle"]);
    assert_eq!(folder.run(&["diff", "shop", "--base", "after.bundle"]).out, "no difference\n");
}

#[test]
fn shares_are_of_the_same_visitors_before_and_after() {
    let folder = changed();
    let arguments = ["diff", "shop", "--base", "before.bundle", "--visitors", "500", "--format", "json"];
    let ran = folder.run(&arguments);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let shares = found["shares"].as_array().unwrap();
    let of = |key: &str| shares.iter().find(|one| one["campaign"] == key).unwrap();
    assert_eq!(of("winter")["before"], Value::Null);
    assert_eq!(of("winter")["after"]["visitors"], 500);
    // Copy changes nobody's share, and what the new campaign does not take stays.
    let shown = |share: &Value| share["shown"].as_u64().unwrap();
    for one in shares.iter().filter(|one| one["campaign"] != "winter") {
        assert!(shown(&one["after"]) <= shown(&one["before"]), "{one}");
    }
}

#[test]
fn a_revision_of_git_is_a_base() {
    let folder = Folder::with_shop();
    let git = |arguments: &[&str]| {
        let ran = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@shop.example"])
            .args(arguments)
            .current_dir(folder.path("."))
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "first"]);
    change(&folder);
    let ran = folder.run(&["diff", "shop", "--base", "HEAD"]);
    assert!(ran.code == 0 && ran.out.contains("+ campaign winter\n"), "{} {}", ran.out, ran.err);
    let refused = folder.run(&["diff", "shop", "--base", "nowhere"]);
    assert!(refused.code == 2 && refused.err.contains("`nowhere` is neither a file nor a revision"), "{}", refused.err);
    let option = folder.run(&["diff", "shop", "--base=--output=x"]);
    assert!(option.code == 2 && !folder.path("x").exists(), "{}", option.err);
}
