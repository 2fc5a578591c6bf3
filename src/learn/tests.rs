#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss, reason = "tests")]
use crate::evaluate::UNKNOWN;
use crate::held_out::HeldOut;
use crate::index::cooccurrence::{Counts, count_rows};
use crate::index::inverted::InvertedSessions;
use crate::index::weights::{ONE, PairWeights};
use crate::index::{Target, build, entries_within};
use crate::input::{TimeFormat, parse_ms};
use crate::metrics::Metrics;
use crate::sessions::{SessionBuilder, SessionLog, Sessions};
use crate::trial::{Outcome, Trial};
use crate::tune::{self};
use crate::{Noise, Parameters, evaluate};
use attune_core::artifacts::index::Index;

fn sessions(lists: &[&[u32]]) -> Sessions {
    let mut sessions = Sessions::default();
    for items in lists {
        sessions.push(items, 0);
    }
    sessions
}

fn counted(sessions: &Sessions, items: usize, weights: &PairWeights) -> Vec<Counts> {
    let mut all = Vec::new();
    let sorted = |_: u32, counts: &mut Counts| {
        counts.pairs.sort_unstable();
        counts.next.sort_unstable();
        counts.clone()
    };
    let wanted: Vec<u32> = (0..u32::try_from(items).unwrap()).collect();
    count_rows(&InvertedSessions::new(sessions, items), items, &wanted, weights, sorted, |counts| all.push(counts));
    all
}

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the definition, in the unit of the sums")]
fn a_pair_weighs_what_its_definition_says() {
    // 0 is clicked twice: its last place counts. Places: 1 at 1, 0 at 2, 2 at 3.
    let rows = counted(&sessions(&[&[0, 1, 0, 2], &[3, 1]]), 4, &PairWeights::decaying(4.0, 0.5, true));
    let fixed = |weight: f64| (weight * ONE).round() as u64;
    let three = |gap: f64| 3f64.powf(-0.5) * (-gap / 4.0).exp();
    assert_eq!(rows[0].pairs, [(0, fixed(three(0.0))), (1, fixed(0.5 * three(1.0))), (2, fixed(three(1.0)))]);
    assert_eq!(rows[1].pairs[2], (2, fixed(three(2.0))));
    assert_eq!(rows[1].pairs[3], (3, fixed(0.5 * 0.5f64.sqrt() * (-0.25f64).exp())));
    assert_eq!(rows[1].next, [(0, fixed(1.0)), (2, fixed(0.5))]);
    assert_eq!(rows[3].next, [(1, fixed(1.0))]);
}

#[test]
fn baskets_have_no_order() {
    let mut baskets = sessions(&[&[0, 1, 2]]);
    baskets.baskets = true;
    let rows = counted(&baskets, 3, &PairWeights::decaying(1.0, 0.0, false));
    assert!(rows[2].pairs.iter().all(|(_, sum)| *sum == rows[0].pairs[0].1));
    assert_eq!(rows[2].pairs.len(), 3);
}

#[test]
fn clicks_are_put_in_order_of_time_and_sessions_apart() {
    for memory_bytes in [None, Some(1)] {
        let mut noise = Noise::default();
        let mut builder = SessionBuilder::new(memory_bytes, false);
        // More than fit into the smallest buffer, the times of each session from new to old.
        for click in 0..3_000u32 {
            builder.push(&(click / 3).to_string(), click, i64::from(3 - click % 3)).unwrap();
        }
        let log = builder.finish(&mut noise).unwrap();
        assert_eq!(log.len() > 1, memory_bytes.is_some());
        let mut seen = 0;
        for chunk in log.chunks() {
            for items in chunk.unwrap().iter() {
                assert!(items.len() == 3 && items[0] == items[1] + 1 && items[1] == items[2] + 1, "{items:?}");
                seen += 1;
            }
        }
        assert_eq!((seen, noise.out_of_order), (1_000, 2_000));
    }
}

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
    let metrics = evaluate(&index, &built.popularity, &test, false);
    assert_eq!((metrics.predictions, metrics.unknown_targets), (5, 1));
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(near(metrics.hr20, 3.0 / 5.0), "{metrics:?}");
    assert!(near(metrics.mrr20, (1.0 / 2.0 + 1.0 / 3.0 + 1.0) / 5.0), "{metrics:?}");
    assert!(near(metrics.ndcg20, (1.0 / 3f64.log2() + 1.0 / 2.0 + 1.0) / 5.0), "{metrics:?}");
    assert!(near(metrics.coverage20, 1.0));
    let with_current = evaluate(&index, &built.popularity, &test, true);
    assert!(
        near(with_current.hr20, 4.0 / 5.0),
        "a product that is clicked twice can only be right with it: {with_current:?}"
    );
}

#[test]
fn neighbours_of_neighbours_are_found_behind_neighbours() {
    let log = SessionLog::of(sessions(&[&[0, 1], &[1, 2]]));
    let row = |further: f64| -> Vec<u32> {
        let built = build(&log, &Parameters { further, ..Parameters::default() }, &Target::of(3)).unwrap();
        Index::load(built.bytes).unwrap().row(0).entries().map(|(item, _)| item).collect()
    };
    assert_eq!(row(0.0), [0, 1]);
    assert_eq!(row(0.4), [0, 1, 2]);
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

#[test]
fn times_are_read_however_they_are_written() {
    let ms = 1_291_191_960_000;
    for text in [
        "1291191960",
        "1291191960.0",
        "1291191960000",
        "2010-12-01 08:26:00",
        "2010-12-01T08:26:00Z",
        "2010-12-01T09:26:00+01:00",
    ] {
        assert_eq!(parse_ms(text), Some(ms), "{text}");
    }
    assert_eq!(parse_ms("2010-12-01"), Some(ms - (8 * 60 + 26) * 60_000));
    assert_eq!([parse_ms("soon"), parse_ms("nan"), parse_ms("2010-13-01")], [None; 3]);
}

#[test]
fn dates_of_exports_left_every_row_out() {
    let ms = 1_291_191_960_000;
    let read = |format: &TimeFormat, text: &str| format.ms(text).map(|found| found - ms);
    for text in ["12/1/2010 8:26", "12/01/2010 08:26:00", "12-1-2010 8:26 AM", "12/1/10 8:26", "2010/12/1 8:26"] {
        assert_eq!(read(&TimeFormat::MonthFirst, text), Some(0), "{text}");
    }
    for text in ["1/12/2010 8:26", "01-12-2010 08:26", "1.12.2010 8:26", "01.12.10 08:26:00.000", "2010-12-01 08:26"] {
        assert_eq!(read(&TimeFormat::DayFirst, text), Some(0), "{text}");
    }
    // With points the day is first; of others nothing is guessed.
    assert_eq!(read(&TimeFormat::Told, "1.12.2010 08:26"), Some(0));
    assert_eq!(read(&TimeFormat::Told, "12/1/2010 8:26"), None);
    assert_eq!(read(&TimeFormat::MonthFirst, "12/1/2010 8:26 PM"), Some(12 * 3_600_000));
    assert_eq!(read(&TimeFormat::MonthFirst, "12/1/2010 12:26 AM"), Some(-8 * 3_600_000));
    let pattern = |text: &str| TimeFormat::parse(text).unwrap();
    assert_eq!(read(&pattern("%d %b %Y %H:%M"), "01 Dec 2010 08:26"), Some(0));
    assert_eq!(read(&pattern("%Y%m%d"), "20101201"), Some(-(8 * 60 + 26) * 60_000));
    for text in ["13/13/2010", "1/12/2010 25:00", "1/12", "1/12/2010/5", "a/b/2010", "1/12/201", "1/12/2010 0:30 PM"] {
        assert_eq!(read(&TimeFormat::DayFirst, text), None, "{text}");
    }
    assert!(TimeFormat::parse("us").is_err());
}

/// Sessions in which each product leads to those near it, the first products far more often.
fn walks(count: u32, items: u32) -> Sessions {
    let mut state = 1u32;
    let mut below = |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % limit
    };
    let mut sessions = Sessions::default();
    for session in 0..count {
        let mut item = below(items).min(below(items)).min(below(items));
        let clicks: Vec<u32> = (0..2 + below(5))
            .map(|_| {
                item = (item + 1 + below(3)) % items;
                item
            })
            .collect();
        sessions.push(&clicks, i64::from(session) * 60_000);
    }
    sessions
}

#[test]
fn a_trial_measures_what_the_whole_index_would() {
    let items = 300;
    let held_out = HeldOut::of(&SessionLog::of(walks(4_000, 300)), None).unwrap().unwrap();
    let mut trial = Trial::new(&held_out, items).unwrap();
    let start = Parameters::default();
    for parameters in [
        start,
        Parameters { further: 0.0, decay: 1.0, ..start },
        Parameters { distance: 1.0, row_power: 0.5, ..start },
        Parameters { beta: 0.5, neighbours: 7, ..start },
        start,
    ] {
        let (whole, _) = tune::measure(&held_out.train, &held_out.test, &parameters, &Target::of(items)).unwrap();
        let quick = trial.measure(&parameters).unwrap();
        let figures =
            |metrics: &Metrics| [metrics.hr20, metrics.mrr20, metrics.ndcg20, metrics.coverage20].map(f64::to_bits);
        assert_eq!(figures(&quick.metrics), figures(&whole), "{parameters:?}");
        assert_eq!(quick.gains.len() as u64, whole.predictions);
        let sum: f64 = quick.gains.iter().map(|gain| f64::from(*gain)).sum();
        assert!((sum / whole.predictions as f64 - whole.hr20 - whole.mrr20).abs() < 1e-6);
    }
}

#[test]
fn tuning_takes_what_is_better_beyond_chance() {
    // Clicks of these sessions only ever go forward, which many predictions show.
    let held_out = HeldOut::of(&SessionLog::of(walks(4_000, 300)), None).unwrap().unwrap();
    let mut trial = Trial::new(&held_out, 300).unwrap();
    let defaults = trial.measure(&Parameters::default()).unwrap();
    let tuning = tune::tune(&held_out, 300, || ()).unwrap();
    let best = trial.measure(&tuning.parameters).unwrap();
    let advantage = trial.advantage(&best, &defaults);
    assert!(tuning.parameters.backward < 1.0, "{tuning:?}");
    assert!(advantage.mean > 5.0 * advantage.error, "{advantage:?}");
}

#[test]
fn sessions_and_not_predictions_are_independent_and_two_hits_are_chance() {
    let held_out = HeldOut { train: SessionLog::of(sessions(&[&[0, 1, 2]])), test: sessions(&[&[0, 1, 2], &[0, 1]]) };
    let trial = Trial::new(&held_out, 3).unwrap();
    let outcome = |gains: [f32; 3]| Outcome { metrics: Metrics::default(), gains: gains.to_vec() };
    let advantage = trial.advantage(&outcome([2.0, 2.0, 0.0]), &outcome([0.0; 3]));
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
    // The sessions differ from the mean of 4/3 a prediction by 4 - 8/3 and by 0 - 4/3.
    assert!(near(advantage.mean, 4.0 / 3.0), "{advantage:?}");
    assert!(near(advantage.error, (32.0f64 / 9.0 + 16.0).sqrt() / 3.0), "{advantage:?}");
    let same = trial.advantage(&outcome([1.0; 3]), &outcome([1.0; 3]));
    assert!(near(same.mean, 0.0) && near(same.error, 4.0 / 3.0), "{same:?}");
}

#[test]
fn an_index_within_a_budget_keeps_what_is_asked_for_most() {
    let log = SessionLog::of(walks(4_000, 300));
    let within = |budget_bytes| build(&log, &Parameters::default(), &Target { budget_bytes, ..Target::of(300) });
    let built = |budget| within(budget).unwrap();
    let whole = built(u64::MAX);
    assert_eq!(whole.entries_kept, whole.entries_found);
    let tight = built(whole.bytes.len() as u64 / 3);
    assert!(tight.bytes.len() <= whole.bytes.len() / 3 && tight.bytes.len() + 16 > whole.bytes.len() / 3);
    let (all, some) = (Index::load(&whole.bytes).unwrap(), Index::load(&tight.bytes).unwrap());
    for item in 0..300 {
        // What is left of a row is its beginning.
        assert!(some.row(item).entries().eq(all.row(item).entries().take(some.row(item).len())));
    }
    let [most, least] = [0, 299].map(|rank| some.row(tight.popularity.order[rank]).len());
    assert!(most > 2 * least, "{most} {least}");
    let refused = within(4_000).unwrap_err();
    assert_eq!(refused.to_string(), "300 products do not fit into an index of 4000 bytes");
    assert_eq!(entries_within(24_000_000, 100_000, 0).map(|entries| entries / 100_000), Some(57));
    assert_eq!(entries_within(24_000_000, 3_000_000, 0), None);
}

#[test]
fn sizes_of_one_shirt_count_as_one() {
    // 1 is another size of 0; sessions were read with 0 for both.
    let log = SessionLog::of(sessions(&[&[0, 2], &[0, 3], &[0, 2]]));
    let target = Target { groups: &[0, 0, 2, 3], ..Target::of(4) };
    let built = build(&log, &Parameters { further: 0.0, ..Parameters::default() }, &target).unwrap();
    let index = Index::load(built.bytes).unwrap();
    let row = |item| index.row(item).entries().map(|(other, _)| other).collect::<Vec<_>>();
    assert_eq!(row(1), row(0));
    assert_eq!((row(0), row(2)), (vec![0, 2, 3], vec![2, 0]));
    assert_eq!(index.row(1).max.to_bits(), index.row(0).max.to_bits());
}
