#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::{HeldOut, Rolling, Span, evaluate};
use crate::Parameters;
use crate::fixtures::sessions;
use crate::index::{Target, build};
use crate::items::UNKNOWN;
use crate::sessions::{SessionLog, Sessions};
use attune_core::artifacts::index::Index;

#[test]
fn figures_are_those_worked_out_by_hand() {
    // 0 leads to 1 and 2; most clicked: 0, 1, 2, then 3, 4 by first appearance.
    let train = SessionLog::of(sessions(&[&[0, 1], &[0, 1], &[0, 2], &[3, 4]]));
    let parameters = Parameters { further: 0.0, ..Parameters::default() };
    let built = build(&train, &parameters, &Target::of(5)).unwrap();
    let index = Index::load(&built.bytes).unwrap();
    // After 0: 1, 2, 3, 4. The next click is at place 2, then unknown; after 3: 4, 0, 1, 2, and it is 1; the unknown leads
    // to the popular, and 0 is the first.
    let test = sessions(&[&[0, 2], &[0, UNKNOWN], &[3, 1], &[UNKNOWN, 0], &[4, 4]]);
    let metrics = evaluate(&index, &built.popularity, &test, false).metrics;
    assert_eq!((metrics.predictions, metrics.unknown_targets), (5, 1));
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(near(metrics.hr20, 3.0 / 5.0), "{metrics:?}");
    assert!(near(metrics.mrr20, (1.0 / 2.0 + 1.0 / 3.0 + 1.0) / 5.0), "{metrics:?}");
    assert!(near(metrics.ndcg20, (1.0 / 3f64.log2() + 1.0 / 2.0 + 1.0) / 5.0), "{metrics:?}");
    assert!(near(metrics.coverage20, 1.0));
    let with_current = evaluate(&index, &built.popularity, &test, true).metrics;
    assert!(
        near(with_current.hr20, 4.0 / 5.0),
        "a product that is clicked twice can only be right with it: {with_current:?}"
    );
}

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Sessions at even pauses, so many a day.
fn steady(count: u32, a_day: i64) -> SessionLog {
    let mut sessions = Sessions::default();
    (0..count).for_each(|n| sessions.push(&[n % 7, n % 5], i64::from(n) * DAY_MS / a_day));
    SessionLog::of(sessions)
}

/// How many sessions each part learns from and measures on, the newest first.
fn lens(parts: &[HeldOut]) -> Vec<(usize, usize)> {
    let learned = |part: &HeldOut| part.train.chunks().map(|chunk| chunk.unwrap().len()).sum();
    parts.iter().map(|part| (learned(part), part.test.len())).collect()
}

#[test]
fn the_last_four_days_are_held_out_or_less_each_from_what_is_before_it() {
    // Ten a day, which is less than 5 % of a thousand. The last day ends with its last session.
    let days = HeldOut::parts(&steady(1_000, 10), None).unwrap();
    assert_eq!(lens(&days), [(990, 10), (980, 10), (970, 10), (960, 10)]);
    let hours = HeldOut::parts(&steady(1_000, 1_000), None).unwrap();
    assert_eq!(lens(&hours), [(950, 50), (900, 50), (850, 50), (800, 50)]);
    for part in hours {
        let train = part.train.chunks().next().unwrap().unwrap().into_owned();
        assert!(train.ends_ms.iter().max() < part.test.ends_ms.iter().min());
    }
}

#[test]
fn less_memory_holds_fewer_parts() {
    // 100,000 clicks are learned from even where memory is short.
    let two = HeldOut::parts(&steady(25_000, 1_000), Some(1)).unwrap();
    assert_eq!(lens(&two), [(24_000, 1_000), (23_000, 1_000)]);
    let newest = HeldOut::parts(&steady(100_000, 1_000), Some(1)).unwrap();
    assert_eq!(lens(&newest), [(49_000, 1_000)]);
}

#[test]
fn without_times_one_session_in_twenty_is_held_out_and_never_twice() {
    let mut untimed = Sessions::default();
    (0..400).for_each(|n| untimed.push(&[n, n + 1], 0));
    let parts = HeldOut::parts(&SessionLog::of(untimed), None).unwrap();
    assert_eq!(lens(&parts), [(380, 20); 4]);
    let mut tested: Vec<u32> = parts.iter().flat_map(|part| part.test.iter().map(|clicks| clicks[0])).collect();
    tested.sort_unstable();
    tested.dedup();
    assert_eq!(tested.len(), 80);
}

#[test]
fn a_span_is_learned_from_what_ends_before_it() {
    let log = steady(100, 10);
    let rolling = Rolling::of(&log, DAY_MS).unwrap().unwrap();
    let lens = |before_end| {
        let Span { train, test, .. } = rolling.span(&log, before_end).unwrap();
        (train.chunks().map(|chunk| chunk.unwrap().len()).sum::<usize>(), test.len())
    };
    assert_eq!([lens(0), lens(1), lens(9), lens(10)], [(90, 10), (80, 10), (0, 10), (0, 0)]);
    assert!(Rolling::of(&SessionLog::of(sessions(&[&[0, 1], &[1, 0]])), DAY_MS).unwrap().is_none());
}
