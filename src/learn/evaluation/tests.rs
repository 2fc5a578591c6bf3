#![expect(clippy::unwrap_used, reason = "tests")]
use super::{HeldOut, evaluate};
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

#[test]
fn the_last_day_is_held_out_or_less() {
    let day_ms = 24 * 3_600 * 1_000;
    let mut days = Sessions::default();
    (0..1_000).for_each(|n| days.push(&[n % 7, n % 5], i64::from(n) * day_ms / 10));
    let held_out = HeldOut::of(&SessionLog::of(days), None).unwrap().unwrap();
    // Ten a day, which is less than 5 % of a thousand.
    let learned: usize = held_out.train.chunks().map(|chunk| chunk.unwrap().len()).sum();
    assert_eq!((held_out.test.len(), learned), (11, 989));
    let mut hours = Sessions::default();
    (0..1_000).for_each(|n| hours.push(&[n % 7, n % 5], i64::from(n) * day_ms / 1_000));
    assert_eq!(HeldOut::of(&SessionLog::of(hours), None).unwrap().unwrap().test.len(), 50);
}
