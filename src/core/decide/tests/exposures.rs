//! What is measured must not depend on the arm.

use super::enrolment::{experiment, visitors};
use super::*;
use crate::bundle::WeightChange;

fn exposures(bundle: &Bundle, visit: &Visit) -> (Vec<Exposure>, Option<bool>) {
    let loaded = Loaded::load(&encode(bundle).unwrap()).unwrap();
    let mut exposures = Exposures::of(&loaded);
    let unit = Unit { id: visit.unit, minted_s: NOW_S - 1_000, ..Unit::default() };
    watched(&loaded, visit, unit, &[], &mut exposures);
    (exposures.list, exposures.site_holdout)
}

#[test]
fn who_loses_the_slot_is_exposed_as_who_gets_it() {
    // "first" takes the hero from everybody; "second" is still measured in both of its arms.
    let bundle = bundle(vec![campaign("first", 20, Vec::new(), &[(0, 0)]), experiment("second", 10)]);
    let mut arms = [0, 0];
    for id in visitors(200) {
        let visit = Visit { unit: &id, ..Visit::default() };
        let (list, site) = exposures(&bundle, &visit);
        let [Exposure { campaign: 1, arm: Some(arm), epoch: 0 }] = list[..] else { panic!("{list:?}") };
        assert_eq!(site, None);
        arms[arm] += 1;
        assert_eq!(decided(&bundle, &visit)[0].campaign, Some(0));
    }
    assert!(arms.iter().all(|count| *count > 60), "{arms:?}");
}

#[test]
fn who_cannot_be_written_to_is_exposed_as_the_control_arm_is() {
    let mut bundle = bundle(vec![experiment("hero", 10)]);
    // The treatment needs the visitor's country, and nobody knows it.
    let hole = Hole {
        source: AttributeRef { attribute: Attribute::GeoCountry, argument: None },
        default: None,
        format: Format::Plain,
        context: Place::Text,
    };
    bundle.contents[0].bodies = vec![Body::Html(Template { parts: vec![Part::Hole(hole)] })];
    let mut exposed = [0, 0];
    for id in visitors(100) {
        let visit = Visit { unit: &id, ..Visit::default() };
        let reason = decided(&bundle, &visit)[0].reason;
        assert!(matches!(reason, Reason::Control | Reason::None | Reason::Incomplete), "{reason:?}");
        exposed[exposures(&bundle, &visit).0[0].arm.unwrap()] += 1;
    }
    assert_eq!(exposed.iter().sum::<i32>(), 100);
    assert!(exposed.iter().all(|count| *count > 25), "{exposed:?}");
}

#[test]
fn a_holdout_is_an_arm_and_a_campaign_without_one_is_no_experiment() {
    let mut held = campaign("held", 20, Vec::new(), &[(0, 0)]);
    held.holdout_bp = 5_000;
    let bundle = bundle(vec![held, campaign("plain", 10, Vec::new(), &[(1, 1)])]);
    let mut arms = Vec::new();
    for id in visitors(100) {
        let (list, _) = exposures(&bundle, &Visit { unit: &id, ..Visit::default() });
        assert_eq!(list.iter().map(|one| one.campaign).collect::<Vec<_>>(), [0]);
        arms.push(list[0].arm);
    }
    assert!(arms.contains(&None) && arms.contains(&Some(0)), "{arms:?}");
}

#[test]
fn nobody_is_exposed_to_what_is_not_for_them() {
    let not_eligible = Campaign { eligible: vec![Op::Atom(1)], ..experiment("germans", 20) };
    let bundle = bundle(vec![not_eligible, experiment("all", 10)]);
    let (list, _) = exposures(&bundle, &Visit::default());
    assert_eq!(list.iter().map(|one| one.campaign).collect::<Vec<_>>(), [1]);
    // Without an id nobody is enrolled, and nobody exposed.
    assert_eq!(exposures(&bundle, &Visit { unit: "", ..Visit::default() }), (Vec::new(), None));
}

#[test]
fn the_sites_holdout_and_everybody_else_are_exposed_alike() {
    let mut bundle = bundle(vec![experiment("hero", 10)]);
    bundle.site.holdout_bp = 5_000;
    let mut held = [0, 0];
    for id in visitors(200) {
        let (list, site) = exposures(&bundle, &Visit { unit: &id, ..Visit::default() });
        let is_held = site.unwrap();
        held[usize::from(is_held)] += 1;
        assert_eq!(list.is_empty(), is_held, "the held out meet no campaign");
    }
    assert!(held.iter().all(|count| *count > 60), "{held:?}");
}

#[test]
fn an_exposure_says_which_weights_drew_its_arm() {
    let mut test = experiment("hero", 10);
    test.enrolment.weights =
        [500, 2_000].map(|ago| WeightChange { from_s: NOW_S - ago, ranges: test.ranges.clone() }).into();
    test.enrolment.weights.reverse();
    let epoch = |sticky| {
        let mut test = test.clone();
        test.enrolment.sticky = sticky;
        exposures(&bundle(vec![test]), &Visit::default()).0[0].epoch
    };
    assert_eq!(epoch(false), 2, "the weights of now");
    assert_eq!(epoch(true), 1, "those of the day of the id");
}
