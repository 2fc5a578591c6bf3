//! Campaigns that are switched off.

use super::*;
use crate::bundle::Requirement;
use crate::explain::Account;

/// Two campaigns for the hero, the first with the bar, too.
fn loaded() -> Loaded {
    let bundle = bundle(vec![
        campaign("first", 20, Vec::new(), &[(0, 0), (1, 0)]),
        campaign("second", 10, Vec::new(), &[(0, 1)]),
    ]);
    Loaded::load(&encode(&bundle).unwrap()).unwrap()
}

/// Which campaign has each slot when those with these keys are off, and who did not get one.
fn campaigns(loaded: &Loaded, killed: &str, unit: Unit) -> (Vec<Option<usize>>, Account) {
    let mut account = Account::default();
    let slots = watched(loaded, &Visit::default(), unit, &loaded.campaigns_with(killed), &mut account);
    (slots.iter().map(|slot| slot.campaign).collect(), account)
}

#[test]
fn the_next_campaign_has_the_slot() {
    let loaded = loaded();
    let unit = Unit { id: VISITOR, ..Unit::default() };
    for (list, expected) in [
        ("", [Some(0), Some(0)]),
        ("first", [Some(1), None]),
        ("second\nunknown", [Some(0), Some(0)]),
        ("first\nsecond", [None, None]),
        ("firs\nfirst ", [Some(0), Some(0)]),
        ("second\nfirst", [None, None]),
    ] {
        assert_eq!(campaigns(&loaded, list, unit).0, expected, "{list:?}");
    }
}

#[test]
fn whoever_asks_why_is_told_and_a_preview_forces_nobody_into_it() {
    let forced = [("first".into(), "".into())];
    let unit = Unit { id: VISITOR, forced: &forced, ..Unit::default() };
    let (slots, account) = campaigns(&loaded(), "first", unit);
    assert_eq!(slots, [Some(1), None]);
    let reasons: Vec<_> = account.passed.iter().map(|passed| (passed.slot, passed.campaign, passed.reason)).collect();
    assert_eq!(reasons, [(0, 0, Reason::Killed), (1, 0, Reason::Killed)]);
}

#[test]
fn an_assignment_is_read_as_before() {
    let mut second = campaign("second", 10, Vec::new(), &[(0, 1)]);
    second.enrolment.requires = vec![Requirement { campaign: 0, arms: Vec::new() }];
    let bundle = bundle(vec![campaign("first", 20, Vec::new(), &[(0, 0)]), second]);
    let loaded = Loaded::load(&encode(&bundle).unwrap()).unwrap();
    let unit = Unit { id: VISITOR, ..Unit::default() };
    assert_eq!(assignment(&loaded, &Weights::default(), 0, unit, NOW_S, &mut ()), Assignment::In(0));
    assert_eq!(campaigns(&loaded, "first", unit).0[0], Some(1), "what requires it goes on");
}
