#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::{Counts, Posterior, Prior, posteriors};
use crate::LearnError;
use attune_core::artifacts::Belief;
use attune_core::artifacts::{Artifacts, encode_posteriors};
use attune_core::bundle::Site;
use attune_core::bundle::cards::{Cards, Strategy};
use attune_core::context::Context;
use attune_core::profile::Profile;
use attune_core::recommend::choice;
use attune_core::segment::{Facts, Page};
use sha2::{Digest, Sha256};
use std::path::Path;

const KEYS: [&str; 3] = ["low", "high", "middle"];
const RATES: [f64; 3] = [0.02, 0.05, 0.03];
const ROUNDS: u32 = 20;
const VISITORS: u32 = 2_000;

/// Whether a visitor clicks, by a hash: every run is the same.
fn clicks(round: u32, visitor: u32, rate: f64) -> bool {
    let digest = Sha256::digest(format!("click {round} {visitor}").as_bytes());
    let random = u32::from_be_bytes(*digest.first_chunk().unwrap());
    f64::from(random) < rate * 4_294_967_296.0
}

/// The strategy that each visitor of a round gets at the edge.
fn round(artifacts: &Artifacts, now_s: u32, mut then: impl FnMut(u32, usize)) {
    let strategies = KEYS.map(|key| Strategy { key: key.into(), sources: Vec::new() });
    let cards = Cards { strategies: strategies.into(), ..Cards::default() };
    let (site, page) = (Site::default(), Page::default());
    let context = Context { now_s, ..Context::default() };
    for visitor in 0..VISITORS {
        let id = u128::from(now_s) << 64 | u128::from(visitor);
        let profile = Profile { id: Some(id.to_be_bytes()), ..Profile::default() };
        let facts = Facts {
            site: &site,
            artifacts,
            profile: &profile,
            context: &context,
            page: &page,
            personalization: true,
            measurement: true,
        };
        then(visitor, choice(artifacts, &cards, "campaign", "slot", &facts).unwrap().strategy);
    }
}

#[test]
fn round_by_round_the_best_strategy_gets_more_and_regret_shrinks() {
    let (mut counts, mut artifacts) = (Counts::default(), Artifacts::default());
    let (mut shares, mut regrets) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        let now_s = 1_795_300_000 + 3_600 * number;
        let (mut best, mut regret) = (0, 0.0);
        round(&artifacts, now_s, |visitor, taken| {
            best += u32::from(taken == 1);
            regret += RATES[1] - RATES[taken];
            let key = ("campaign".to_owned(), "slot".to_owned(), KEYS[taken].to_owned());
            let count = counts.by_key.entry(key).or_default();
            count.0 += 1;
            count.1 += u64::from(clicks(number, visitor, RATES[taken]));
        });
        shares.push(f64::from(best) / f64::from(VISITORS));
        regrets.push(regret);
        let mut beliefs: Vec<Belief> = posteriors("campaign", "slot", &KEYS, &counts, Prior::Pooled)
            .iter()
            .map(|posterior| posterior.belief)
            .collect();
        let bytes = encode_posteriors(0, now_s, 86_400, &mut beliefs).unwrap();
        artifacts.put(6, bytes).unwrap();
    }
    println!("share of the best strategy by round: {shares:.2?}");
    println!("expected clicks lost by round: {regrets:.1?}");
    let sum = |list: &[f64]| list.iter().sum::<f64>();
    // A third at first, as without a snapshot; nearly everybody at the end.
    assert!((0.28..0.39).contains(&shares[0]), "{shares:?}");
    assert!(sum(&shares[15..]) > 4.75, "{shares:?}");
    assert!(sum(&regrets[15..]) * 8.0 < sum(&regrets[..5]), "{regrets:?}");
    // Less than half of what sharing evenly for ever would have lost.
    assert!(sum(&regrets) < 0.5 * f64::from(ROUNDS) * regrets[0], "{regrets:?}");
}

#[test]
fn counts_are_read_from_tables_and_json_lines_and_flawed_rows_are_counted() {
    let table = "slot,campaign,strategy,impressions,clicks\ns,c,a,100,3\ns,c,a,50,2\ns,c,b,10,11\ns,c,b,x,1\n";
    let lines = "{\"campaign\":\"c\",\"slot\":\"s\",\"strategy\":\"a\",\"impressions\":150,\"clicks\":\"5\"}\nno\n{}\n";
    let path = Path::new("counts");
    let key = ("c".to_owned(), "s".to_owned(), "a".to_owned());
    let expected = Counts { by_key: [(key, (150, 5))].into(), flawed: 2 };
    assert_eq!(Counts::read(path, table).unwrap(), expected);
    assert_eq!(Counts::read(path, &table.replace(',', "\t")).unwrap(), expected);
    assert_eq!(Counts::read(path, lines).unwrap(), expected);
    assert!(matches!(Counts::read(path, "slot,clicks\n"), Err(LearnError::Column { .. })));
}

#[test]
fn the_edge_draws_what_is_believed() {
    let key = ("c".to_owned(), "s".to_owned(), "a".to_owned());
    let counts = Counts { by_key: [(key, (20_000, 600))].into(), flawed: 0 };
    for (prior, alpha) in [(Prior::Fixed(1.0, 49.0), 1.0), (Prior::Pooled, 100.0 * 601.0 / 20_002.0)] {
        let found = posteriors("c", "s", &["a"], &counts, prior);
        let [Posterior { belief, parameters, best, interval, .. }] = &found[..] else { panic!("{found:?}") };
        assert!((parameters.0 - 600.0 - alpha).abs() < 1e-9, "{parameters:?}");
        assert!((best - 1.0).abs() < 1e-9);
        assert!(interval.0 < 0.03 && 0.03 < interval.1 && interval.1 - interval.0 < 0.006);
        // Mean and spread of even draws are those of the Beta distribution.
        let draws: Vec<f64> =
            (0..4_096_u32).map(|n| f64::from(belief.draw(n << 20 | 1 << 19)) / 4_294_967_296.0).collect();
        let mean = draws.iter().sum::<f64>() / 4_096.0;
        let (a, b) = *parameters;
        assert!((mean - a / (a + b)).abs() < 1e-6, "{mean}");
        let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / 4_096.0;
        let expected = a * b / ((a + b).powi(2) * (a + b + 1.0));
        assert!((variance / expected - 1.0).abs() < 0.01, "{variance} is not {expected}");
    }
}
