//! results: from rows of a ledger to what is known.

use super::{Folder, Ran, snapshot};
use attune_stats::verdict::{Aim, Goal, Rules, verdicts};
use attune_stats::{Arm, Measure, Sums};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;

const ROWS: &str = include_str!("../data/results/rows.ndjson");

/// A folder with the fixture's configuration, and these rows.
fn with_rows(rows: &str) -> Folder {
    let folder = Folder::new();
    folder.write("shop/attune.toml", include_str!("../data/results/attune.toml"));
    folder.write("rows.ndjson", rows);
    folder
}

fn results(folder: &Folder, more: &[&str]) -> Ran {
    folder.run(&[&["results", "--from", "rows.ndjson", "--config", "shop"], more].concat())
}

fn json_of(folder: &Folder, more: &[&str]) -> Value {
    let ran = results(folder, &[&["--format", "json"], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// The rows of two arms: of each its key, its units, and how many of them order.
fn test_of(arms: &[(&str, u32, u32)]) -> String {
    let row = |arm: &str, goal: &str, more: Value| {
        let mut row = json!({ "experiment": "summer-hero/1", "arm": arm, "epoch": 0, "cohort": 20_000, "day": 20_010,
            "goal": goal, "slice": "" });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row.to_string()
    };
    let rows = arms.iter().flat_map(|(arm, units, converters)| {
        [
            row(arm, "", json!({ "n": units })),
            row(arm, "orders", json!({ "converters": converters, "y": converters, "yy": converters })),
        ]
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn results_are_as_in_the_snapshots() {
    let folder = with_rows(ROWS);
    for (name, arguments) in [
        ("results", &["--slices"][..]),
        ("results-csv", &["--slices", "--format", "csv"]),
        ("results-json", &["free-delivery", "--format", "json"]),
        ("results-html", &["free-delivery", "--slices", "--format", "html"]),
        ("results-health", &["--health"]),
    ] {
        let ran = results(&folder, arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
        snapshot(name, &ran.out);
    }
}

#[test]
fn figures_beyond_64_bits_are_read() {
    let row = |yy: &str| {
        format!(
            "{}\n{{\"experiment\":\"summer-hero/1\",\"arm\":\"sale\",\"epoch\":0,\"cohort\":20758,\"day\":20771,\"goal\":\"revenue\",\
             \"slice\":\"\",\"y\":100,\"yy\":{yy}}}\n",
            ROWS.trim_end()
        )
    };
    let texts = ["16000000000000000000", "1.6e19"].map(|yy| {
        let ran = results(&with_rows(&row(yy)), &[]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{yy}");
        ran.out
    });
    assert_eq!(texts[0], texts[1]);
    assert_ne!(texts[0], results(&with_rows(ROWS), &[]).out);
    let ran = results(&with_rows(&row("\"many\"")), &[]);
    assert!(ran.code != 0 && ran.err.contains("is no row of a ledger"), "{}", ran.err);
}

#[test]
fn impressions_of_an_earlier_phase_are_not_those_of_the_experiment() {
    let before = "{\"day\":20757,\"name\":\"lost/summer-hero/sale\",\"n\":90000}\n";
    let lost = |rows: &str| {
        let found = json_of(&with_rows(rows), &["summer-hero"]);
        let arms = found["experiments"][0]["arms"].as_array().unwrap().clone();
        arms.into_iter().find(|arm| arm["key"] == "sale").unwrap()["lost"].clone()
    };
    assert_eq!(lost(ROWS), 451.0);
    assert_eq!(lost(&[ROWS, before].concat()), 451.0);
    assert_eq!(lost(&[ROWS, &before.replace("20757", "20758")].concat()), 90_451.0);
}

/// The sums of an arm over all days, from the rows of the fixture.
fn sums(arm: &str, goal: &str, covariate: &str, scale: f64) -> Sums {
    let mut sums = Sums::default();
    for row in ROWS.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if row["experiment"] != "summer-hero/1" || row["arm"] != arm || row["slice"] != "" {
            continue;
        }
        let figure = |name: &str| row[name].as_f64().unwrap_or(0.0);
        match row["goal"].as_str() {
            Some("") => sums.n += figure("n"),
            Some(found) if found == covariate => {
                sums.x += figure("x");
                sums.xx += figure("xx");
            }
            Some(found) if found == goal => {
                sums.converters += figure("converters");
                sums.y += figure("y") / scale;
                sums.yy += figure("yy") / (scale * scale);
                sums.xy += figure("xy") / scale;
            }
            _ => {}
        }
    }
    sums
}

#[test]
fn the_numbers_are_those_of_the_statistics() {
    let report = json_of(&with_rows(ROWS), &["summer-hero"]);
    for (goal, measure, covariate, scale) in
        [("orders", Measure::Proportion, "=visits", 1.0), ("revenue", Measure::Mean, "=value", 100.0)]
    {
        let [control, sale, holdout] = ["control", "sale", "holdout"].map(|arm| sums(arm, goal, covariate, scale));
        let together = control + sale;
        let [control, sale, holdout, together] = [[control], [sale], [holdout], [together]];
        let arm = |key, strata| Arm { key, weight: 1.0, strata };
        let arms = [arm("control", &control[..]), arm("sale", &sale[..])];
        let held = [arm("holdout", &holdout[..]), arm("all arms", &together[..])];
        let of = |arms| Goal {
            key: goal,
            measure,
            aim: Aim::More,
            with_covariate: true,
            is_unbounded: false,
            is_bandit: false,
            arms,
        };
        let goals = [of(&arms[..]), of(&held[..])];
        // What judges is tested together; what is watched, each alone.
        let expected = if goal == "orders" {
            verdicts(&goals, &Rules::default())
        } else {
            goals.iter().flat_map(|goal| verdicts(&[*goal], &Rules::default())).collect()
        };
        let found = report["experiments"][0]["goals"].as_array().unwrap();
        let found = found.iter().find(|found| found["key"] == goal).unwrap();
        for (expected, contrast) in expected.iter().zip(found["contrasts"].as_array().unwrap()) {
            let finding = &contrast["rows"][1]["finding"];
            let near = |name: &str, value: f64| {
                let shown = finding[name].as_f64().unwrap();
                assert!((shown - value).abs() <= 1e-9 * value.abs(), "{goal} {name}: {shown} {value}");
            };
            let difference = expected.difference.unwrap();
            near("difference", difference.estimate);
            near("p_value", expected.p_value);
            near("adjusted_p", expected.adjusted_p);
            near("alpha", expected.alpha);
            let interval = expected.interval.unwrap();
            let ends = ["low", "high"].map(|end| finding["interval"][end].as_f64().unwrap());
            assert!((ends[0] - interval.low).abs() < 1e-9 && (ends[1] - interval.high).abs() < 1e-9, "{finding}");
            assert_eq!(finding["verdict"], serde_json::to_value(expected.verdict).unwrap());
        }
    }
    assert_eq!(report["experiments"][0]["goals"][0]["contrasts"][0]["rows"][1]["finding"]["verdict"], "better");
}

#[test]
fn the_last_day_is_the_whole() {
    let report = json_of(&with_rows(ROWS), &[]);
    let mut checked = 0;
    for experiment in report["experiments"].as_array().unwrap() {
        for contrast in
            experiment["goals"].as_array().unwrap().iter().flat_map(|goal| goal["contrasts"].as_array().unwrap())
        {
            let finding = &contrast["rows"][1]["finding"];
            let last = finding["by_day"].as_array().unwrap().last().unwrap();
            assert_eq!((&last["difference"], &last["interval"]), (&finding["difference"], &finding["interval"]));
            checked += 1;
        }
    }
    assert_eq!(checked, 8);
}

#[test]
fn rows_of_several_shards_add_up() {
    let (one, two) = (json_of(&with_rows(ROWS), &[]), json_of(&with_rows(&format!("{ROWS}\n{ROWS}")), &[]));
    let units = |report: &Value| report["experiments"][0]["arms"][0]["units"].as_f64().unwrap();
    assert!((units(&two) - 2.0 * units(&one)).abs() < 0.5);
}

#[test]
fn below_a_hundred_converters_there_is_no_verdict_and_nothing_relative() {
    let folder = with_rows(&test_of(&[("control", 4_500, 99), ("sale", 4_500, 400), ("holdout", 1_000, 40)]));
    let report = json_of(&folder, &["summer-hero"]);
    let finding = &report["experiments"][0]["goals"][0]["contrasts"][0]["rows"][1]["finding"];
    assert_eq!(finding["verdict"], json!({ "too-early": { "converters": 99.0, "needed": 100.0 } }));
    assert_eq!((&finding["lift"], &finding["chance_to_win"]), (&Value::Null, &Value::Null));
    let ran = results(&folder, &["summer-hero"]);
    assert!(ran.out.contains("Too early: control has 99 visitors with `orders`"), "{}", ran.out);
}

#[test]
fn arms_without_their_shares_are_not_compared() {
    let folder = with_rows(&test_of(&[("control", 9_000, 300), ("sale", 10_000, 900), ("holdout", 2_100, 80)]));
    let ran = results(&folder, &["summer-hero"]);
    assert!(ran.out.contains("The arms do not have their planned shares (control"), "{}", ran.out);
    assert!(ran.out.contains("Do not use this: the arms do not have"), "{}", ran.out);
    assert!(!ran.out.contains("More visitors reach"), "{}", ran.out);
    let csv = results(&folder, &["summer-hero", "--format", "csv"]).out;
    assert!(csv.contains(",not comparable,") && !csv.contains(",better,"), "{csv}");
}

#[test]
fn what_no_cap_bounds_has_no_verdict() {
    let rows = test_of(&[("control", 9_000, 300), ("sale", 9_000, 900), ("holdout", 2_000, 80)]);
    let folder = with_rows(&rows.replace("\"orders\"", "\"revenue\""));
    let config = include_str!("../data/results/attune.toml");
    folder.write(
        "shop/attune.toml",
        config.replace("cap = 300\n", "").replace("goal = \"orders\"", "goal = \"revenue\""),
    );
    let ran = results(&folder, &["summer-hero"]);
    assert!(ran.out.contains("No verdict: a few large orders could decide `revenue`. Write a `cap`"), "{}", ran.out);
}

#[test]
fn a_ratio_is_divided_by_its_events_and_a_goal_of_harm_is_better_below() {
    let row = |arm: &str, y: u32| {
        let base = json!({ "experiment": "summer-hero/1", "arm": arm, "epoch": 0, "cohort": 20_000, "day": 20_010, "slice": "" });
        let with = |more: Value| {
            let mut row = base.clone();
            row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            row.to_string()
        };
        let n = 20_000_u32;
        let goal = json!({ "goal": "errors", "converters": y, "y": y, "yy": y, "d": 3 * n, "dd": 9 * n, "yd": 3 * y });
        [with(json!({ "goal": "", "n": n })), with(goal)].join("\n")
    };
    let folder = with_rows(&format!("{}\n{}", row("control", 2_000), row("sale", 1_000)));
    let config = include_str!("../data/results/attune.toml").replace("holdout = 10\n", "");
    let goal = "[goals.errors]\nevent = \"page_error\"\nper = \"page_view\"\ntrust = \"browser\"\nguard = \"rise\"\n";
    folder.write("shop/attune.toml", format!("{goal}{}", config.replace("goal = \"orders\"", "goal = \"errors\"")));
    let ran = results(&folder, &["summer-hero"]);
    assert!(ran.out.contains("0.03333") && ran.out.contains("0.01667"), "{}", ran.out);
    assert!(ran.out.contains("sale brings less `errors` than control: -0.01667 (-50 %)"), "{}", ran.out);
    assert!(ran.out.contains("it is better."), "{}", ran.out);
}

#[test]
fn names_cannot_break_out_of_what_is_written() {
    let evil = "<img src=x onerror=alert(1)>\"'&";
    let formula = "=cmd|'/C calc'!A0";
    let rows = test_of(&[("control", 9_000, 300), ("EVIL", 9_000, 300), ("FORMULA", 9_000, 300), ("ESC", 9_000, 300)]);
    let rows = rows.replace("EVIL", &evil.replace('"', "\\\"")).replace("FORMULA", formula);
    let folder = with_rows(&rows.replace("ESC", "\\u001b[2Jred"));
    let html = results(&folder, &["summer-hero", "--format", "html"]).out;
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;") && !html.contains("<img"), "{html}");
    assert!(html.contains("default-src 'none'") && !html.contains("http://") && !html.contains("https://"));
    let csv = results(&folder, &["summer-hero", "--format", "csv"]).out;
    assert!(csv.contains(",'=cmd|") && !csv.contains(",=cmd"), "{csv}");
    assert!(csv.contains("\"<img src=x onerror=alert(1)>\"\"'&\""), "{csv}");
    let text = results(&folder, &["summer-hero"]).out;
    assert!(text.contains("\u{fffd}[2Jred") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = with_rows(
        "{\"experiment\":\"a/0\",\"arm\":\"x\",\"epoch\":0,\"cohort\":1,\"day\":1,\"goal\":\"\",\"slice\":\"\",\"n\":1}\nnonsense\n",
    );
    let ran = results(&folder, &[]);
    assert!(ran.code == 2 && ran.err.contains("rows.ndjson: line 2 is no row of a ledger"), "{}", ran.err);
    let ran = folder.run(&["results", "--from", "rows.ndjson"]);
    assert!(ran.code == 2 && ran.err.contains("give --config"), "{}", ran.err);
    let ran = folder.run(&["results"]);
    assert!(ran.code == 2 && ran.err.contains("set ATTUNE_URL"), "{}", ran.err);
    let folder = with_rows(ROWS);
    let ran = results(&folder, &["hero"]);
    assert!(ran.code == 2 && ran.err.contains("there is no experiment `hero`"), "{}", ran.err);
    assert!(ran.err.contains("give one of site/0, free-delivery/1, summer-hero/1"), "{}", ran.err);
    let ran = results(&with_rows(""), &[]);
    assert!(ran.code == 0 && ran.out.contains("Nobody was exposed yet: site/0, free-delivery/1"), "{}", ran.out);
}

#[test]
fn each_cause_of_a_refusal_has_a_meaning_here_and_in_the_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = std::fs::read_to_string(root.join("docs/measurement.md")).unwrap();
    let sources = ["src/edge/events.rs", "src/edge/ledger/report.rs", "www/shim/ledger/take.mjs"];
    let text: String = sources.map(|name| std::fs::read_to_string(root.join(name)).unwrap()).concat();
    let quoted = |start: &str| {
        let found = text.split(start).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned));
        found.collect::<Vec<_>>()
    };
    let mut causes = [quoted("refused(\""), quoted("refused_many(\""), quoted("\"refused/")].concat();
    // The causes of tokens, and of everything that no consent lets through.
    causes.extend(["robot_or_preview", "no_consent"].map(str::to_owned));
    let of_tokens = text.split("fn cause_of").nth(1).unwrap().split("\n}\n").next().unwrap();
    causes.extend(of_tokens.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
    causes.sort();
    causes.dedup();
    assert!(causes.len() >= 14, "{causes:?}");
    let rows: Vec<String> = causes
        .iter()
        .map(|cause| json!({ "day": 1, "name": format!("refused/{cause}"), "n": 1 }).to_string())
        .collect();
    let ran = results(&with_rows(&rows.join("\n")), &["--health"]);
    assert!(!ran.out.contains("does not know"), "{}", ran.out);
    for cause in &causes {
        assert!(document.contains(&format!("| `{cause}` |")), "docs/measurement.md does not have {cause}");
    }
}

/// A site whose ledger has two shards, as far as this command asks; the answer is its address.
fn serve(shards: [String; 2]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut path, mut is_signed) = (String::new(), false);
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap_or(0) > 2 {
                if path.is_empty() {
                    line.split(' ').nth(1).unwrap().clone_into(&mut path);
                }
                is_signed |= line.to_ascii_lowercase().starts_with("signature:");
                line.clear();
            }
            let (status, body) = answer(&path, is_signed, &shards);
            let head = format!(
                "HTTP/1.1 {status} x\r\nattune-shards: 2\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all((head + &body).as_bytes()).unwrap();
        }
    });
    address
}

fn answer(path: &str, is_signed: bool, shards: &[String; 2]) -> (u16, String) {
    if !is_signed {
        let now_s = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let error = json!({ "code": "unsigned", "message": "the request is not signed", "audience": "giftshop:0", "now_s": now_s });
        return (401, json!({ "error": error }).to_string());
    }
    let (what, query) = path.strip_prefix("/_attune/publish/ledger/").unwrap().split_once('?').unwrap();
    let shard = &shards[usize::from(query.contains("shard=1"))];
    let kept = |keep: &dyn Fn(&Value) -> bool| {
        let is_kept = |line: &&str| keep(&serde_json::from_str(line).unwrap());
        shard.lines().filter(is_kept).collect::<Vec<_>>().join("\n") + "\n"
    };
    let body = match what {
        "experiments" => {
            kept(&|row| row["goal"] == "" && row["slice"] == "").lines().fold(String::new(), |text, line| {
                let row: Value = serde_json::from_str(line).unwrap();
                let arm = json!({ "experiment": row["experiment"], "arm": row["arm"], "epoch": 0, "first_minute": 1,
                "last_minute": 2, "n": row["n"] });
                format!("{text}{arm}\n")
            })
        }
        "counts" => kept(&|row| !row["name"].is_null() || !row["attrition"].is_null()),
        "sums" => {
            let asked = query.split('&').find_map(|part| part.strip_prefix("experiment=")).unwrap().replace("%2F", "/");
            kept(&|row| row["experiment"] == asked.as_str() && row["attrition"].is_null())
        }
        _ => return (404, String::new()),
    };
    (200, body)
}

#[test]
fn a_site_is_asked_shard_by_shard() {
    let folder = with_rows(ROWS);
    let half = |odd: bool| {
        let lines = ROWS.lines().enumerate().filter(|(place, _)| (place % 2 == 1) == odd);
        lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
    };
    let url = serve([half(false), half(true)]);
    folder.run(&["keys", "signing", "--out", "read.key"]);
    for more in [&[][..], &["summer-hero", "--format", "csv"], &["--format", "json"]] {
        let of_site = ["results", "--from", &url, "--key", "read.key", "--config", "shop"];
        let ran = folder.run(&[&of_site[..], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(ran.out, results(&folder, more).out);
    }
    let ran = folder.run(&["results", "--from", &url, "--key", "read.key", "--health"]);
    assert!(ran.out.contains("shard 1") && ran.out.contains("token_not_of_this_visitor"), "{}", ran.out);
}

#[test]
fn a_report_is_written_to_a_file() {
    let folder = with_rows(ROWS);
    let ran = results(&folder, &["--format", "html", "--out", "results.html"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "wrote results.html\n"));
    assert!(folder.read("results.html").starts_with(b"<!doctype html>"));
}

#[test]
fn clicks_of_strategies_are_what_posteriors_are_made_of() {
    let count = |name: &str, n: u32| json!({ "day": 20_500, "name": name, "n": n }).to_string() + "\n";
    let rows = [
        count("strategy/either/picks/red/seen", 400),
        count("strategy/either/picks/red/clicked", 60),
        count("strategy/either/picks/blue/seen", 390),
        count("strategy/either/picks/red/seen", 100),
    ]
    .concat();
    let folder = with_rows(&rows);
    let ran = results(&folder, &["--strategies"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        "campaign,slot,strategy,impressions,clicks\neither,picks,blue,390,0\neither,picks,red,500,60\n"
    );
}

#[test]
fn clicks_of_sources_are_shown_with_those_whose_product_is_not_known() {
    let count = |name: &str, n: u32| json!({ "day": 20_771, "name": name, "n": n }).to_string() + "\n";
    let rows = [
        count("source/summer-hero/picks/goes-with/seen", 4_000),
        count("source/summer-hero/picks/goes-with/clicked", 60),
        count("source/summer-hero/picks/popular/seen", 1_000),
        count("source/summer-hero/picks/unknown/clicked", 2),
        count("source/free-delivery/picks/popular/seen", 10),
    ]
    .concat();
    let folder = with_rows(&(ROWS.to_owned() + &rows));
    let ran = results(&folder, &["summer-hero"]);
    let table: Vec<&str> =
        ran.out.lines().skip_while(|line| !line.contains("by source")).take_while(|line| !line.is_empty()).collect();
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    assert_eq!(
        table.into_iter().skip(1).map(cells).collect::<Vec<_>>(),
        [
            "source seen clicked click-through",
            "summer-hero/picks/goes-with 4,000 60 1.5 %",
            "summer-hero/picks/popular 1,000 0 0.0 %",
            "summer-hero/picks/unknown 0 2",
        ],
        "{}",
        ran.out
    );
    let sources = &json_of(&folder, &["summer-hero"])["sources"];
    assert_eq!(sources[0], json!({ "name": "summer-hero/picks/goes-with", "seen": 4_000.0, "clicked": 60.0 }));
    let html = results(&folder, &["--format", "html"]).out;
    assert!(html.contains("<h2>Recommendations by source</h2>") && html.contains("free-delivery/picks/popular"));
}

/// What `attune power` says of the fixture's campaign, as JSON.
fn power_of(folder: &Folder, more: &[&str]) -> Value {
    let ran = folder.run(&[&["power", "--config", "shop", "--format", "json"], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn what_a_test_can_find_is_the_same_before_it_starts_and_when_it_runs() {
    // 10,000 visitors a day, of whom 4,500 are in each arm and 1,000 in the holdout, for four weeks; 5 % of each order.
    let folder =
        with_rows(&test_of(&[("control", 126_000, 6_300), ("sale", 126_000, 6_300), ("holdout", 28_000, 1_400)]));
    let before = power_of(&folder, &["summer-hero", "--visitors", "10000", "--share", "5"]);
    let now = json_of(&folder, &["summer-hero"]);
    let goals = now["experiments"][0]["goals"].as_array().unwrap();
    let orders = goals.iter().find(|goal| goal["key"] == "orders").unwrap();
    for (place, arm) in ["sale", "all arms"].into_iter().enumerate() {
        let contrast = &before["contrasts"][place];
        assert_eq!(contrast["arm"], arm);
        assert_eq!(contrast["days"][2]["days"], 28);
        let expected = contrast["days"][2]["smallest"].as_f64().unwrap();
        let rows = orders["contrasts"][place]["rows"].as_array().unwrap();
        let found =
            rows.iter().find(|row| row["arm"] == arm).unwrap()["finding"]["smallest_detectable"].as_f64().unwrap();
        assert!((found / expected - 1.0).abs() < 1e-3, "{arm}: {found} and {expected}");
    }
}

#[test]
fn a_change_shows_on_the_day_that_is_said_and_not_on_the_day_before() {
    let folder = with_rows("");
    let days = |change: f64| {
        let change = change.to_string();
        let more = ["summer-hero", "--visitors", "2000", "--share", "3.5", "--change", change.as_str()];
        power_of(&folder, &more)["contrasts"][0]["days_needed"].as_f64()
    };
    let mean = 0.035;
    let more = ["summer-hero", "--visitors", "2000", "--share", "3.5"];
    let weeks = power_of(&folder, &more)["contrasts"][0]["days"].clone();
    for week in weeks.as_array().unwrap() {
        let (at, smallest) = (week["days"].as_f64().unwrap(), week["smallest"].as_f64().unwrap());
        assert_eq!(days(smallest / mean * 100.0 * 1.0001), Some(at));
        assert!(days(smallest / mean * 100.0 * 0.9).unwrap() > at);
    }
    assert_eq!(days(0.01), None, "more than ten years");
    assert_eq!(days(500.0), Some(4.0), "100 of 900 visitors a day with 3.5 %");
}

#[test]
fn a_value_has_the_spread_of_who_orders_and_who_does_not() {
    let folder = with_rows("");
    let value = ["free-delivery", "--visitors", "5000", "--share", "10", "--value", "50", "--deviation", "20"];
    let forecast = power_of(&folder, &value);
    assert_eq!(forecast["mean"], 5.0);
    // A value of 1 without a spread has the variance of a share, p (1 - p).
    let unit = ["free-delivery", "--visitors", "5000", "--share", "10", "--value", "1", "--deviation", "0.000001"];
    let share = ["free-delivery", "--visitors", "5000", "--share", "10", "--goal", "orders"];
    let smallest = |forecast: &Value| forecast["contrasts"][0]["days"][4]["smallest"].as_f64().unwrap();
    let (unit, share) = (smallest(&power_of(&folder, &unit)), smallest(&power_of(&folder, &share)));
    assert!((unit / share - 1.0).abs() < 1e-9, "{unit} and {share}");
    // Var = p (d^2 + v^2) - (p v)^2 = 265, beside 0.09 of the share.
    let ratio = smallest(&forecast) / share;
    assert!((ratio / (265.0_f64 / 0.09).sqrt() - 1.0).abs() < 1e-6, "{ratio}");
}

#[test]
fn what_cannot_be_forecast_is_said() {
    let folder = with_rows("");
    for (arguments, said) in [
        (&["nothing", "--share", "3"][..], "no campaign nothing has arms or a holdout there"),
        (&["summer-hero", "--share", "100"], "--share is 100 or more"),
        (&["summer-hero", "--share", "0"], "write a number above 0"),
        (&["summer-hero", "--share", "3", "--value", "4"], "counts each visitor once"),
        (&["free-delivery", "--share", "3"], "give --value"),
        (&["summer-hero", "--share", "3", "--goal", "x"], "there are: orders, revenue"),
    ] {
        let ran = folder.run(&[&["power", "--config", "shop", "--visitors", "2000"], arguments].concat());
        assert!(ran.code == 2 && ran.err.contains(said), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_bandit_has_a_verdict_beside_its_holdout_only() {
    let arms = [("control", 18_000, 1_000), ("sale", 18_000, 1_800), ("holdout", 4_000, 120)];
    let folder = with_rows(&test_of(&arms));
    let config =
        include_str!("../data/results/attune.toml").replace("\nholdout = 10\n", "\nbandit = true\nholdout = 10\n");
    folder.write("shop/attune.toml", &config);
    let report = json_of(&folder, &["summer-hero"]);
    let goals = report["experiments"][0]["goals"].as_array().unwrap();
    let orders = goals.iter().find(|goal| goal["key"] == "orders").unwrap();
    let finding = |contrast: usize, row: usize| &orders["contrasts"][contrast]["rows"][row]["finding"];
    let said = |finding: &Value| finding["statement"].as_str().unwrap().to_owned();
    assert_eq!(said(finding(0, 1)), "No verdict: the weights of the arms follow the results.");
    assert!(said(finding(1, 1)).starts_with("More visitors reach `orders` in all arms than in holdout"), "{orders}");
}

#[test]
fn a_goal_that_only_is_watched_is_forecast_as_such() {
    let folder = with_rows("");
    let watched = ["--visitors", "5000", "--share", "10", "--goal", "revenue", "--value", "30"];
    let ran = folder.run(&[&["power", "summer-hero", "--config", "shop"], &watched[..]].concat());
    assert!(ran.out.contains("It does not judge this campaign: results watch it, and give no verdict."), "{}", ran.out);
    folder.write("shop/attune.toml", include_str!("../data/results/attune.toml").replace("cap = 300\n", ""));
    let ran = folder.run(&[&["power", "summer-hero", "--config", "shop"], &watched[..]].concat());
    assert!(ran.code == 2 && ran.err.contains("revenue has no `cap`"), "{}", ran.err);
}
