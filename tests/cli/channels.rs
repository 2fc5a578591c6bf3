//! decide --batch, and simulate.

use super::{Folder, NOW, RING, VISITOR, lines};
use serde_json::{Value, json};

fn customer(key: &str, items: u32) -> Value {
    json!({
        "customer": key,
        "profile": {
            "consent": { "personalization": "granted", "measurement": "granted", "at": "2026-11-01T09:00:00Z", "source": "api" },
            "cart": { "items": [{ "sku": "22423", "quantity": items, "price": 2.55 }], "at": "2026-11-20T10:00:00Z" },
        },
        "page": { "type": "home" },
    })
}

#[test]
fn a_batch_keeps_its_order_and_loses_nothing() {
    let folder = Folder::with_shop();
    let mut text = String::new();
    for number in 1..=3_000_u32 {
        match number {
            7 => text.push_str("{ \"customer\": \n"),
            9 => text.push('\n'),
            11 => text.push_str("{ \"profile\": { \"visits\": { \"count\": 0 } }, \"page\": \"/\" }\n"),
            13 => text.push_str("{ \"page\": { \"type\": \"hoem\" } }\n"),
            15 => text.push_str("{ \"customer\": \"C-15\" }\n"),
            _ => {
                text.push_str(&customer(&format!("C-{number}"), number).to_string());
                text.push('\n');
            }
        }
    }
    folder.write("customers.jsonl", text.trim_end());
    let decide = |threads: &str| {
        folder.run(&["decide", "shop", "--batch", "customers.jsonl", "--now", NOW, "--threads", threads])
    };
    let ran = decide("3");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let answers = lines(&ran.out);
    let expected: Vec<u64> = (1..=3_000).filter(|number| *number != 9).collect();
    let found: Vec<u64> = answers.iter().map(|answer| answer["line"].as_u64().unwrap()).collect();
    assert_eq!(found, expected);
    for answer in &answers {
        let number = answer["line"].as_u64().unwrap();
        if [7, 11, 13, 15].contains(&number) {
            assert!(answer["error"].is_string(), "{answer}");
            assert!(ran.err.contains(&format!("line {number}: {}", answer["error"].as_str().unwrap())), "{}", ran.err);
            continue;
        }
        assert_eq!(answer["customer"], format!("C-{number}"));
        let title = &answer["slots"]["hero"]["fields"]["title"]["text"];
        let things = if number == 1 { "1 thing is".to_owned() } else { format!("{number} things are") };
        assert_eq!(*title, format!("{things} waiting for you"));
    }
    assert_eq!(decide("1").out, ran.out);
}

#[test]
fn a_batch_names_the_segments_of_each_customer() {
    let folder = Folder::with_shop();
    let profile: Value = serde_json::from_str(VISITOR).unwrap();
    let input = json!({ "customer": "C-1", "profile": profile, "page": "/" }).to_string()
        + "\n"
        + &customer("C-2", 1).to_string();
    let batch = ["decide", "shop", "--batch", "-", "--now", NOW];
    let ran = folder.run_with(&[&batch[..], &["--segments"]].concat(), input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let named: Vec<Value> = lines(&ran.out).into_iter().map(|answer| answer["segments"].clone()).collect();
    folder.write("visitor.json", VISITOR);
    let one =
        folder.run(&["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW, "--explain=json"]);
    let one: Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(named[0], one["segments"]["true"]);
    assert_eq!(named[0], json!(["returning"]));
    assert_eq!(named[1], json!([]));
    assert!(lines(&folder.run_with(&batch, input.as_bytes()).out)[0].get("segments").is_none());
}

#[test]
fn a_line_gets_what_the_page_shows_to_the_same_visitor() {
    let folder = Folder::with_shop();
    folder.write("visitor.json", VISITOR);
    folder.write("keys.txt", RING);
    let page = folder.run(&["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", NOW]);
    let page: Value = serde_json::from_str(&page.out).unwrap();
    let profile: Value = serde_json::from_str(VISITOR).unwrap();
    let input = json!({ "profile": profile, "page": "/?utm_source=mail" }).to_string();
    let ran = folder.run_with(&["decide", "shop", "--batch", "-", "--now", NOW], input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = &lines(&ran.out)[0];
    assert_eq!(answer["bundle"], page["bundle"]);
    for (slot, decision) in page["slots"].as_object().unwrap() {
        for key in ["campaign", "arm", "content", "reason"] {
            assert_eq!(answer["slots"][slot][key], decision[key], "{slot}.{key}");
        }
    }
    assert_eq!(answer["slots"]["hero"]["fields"]["cta"], json!({ "text": "Finish your order", "href": "/basket" }));
    assert_eq!(answer["slots"]["hero"]["fields"]["text"]["text"], "Your basket is worth £5.10.");
    let handle = json!({ "visitor": "AAAA", "page": "/" }).to_string();
    let refused = folder.run_with(&["decide", "shop", "--batch", "-", "--keys", "keys.txt"], handle.as_bytes());
    assert_eq!(refused.code, 1);
    assert!(lines(&refused.out)[0]["error"].as_str().unwrap().starts_with("visitor: "), "{}", refused.out);
}

#[test]
fn a_simulation_is_the_same_on_any_number_of_threads_and_adds_up() {
    let folder = Folder::with_shop();
    let simulate = |threads: &str| {
        let options = ["simulate", "shop", "--visitors", "9000", "--seed", "7", "--now", NOW, "--format", "json"];
        let ran = folder.run(&[&options[..], &["--threads", threads]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.out
    };
    let out = simulate("3");
    assert_eq!(simulate("1"), out);
    let report: Value = serde_json::from_str(&out).unwrap();
    let count = |value: &Value| value.as_u64().unwrap();
    assert_eq!(report["visitors"], 9_000);
    for slot in report["slots"].as_object().unwrap().values() {
        let own: u64 = slot["own_content"].as_object().unwrap().values().map(count).sum();
        assert_eq!(count(&slot["filled"]) + own, 9_000);
        assert!(count(&slot["filled"]) > 0, "{out}");
    }
    for campaign in report["campaigns"].as_object().unwrap().values() {
        let passed: u64 = campaign["passed"].as_object().unwrap().values().map(count).sum();
        assert_eq!(count(&campaign["got_a_slot"]) + passed, 9_000);
        assert!(campaign["starves"].is_null(), "{out}");
    }
    // One in ten is held out of this one.
    let back = &report["campaigns"]["welcome-back"];
    let share = count(&back["held_out"]) * 1_000 / count(&back["got_a_slot"]);
    assert!((60..140).contains(&share), "{back}");
}

#[test]
fn a_simulation_says_what_a_campaign_that_observes_would_get() {
    let folder = Folder::with_shop();
    folder.write(
        "shop/campaigns/watch.toml",
        "[campaigns.watch]\npriority = 60\nmode = \"observe\"\nwhere = ['page.type == \"home\"']\n\
         arms = { control = { weight = 1 }, gifts = { weight = 1, hero = \"finish-your-order\" } }\n",
    );
    let options = ["simulate", "shop", "--visitors", "4000", "--url", "/", "--now", NOW];
    let ran = folder.run(&options);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("watch (priority 60)  only observes\n    eligible "), "{}", ran.out);
    assert!(ran.out.contains("would get a slot"), "{}", ran.out);
    assert!(!ran.out.contains("\n  watch: "), "it does not starve: {}", ran.out);
    let report: Value = serde_json::from_str(&folder.run(&[&options[..], &["--format", "json"]].concat()).out).unwrap();
    let watch = &report["campaigns"]["watch"];
    let count = |key: &str| watch[key].as_u64().unwrap();
    assert!(count("observed") > 500 && count("got_a_slot") == 0, "{watch}");
    assert_eq!(count("observed"), watch["arms"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>());
    // What visitors see in a slot adds up to the share of the slot.
    for slot in report["slots"].as_object().unwrap().values() {
        let seen: u64 = slot["campaigns"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(seen, slot["filled"].as_u64().unwrap(), "{slot}");
    }
}

#[test]
fn a_campaign_that_nobody_can_get_starves() {
    let folder = Folder::with_shop();
    folder.write(
        "shop/campaigns/late.toml",
        "[campaigns.late]\npriority = 5\nwhere = ['cart.items > 0', 'cart.idle > hours(2)']\nshow = { hero = \"finish-your-order\" }\n\
         [campaigns.far]\npriority = 4\nwhere = ['page.path == \"/nowhere\"']\nshow = { notice = \"delivery-abroad\" }\n",
    );
    let input = [customer("C-1", 1), customer("C-2", 2)].map(|line| line.to_string()).join("\n");
    folder.write("customers.jsonl", input);
    let ran = folder.run(&["simulate", "shop", "--visitors-file", "customers.jsonl", "--now", NOW]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let starving = ran.out.split_once("\nStarving\n").unwrap().1;
    assert!(
        starving.contains("late: others have all its slots (passed over most for: lost-slot, 2 visitors)"),
        "{starving}"
    );
    assert!(starving.contains("far: nobody is eligible"), "{starving}");
}

/// The same file is asked of the Worker in `tests/edge/decide.test.mjs`.
#[test]
fn a_batch_answers_as_the_vectors_of_every_channel() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let vectors: Value =
        serde_json::from_slice(&std::fs::read(root.join("tests/vectors/channel.json")).unwrap()).unwrap();
    let config = root.join(vectors["config"].as_str().unwrap());
    let (cases, wrong) = (vectors["cases"].as_array().unwrap(), vectors["wrong"].as_array().unwrap());
    assert!(cases.len() >= 12 && wrong.len() >= 3);
    let input: Vec<String> = cases.iter().chain(wrong).map(|case| case["ask"].to_string()).collect();
    let ran = Folder::new()
        .run_with(&["decide", config.to_str().unwrap(), "--batch", "-", "--now", NOW], input.join("\n").as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let mut answers = lines(&ran.out);
    assert_eq!(answers.len(), input.len());
    for (case, answer) in cases.iter().zip(&mut answers) {
        let answer = answer.as_object_mut().unwrap();
        answer.remove("line");
        answer.remove("customer");
        // The bundle of the vectors stays as it was written; today's compiler may write the same in other bytes.
        answer.insert("bundle".to_owned(), case["answer"]["bundle"].clone());
        assert_eq!(Value::Object(answer.clone()), case["answer"], "{}", case["name"]);
    }
    for (case, answer) in wrong.iter().zip(&answers[cases.len()..]) {
        let (error, expected) = (answer["error"].as_str().unwrap(), case["error"].as_str().unwrap());
        assert!(error.starts_with(expected), "{}: {error}", case["name"]);
    }
}
