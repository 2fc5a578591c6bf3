//! The lock, and reading assignments.

use super::{Folder, NOW, VISITOR, snapshot};
use attune_core::bundle::live::encode;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::bundle::weights::{CampaignWeights, Learned, Weights};
use attune_core::codec::hash32;

const TEST: &str = "[campaigns.trial]\npriority = 60\nwhere = 'visit.count > 1'\n\
    arms = { control = {}, sale = { hero = \"good-to-see-you\" } }\n";

fn with_test() -> Folder {
    let folder = Folder::with_shop();
    folder.write("shop/campaigns/trial.toml", TEST);
    assert_eq!(folder.run(&["compile", "shop", "--out", "shop.bundle"]).code, 0);
    folder
}

#[test]
fn a_running_test_is_protected_by_its_lock() {
    let folder = with_test();
    let lock = folder.read("shop/attune.lock");
    let told = folder.run(&["compile", "shop", "--out", "shop.bundle"]).out;
    assert!(!told.contains("lock"), "nothing new to keep: {told}");
    folder.write("shop/campaigns/trial.toml", TEST.replace("> 1", "> 2"));
    let ran = folder.run(&["check", "shop"]);
    assert_eq!(ran.code, 1);
    snapshot("check-running", &ran.err);
    assert_eq!(folder.run(&["compile", "shop", "--out", "shop.bundle"]).code, 1);
    assert_eq!(folder.read("shop/attune.lock"), lock, "what is refused is not kept");
    folder.write("shop/campaigns/trial.toml", format!("{}phase = 2\n", TEST.replace("> 1", "> 2")));
    let ran = folder.run(&["compile", "shop", "--out", "shop.bundle"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("attune.lock"));
    folder.write("shop/campaigns/trial.toml", TEST);
    let ran = folder.run(&["check", "shop"]);
    assert!(ran.err.contains("A0423"), "{}", ran.err);
}

#[test]
fn weights_change_in_the_future_only() {
    let folder = with_test();
    for (from, code) in [("2020-01-01", 1), ("2100-01-01", 0)] {
        let change = format!("{TEST}weights = [{{ from = {from}, arms = {{ control = 1, sale = 4 }} }}]\n");
        folder.write("shop/campaigns/trial.toml", change);
        let ran = folder.run(&["check", "shop"]);
        assert_eq!((ran.code, ran.err.contains("A0422")), (code, code == 1), "{}", ran.err);
    }
}

#[test]
fn an_assignment_is_read_for_whoever_is_asked_about() {
    let folder = with_test();
    let ids = "00112233445566778899aabbccddeeff\n000102030405060708090a0b0c0d0e0f,1795168800\n";
    let ran = folder.run_with(&["assign", "shop", "--campaign", "trial", "--now", NOW], ids.as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("assign", &ran.out);
    let ran = folder.run_with(&["assign", "shop", "--campaign", "trial", "--now", NOW], b"me\n");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("32 lower-case hexadecimal digits"), "{}", ran.err);
    assert_eq!(folder.run(&["assign", "shop", "--campaign", "nothing", "--now", NOW]).code, 2);
}

#[test]
fn the_arms_of_a_bandit_and_of_what_requires_it_are_not_in_the_configuration() {
    let folder = with_test();
    let campaigns = "[goals.orders]\nevent = \"purchase\"\n\
        [campaigns.first]\npriority = 61\nlayer = \"none\"\nbandit = true\ngoal = \"orders\"\narms = { control = {}, sale = { hero = \"good-to-see-you\" } }\n\
        [campaigns.second]\npriority = 62\nlayer = \"none\"\nrequires = { first = \"sale\" }\narms = { control = {}, sale = { hero = \"good-to-see-you\" } }\n\
        [campaigns.third]\npriority = 63\nlayer = \"none\"\nrequires = { second = \"sale\" }\narms = { control = {}, sale = { hero = \"good-to-see-you\" } }\n";
    folder.write("shop/campaigns/bandits.toml", campaigns);
    for campaign in ["first", "second", "third"] {
        let ran = folder.run_with(&["assign", "shop", "--campaign", campaign, "--now", NOW], b"");
        assert!(
            ran.code == 2 && ran.err.contains("the weights of `first` follow its results"),
            "{campaign}: {}",
            ran.err
        );
    }
    assert_eq!(folder.run_with(&["assign", "shop", "--campaign", "trial", "--now", NOW], b"").code, 0);
}

#[test]
fn a_decision_follows_the_weights_that_steer_sent() {
    let folder = with_test();
    folder.write(
        "shop/campaigns/bandit.toml",
        "[goals.orders]\nevent = \"purchase\"\n\
         [campaigns.first]\npriority = 61\nlayer = \"none\"\nbandit = true\ngoal = \"orders\"\narms = { control = {}, sale = { hero = \"good-to-see-you\" } }\n",
    );
    let config = String::from_utf8(folder.read("shop/attune.toml")).unwrap();
    let site = config.lines().find_map(|line| line.strip_prefix("name = \"")?.split('"').next()).unwrap();
    let change = Learned { from_s: 1_763_000_000, shares_bp: vec![1_000, 9_000] };
    let first = CampaignWeights { key: "first".into(), phase: 1, changes: vec![change] };
    let weights = Weights { site: hash32(&[site]), made_s: 1_763_000_000, campaigns: vec![first] };
    let file = encode(ArtifactKind::Weights, &weights.encode().unwrap(), &[]).unwrap();
    folder.write("weights.live", file);
    folder.write("cut.live", &folder.read("weights.live")[..60]);
    // One came before the change, on 13 November 2025, and the others after it.
    let sales = |issued: &str, more: &[&str]| {
        let is_sale = |number: &u8| {
            let id = format!("00112233445566778899aabbccddee{number:02x}");
            folder.write(
                "visitor.json",
                VISITOR.replace("00112233445566778899aabbccddeeff", &id).replace("2026-11-01T09:00:00Z", issued),
            );
            let base = ["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW];
            let ran = folder.run(&[&base, more].concat());
            assert_eq!(ran.code, 0, "{}", ran.err);
            let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!(answer["slots"]["hero"]["campaign"], "first", "{answer}");
            answer["slots"]["hero"]["arm"] == "sale"
        };
        (0..24).filter(is_sale).collect::<Vec<_>>()
    };
    let (late, early) = ("2026-11-01T09:00:00Z", "2025-11-01T09:00:00Z");
    let without = sales(late, &[]);
    let with = sales(late, &["--weights", "weights.live"]);
    assert!(without.len() < 18 && with.len() > 18, "{without:?} {with:?}");
    assert!(without.iter().all(|number| with.contains(number)), "a larger share takes nobody out of it");
    assert_eq!(sales(early, &["--weights", "weights.live"]), sales(early, &[]));
    let refused = |file: &str| {
        folder.run(&["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW, "--weights", file])
    };
    let ran = refused("cut.live");
    assert!(ran.code != 0 && ran.err.contains("cut.live is refused"), "{}", ran.err);
    assert!(ran.err.contains("kv key get weights"), "{}", ran.err);
    // A new phase begins with the configuration's weights.
    let config = String::from_utf8(folder.read("shop/campaigns/bandit.toml")).unwrap();
    folder.write("shop/campaigns/bandit.toml", config.replace("bandit = true", "bandit = true\nphase = 2"));
    let ran = refused("weights.live");
    assert!(ran.code != 0 && ran.err.contains("weights.live has no weights for any bandit"), "{}", ran.err);
}

#[test]
fn a_decision_shows_its_draws_and_what_observes() {
    let folder = with_test();
    folder.write("visitor.json", VISITOR);
    folder.write(
        "shop/campaigns/watch.toml",
        "[campaigns.watch]\npriority = 70\nmode = \"observe\"\nshow = { hero = \"good-to-see-you\" }\n",
    );
    let decide = |more: &[&str]| {
        let base = ["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW, "--explain=json"];
        folder.run(&[&base, more].concat())
    };
    let answer = |more: &[&str]| -> serde_json::Value {
        let ran = decide(more);
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    };
    let hero = &answer(&[])["slots"]["hero"];
    assert_eq!(hero["campaign"], "trial");
    assert_eq!(hero["observed"]["campaign"], "watch");
    assert!(hero["buckets"]["arm"].is_number());
    for arm in ["control", "sale"] {
        let forced = &answer(&["--arm", &format!("trial={arm}")])["slots"]["hero"];
        assert_eq!((forced["campaign"].as_str(), forced["arm"].as_str()), (Some("trial"), Some(arm)));
    }
    assert_eq!(decide(&["--arm", "trial=nothing"]).code, 2);
}

#[test]
fn a_customer_keeps_their_arm_in_every_browser_and_nobody_else_is_enrolled() {
    let folder = with_test();
    folder.write(
        "shop/campaigns/loyal.toml",
        "[campaigns.loyal]\npriority = 70\nunit = \"customer\"\nlayer = \"none\"\nphase = 2\n\
         arms = { control = {}, sale = { hero = \"good-to-see-you\" } }\n",
    );
    let hero = |visitor: &str, more: &[&str]| -> serde_json::Value {
        folder.write("visitor.json", visitor);
        let base = ["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW, "--explain=json"];
        let ran = folder.run(&[&base, more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let mut answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        answer["slots"]["hero"].take()
    };
    let ids = ["C-1", "C-2", "C-3", "C-4", "C-5", "C-6"];
    let assign = ["assign", "shop", "--campaign", "loyal", "--now", NOW];
    let assigned = folder.run_with(&assign, ids.join("\n").as_bytes()).out;
    let mut arms = std::collections::BTreeSet::new();
    for (id, line) in ids.iter().zip(assigned.lines().skip(1)) {
        let decided = hero(VISITOR, &["--customer", id]);
        let arm = decided["arm"].as_str().unwrap();
        assert_eq!(line, format!("{id},in,{arm}"));
        // Another browser, which says so in its profile.
        let other = VISITOR.replace("00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100");
        let other = other.replacen('{', &format!("{{ \"customer\": \"{id}\","), 1);
        assert_eq!(hero(&other, &[])["arm"], arm);
        arms.insert(arm.to_owned());
    }
    assert_eq!(arms.len(), 2, "{assigned}");
    let nobody = hero(VISITOR, &[]);
    let passed = nobody["passed"].as_array().unwrap().iter().find(|passed| passed["campaign"] == "loyal").unwrap();
    assert_eq!(passed["reason"], "no-customer");
    assert!(passed["why"].as_str().unwrap().starts_with("it goes by customer, and it is not known which"), "{passed}");
    // Without consent nobody is drawn, whoever they are.
    let silent = hero("{ \"request\": { \"country\": \"GB\" } }", &["--customer", "C-1"]);
    assert_ne!(silent["campaign"], "loyal");
}
