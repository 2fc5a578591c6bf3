//! evaluate --rolling, against evaluate on files that are cut by hand.

use super::Folder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/click-sessions/train.tsv.gz");
const SPAN_S: u64 = 12 * 3_600;

/// The rows of the sample with the end of their session, by that end: equal scores go by what a file has first.
fn sample() -> Vec<(u64, String)> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(SAMPLE).unwrap()).read_to_string(&mut text).unwrap();
    let mut ends = BTreeMap::new();
    for row in text.lines().skip(1) {
        let [session, _, time] = row.split('\t').collect::<Vec<_>>()[..] else { unreachable!("three columns") };
        let end = ends.entry(session).or_insert(0);
        *end = time.parse::<u64>().unwrap().max(*end);
    }
    let end = |row: &str| ends[row.split('\t').next().unwrap()];
    let mut rows: Vec<(u64, String)> = text.lines().skip(1).map(|row| (end(row), row.to_owned() + "\n")).collect();
    rows.sort_by_key(|(end, _)| *end);
    rows
}

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    let ran = folder.run(&[&["evaluate", "--format", "json"], arguments].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&ran.out).unwrap()
}

fn figure(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap()
}

#[test]
fn a_span_is_what_evaluate_says_of_the_days_before_it_and_of_the_span() {
    let folder = Folder::new();
    let sample = sample();
    let newest = sample.last().unwrap().0;
    let rows = |ends: std::ops::Range<u64>| -> String {
        let kept = sample.iter().filter(|(end, _)| ends.contains(end)).map(|(_, row)| row.as_str());
        "SessionId\tItemId\tTime\n".to_owned() + &kept.collect::<String>()
    };
    folder.write("log.tsv", rows(0..u64::MAX));
    let rolling = ["--train", "log.tsv", "--rolling", "2", "--span", "12h", "--against", "further=0,decay=1"];
    let current: &[&str] = &["--include-current"];
    let report = json(&folder, &[&rolling[..], current].concat());
    let spans = report["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 2);
    let (mut predictions, mut hits) = (0.0, 0.0);
    for (span, before_end) in spans.iter().zip([1, 0]) {
        let until = newest + 1 - before_end * SPAN_S;
        folder.write("before.tsv", rows(0..until - SPAN_S));
        folder.write("span.tsv", rows(until - SPAN_S..until));
        let files = ["--train", "before.tsv", "--test", "span.tsv"];
        let tuned = json(&folder, &[&files[..], current].concat());
        let against = json(&folder, &[&files[..], current, &["--parameters", "further=0,decay=1"]].concat());
        assert_eq!(span["parameters"], tuned["parameters"], "tuned on what is before the span alone");
        assert_eq!(span["predictions"], tuned["predictions"]);
        for name in ["hr20", "mrr20"] {
            assert_eq!([&span[name], &span["against"][name]], [&tuned[name], &against[name]], "{span}");
            let difference = figure(&tuned, name) - figure(&against, name);
            assert!((figure(&span["difference"], name) - difference).abs() < 1e-6, "{span}");
        }
        predictions += figure(span, "predictions");
        hits += figure(span, "predictions") * figure(span, "hr20");
    }
    let all = &report["all"];
    assert!((figure(all, "predictions") - predictions).abs() < 1e-9);
    assert!((figure(all, "hr20") - hits / predictions).abs() < 1e-9, "{all}");
    let error = figure(&all["difference"], "hr20_error");
    assert!(error > 0.0 && error < figure(&spans[0]["difference"], "hr20_error"), "more sessions say more: {report}");
}

#[test]
fn a_set_is_no_different_from_itself() {
    let same = "distance=2,own=0.5";
    let ran = Folder::new().run(&[
        "evaluate",
        "--train",
        SAMPLE,
        "--rolling",
        "3",
        "--span",
        "6h",
        "--parameters",
        same,
        "--against",
        same,
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().filter(|line| line.contains('±')).collect();
    assert_eq!(lines.len(), 4, "{}", ran.out);
    assert!(lines.iter().all(|line| line.matches("+0.0000 ±0.0000").count() == 2), "{}", ran.out);
    assert!(lines[3].starts_with("all "), "{}", ran.out);
}

#[test]
fn spans_that_a_log_does_not_have_are_refused() {
    let folder = Folder::new();
    folder.write(
        "short.tsv",
        "session\titem\ttime\n1\ta\t1600000000\n1\tb\t1600000060\n2\tb\t1600090000\n2\ta\t1600090060\n",
    );
    let ran = folder.run(&["evaluate", "--train", "short.tsv", "--rolling", "2"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("no session of short.tsv ends before") && ran.err.contains("--rolling"), "{}", ran.err);
    folder.write("untimed.csv", "session,item,time\n1,a,1600000000\n1,b,1600000000\n2,b,1600000000\n");
    let ran = folder.run(&["evaluate", "--train", "untimed.csv", "--rolling", "1"]);
    assert!(ran.code == 2 && ran.err.contains("have no times"), "{}", ran.err);
    for odd in [
        &["--rolling", "0"][..],
        &["--rolling", "1", "--span", "none"],
        &["--rolling", "1", "--test", "short.tsv"],
        &[],
    ] {
        let ran = folder.run(&[&["evaluate", "--train", "short.tsv"], odd].concat());
        assert_eq!(ran.code, 2, "{odd:?}: {}", ran.out);
    }
}
