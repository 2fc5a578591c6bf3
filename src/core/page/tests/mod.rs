#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod canary;
mod plan;

use super::*;
use crate::attribute::Attribute;
use crate::bundle::{
    Arm, Atom, AttributeRef, Body, Bundle, Campaign, Content, DecisionHeader, Enrolment, Locale, PageType, Part,
    PathPattern, PathSegment, Regime,
};
use crate::bundle::{ConsentRules, ConsentTool, Gpc, Op, Region, Segment, Slot, Template, Test, TextList, encode};
use crate::loaded::Loaded;
use crate::profile::{
    Consent, ConsentSource, CookieScope, KeyRing, LogMark, Minted, Profile, SiteKeys, Viewed, open_mint,
};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use base64ct::{Base64UrlUnpadded, Encoding as _};

const KEYS: &str = "1:sign:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const NOW_S: u32 = 1_795_000_000;
const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const DOCUMENT: &str = "<!doctype html><title>Shop</title>";

fn bundle() -> Vec<u8> {
    let literal = |text: &str| Body::Html(Template { parts: vec![Part::Literal(text.into())] });
    let mut bundle = Bundle::default();
    let site = &mut bundle.site;
    site.name = "shop".into();
    site.hosts = vec!["shop.example".into()];
    let locale = |tag: &str, currency: &str| Locale { tag: tag.into(), currency: currency.into() };
    site.locales = vec![locale("en-GB", "GBP"), locale("de-DE", "EUR")];
    let sku = PathPattern { segments: vec![PathSegment::Literal("p".into()), PathSegment::Sku] };
    site.pages = vec![PageType { key: "product".into(), patterns: vec![sku] }];
    site.consent = ConsentRules {
        regimes: vec![(Region::Country("US".into()), Regime::OptOut), (Region::Other, Regime::OptIn)],
        gpc: Gpc::UntilAnswered,
        tool: ConsentTool::default(),
    };
    site.never_profile =
        vec![PathPattern { segments: vec![PathSegment::Literal("p".into()), PathSegment::Literal("private".into())] }];
    bundle.slots = vec![Slot {
        key: "hero".into(),
        selector: "#hero".parse().unwrap(),
        elements: Vec::new(),
        pages: TextList::default(),
    }];
    bundle.contents =
        vec![Content {
            key: "hello".into(), bodies: vec![literal("Hello"), literal("Grüße")], by_locale: vec![0, 1]
        }];
    bundle.campaigns = vec![Campaign {
        key: "all".into(),
        owner: String::new(),
        priority: 1,
        eligible: Vec::new(),
        during: None,
        cap: None,
        holdout_bp: 0,
        phase: 0,
        arms: vec![Arm { key: String::new(), show: vec![(0, 0)] }],
        ranges: Vec::new(),
        slots: vec![0],
        enrolment: Enrolment::default(),
    }];
    encode(&bundle).unwrap()
}

#[test]
fn a_campaign_that_observes_is_in_the_plan_and_not_in_the_page() {
    let mut watching = Loaded::load(&bundle()).unwrap();
    let campaign = watching.campaigns[0].take().unwrap();
    let bundle = Bundle {
        site: watching.site,
        slots: watching.slots.into_iter().flatten().collect(),
        contents: watching.contents.into_iter().flatten().collect(),
        campaigns: vec![Campaign { enrolment: Enrolment { observe: true, ..Enrolment::default() }, ..campaign }],
        ..Bundle::default()
    };
    let core = PageCore::new(&encode(&bundle).unwrap(), KEYS).unwrap();
    let answer = core.answer(&Request::parse(&Ask::default().text()).unwrap(), DOCUMENT.as_bytes());
    assert_eq!(answer.fills, []);
    let told = "\"campaign\":null,\"arm\":null,\"content\":null,\"reason\":\"none\",\"observed\":{\"campaign\":\"all\",\"arm\":null}";
    assert!(answer.tail.contains(told), "{}", answer.tail);
}

fn core() -> PageCore {
    PageCore::new(&bundle(), KEYS).unwrap()
}

struct Ask<'a> {
    flags: &'a str,
    path: &'a str,
    cookie: &'a str,
    agent: &'a str,
    country: &'a str,
    referrer: &'a str,
}

impl Default for Ask<'_> {
    fn default() -> Self {
        Ask { flags: "dmu", path: "/", cookie: "", agent: CHROME, country: "GB", referrer: "" }
    }
}

impl Ask<'_> {
    fn text(&self) -> String {
        let Ask { flags, path, cookie, agent, country, referrer } = self;
        let now_ms = u64::from(NOW_S) * 1_000;
        let random = "a".repeat(32);
        format!(
            "1\n{now_ms}\n{flags}\nshop.example\n{path}\n\n{cookie}\n{referrer}\n{agent}\nen\n{country}\n\n\n\n\n\n{random}"
        )
    }
}

/// What a page answers that opens with `prelude`; empty: a document without a language.
fn ask(asked: &Ask, prelude: &str) -> Answer {
    let prelude = if prelude.is_empty() { DOCUMENT } else { prelude };
    core().answer(&Request::parse(&asked.text()).unwrap(), prelude.as_bytes())
}

fn cookie_of(profile: &Profile) -> String {
    let keys: SiteKeys = KeyRing::parse(KEYS).unwrap().bind("shop");
    let value = CookieScope::of(&["shop.example"]).unwrap().encode(profile, &keys).value;
    format!("__Host-attune={value}")
}

fn consenting() -> Profile {
    let mut profile = Profile::default();
    profile.record(true, true, NOW_S - 90, ConsentSource::Api);
    profile.mint([7; 16], NOW_S - 90);
    profile
}

/// The profile that a page is decided with.
fn decided_with(asked: &Ask) -> Profile {
    let (core, text) = (core(), asked.text());
    let request = Request::parse(&text).unwrap();
    let mut visit = core.visit(&request);
    core.input(&request, &mut visit, "", true).facts().profile.clone()
}

/// The visitor id in the mint token of a page's plan.
fn minted(answer: &Answer) -> Option<Minted> {
    let (_, token) = answer.tail.split_once("\"mint\":\"")?;
    let keys = KeyRing::parse(KEYS).unwrap().bind("shop");
    Some(open_mint(token.split('"').next().unwrap().as_bytes(), &keys, NOW_S).unwrap())
}

#[test]
fn without_consent_nothing_is_remembered_and_content_still_shown() {
    let answer = ask(&Ask::default(), "<html lang=en>");
    assert_eq!(answer.set_cookie, "");
    assert_eq!(answer.fills, [Insert::Html("Hello<!--attune-->".into())]);
    assert!(answer.tail.contains("\"personalization\":\"unknown\""), "{}", answer.tail);
}

#[test]
fn a_page_sets_no_cookie_and_its_plan_carries_a_fresh_id() {
    let mut profile = Profile::default();
    profile.record(true, false, NOW_S - 90, ConsentSource::Api);
    let cookie = cookie_of(&profile);
    let asked = Ask { cookie: &cookie, path: "/p/22423", ..Ask::default() };
    let answer = ask(&asked, "");
    assert_eq!(answer.set_cookie, "");
    assert_eq!(minted(&answer), Some(Minted { id: [0xaa; 16], issued_s: NOW_S }));
    assert!(answer.tail.contains("\"logs\":[],\"mail\":0,\"mint\":"), "{}", answer.tail);
    assert!(answer.tail.contains("\"view\":true"), "{}", answer.tail);
    let decided = decided_with(&asked);
    assert_eq!((decided.id, decided.visits.count, decided.visits.session_pages), (Some([0xaa; 16]), 1, 1));
    assert_eq!(decided.viewed.iter().map(|v| &*v.sku).collect::<Vec<_>>(), ["22423"]);
}

#[test]
fn a_view_that_was_told_is_not_counted_once_more() {
    let mut profile = consenting();
    profile.page(NOW_S - 60);
    let cookie = cookie_of(&profile);
    let pages = |flags| decided_with(&Ask { cookie: &cookie, flags, path: "/p/1", ..Ask::default() });
    assert_eq!((pages("dmu").visits.session_pages, pages("dmu").viewed.len()), (2, 1));
    assert_eq!((pages("dvmu").visits.session_pages, pages("dvmu").viewed.len()), (1, 0));
}

#[test]
fn a_plan_says_how_far_the_cookie_is_and_mints_nothing_beside_it() {
    let mut profile = consenting();
    profile.logs = vec![LogMark { log: 0x1a2b_3c4d, last: 9 }, LogMark { log: 2, last: 300 }];
    profile.mailbox.last = 59_961_600_123;
    let answer = ask(&Ask { cookie: &cookie_of(&profile), ..Ask::default() }, "");
    let memory = "\"logs\":[[\"1a2b3c4d\",9],[\"00000002\",300]],\"mail\":59961600123,\"view\":true";
    assert!(answer.tail.contains(memory), "{}", answer.tail);
    assert_eq!((minted(&answer), answer.set_cookie.as_str()), (None, ""));
}

#[test]
fn the_page_before_counts_where_the_cookie_lacks_it() {
    let viewed = |profile: &Profile, referrer: &str, path: &str| {
        let cookie = cookie_of(profile);
        let decided = decided_with(&Ask { cookie: &cookie, referrer, path, ..Ask::default() });
        decided.viewed.iter().map(|v| v.sku.to_string()).collect::<Vec<_>>()
    };
    let (known, own) = (consenting(), "https://shop.example/p/before?x=1");
    assert_eq!(viewed(&known, own, "/p/now"), ["now", "before"]);
    assert_eq!(viewed(&known, "https://other.example/p/before", "/p/now"), ["now"]);
    assert_eq!(viewed(&known, "https://shop.example/p/private", "/p/now"), ["now"]);
    assert_eq!(viewed(&known, "https://shop.example/p/now", "/p/now"), ["now"]);
    let mut has = consenting();
    has.viewed =
        vec![Viewed { sku: "first".into(), at_s: NOW_S - 5 }, Viewed { sku: "before".into(), at_s: NOW_S - 9 }];
    assert_eq!(viewed(&has, own, "/"), ["first", "before"], "the cookie has it, where it belongs");
}

#[test]
fn a_private_page_counts_but_is_not_remembered() {
    let cookie = cookie_of(&consenting());
    let decided = decided_with(&Ask { cookie: &cookie, path: "/p/private", ..Ask::default() });
    assert_eq!((decided.visits.session_pages, decided.viewed.len()), (1, 0));
}

#[test]
fn robots_and_fetches_mint_nothing() {
    let mut agreed = Profile::default();
    agreed.record(true, true, NOW_S - 90, ConsentSource::Api);
    let cookie = cookie_of(&agreed);
    for (flags, agent) in [("xmu", CHROME), ("fmu", CHROME), ("dmu", "Googlebot/2.1"), ("dbmu", CHROME)] {
        let answer = ask(&Ask { flags, agent, cookie: &cookie, ..Ask::default() }, "");
        assert_eq!((minted(&answer), answer.set_cookie.as_str()), (None, ""), "{flags} {agent}");
    }
    // A prefetched page that comes to be seen has what it was decided with.
    assert!(minted(&ask(&Ask { flags: "dpmu", cookie: &cookie, ..Ask::default() }, "")).is_some());
    let robot = ask(&Ask { agent: "Googlebot/2.1", ..Ask::default() }, "");
    assert_eq!((robot.fills, robot.tail, robot.scanner), (Vec::new(), String::new(), Vec::new()));
}

#[test]
fn each_way_to_ask_for_a_page_is_told_apart() {
    for (flags, destination, prefetch) in [
        ("dmu", Destination::Document, false),
        ("dp", Destination::Document, true),
        ("fmu", Destination::Frame, false),
        ("fp", Destination::Frame, true),
        ("xgmu", Destination::Fetch, false),
        ("xp", Destination::Fetch, true),
        ("mub", Destination::Other, false),
        ("p", Destination::Other, true),
        ("", Destination::Other, false),
    ] {
        let text = Ask { flags, ..Ask::default() }.text();
        let request = Request::parse(&text).unwrap();
        assert_eq!((request.destination, request.prefetch), (destination, prefetch), "{flags}");
        assert_eq!(request.document, destination == Destination::Document, "{flags}");
    }
}

#[test]
fn what_is_no_page_gets_nothing_and_is_not_counted() {
    let cookie = cookie_of(&consenting());
    for (flags, prelude, why) in [
        ("mu", DOCUMENT, "other"),
        ("dmu", "<li>one</li>", "fragment"),
        ("dmu", "{\"html\": \"<html>\"}", "fragment"),
        ("xhmu", "<body>", "fragment"),
        ("dmu", "<html amp>", "amp"),
        ("dmu", "<!doctype html>", "unfinished"),
        ("dmu", " ", "unfinished"),
    ] {
        let answer = ask(&Ask { flags, cookie: &cookie, ..Ask::default() }, prelude);
        let summary = format!("bundle={}, filled=0/1, untouched={why}", core().loaded().version);
        assert_eq!(answer, Answer { summary, ..Answer::default() }, "{flags} {prelude}");
    }
    for (flags, prelude) in
        [("pmu", DOCUMENT), ("fmu", DOCUMENT), ("xmu", "<body>"), ("xhmu", DOCUMENT), ("dmu", "<head>")]
    {
        let answer = ask(&Ask { flags, cookie: &cookie, ..Ask::default() }, prelude);
        assert_eq!(answer.fills, [Insert::Html("Hello<!--attune-->".into())], "{flags} {prelude}");
    }
}

#[test]
fn a_page_deletes_what_an_opt_out_signal_forbids_and_not_what_was_agreed_to() {
    let deleted = |profile: &Profile, flags: &str| {
        let answer = ask(&Ask { flags, country: "US", cookie: &cookie_of(profile), ..Ask::default() }, "");
        assert!(answer.tail.contains("\"personalization\":\"denied\""), "{}", answer.tail);
        answer.set_cookie.contains("Max-Age=0")
    };
    let mut silent = consenting();
    silent.consent = Consent::default();
    assert!(deleted(&silent, "dgmu"));
    assert!(!deleted(&silent, "dpgmu") && !deleted(&silent, "xgmu"), "a prefetch and a fetch change nothing");
    assert!(!deleted(&consenting(), "dgmu"), "another user of the device may have sent it");
}

#[test]
fn an_unknown_key_is_anonymous_and_keeps_its_cookie() {
    let other = KEYS.replacen("1:", "9:", 1);
    let keys = KeyRing::parse(&other).unwrap().bind("shop");
    let value = CookieScope::of(&["shop.example"]).unwrap().encode(&consenting(), &keys).value;
    let answer = ask(&Ask { cookie: &format!("__Host-attune={value}"), ..Ask::default() }, "");
    assert_eq!((answer.set_cookie.as_str(), answer.fills.len()), ("", 1));
}

#[test]
fn a_tampered_cookie_is_as_if_there_were_none() {
    let mut cookie = cookie_of(&consenting());
    let last = if cookie.pop() == Some('A') { "BA" } else { "AA" };
    cookie.truncate(cookie.len() - 1);
    cookie.push_str(last);
    let answer = ask(&Ask { cookie: &cookie, country: "US", ..Ask::default() }, "");
    assert_eq!(minted(&answer).map(|minted| minted.id), Some([0xaa; 16]));
    let answer = ask(&Ask { cookie: &cookie, ..Ask::default() }, "");
    assert_eq!((answer.set_cookie.as_str(), minted(&answer)), ("", None));
}

#[test]
fn the_language_of_the_document_picks_the_body_and_its_charset_the_bytes() {
    let answer = ask(&Ask::default(), "<!doctype html><html lang=\"de-AT\">");
    assert_eq!(answer.fills, [Insert::Html("Grüße<!--attune-->".to_string())]);
    assert!(answer.encode().ends_with("\0Grüße<!--attune-->".as_bytes()));
    let answer = ask(&Ask { flags: "dm", ..Ask::default() }, "<!doctype html><html lang=\"de-AT\">");
    assert!(answer.encode().ends_with(b"\0Gr&#252;&#223;e<!--attune-->"));
}

/// The German campaign comes first, and asks `page.locale`; the origin is told of products.
fn with_decision_header() -> PageCore {
    let mut plain = Loaded::load(&bundle()).unwrap();
    let all = plain.campaigns[0].take().unwrap();
    let subject = AttributeRef { attribute: Attribute::PageLocale, argument: None };
    let german = Atom { subject, default: None, test: Test::TextEquals("de-DE".into()) };
    let mut site = plain.site;
    site.decision_headers = vec![DecisionHeader::of(["/p/{sku}", "/de/p/{sku}"], [0])];
    let segment = |key: &str, when| Segment { key: key.into(), name: String::new(), when };
    let bundle = Bundle {
        site,
        atoms: vec![german],
        segments: vec![segment("germans", vec![Op::Atom(0)])],
        slots: plain.slots.into_iter().flatten().collect(),
        contents: plain.contents.into_iter().flatten().collect(),
        campaigns: vec![Campaign { key: "german".into(), eligible: vec![Op::Atom(0)], ..all.clone() }, all],
        ..Bundle::default()
    };
    PageCore::new(&encode(&bundle).unwrap(), KEYS).unwrap()
}

#[test]
fn where_the_origin_is_told_the_path_decides_and_the_document_is_written_in_its_own_language() {
    let core = with_decision_header();
    let german = "<!doctype html><html lang=\"de-DE\">";
    for (path, prelude, campaign, body) in [
        ("/p/1", german, "all", "Grüße"),
        ("/de/p/1", german, "german", "Grüße"),
        ("/de/p/1", "<html lang=en>", "german", "Hello"),
        ("/de/p/1", "<html>", "german", "Grüße"),
        ("/elsewhere", german, "german", "Grüße"),
        ("/de/elsewhere", "<html lang=en>", "all", "Hello"),
    ] {
        let text = Ask { path, ..Ask::default() }.text();
        let answer = core.answer(&Request::parse(&text).unwrap(), prelude.as_bytes());
        assert_eq!(answer.fills, [Insert::Html(format!("{body}<!--attune-->"))], "{path}");
        assert!(answer.tail.contains(&format!("\"campaign\":\"{campaign}\"")), "{path} {}", answer.tail);
        let header = core.decision_header(&text).unwrap();
        assert_eq!(header.is_empty(), path.ends_with("elsewhere"), "{path}");
        assert_eq!(core.sends_decision_header(path), !header.is_empty(), "{path}");
        if let Some((payload, _)) = header.split_once('.') {
            let payload = String::from_utf8(Base64UrlUnpadded::decode_vec(payload).unwrap()).unwrap();
            let told =
                format!("\"slots\":{{\"hero\":{{\"campaign\":\"{campaign}\",\"arm\":null,\"content\":\"hello\"}}}}");
            assert!(payload.contains(&told), "{payload}");
            assert!(payload.contains(if campaign == "german" { "[\"germans\"]" } else { "\"segments\":[]" }));
        }
    }
    assert!(core.sends_decision_header("") && !self::core().sends_decision_header(""));
}

#[test]
fn a_robot_is_told_as_one_who_gets_nothing_and_the_header_is_bound_to_host_and_path() {
    let core = with_decision_header();
    let header = |path: &str, agent: &str| core.decision_header(&Ask { path, agent, ..Ask::default() }.text()).unwrap();
    let robot = header("/de/p/1", "Googlebot/2.1");
    let payload = Base64UrlUnpadded::decode_vec(robot.split_once('.').unwrap().0).unwrap();
    let end = format!(
        "{{\"key\":1,\"issued\":{NOW_S},\"expires\":{},\"bundle\":\"{}\",\"slots\":{{}},\"segments\":[]}}",
        NOW_S + 60,
        core.loaded().version
    );
    assert_eq!(String::from_utf8(payload).unwrap(), end);
    let (one, other) = (header("/p/1", CHROME), header("/p/2", CHROME));
    let parts = |header: &str| header.split_once('.').map(|(a, b)| (a.to_string(), b.to_string())).unwrap();
    assert_eq!(parts(&one).0, parts(&other).0);
    assert_ne!(parts(&one).1, parts(&other).1);
    assert_eq!(core.decision_header("1"), Err(RequestError::Fields(1)));
}

#[test]
fn a_nonce_that_is_none_is_left_out() {
    let mut text = Ask::default().text();
    let last = text.rfind('\n').unwrap();
    text.insert_str(last, "abc+/=");
    let answer = core().answer(&Request::parse(&text).unwrap(), DOCUMENT.as_bytes());
    assert!(answer.tail.ends_with("async nonce=\"abc+/=\"></script>"), "{}", answer.tail);
    let hostile = text.replace("abc+/=", "\"><script>");
    let answer = core().answer(&Request::parse(&hostile).unwrap(), DOCUMENT.as_bytes());
    assert!(answer.tail.ends_with("async></script>"));
}

#[test]
fn a_malformed_request_is_an_error() {
    let core = core();
    assert_eq!(core.open("", b""), Err(RequestError::Fields(1)));
    assert_eq!(core.open(&Ask::default().text().replacen('1', "2", 1), b""), Err(RequestError::Version));
    assert_eq!(core.open(&Ask::default().text().replace("1795", "x"), b""), Err(RequestError::Malformed));
}
