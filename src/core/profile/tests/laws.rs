//! Laws that hold for every profile, every byte string and every event.
//!
//! The `fuzz_*` functions take any bytes, so that a fuzzer can drive them as well.

use super::super::json::{parse_beacon, parse_login, parse_profile, parse_server_update, parse_visitor, readable};
use super::super::*;
use super::sample::{HOST, NOW_S, busy, keys};
use crate::limits::{COOKIE_CHARS_MAX, ERASE_MARGIN_S, LOGIN_CHARS_MAX, LOGIN_TTL_S_MAX, LOGS_MAX, TRAITS_MAX};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn written(profile: &Profile) -> String {
    cookie::encode(profile, &keys(), HOST).value
}

fn read(value: &str) -> Verdict {
    cookie::read(value.as_bytes(), &keys(), HOST, NOW_S)
}

/// Whatever is accepted is written again as it was.
fn fuzz_cookie(value: &[u8]) {
    if let Verdict::Valid(profile) = cookie::read(value, &keys(), HOST, NOW_S) {
        assert_eq!(written(&profile).as_bytes(), value);
    }
}

/// The same for sections that are signed, so that they are looked at.
fn fuzz_sections(sections: &[u8]) -> bool {
    let keys = keys();
    let mut bytes = vec![cookie::FORMAT, keys.signer()];
    bytes.extend_from_slice(sections);
    let mac = keys.sign(KeyPurpose::Cookie, &[HOST], &bytes);
    bytes.extend_from_slice(&mac);
    let value = crate::codec::base64::to_base64(&bytes);
    match read(&value) {
        Verdict::Valid(profile) => {
            assert_eq!(written(&profile), value);
            true
        }
        verdict => {
            assert!(matches!(verdict, Verdict::Refused(_)), "{verdict:?}");
            false
        }
    }
}

/// Whatever stands beside it, the visitor's own cookie is found, or nobody is.
fn fuzz_header(header: &[u8]) {
    let own = written(&busy());
    let scope = CookieScope::of(&[HOST]).unwrap();
    for joint in [&b";"[..], b",", b" ; ", b",;"] {
        let own = [scope.cookie_name().as_bytes(), b"=", own.as_bytes()].concat();
        for header in [[header, joint, &own].concat(), [&own, joint, header].concat()] {
            let held = scope.read(&header, &keys(), NOW_S);
            assert_eq!((held.profile, held.anonymous), (busy(), None));
        }
    }
}

/// No bytes make a token or a body do anything but succeed or fail.
fn fuzz_texts(bytes: &[u8]) {
    let _ = Preview::open(bytes, &keys(), NOW_S);
    let _ = parse_beacon(bytes, NOW_S);
    let _ = open_mint(bytes, &keys(), NOW_S);
    let _ = parse_visitor(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = (open_handle(&text, &keys()), open_login(bytes, &keys(), NOW_S));
    let _ = (parse_login(bytes), parse_server_update(bytes, &[], 0));
    let _ = KeyRing::parse(&text);
}

fn any_time() -> impl Strategy<Value = u32> {
    prop_oneof![1 => Just(0), 8 => NOW_S - 40_000_000..NOW_S + 300, 1 => any::<u32>()]
}

fn any_key() -> impl Strategy<Value = Box<str>> {
    // Few short keys, so that some come twice; some empty, some too long, some beyond ASCII.
    prop_oneof![9 => "[a-f0-9ü-]{0,3}", 3 => "[a-z-]{6,30}", 1 => "[a-z]{30,60}"].prop_map(Box::from)
}

fn any_choice() -> impl Strategy<Value = Choice> {
    prop_oneof![1 => Just(Choice::Unknown), 6 => Just(Choice::Granted), 1 => Just(Choice::Denied)]
}

fn any_consent() -> impl Strategy<Value = Consent> {
    let source = prop_oneof![Just(ConsentSource::Api), Just(ConsentSource::Tcf), Just(ConsentSource::Cookie)];
    (any_choice(), any_choice(), any_time(), source, any::<bool>()).prop_map(
        |(personalization, measurement, at_s, source, under_gpc)| Consent {
            personalization,
            measurement,
            at_s,
            source,
            under_gpc,
        },
    )
}

fn any_interests() -> impl Strategy<Value = Vec<Interest>> {
    let one = (any_key(), 0..1_100_000u32, any::<u16>(), any::<u8>(), 20_000..20_800u16);
    let one = one.prop_map(|(category, score_milli, views, today, day)| Interest {
        category,
        score_milli,
        views,
        today,
        day,
    });
    vec(one, 0..16)
}

fn any_cart() -> impl Strategy<Value = Cart> {
    let line = (any_key(), any::<u16>(), any::<u32>());
    let line = line.prop_map(|(sku, quantity, price_minor)| CartLine { sku, quantity, price_minor });
    (vec(line, 0..25), any_time()).prop_map(|(lines, at_s)| Cart { lines, at_s })
}

fn any_orders() -> impl Strategy<Value = Orders> {
    (any::<u16>(), 0..1_000_000_000_000u64, any_time(), vec(any_key(), 0..15)).prop_map(
        |(count, total_minor, last_s, skus)| {
            let (last_minor, last_items) = (u32::try_from(total_minor / 3_000).unwrap(), count % 7);
            Orders { count, total_minor, last_s, last_minor, last_items, skus }
        },
    )
}

fn any_visits() -> impl Strategy<Value = Visits> {
    (any::<u16>(), any_time(), any_time(), any_time(), any::<u16>()).prop_map(
        |(count, first_s, previous_s, last_s, session_pages)| Visits {
            count,
            first_s,
            previous_s,
            last_s,
            session_pages,
        },
    )
}

/// Profiles of every kind, also ones that no cookie could hold as they are.
fn any_profile() -> impl Strategy<Value = Profile> {
    let viewed = (any_key(), any_time()).prop_map(|(sku, at_s)| Viewed { sku, at_s });
    let impressions = (any::<u32>(), any::<u8>(), any_time());
    let impressions =
        impressions.prop_map(|(campaign, count, since_s)| CampaignImpressions { campaign, count, since_s });
    let unknown = (any::<u8>(), vec(any::<u8>(), 0..400)).prop_map(|(tag, bytes)| UnknownSection { tag, bytes });
    let head =
        (any_consent(), prop::bool::weighted(0.1), option::weighted(0.9, any::<[u8; 16]>()), any::<Option<[u8; 16]>>());
    let value = (any::<u32>(), any_key()).prop_map(|(key, value)| TraitValue { key, value });
    let state = (any::<u32>(), any::<u32>(), any::<u32>(), 20_089..40_000_u16);
    let state = state.prop_map(|(key, sum_milli, total_milli, day)| SignalState { key, sum_milli, total_milli, day });
    let lists = (
        any_interests(),
        vec(viewed, 0..25),
        vec(impressions, 0..40),
        vec(unknown, 0..4),
        vec(value, 0..20),
        vec(state, 0..20),
    );
    let rest = (any_visits(), any_cart(), any_orders(), any_time(), vec(any::<u32>(), 0..10));
    let issued_s = NOW_S - 30_000_000..NOW_S + 300;
    (head, lists, rest, issued_s).prop_map(|(head, lists, rest, issued_s)| Profile {
        consent: head.0,
        opt_out: head.1,
        id: head.2,
        issued_s,
        visits: rest.0,
        interests: lists.0,
        viewed: lists.1,
        impressions: lists.2,
        cart: rest.1,
        orders: rest.2,
        purchased_s: rest.3,
        shown_products: ShownProducts {
            week: u16::try_from(issued_s / 604_800).unwrap_or(0),
            products: rest.4.iter().map(|id| ShownProduct { product: *id, quarters: id.to_le_bytes()[0] }).collect(),
        },
        logs: rest.4.iter().map(|id| LogMark { log: id % 7, last: id / 7 }).collect(),
        mailbox: MailboxMark { last: issued_s.into(), ask_until_s: rest.3, unacknowledged: head.1 },
        transactions: rest.4,
        traits: lists.4,
        signals: lists.5,
        customer: head.3,
        unknown: lists.3,
    })
}

fn any_items() -> impl Strategy<Value = Vec<Item>> {
    let item = (any_key(), option::of(any_key()), 0..4u16, 0..500u32);
    let item = item.prop_map(|(sku, category, quantity, price_minor)| Item {
        sku,
        category,
        quantity,
        price_minor,
        discount_minor: price_minor / 2,
        ..Item::default()
    });
    vec(item, 0..4)
}

fn any_event() -> impl Strategy<Value = Event> {
    let page = (option::of(any_key()), option::of(any_key()));
    let kind = prop_oneof![
        page.prop_map(|(sku, category)| EventKind::PageView { path: "/".into(), sku, category }),
        (any_items(), any::<bool>()).prop_map(|(items, served)| EventKind::ViewItem { items, served }),
        any_items().prop_map(EventKind::ViewItemList),
        any_items().prop_map(EventKind::AddToCart),
        any_items().prop_map(EventKind::RemoveFromCart),
        any_items().prop_map(EventKind::ViewCart),
        any_items().prop_map(EventKind::BeginCheckout),
        (any_items(), option::of(0..4u32)).prop_map(|(items, transaction)| EventKind::Purchase { items, transaction }),
        Just(EventKind::Search),
        "[a-c]{1,2}".prop_map(|campaign| EventKind::Lost {
            slot: "hero".into(),
            campaign: campaign.as_str().into(),
            arm: "".into(),
        }),
        ("[a-c]{0,2}", 0..9_000u32).prop_map(|(campaign, per_s)| EventKind::Impression {
            slot: "hero".into(),
            campaign: campaign.as_str().into(),
            arm: "".into(),
            per_s,
            products: ["a", "b"].into_iter().take((per_s % 3) as usize).map(Box::from).collect(),
        }),
    ];
    (NOW_S - 100_000..NOW_S + 100, kind).prop_map(|(at_s, kind)| Event { at_s, kind })
}

/// What a cookie keeps of a profile.
fn kept(profile: &Profile) -> Profile {
    match read(&written(profile)) {
        Verdict::Valid(kept) => kept,
        verdict => panic!("{verdict:?} for {profile:?}"),
    }
}

/// Somebody who agreed.
fn agreed() -> Profile {
    let mut profile = Profile::default();
    profile.record(true, true, NOW_S - 5, ConsentSource::Api);
    profile.mint([7; 16], NOW_S - 5);
    profile
}

const RULES: Rulebook<'static> =
    Rulebook { facts: &no_facts_of, category: &|name| name.into(), window_s: &|_| None, signals: &[] };

fn no_facts_of(_: &str) -> PathFacts {
    PathFacts::default()
}

/// The events from a place on, numbered from 1.
fn batch_of(events: &[Event], from: usize, count: usize) -> Batch {
    let sent = events.iter().zip(1..).skip(from).take(count).map(|(event, number)| Sent {
        number,
        page: "/".into(),
        event: Some(event.clone()),
    });
    Batch { log: 9, oldest: 1, events: sent.collect() }
}

proptest! {
    // A failing input becomes a vector or a test with a name, not a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_accepted_within_the_cap_and_written_the_same_again(profile in any_profile()) {
        let value = written(&profile);
        prop_assert!(value.len() <= COOKIE_CHARS_MAX);
        prop_assert_eq!(&value, &written(&profile.clone()));
        let kept = kept(&profile);
        prop_assert_eq!(written(&kept), value);
        // What is never given up is all there.
        prop_assert_eq!(kept.consent.personalization, profile.consent.personalization);
        prop_assert_eq!(kept.opt_out, profile.opt_out);
        if kept.id.is_some() {
            prop_assert_eq!(kept.id, profile.id);
            prop_assert_eq!(kept.orders.count, profile.orders.count);
            prop_assert_eq!(kept.customer, profile.customer);
        } else {
            prop_assert!(kept.interests.is_empty() && kept.cart == Cart::default());
            prop_assert!(kept.traits.is_empty() && kept.signals.is_empty() && kept.customer.is_none());
        }
    }

    #[test]
    fn a_readable_profile_reads_back(profile in any_profile()) {
        let mut profile = kept(&profile);
        profile.unknown.clear();
        // Who the customer is, is never told.
        profile.customer = None;
        interest::sort(&mut profile);
        // A readable profile has no visits unless there was one, and says "never" by leaving a time out.
        if profile.visits.count == 0 || profile.visits.session_pages == 0 || profile.visits.first_s == 0 {
            profile.visits = Visits::default();
        }
        profile.viewed.retain(|viewed| viewed.at_s > 0);
        profile.impressions.retain(|impressions| impressions.since_s > 0);
        let json = serde_json::to_value(readable(&profile, &[], |_| None)).unwrap();
        prop_assert_eq!(parse_profile(&json), Ok(profile), "{}", json);
    }

    #[test]
    fn signed_sections_are_accepted_in_one_form_only(
        profile in any_profile(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        change in 0..4,
    ) {
        let mut sections = Vec::new();
        cookie::write_sections::write(&cookie::selection::Selection::of(&kept(&profile)), &mut sections);
        prop_assert!(fuzz_sections(&sections));
        let at = at.index(sections.len() + 1);
        match change {
            0 => sections.insert(at, byte),
            1 => sections.truncate(at),
            _ if at == sections.len() => {}
            2 => sections[at] = byte,
            _ => { sections.remove(at); }
        }
        fuzz_sections(&sections);
    }

    #[test]
    fn a_login_token_says_what_was_said_until_it_expires(
        update in vec((any::<u32>(), "[a-zü]{0,12}"), 0..20),
        customer in prop_oneof![
            Just(Customer::Unsaid),
            Just(Customer::Nobody),
            any::<[u8; 16]>().prop_map(Customer::Is),
        ],
        at_ms in any::<u64>(),
        ttl_s in 0..LOGIN_TTL_S_MAX + 2,
        at in any::<prop::sample::Index>(),
        bit in 0..8,
    ) {
        let mut traits: Vec<_> = update.into_iter().map(|(key, value)| TraitValue { key, value: value.into() }).collect();
        traits.sort_by_key(|own| own.key);
        let update = ServerUpdate { traits, customer, at_ms };
        let twice = update.traits.windows(2).any(|pair| pair[0].key == pair[1].key);
        let sealed = seal_login(&update, NOW_S + ttl_s, &keys(), NOW_S);
        if ttl_s == 0 || ttl_s > LOGIN_TTL_S_MAX {
            prop_assert_eq!(sealed, Err(LoginError::Lifetime));
        } else if twice || update.traits.len() > TRAITS_MAX {
            prop_assert_eq!(sealed, Err(LoginError::ServerUpdate));
        } else {
            let token = sealed.unwrap();
            prop_assert!(token.len() <= LOGIN_CHARS_MAX);
            let open = |token: &str, now_s| open_login(token.as_bytes(), &keys(), now_s);
            prop_assert_eq!(open(&token, NOW_S + ttl_s), Err(TokenError::Expired(NOW_S + ttl_s)));
            prop_assert_eq!(open(&token, NOW_S - 400), if ttl_s + 100 > LOGIN_TTL_S_MAX {
                Err(TokenError::TooLasting(NOW_S + ttl_s))
            } else {
                Ok(update.clone())
            });
            prop_assert_eq!(open(&token, NOW_S + ttl_s - 1), Ok(update));
            let mut altered = token.into_bytes();
            let at = at.index(altered.len());
            altered[at] ^= 1u8 << bit;
            prop_assert!(open_login(&altered, &keys(), NOW_S).is_err());
        }
    }

    #[test]
    fn signed_bytes_of_any_kind_never_panic(sections in vec(any::<u8>(), 0..300)) {
        fuzz_sections(&sections);
    }

    #[test]
    fn values_of_any_kind_never_panic(
        bytes in prop_oneof![vec(any::<u8>(), 0..200), "[A-Za-z0-9_-]{0,100}".prop_map(String::into_bytes)],
    ) {
        fuzz_cookie(&bytes);
        fuzz_texts(&bytes);
    }

    #[test]
    fn an_altered_value_is_never_accepted(profile in any_profile(), at in any::<prop::sample::Index>(), bit in 0..8) {
        let mut value = written(&profile).into_bytes();
        let at = at.index(value.len());
        value[at] ^= 1u8 << bit;
        let verdict = cookie::read(&value, &keys(), HOST, NOW_S);
        prop_assert!(!matches!(verdict, Verdict::Valid(_)), "{verdict:?}");
    }

    #[test]
    fn no_header_hides_the_visitors_own_cookie(
        header in prop_oneof![
            vec(any::<u8>(), 0..60),
            "([st]|ss|x)?[ \t]?=?[ab]?( |\t|;|,|; ){1,2}(s|t)=[ab]{0,2}[,; \t]{0,3}(s|t|x)[= ]{0,2}[ab,;]{0,3}"
                .prop_map(String::into_bytes),
        ],
    ) {
        fuzz_header(&header);
    }

    #[test]
    fn events_leave_what_a_cookie_holds(events in vec(any_event(), 1..30)) {
        let mut profile = agreed();
        for event in &events {
            prop_assert_eq!(apply(&mut profile, event, &[], NOW_S), Ok(()));
            prop_assert_eq!(kept(&profile), profile.clone(), "{:?}", event);
        }
        let mut nobody = Profile::default();
        prop_assert_eq!(apply(&mut nobody, &events[0], &[], NOW_S), Err(EventRefusal::NoConsent));
        prop_assert_eq!(nobody, Profile::default());
    }

    /// Batches overlap, begin anywhere, and come again in any order, as after lost answers and stale cookies.
    #[test]
    fn a_log_is_taken_once_in_order_however_it_is_cut(
        events in vec(any_event(), 1..20),
        cuts in vec((0..20usize, 1..8usize, any::<bool>()), 0..25),
    ) {
        let batch = |from: usize, count: usize| batch_of(&events, from, count);
        let mut whole = agreed();
        take_batch(&mut whole, batch(0, events.len()), 0, NOW_S, &RULES);
        let (mut profile, mut stale) = (agreed(), agreed());
        for (from, count, set_back) in cuts {
            let before = stale.logs.first().map_or(0, |mark| mark.last);
            let outcome = take_batch(&mut profile, batch(from, count), 0, NOW_S, &RULES);
            let last = profile.logs.first().map_or(0, |mark| mark.last);
            prop_assert_eq!(outcome.last, last);
            if set_back && before <= last {
                std::mem::swap(&mut profile, &mut stale);
            }
        }
        let last = profile.logs.first().map_or(0, |mark| mark.last);
        let rest = take_batch(&mut profile, batch(last as usize, events.len()), 0, NOW_S, &RULES);
        prop_assert_eq!(rest.last as usize, events.len());
        prop_assert_eq!(profile, whole);
    }

    #[test]
    fn a_batch_behind_a_gap_is_left_whole(events in vec(any_event(), 3..9), first in 2..9u32, oldest in 0..9u32) {
        let mut profile = agreed();
        let mut batch = batch_of(&events, 0, events.len());
        batch.oldest = oldest;
        (first..).zip(&mut batch.events).for_each(|(number, sent)| sent.number = number);
        let outcome = take_batch(&mut profile, batch, 0, NOW_S, &RULES);
        if first > oldest.max(1) {
            prop_assert_eq!((outcome.last, profile), (0, agreed()));
        } else {
            prop_assert_eq!(outcome.last as usize, first as usize + events.len() - 1);
        }
    }

    #[test]
    fn what_happened_before_an_erasure_counts_as_taken(events in vec(any_event(), 1..9), erased_s in NOW_S - 50_000..NOW_S) {
        let mut profile = agreed();
        let outcome = take_batch(&mut profile, batch_of(&events, 0, events.len()), erased_s, NOW_S, &RULES);
        let is_erased = |event: &Event| event.at_s + ERASE_MARGIN_S <= erased_s;
        let erased = events.iter().filter(|event| is_erased(event)).count();
        prop_assert_eq!((outcome.last as usize, outcome.applied), (events.len(), events.len() - erased));
        prop_assert!(outcome.refused.iter().all(|(_, why)| *why == EventRefusal::Erased));
        let mut expected = agreed();
        for mut event in events.into_iter().filter(|event| !is_erased(event)) {
            event.resolve("/", no_facts_of, RULES.category, RULES.window_s).unwrap();
            apply(&mut expected, &event, &[], NOW_S).unwrap();
        }
        expected.logs = profile.logs.clone();
        prop_assert_eq!(profile, expected);
    }

    #[test]
    fn without_a_grant_nothing_personal_is_written(profile in any_profile(), measured in any::<bool>()) {
        let mut profile = profile;
        profile.enforce(false, measured);
        let kept = kept(&profile);
        let personal = |section: &UnknownSection| section.tag >> 4 == 2;
        prop_assert!(!kept.unknown.iter().any(personal));
        let unknown = kept.unknown.clone();
        let only = Profile { consent: kept.consent, opt_out: kept.opt_out, unknown, ..Profile::default() };
        prop_assert_eq!(kept, only);
    }

    #[test]
    fn interest_never_grows_by_waiting(score_milli in 0..1_000_000u32, days in 0..900u16) {
        let later = interest::decayed(score_milli, days);
        prop_assert!(later <= score_milli);
        prop_assert!(interest::decayed(score_milli, days + 1) <= later);
        let exact = f64::from(score_milli) * 0.5f64.powf(f64::from(days) / 14.0);
        prop_assert!((f64::from(later) - exact).abs() <= 0.501, "{later} {exact}");
    }
}

#[test]
fn cookies_that_are_cut_anywhere_are_refused() {
    let value = written(&busy());
    for length in 0..value.len() {
        let verdict = read(value.get(..length).unwrap());
        assert!(matches!(verdict, Verdict::Refused(_)), "{length}: {verdict:?}");
    }
}

#[test]
fn eight_logs_are_remembered_and_the_one_used_longest_ago_makes_room() {
    let event = Event { at_s: NOW_S, kind: EventKind::Search };
    let mut profile = agreed();
    for log in [1, 2, 3, 4, 5, 6, 7, 8, 1, 9] {
        let last = profile.last_of(log);
        let sent = Sent { number: last + 1, page: "/".into(), event: Some(event.clone()) };
        take_batch(&mut profile, Batch { log, oldest: 1, events: vec![sent] }, 0, NOW_S, &RULES);
    }
    let marks: Vec<_> = profile.logs.iter().map(|mark| (mark.log, mark.last)).collect();
    assert_eq!(marks, [(9, 1), (1, 2), (8, 1), (7, 1), (6, 1), (5, 1), (4, 1), (3, 1)]);
    assert_eq!(marks.len(), LOGS_MAX);
}

#[test]
fn a_profile_without_an_id_takes_nothing() {
    let event = Event { at_s: NOW_S, kind: EventKind::Search };
    let mut profile = Profile::default();
    let outcome = take_batch(&mut profile, batch_of(&[event], 0, 1), 0, NOW_S, &RULES);
    assert_eq!((outcome, profile), (BatchOutcome::default(), Profile::default()));
}

#[test]
fn rows_of_the_mailbox_are_taken_once_in_order_and_acknowledged() {
    let order = |number, id: &str| Mail {
        number,
        body: MailBody::Order(Order {
            id: id.into(),
            total_minor: 500,
            at_s: NOW_S,
            skus: vec!["a".into(), "".into()],
        }),
    };
    let customer = |number, customer| Mail { number, body: MailBody::Customer(customer) };
    let mut profile = agreed();
    let rows = [order(5, "A"), customer(7, Customer::Is([3; 16]))];
    profile.deliver(&rows, &[]);
    assert_eq!((profile.orders.count, profile.customer, profile.mailbox.last), (1, Some([3; 16]), 7));
    assert!(profile.mailbox.unacknowledged && profile.mailbox.is_due(false, 0, NOW_S));
    // Delivered again: nothing is above.
    profile.deliver(&rows, &[]);
    assert_eq!((profile.orders.count, profile.mailbox.last), (1, 7));
    assert!(!profile.mailbox.unacknowledged && !profile.mailbox.is_due(false, 7, NOW_S));
    profile.deliver(&[order(6, "late"), customer(9, Customer::Nobody)], &[]);
    assert_eq!((profile.orders.count, profile.customer, profile.mailbox.last), (1, None, 9));
    // A browser that has seen more than its cookie shows.
    assert!(MailboxMark::default().is_due(false, 9, NOW_S));
    assert_eq!(profile.orders.skus, ["a".into()]);
}

#[test]
fn the_mailbox_is_asked_for_an_hour_after_a_checkout_a_purchase_or_a_login() {
    let kinds = [
        EventKind::BeginCheckout(Vec::new()),
        EventKind::Purchase { items: Vec::new(), transaction: None },
        EventKind::Login,
    ];
    for kind in kinds {
        let mut profile = agreed();
        apply(&mut profile, &Event { at_s: NOW_S - 600, kind }, &[], NOW_S).unwrap();
        let due = |now_s| profile.mailbox.is_due(false, 0, now_s);
        assert!(due(NOW_S) && due(NOW_S + 2_999) && !due(NOW_S + 3_000));
        assert!(profile.mailbox.is_due(true, 0, NOW_S + 9_999));
    }
}
