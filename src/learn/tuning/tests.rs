#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss, reason = "tests")]
use super::contest::advantage;
use super::objective::Objective;
use super::tune;
use crate::Parameters;
use crate::evaluation::{Estimate, Figure, HeldOut, Metrics, Outcome, Paired, measure};
use crate::fixtures::{sessions, walks};
use crate::index::Target;
use crate::sessions::{SessionLog, Sessions};

/// What is held out of a log, its newest part.
fn newest(log: Sessions) -> HeldOut {
    HeldOut::parts(&SessionLog::of(log), None).unwrap().swap_remove(0)
}

#[test]
fn the_objective_measures_what_the_whole_index_would() {
    let items = 300;
    let held_out = newest(walks(4_000, 300));
    let mut objective = Objective::new(&held_out, items, false).unwrap();
    let start = Parameters::default();
    for parameters in [
        start,
        Parameters { further: 0.0, decay: 1.0, ..start },
        Parameters { distance: 1.0, row_power: 0.5, ..start },
        Parameters { beta: 0.5, neighbours: 7, own: 0.5, ..start },
        start,
    ] {
        let (whole_index, _) =
            measure(&held_out.train, &held_out.test, &parameters, &Target::of(items), false).unwrap();
        let whole = whole_index.metrics;
        let quick = objective.measure(&parameters).unwrap();
        let figures =
            |metrics: &Metrics| [metrics.hr20, metrics.mrr20, metrics.ndcg20, metrics.coverage20].map(f64::to_bits);
        assert_eq!(figures(&quick.metrics), figures(&whole), "{parameters:?}");
        assert_eq!(quick.reciprocals, whole_index.reciprocals);
        let sum: f64 = quick.reciprocals.iter().map(|reciprocal| f64::from(*reciprocal)).sum();
        assert!((sum / whole.predictions as f64 - whole.mrr20).abs() < 1e-6);
    }
}

#[test]
fn tuning_takes_what_is_better_beyond_chance() {
    // Clicks of these sessions only ever go forward, which many predictions show.
    let held_out = HeldOut::parts(&SessionLog::of(walks(4_000, 300)), None).unwrap();
    let tuning = tune(&held_out, 300, false, || ()).unwrap();
    assert!(tuning.parameters.backward < 1.0, "{tuning:?}");
    assert_eq!(held_out.len(), 4);
    for part in &held_out {
        let mut objective = Objective::new(part, 300, false).unwrap();
        let [best, defaults] = [tuning.parameters, Parameters::default()].map(|set| objective.measure(&set).unwrap());
        let mut paired = Paired::default();
        paired.add(objective.sessions(), &best, &defaults);
        let Estimate { mean, error } = advantage(&paired, Figure::Both);
        assert!(mean > 3.0 * error, "{mean} {error}");
    }
}

#[test]
fn the_own_weight_is_tuned_for_the_list_that_is_shown() {
    // Each session has five of the twelve products of a shelf, none of them twice: what was clicked does not come back.
    let mut state = 1u32;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % limit
    };
    let mut log = Sessions::default();
    for session in 0..2_000u32 {
        let mut shelf: Vec<u32> = (0..12).map(|product| session % 10 * 12 + product).collect();
        let clicks: Vec<u32> = (0..5).map(|_| shelf.swap_remove(below(shelf.len()))).collect();
        log.push(&clicks, i64::from(session) * 600_000);
    }
    let held_out = HeldOut::parts(&SessionLog::of(log), None).unwrap();
    for include_current in [true, false] {
        let tuned = tune(&held_out, 120, include_current, || ()).unwrap();
        let mut objective = Objective::new(&held_out[0], 120, include_current).unwrap();
        let counted = objective.measure(&Parameters { own: 1.0, ..tuned.parameters }).unwrap();
        assert!(tuned.parameters.own < 1.0, "{tuned:?}");
        assert!(tuned.metrics.mrr20 > counted.metrics.mrr20 + 0.01, "{tuned:?} {:?}", counted.metrics);
    }
}

#[test]
fn sessions_and_not_predictions_are_independent_and_two_hits_are_chance() {
    let test = sessions(&[&[0, 1, 2], &[0, 1]]);
    // A hit at the first place adds 1 to both figures.
    let outcome = |ranks: [f32; 3]| Outcome { metrics: Metrics::default(), reciprocals: ranks.to_vec() };
    let paired = |ranks, others| {
        let mut paired = Paired::default();
        paired.add(&test, &outcome(ranks), &outcome(others));
        paired
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
    let better = paired([1.0, 1.0, 0.0], [0.0; 3]);
    let both = advantage(&better, Figure::Both);
    // The sessions differ from the mean of 4/3 a prediction by 4 - 8/3 and by 0 - 4/3.
    assert!(near(both.mean, 4.0 / 3.0), "{both:?}");
    assert!(near(both.error, (32.0f64 / 9.0 + 16.0).sqrt() / 3.0), "{both:?}");
    let hits = advantage(&better, Figure::Hits);
    assert!(near(hits.mean, 2.0 / 3.0) && near(hits.error, (8.0f64 / 9.0 + 4.0).sqrt() / 3.0), "{hits:?}");
    let same = advantage(&paired([1.0; 3], [1.0; 3]), Figure::Both);
    assert!(near(same.mean, 0.0) && near(same.error, 4.0 / 3.0), "{same:?}");
    // A better place costs no hits.
    let lower = paired([0.5, 0.5, 0.0], [1.0, 0.5, 0.0]);
    assert!(near(advantage(&lower, Figure::Hits).mean, 0.0) && near(advantage(&lower, Figure::Ranks).mean, -1.0 / 6.0));
}
