//! Consent, visits, pages, and what they leave in the cookie and in `Set-Cookie`.

use super::super::*;
use super::sample::{HOST, NOW_S, busy, keys};
use crate::attribute::Purpose;
use crate::bundle::{ConsentTool, Gpc, Regime, Terms};
use crate::codec::hash32;
use crate::limits::{ERASE_MARGIN_S, PROFILE_AGE_DAYS_MAX, VISIT_IDLE_S};
use Choice::{Denied, Granted, Unknown};

pub(super) fn fresh() -> Profile {
    let mut profile = Profile::default();
    profile.record(true, true, NOW_S, ConsentSource::Api);
    profile.mint([1; 16], NOW_S);
    profile
}

pub(super) const OPT_IN: Terms = Terms { regime: Regime::OptIn, gpc: Gpc::UntilAnswered };
pub(super) const OPT_OUT: Terms = Terms { regime: Regime::OptOut, gpc: Gpc::UntilAnswered };
pub(super) const FINAL: Terms = Terms { regime: Regime::OptOut, gpc: Gpc::Final };

#[test]
fn record_signal_and_regime_add_up() {
    // Recorded, given under the signal, opted out, signal now, terms: what holds.
    for (recorded, under_gpc, opt_out, gpc, terms, holds) in [
        (Unknown, false, false, false, OPT_IN, Unknown),
        (Unknown, false, false, false, OPT_OUT, Granted),
        (Granted, false, false, false, OPT_IN, Granted),
        (Granted, false, false, false, OPT_OUT, Granted),
        (Denied, false, false, false, OPT_IN, Denied),
        (Denied, false, false, false, OPT_OUT, Denied),
        (Unknown, false, true, false, OPT_OUT, Denied),
        (Unknown, false, false, true, OPT_OUT, Denied),
        (Unknown, false, false, true, OPT_IN, Denied),
        (Granted, false, true, false, OPT_IN, Denied),
        // Agreed without the signal: it is a refusal while it is sent.
        (Granted, false, false, true, OPT_IN, Denied),
        // Agreed although it was sent: that was meant.
        (Granted, true, false, true, OPT_IN, Granted),
        (Granted, true, false, false, OPT_IN, Granted),
        (Denied, true, false, true, OPT_OUT, Denied),
        (Granted, true, false, true, FINAL, Denied),
        (Granted, true, false, false, FINAL, Granted),
        (Unknown, false, false, false, FINAL, Granted),
    ] {
        let consent = Consent { personalization: recorded, measurement: Denied, under_gpc, ..Consent::default() };
        let effective = Effective::of(&consent, opt_out, None, gpc, terms);
        assert_eq!(effective.personalization, holds, "{recorded:?} {under_gpc} {opt_out} {gpc} {terms:?}");
        assert_eq!(effective.measurement, Denied);
        assert_eq!(effective.grants(Purpose::Personalization), holds == Granted);
        assert!(effective.grants(Purpose::None));
    }
}

/// The cookies of a browser: an answer, and a profile minted a minute ago.
pub(super) fn jar(answer: Option<ConsentState>, profile: &Profile) -> String {
    let scope = CookieScope::of(&[HOST]).unwrap();
    let bare = Profile { consent: Consent::default(), opt_out: false, ..profile.clone() };
    let profile = scope.encode(if answer.is_some() { &bare } else { profile }, &keys()).value;
    let consent = answer.map(|state| {
        let value = cookie::encode_consent(&state, &keys(), HOST);
        format!("{}={value}; ", scope.consent_name())
    });
    format!("{}{}={profile}", consent.unwrap_or_default(), scope.cookie_name())
}

pub(super) fn held(header: &str) -> Held<'_> {
    CookieScope::of(&[HOST]).unwrap().read(header.as_bytes(), &keys(), NOW_S)
}

fn answer(personalization: bool, erased_s: u32) -> ConsentState {
    let mut state = ConsentState { erased_s, ..ConsentState::default() };
    state.record(personalization, personalization, NOW_S - 100, ConsentSource::Api);
    state
}

#[test]
fn what_a_response_may_delete() {
    let refused = jar(Some(answer(false, 0)), &fresh());
    let agreed = jar(Some(answer(true, 0)), &fresh());
    let silent = jar(Some(ConsentState::default()), &fresh());
    let erased = jar(Some(answer(true, NOW_S)), &fresh());
    let began_meanwhile = jar(Some(ConsentState { erased_s: 1, ..ConsentState::default() }), &fresh());
    let first_format = jar(None, &fresh());
    // Cookies, signal, terms: whether the profile goes.
    for (name, header, gpc, terms, goes) in [
        ("refused", &refused, false, OPT_OUT, true),
        ("agreed", &agreed, false, OPT_IN, false),
        ("agreed, and another user of the device sends the signal", &agreed, true, OPT_IN, false),
        ("agreed, the signal is final", &agreed, true, FINAL, true),
        ("silence, the signal", &silent, true, OPT_OUT, true),
        ("silence that grants", &silent, false, OPT_OUT, false),
        ("silence that does not grant: unused, not erased", &silent, false, OPT_IN, false),
        ("forgotten, and a slow answer brought it back", &erased, false, OPT_IN, true),
        ("forgotten, and it began while that answer was on its way", &began_meanwhile, false, OPT_IN, true),
        ("forgotten, and silence grants", &began_meanwhile, false, OPT_OUT, false),
        ("an answer that only the profile carries", &first_format, false, OPT_IN, false),
    ] {
        let held = held(header);
        let effective = held.effective(gpc, terms);
        assert_eq!(held.must_go(effective, terms), goes, "{name}");
    }
    // A refusal that only a profile of format 1 carries is not deleted with it.
    let mut only = Profile::default();
    only.record(false, false, NOW_S, ConsentSource::Api);
    let header = jar(None, &only);
    let carried = held(&header);
    assert_eq!(carried.effective(false, OPT_OUT).personalization, Denied);
    assert!(!carried.must_go(carried.effective(false, OPT_OUT), OPT_OUT));
}

#[test]
fn a_profile_minted_before_an_erasure_is_none() {
    let header = jar(Some(answer(true, NOW_S)), &fresh());
    assert_eq!((held(&header).profile.id, held(&header).consent.erased_s), (None, NOW_S));
    let header = jar(Some(answer(true, NOW_S - 1)), &fresh());
    assert_eq!(held(&header).profile.id, Some([1; 16]));
}

#[test]
fn the_consent_cookie_is_right_whatever_the_profile_carries() {
    let header = jar(None, &fresh());
    assert_eq!(held(&header).consent.record.personalization, Granted);
    // A slow answer set the profile with its old answer again, after the refusal.
    let refused = cookie::encode_consent(&answer(false, 0), &keys(), HOST);
    let stale = format!("__Host-attune-consent={refused}; {}", jar(None, &fresh()));
    let stale = held(&stale);
    assert_eq!(stale.effective(false, OPT_OUT).personalization, Denied);
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
    let forgotten = |personalization, measurement| {
        let mut state = ConsentState::default();
        state.record(personalization, measurement, NOW_S, ConsentSource::Api);
        state.forget();
        (state.record.personalization, state.record.measurement, state.opt_out)
    };
    assert_eq!(forgotten(true, true), (Unknown, Unknown, false));
    assert_eq!(forgotten(false, false), (Denied, Denied, true));
    assert_eq!(forgotten(true, false), (Unknown, Denied, false));
    let mut state = ConsentState::default();
    state.erase(NOW_S + 60, NOW_S);
    assert_eq!(state.erased_s, NOW_S + 60, "the machine that minted was ahead");
    state.erase(0, NOW_S);
    assert_eq!(state.erased_s, NOW_S + 60);
    state.erase(0, NOW_S + 60);
    assert_eq!(state.erased_s, NOW_S + 60 + ERASE_MARGIN_S, "and one that mints just now may be, too");
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
fn an_order_of_this_visit_is_none_before_it() {
    let order = |at_s, total_minor| Order { id: "1".into(), total_minor, at_s, skus: Vec::new() };
    let mut profile = fresh();
    apply_order(&mut profile, &order(NOW_S - 60, 5_000));
    assert_eq!(profile.orders_before_visit(), (1, 5_000), "who has no visit");
    profile.page(NOW_S);
    assert_eq!(profile.orders_before_visit(), (1, 5_000));
    apply_order(&mut profile, &order(NOW_S, 7_000));
    assert_eq!(profile.orders_before_visit(), (1, 5_000), "at the first page of the first visit");
    profile.page(NOW_S + VISIT_IDLE_S);
    assert_eq!(profile.orders_before_visit(), (2, 12_000), "in the visit before");
    apply_order(&mut profile, &order(NOW_S + VISIT_IDLE_S + 60, u64::from(u32::MAX) + 9));
    assert_eq!(profile.orders_before_visit(), (2, 12_009), "of more than a profile keeps of one order");
    apply_order(&mut profile, &order(NOW_S + VISIT_IDLE_S + 90, 1));
    assert_eq!(profile.orders_before_visit(), (3, 12_000 + u64::from(u32::MAX) + 9), "the last of two");
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
    let mut same = held(&header);
    assert_eq!((same.profile.clone(), same.chars()), (busy(), value.len()));
    assert_eq!(scope.update(&same, &keys), None);
    same.profile = Profile::default();
    assert_eq!(scope.update(&same, &keys), Some(scope.delete_cookie()));
    let mut nobody = held("a=1");
    assert_eq!((nobody.has_cookie(), scope.update(&nobody, &keys)), (false, None));
    nobody.profile = busy();
    assert_eq!(scope.update(&nobody, &keys), Some(scope.set_cookie(&value)));
}

#[test]
fn the_cookies_after_an_answer_are_those_that_the_browser_sends_next() {
    let scope = CookieScope::of(&[HOST]).unwrap();
    let header = jar(Some(answer(true, 0)), &fresh());
    let header = ["a=b, c; ", &header, "; d=e; tool=1, 2; xtool=3"].concat();
    let tool = ConsentTool { cookie: "tool".into(), ..ConsentTool::default() };
    let mut before = scope.read(header.as_bytes(), &keys(), NOW_S);
    before.profile.view("22423", NOW_S);
    let set_cookie = scope.update(&before, &keys()).unwrap();
    let after_header = scope.cookie_after(&header, &set_cookie, &tool);
    assert!(after_header.ends_with("; tool=1, 2") && after_header.matches("; ").count() == 2, "{after_header}");
    let after = scope.read(after_header.as_bytes(), &keys(), NOW_S);
    assert_eq!((&after.profile, &after.consent, after.anonymous), (&before.profile, &before.consent, None));
    assert_eq!(scope.update(&after, &keys()), None, "the browser holds what it was told");
    let gone_header = scope.cookie_after(&header, &scope.delete_cookie(), &ConsentTool::default());
    assert!(!gone_header.contains("tool"), "{gone_header}");
    let gone = scope.read(gone_header.as_bytes(), &keys(), NOW_S);
    assert_eq!((gone.profile.id, &gone.consent, gone.has_cookie()), (None, &before.consent, false));
}

#[test]
fn the_answer_moves_from_the_profile_into_its_own_cookie() {
    let (scope, keys) = (CookieScope::of(&[HOST]).unwrap(), keys());
    let header = jar(None, &fresh());
    let mut carried = held(&header);
    assert_eq!(scope.update(&carried, &keys), None);
    let set = scope.answer(&mut carried, &keys);
    assert!(set.starts_with("__Host-attune-consent=AQ") && set.ends_with("; Secure; HttpOnly; SameSite=Lax"), "{set}");
    let update = scope.update(&carried, &keys).unwrap();
    let (profile, _) = update.split_once(';').unwrap();
    let both = format!("{profile}; {}", set.split_once(';').unwrap().0);
    assert_eq!(held(&both).profile, fresh());
    let alone = held(profile);
    assert_eq!(alone.profile.consent, Consent::default());
}

#[test]
fn of_several_cookies_the_visitors_own_counts() {
    let own = jar(Some(answer(false, 0)), &fresh());
    let profile = own.rsplit("__Host-attune=").next().unwrap().to_owned();
    let other = CookieScope::of(&[HOST]).unwrap().encode(&busy(), &keys()).value;
    let foreign = format!("{}A", profile.replacen("Ag", "Bw", 1));
    let who = |header: &str| (held(header).profile.id, held(header).anonymous);
    let me = (Some([1; 16]), None);
    for planted in [
        "__Host-attune=zz; ",
        "x=1,__Host-attune=zz; ",
        "x=1,__Host-attune=; ",
        "__Host-attune-consent=zz; a=b,__Host-attune-consent=,",
        &format!("__Host-attune={foreign}; "),
        &format!("__Host-attune={profile}; "),
        &format!("__Host-attune={profile},__Host-attune={profile}; "),
        &"__Host-attune=A; ".repeat(14),
    ] {
        assert_eq!(who(&format!("{planted}{own}")), me, "{planted}");
        assert_eq!(who(&format!("{own}; {planted}")), me, "{planted}");
        let header = format!("{planted}{own}");
        assert_eq!(held(&header).effective(false, OPT_OUT).personalization, Denied, "{planted}");
    }
    let nobody = |why| (None, Some(why));
    assert_eq!(who(&format!("{own}; __Host-attune={other}")), nobody(Unreadable::Several));
    let yes = cookie::encode_consent(&answer(true, 0), &keys(), HOST);
    assert_eq!(who(&format!("{own}; x=1,__Host-attune-consent={yes}")), nobody(Unreadable::Several));
    assert_eq!(who(&format!("{}{own}", "__Host-attune=A; ".repeat(16))), nobody(Unreadable::TooMany));
    assert_eq!(who(&format!("pad={}; {own}", "p".repeat(32 * 1024))), nobody(Unreadable::HeaderTooLong));
    for anonymous in [format!("{own}; __Host-attune={other}"), format!("pad={}; {own}", "p".repeat(32 * 1024))] {
        let held = held(&anonymous);
        assert_eq!(held.effective(false, OPT_OUT), Effective::default(), "silence grants nothing");
        assert!(!held.must_go(Effective::default(), OPT_OUT));
    }
    // Alone, what is not the visitor's own is none, or of a deployment that is not known yet.
    assert_eq!(who("__Host-attune=zz"), (None, None));
    assert_eq!(who(&format!("__Host-attune={foreign}")), nobody(Unreadable::Format(7)));
    // What is too short to be signed is of no deployment.
    for short in ["Aw", "Bw", "BwcA", &"A".repeat(22)] {
        assert_eq!(who(&format!("__Host-attune={short}; __Host-attune-consent={short}")), (None, None), "{short}");
    }
}

#[test]
fn who_agrees_begins_anew_where_nobody_can_tell_what_was_there() {
    let foreign = "Bw".repeat(30);
    let mine = CookieScope::of(&[HOST]).unwrap().encode(&fresh(), &keys()).value;
    for header in [
        format!("__Host-attune={foreign}"),
        format!("__Host-attune-consent={foreign}"),
        format!("__Host-attune-consent={foreign}; __Host-attune={mine}"),
    ] {
        let mut held = held(&header);
        assert!(held.begin_anew(NOW_S).is_ok(), "{header}");
        assert_eq!((held.anonymous, held.profile.id), (None, None), "{header}");
        assert!(held.consent.erased_s > NOW_S, "what was there stays erased: {header}");
    }
    let others = CookieScope::of(&[HOST]).unwrap().encode(&busy(), &keys()).value;
    for (header, why) in [
        (format!("__Host-attune={mine}; __Host-attune={others}"), Unreadable::Several),
        ("__Host-attune=A; ".repeat(17), Unreadable::TooMany),
        (format!("pad={}", "p".repeat(32 * 1024)), Unreadable::HeaderTooLong),
    ] {
        assert_eq!(held(&header).begin_anew(NOW_S), Err(why));
    }
    let own = jar(Some(answer(true, 0)), &fresh());
    let mut held = held(&own);
    assert!(held.begin_anew(NOW_S).is_ok());
    assert_eq!((held.profile.id, held.consent.erased_s), (Some([1; 16]), 0), "what can be read stays");
}

#[test]
fn forgetting_loses_no_refusal_that_cannot_be_read() {
    let refusal = cookie::encode_consent(&answer(false, 0), &keys(), HOST);
    let yes = cookie::encode_consent(&answer(true, 0), &keys(), HOST);
    let [mine, others] =
        [&fresh(), &busy()].map(|profile| CookieScope::of(&[HOST]).unwrap().encode(profile, &keys()).value);
    for beside in [
        format!("__Host-attune={}", "Bw".repeat(30)),
        format!("__Host-attune={mine}; __Host-attune={others}"),
        "__Host-attune=A; ".repeat(17),
        format!("__Host-attune-consent={yes}"),
        "__Host-attune-consent=A; ".repeat(17),
        format!("pad={}", "p".repeat(32 * 1024)),
    ] {
        let header = format!("__Host-attune-consent={refusal}; {beside}");
        let mut forgotten = held(&header);
        assert!(forgotten.anonymous.is_some(), "{beside}");
        forgotten.forget(NOW_S);
        let after = format!("__Host-attune-consent={}", cookie::encode_consent(&forgotten.consent, &keys(), HOST));
        let after = held(&after);
        assert_eq!(after.effective(false, OPT_OUT).personalization, Denied, "{beside}");
        assert!(after.consent.erased_s > NOW_S, "{beside}");
    }
    // An answer that can be read is forgotten as always, whatever stands beside it.
    let readable = format!("__Host-attune-consent={yes}; __Host-attune={}", "Bw".repeat(30));
    let mut agreed = held(&readable);
    agreed.forget(NOW_S);
    assert_eq!((agreed.consent.record, agreed.consent.opt_out), (Consent::default(), false));
}

#[test]
fn a_record_without_an_id_does_not_age() {
    let mut refused = Profile::default();
    refused.record(false, false, NOW_S, ConsentSource::Api);
    let value = cookie::encode(&refused, &keys(), HOST).value;
    let later_s = NOW_S + (PROFILE_AGE_DAYS_MAX + 1) * 86_400;
    assert_eq!(cookie::read(value.as_bytes(), &keys(), HOST, later_s), Verdict::Valid(refused));
}
