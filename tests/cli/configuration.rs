//! init, check, compile, schema and explain.

use super::{Folder, Ran, snapshot};
use attune_core::loaded::Loaded;
use serde_json::Value;
use std::fmt::Write;

#[test]
fn a_new_configuration_checks_clean() {
    let folder = Folder::new();
    let ran = folder.run(&["init", "shop"]);
    snapshot("init", &ran.out);
    let ran = folder.run(&["check", "shop"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("check-clean", &ran.out);
}

#[test]
fn pages_that_the_worker_leaves_alone_are_warned_of() {
    let folder = Folder::with_shop();
    let check = || folder.run(&["check", "shop"]);
    let patterns = |ran: &Ran| ran.err.matches("ROUTES in wrangler.toml does not have the paths of").count();
    folder.write("wrangler.toml", "[vars]\nROUTES = [\"/\"]\n");
    let above = check();
    assert_eq!(above.code, 0, "{}", above.err);
    assert!(patterns(&above) > 0 && above.err.contains("A0210"), "{}", above.err);
    // The nearer one counts.
    folder.write("shop/wrangler.toml", "[vars]\nROUTES = \"/*\"\n");
    assert_eq!(check().err, "");
    folder.write("shop/wrangler.toml", [0xff]);
    assert_eq!(patterns(&check()), patterns(&above), "one that cannot be read is passed over");
    std::fs::remove_file(folder.path("shop/wrangler.toml")).unwrap();
    // What lies above a repository is not the shop's.
    std::fs::create_dir(folder.path("shop/.git")).unwrap();
    assert_eq!(check().err, "");
}

#[test]
fn init_overwrites_nothing() {
    let folder = Folder::with_shop();
    folder.write("shop/attune.toml", "# mine\n");
    let ran = folder.run(&["init", "shop"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    snapshot("init-again", &ran.err);
    assert_eq!(folder.read("shop/attune.toml"), b"# mine\n");
    folder.write("other/content/delivery.html", "mine");
    assert_eq!(folder.run(&["init", "other"]).code, 2);
    assert!(!folder.path("other/attune.toml").exists(), "all or nothing");
}

fn broken() -> Folder {
    let folder = Folder::with_shop();
    folder.write(
        "shop/campaigns/broken.toml",
        "[segments.returning]\nwhen = 'visit.cuont >= 2 && page.type == \"hme\"'\n\n[campaigns.extra]\npriority = 50\nshow = { hero = \"good-to-see-you\" }\n",
    );
    folder
}

#[test]
fn problems_are_shown_with_their_place() {
    let folder = broken();
    let ran = folder.run(&["check", "shop"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    snapshot("check-broken", &ran.err);
}

#[test]
fn problems_are_listed_for_programs() {
    let folder = broken();
    let ran = folder.run(&["check", "shop", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    snapshot("check-broken-json", &ran.out);
    let clean = Folder::with_shop().run(&["check", "shop", "--format", "json"]);
    assert_eq!(clean.code, 0);
    let answer: Value = serde_json::from_str(&clean.out).unwrap();
    assert_eq!(answer["ok"], true);
}

#[test]
fn the_same_problem_is_shown_twenty_times_and_counted() {
    let folder = Folder::with_shop();
    let segments = (2..27).fold(String::new(), |mut text, n| {
        writeln!(text, "[segments.never-{n}]\nwhen = 'visit.count > 50 && visit.count < {n}'\n").unwrap();
        text
    });
    folder.write("shop/campaigns/never.toml", segments);
    let ran = folder.run(&["check", "shop"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.err.matches("⚠ this can never be true").count(), 20, "{}", ran.err);
    let rest = "A0313: 5 more; `attune check --format json` has them all\n";
    assert!(ran.err.contains(rest), "{}", ran.err);
    let json = folder.run(&["check", "shop", "--format", "json"]);
    let answer: Value = serde_json::from_str(&json.out).unwrap();
    let all = answer["diagnostics"].as_array().unwrap();
    assert_eq!(all.iter().filter(|diagnostic| diagnostic["code"] == "A0313").count(), 25);
}

#[test]
fn a_warning_is_no_failure() {
    let folder = Folder::with_shop();
    folder.write("shop/content/old.html", "<b>old</b>\n");
    let ran = folder.run(&["check", "shop"]);
    assert_eq!(ran.code, 0);
    snapshot("check-warning", &format!("{}{}", ran.err, ran.out));
}

#[test]
fn a_bundle_is_what_the_edge_reads() {
    let folder = Folder::with_shop();
    let ran = folder.run(&["compile", "shop", "--out", "shop.bundle"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let bytes = folder.read("shop.bundle");
    let loaded = Loaded::load(&bytes).unwrap();
    assert!(loaded.disabled.is_empty());
    assert!(ran.out.starts_with(&format!("version {}\n", loaded.version)), "{}", ran.out);
    assert!(ran.out.contains(&format!("bytes   {}\n", bytes.len())));
    folder.run(&["compile", "shop", "--out", "again.bundle"]);
    assert_eq!(folder.read("again.bundle"), bytes);
}

#[test]
fn a_broken_configuration_makes_no_bundle() {
    let folder = broken();
    let ran = folder.run(&["compile", "shop", "--out", "shop.bundle"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("A0105") && !folder.path("shop.bundle").exists());
}

#[test]
fn what_cannot_be_done_says_what_to_do() {
    let folder = Folder::with_shop();
    folder.write("latin.toml", "");
    folder.write("bad/attune.toml", b"name = \"\xff\"");
    let mut told = String::new();
    for arguments in [
        &["check", "nowhere"][..],
        &["check", "latin.toml"],
        &["check", "bad"],
        &["compile", "shop", "--out", "no/such/folder/x"],
        &["decide", "shop", "--visitor", "none.json", "--url", "/", "--now", "2026-11-20T00:00:00Z"],
        &["explain", "A9999"],
        &["doctor", "www.shop.example"],
        &["doctor", "https://www.shop.example/", "--page", "basket"],
        &["doctor", "https://www.shop.example/", "--host", "http://www.shop.example"],
        &["doctor", "https://www.shop.example/", "--config", "nowhere"],
    ] {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        write!(told, "$ attune {}\n{}", arguments.join(" "), ran.err).unwrap();
    }
    snapshot("cannot", &told);
    assert_eq!(folder.run(&[]).code, 2);
    assert_eq!(folder.run(&["check"]).code, 2);
}

#[test]
fn every_command_has_help() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]);
    assert_eq!(help.code, 0);
    for command in [
        "init", "check", "compile", "decide", "assign", "cookie", "doctor", "html", "schema", "explain", "keys", "sign",
    ] {
        assert!(help.out.contains(command), "{command}");
        let own = folder.run(&[command, "--help"]);
        assert_eq!(own.code, 0, "{command}");
    }
}

#[test]
fn the_schema_is_json_schema() {
    let ran = Folder::new().run(&["schema"]);
    let schema: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["properties"]["campaigns"].is_object());
    assert!(schema["properties"]["traits"].is_object());
    assert!(schema["properties"]["recommend"].is_null(), "not built, so not offered");
}

#[test]
fn a_code_is_explained() {
    let folder = Folder::new();
    snapshot("explain", &folder.run(&["explain", "a0302"]).out);
    let all = folder.run(&["explain"]).out;
    assert_eq!(all.lines().count(), attune_compiler::DIAGNOSTICS.len() + attune_command::doctor::CODES.len());
    snapshot("explain-finding", &folder.run(&["explain", "d0201"]).out);
}

#[test]
fn a_picture_that_the_site_does_not_serve_is_a_warning_where_the_folder_is_known() {
    let folder = Folder::with_shop();
    folder.write("shop/content/delivery.html", "<img src=\"/img/gift box.svg\" alt=\"\"><img src=\"/img/gift%20box.svg\" alt=\"\"><img src=\"/img/gift-box.svg\" alt=\"\">\n");
    folder.write("public/img/gift box.svg", "<svg/>");
    let ran = folder.run(&["check", "shop"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let ran = folder.run(&["check", "shop", "--files", "public", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let told = report["diagnostics"].as_array().unwrap();
    assert_eq!((ran.code, told.len()), (0, 1), "{report}");
    assert_eq!(
        (&told[0]["code"], &told[0]["message"]),
        (&"A0515".into(), &"the site has no file /img/gift-box.svg".into())
    );
    let ran = folder.run(&["check", "shop", "--files", "nowhere"]);
    assert!(ran.code == 2 && ran.err.contains("give the folder that the site's files are served from"), "{}", ran.err);
}

/// Each of these was up to 59 errors: what follows the quote was read as something else.
#[test]
fn an_unclosed_quote_is_one_error_wherever_it_is() {
    for (file, line, cut) in [
        ("attune.toml", "hosts = [\"www.my-shop.example\"]", "hosts = [\"www.my-shop.example]"),
        ("attune.toml", "name = \"my-shop\"", "name = \"my-shop"),
        ("attune.toml", "[slots.hero]", "[slots.\"hero]"),
        ("campaigns/welcome.toml", "show = { hero = \"finish-your-order\" }", "show = { hero = \"finish-your-order }"),
        ("campaigns/welcome.toml", "'cart.idle > hours(1)'", "'cart.idle > hours(1)"),
        ("content/welcome.toml", "cta = { href = \"/basket\" }", "cta = { href = \"/basket }"),
        ("content/welcome.toml", "cta = \"Finish your order\"", "cta = \"\"\"Finish your order"),
    ] {
        let folder = Folder::with_shop();
        let path = format!("shop/{file}");
        let text = String::from_utf8(folder.read(&path)).unwrap();
        assert!(text.contains(line), "{line}");
        folder.write(&path, text.replacen(line, cut, 1));
        let ran = folder.run(&["check", "shop", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let told = report["diagnostics"].as_array().unwrap();
        assert_eq!((ran.code, told.len()), (1, 1), "{cut}: {report}");
        assert_eq!((&told[0]["code"], &told[0]["message"]), (&"A0101".into(), &"this quote is not closed".into()));
    }
}
