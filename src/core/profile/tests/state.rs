//! Consent, visits, pages, and what they leave in the cookie and in `Set-Cookie`.

use super::super::*;
use super::sample::{HOST, NOW_S, busy, keys};
use crate::bundle::Regime;
use crate::limits::{PROFILE_AGE_DAYS_MAX, VISIT_IDLE_S};
use Choice::{Denied, Granted, Unknown};

fn fresh() -> Profile {
    let mut profile = Profile::default();
    profile.record(true, true, NOW_S, ConsentSource::Api);
    profile.mint([1; 16], NOW_S);
    profile
}

#[test]
fn record_signal_and_regime_add_up() {
    use Regime::{OptIn, OptOut};
    // Recorded, opted out, GPC, regime: what holds.
    for (recorded, opt_out, gpc, regime, holds) in [
        (Unknown, false, false, OptIn, Unknown),
        (Unknown, false, false, OptOut, Granted),
        (Granted, false, false, OptIn, Granted),
        (Granted, false, false, OptOut, Granted),
        (Denied, false, false, OptIn, Denied),
        (Denied, false, false, OptOut, Denied),
        (Unknown, true, false, OptOut, Denied),
        (Unknown, false, true, OptOut, Denied),
        (Granted, true, false, OptIn, Denied),
        (Granted, false, true, OptIn, Denied),
    ] {
        let consent = Consent { personalization: recorded, measurement: Denied, ..Consent::default() };
        let effective = Effective::of(&consent, opt_out, gpc, regime);
        assert_eq!(effective.personalization, holds, "{recorded:?} {opt_out} {gpc} {regime:?}");
        assert_eq!(effective.measurement, Denied);
        assert_eq!(effective.grants(Purpose::Personalization), holds == Granted);
        assert!(effective.grants(Purpose::None));
    }
}

#[test]
fn a_signal_erases_everything_at_once_and_is_remembered() {
    let mut profile = busy();
    profile.unknown.push(UnknownSection { tag: 0x30, bytes: vec![1] });
    let effective = profile.settle(true, Regime::OptIn);
    assert_eq!((effective.personalization, effective.measurement), (Denied, Denied));
    let left = Profile { consent: busy().consent, opt_out: true, ..Profile::default() };
    assert_eq!(profile, left);
    // Without the header it still holds, until the visitor agrees again.
    assert_eq!(profile.settle(false, Regime::OptOut).personalization, Denied);
    profile.record(true, false, NOW_S, ConsentSource::Api);
    assert_eq!(profile.settle(false, Regime::OptIn).personalization, Granted);
}

#[test]
fn a_stranger_gets_no_cookie_for_sending_the_signal() {
    let mut profile = Profile::default();
    assert_eq!(profile.settle(true, Regime::OptOut).personalization, Denied);
    assert_eq!(profile, Profile::default());
}

#[test]
fn withdrawing_erases_what_was_withdrawn() {
    let mut profile = busy();
    profile.unknown = vec![UnknownSection { tag: 0x2f, bytes: vec![] }, UnknownSection { tag: 0x30, bytes: vec![] }];
    profile.put_trait(hash32(&["tier"]), "gold");
    profile.customer = Some([5; 16]);
    profile.signals.push(SignalState { key: 1, ..SignalState::default() });
    profile.record(false, true, NOW_S, ConsentSource::Gpp);
    assert!(profile.traits.is_empty() && profile.signals.is_empty() && profile.customer.is_none());
    assert_eq!((profile.id, profile.cart.lines.len(), profile.opt_out), (None, 0, false));
    assert_eq!(profile.unknown.len(), 1);
    profile.record(false, false, NOW_S, ConsentSource::Api);
    assert!(profile.opt_out && profile.unknown.is_empty());
}

#[test]
fn a_refusal_survives_forgetting_and_an_agreement_does_not() {
    let mut agreed = busy();
    agreed.forget();
    assert_eq!(agreed, Profile::default());

    let mut refused = Profile::default();
    refused.record(false, false, NOW_S, ConsentSource::Api);
    refused.forget();
    assert!(refused.opt_out);
    assert_eq!(refused.settle(false, Regime::OptOut).personalization, Denied);

    let mut half = fresh();
    half.record(true, false, NOW_S, ConsentSource::Api);
    half.forget();
    assert_eq!((half.consent.personalization, half.consent.measurement), (Unknown, Denied));
    assert_eq!(half.id, None);
}

#[test]
fn a_visit_ends_after_30_idle_minutes() {
    let mut profile = fresh();
    assert!(profile.page(NOW_S));
    assert!(!profile.page(NOW_S + VISIT_IDLE_S - 1));
    let second_s = NOW_S + 2 * VISIT_IDLE_S - 1;
    assert!(profile.page(second_s));
    assert!(!profile.page(second_s - 10));
    let visits =
        Visits { count: 2, first_s: NOW_S, previous_s: NOW_S + VISIT_IDLE_S - 1, last_s: second_s, session_pages: 2 };
    assert_eq!(profile.visits, visits);
}

#[test]
fn without_an_id_no_page_is_counted() {
    let mut profile = Profile::default();
    assert!(!profile.page(NOW_S));
    profile.see(PageSeen { sku: Some("a"), category: Some("b") }, NOW_S);
    assert_eq!(profile, Profile::default());
}

#[test]
fn an_id_is_minted_once() {
    let mut profile = fresh();
    profile.mint([2; 16], NOW_S + 9);
    assert_eq!((profile.id, profile.issued_s), (Some([1; 16]), NOW_S));
}

#[test]
fn a_reload_is_no_second_view() {
    let mut profile = fresh();
    let page = PageSeen { sku: Some("22423"), category: Some("lanterns") };
    profile.see(page, NOW_S);
    profile.see(page, NOW_S + VIEW_REPEAT_S - 1);
    assert_eq!(profile.interests[0].views, 1);
    profile.see(page, NOW_S + 2 * VIEW_REPEAT_S);
    assert_eq!((profile.interests[0].views, profile.viewed.len()), (2, 1));
    profile.see(PageSeen { sku: None, category: Some("lanterns") }, NOW_S);
    assert_eq!(profile.interests[0].score_milli, 3_000);
    assert!((profile.interest("lanterns", interest::day_of(NOW_S)) - 0.5).abs() < 1e-12);
    assert!(profile.viewed_sku("22423") && profile.viewed_category_on("lanterns", interest::day_of(NOW_S)));
    assert!(!profile.viewed_category_on("lanterns", interest::day_of(NOW_S) + 1));
}

#[test]
fn the_highest_interest_is_named_as_of_the_day() {
    let profile = busy();
    let today = interest::day_of(NOW_S);
    let (name, strength) = profile.top_interest(today).unwrap();
    assert_eq!(name, "lanterns");
    assert!((strength - 24.5 / 27.5).abs() < 1e-12);
    let (_, later) = profile.top_interest(today + 14).unwrap();
    assert!((later - 12.25 / 15.25).abs() < 1e-12);
    assert_eq!(Profile::default().top_interest(today), None);
    assert!(profile.interest("unseen", today) < f64::EPSILON);
}

#[test]
fn one_host_has_a_host_cookie_and_several_share_their_parent() {
    let one = CookieScope::of(&[HOST]).unwrap();
    assert_eq!((one.host(), one.cookie_name()), (HOST, "__Host-attune"));
    assert_eq!(one.set_cookie("V"), "__Host-attune=V; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(one.delete_cookie(), "__Host-attune=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
    let both = CookieScope::of(&["www.giftshop.example", "de.giftshop.example"]).unwrap();
    assert_eq!((both.host(), both.cookie_name()), ("giftshop.example", "__Secure-attune"));
    assert_eq!(
        both.set_cookie("V"),
        "__Secure-attune=V; Path=/; Max-Age=34560000; Domain=giftshop.example; Secure; HttpOnly; SameSite=Lax"
    );
    let nested = CookieScope::of(&["giftshop.example", "a.b.giftshop.example"]).unwrap();
    assert_eq!(nested.host(), "giftshop.example");
    assert_eq!(CookieScope::of(&["localhost"]).unwrap().host(), "localhost");
}

#[test]
fn hosts_that_share_nothing_are_an_error() {
    let refused = |hosts: &[&str]| CookieScope::of(hosts).unwrap_err();
    assert_eq!(refused(&[]), ScopeError::Empty);
    let none = |a: &str, b: &str| ScopeError::NoParent(a.into(), b.into());
    assert_eq!(refused(&["a.example", "b.example"]), none("a.example", "b.example"));
    assert_eq!(refused(&["ashop.example", "shop.example"]), none("ashop.example", "shop.example"));
    for host in ["", "A.example", "a.example:80", "https://a.example", "a..example", "a.example/", "ä.example"] {
        assert_eq!(refused(&[host]), ScopeError::Host(host.into()));
    }
}

#[test]
fn a_set_cookie_is_sent_only_when_the_browser_holds_something_else() {
    let (scope, keys) = (CookieScope::of(&[HOST]).unwrap(), keys());
    let value = scope.encode(&busy(), &keys).value;
    let header = format!("a=1; __Host-attune={value}");
    assert_eq!(scope.read(header.as_bytes(), &keys, NOW_S), Verdict::Valid(busy()));
    assert_eq!(scope.update(header.as_bytes(), &busy(), &keys), None);
    assert_eq!(scope.update(b"a=1", &busy(), &keys), Some(scope.set_cookie(&value)));
    assert_eq!(scope.update(header.as_bytes(), &Profile::default(), &keys), Some(scope.delete_cookie()));
    assert_eq!(scope.update(b"a=1", &Profile::default(), &keys), None);
    assert_eq!(scope.read(b"a=1", &keys, NOW_S), Verdict::Absent);
    let twice = format!("{header}; __Host-attune={value}");
    let refusal = Refusal::Header(header::HeaderRefusal::Duplicate);
    assert_eq!(scope.read(twice.as_bytes(), &keys, NOW_S), Verdict::NewVisitor(refusal));
}

#[test]
fn a_record_without_an_id_does_not_age() {
    let mut refused = Profile::default();
    refused.record(false, false, NOW_S, ConsentSource::Api);
    let value = cookie::encode(&refused, &keys(), HOST).value;
    let later_s = NOW_S + (PROFILE_AGE_DAYS_MAX + 1) * 86_400;
    assert_eq!(cookie::read(value.as_bytes(), &keys(), HOST, later_s), Verdict::Valid(refused));
}
