#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "tests")]
use super::objective::{Objective, Outcome};
use super::tune;
use crate::Parameters;
use crate::evaluation::{HeldOut, Metrics, measure};
use crate::fixtures::{sessions, walks};
use crate::index::Target;
use crate::sessions::SessionLog;

#[test]
fn the_objective_measures_what_the_whole_index_would() {
    let items = 300;
    let held_out = HeldOut::of(&SessionLog::of(walks(4_000, 300)), None).unwrap().unwrap();
    let mut objective = Objective::new(&held_out, items).unwrap();
    let start = Parameters::default();
    for parameters in [
        start,
        Parameters { further: 0.0, decay: 1.0, ..start },
        Parameters { distance: 1.0, row_power: 0.5, ..start },
        Parameters { beta: 0.5, neighbours: 7, ..start },
        start,
    ] {
        let (whole, _) = measure(&held_out.train, &held_out.test, &parameters, &Target::of(items)).unwrap();
        let quick = objective.measure(&parameters).unwrap();
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
    let mut objective = Objective::new(&held_out, 300).unwrap();
    let defaults = objective.measure(&Parameters::default()).unwrap();
    let tuning = tune(&held_out, 300, || ()).unwrap();
    let best = objective.measure(&tuning.parameters).unwrap();
    let advantage = objective.advantage(&best, &defaults);
    assert!(tuning.parameters.backward < 1.0, "{tuning:?}");
    assert!(advantage.mean > 5.0 * advantage.error, "{advantage:?}");
}

#[test]
fn sessions_and_not_predictions_are_independent_and_two_hits_are_chance() {
    let held_out = HeldOut { train: SessionLog::of(sessions(&[&[0, 1, 2]])), test: sessions(&[&[0, 1, 2], &[0, 1]]) };
    let objective = Objective::new(&held_out, 3).unwrap();
    let outcome = |gains: [f32; 3]| Outcome { metrics: Metrics::default(), gains: gains.to_vec() };
    let advantage = objective.advantage(&outcome([2.0, 2.0, 0.0]), &outcome([0.0; 3]));
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
    // The sessions differ from the mean of 4/3 a prediction by 4 - 8/3 and by 0 - 4/3.
    assert!(near(advantage.mean, 4.0 / 3.0), "{advantage:?}");
    assert!(near(advantage.error, (32.0f64 / 9.0 + 16.0).sqrt() / 3.0), "{advantage:?}");
    let same = objective.advantage(&outcome([1.0; 3]), &outcome([1.0; 3]));
    assert!(near(same.mean, 0.0) && near(same.error, 4.0 / 3.0), "{same:?}");
}
