//! Laws of what a browser sends: the cookie, its header, tokens and beacons.

use attune_core::bundle::{RuleTrust, Trait};
use attune_core::limits::COOKIE_CHARS_MAX;
use attune_core::profile::json::{
    parse_beacon, parse_consent, parse_login, parse_order, parse_preview, parse_server_update, parse_visitor,
};
use attune_core::profile::{
    CookieScope, KeyRing, LoginError, PathFacts, Preview, Rulebook, SiteKeys, Verdict, apply_order, cookie, header,
    open_handle, open_login, open_mint, seal_login, take_batch,
};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const SECRET: [u8; 32] = [7; 32];
const SITE: &str = "fuzz";
const HOST: &str = "fuzz.example";
const NOW_S: u32 = 1_795_300_000;

fn keys() -> SiteKeys {
    KeyRing::parse(&format!("1:sign:{}", "07".repeat(32))).unwrap().bind(SITE)
}

/// The pre-authentication encoding of SPEC.md, written again here, so that sections get past the MAC.
fn pae(pieces: &[&[u8]]) -> Vec<u8> {
    let mut out = (pieces.len() as u64).to_le_bytes().to_vec();
    for piece in pieces {
        out.extend((piece.len() as u64).to_le_bytes());
        out.extend(*piece);
    }
    out
}

fn signed(format: u8, label: &[u8], scope: &[&[u8]], content: &[u8]) -> String {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &SECRET).expand(&pae(&[label, SITE.as_bytes()]), &mut key).unwrap();
    let mut bytes = vec![format, 1];
    bytes.extend(content);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(&pae(&[&[label, SITE.as_bytes()], scope, &[&bytes]].concat()));
    bytes.extend(&mac.finalize().into_bytes()[..16]);
    Base64UrlUnpadded::encode_string(&bytes)
}

/// Any text as a cookie, and any bytes as the sections of a signed one: what is accepted is canonical.
pub fn cookie_value(data: &[u8]) {
    let keys = keys();
    let (label, host) = (b"attune-cookie-1", &[HOST.as_bytes()]);
    let first_format = signed(cookie::FORMAT_1, label, host, data);
    for value in [data.to_vec(), first_format.into_bytes(), signed(cookie::FORMAT, label, host, data).into_bytes()] {
        if let Verdict::Valid(profile) = cookie::read(&value, &keys, HOST, NOW_S) {
            let again = cookie::encode(&profile, &keys, HOST).value;
            assert!(again.len() <= COOKIE_CHARS_MAX);
            if !value.starts_with(b"AQ") {
                assert_eq!(again.as_bytes(), value, "an accepted cookie is the one way to write it");
            }
            let twice = cookie::read(again.as_bytes(), &keys, HOST, NOW_S);
            assert_eq!(twice, Verdict::Valid(profile), "what is carried over is read again");
        }
    }
    // The same bytes as a consent cookie.
    let value = signed(cookie::CONSENT_FORMAT, b"attune-consent-1", host, data);
    let scope = CookieScope::of(&[HOST]).unwrap();
    let header = format!("{}={value}", scope.consent_name());
    let mut held = scope.read(header.as_bytes(), &keys, NOW_S);
    if held.anonymous.is_none() && !data.is_empty() && value.len() <= attune_core::limits::CONSENT_CHARS_MAX {
        let set = scope.answer(&mut held, &keys);
        assert!(set.starts_with(&header), "an accepted answer is the one way to write it");
    }
}

/// Whatever a header holds beside it, a visitor's own cookie is found, or the visitor is anonymous.
pub fn cookie_header(data: &[u8]) {
    let keys = keys();
    let scope = CookieScope::of(&[HOST]).unwrap();
    for value in header::values(data, scope.cookie_name()) {
        assert!(data.windows(value.len().max(1)).any(|window| window == value) || value.is_empty());
    }
    let sections = [&[0x20, 20][..], &[1; 16], &(NOW_S - 1_735_689_600).to_be_bytes()].concat();
    let value = signed(cookie::FORMAT, b"attune-cookie-1", &[HOST.as_bytes()], &sections);
    let header = [data, b"; ", scope.cookie_name().as_bytes(), b"=", value.as_bytes()].concat();
    let held = scope.read(&header, &keys, NOW_S);
    assert!(held.anonymous.is_some() || held.profile.id == Some([1; 16]), "a cookie of others costs the visitor's own");
}

fn known_traits() -> [Trait; 2] {
    ["tier", "region"].map(|key| Trait {
        key: key.into(),
        values: if key == "tier" { vec!["gold".into()] } else { vec![] },
        source: "crm".into(),
        trust: RuleTrust::Server,
    })
}

/// Tokens and bodies of requests: read or refused, and applied without harm.
pub fn bodies(data: &[u8]) {
    let keys = keys();
    let text = String::from_utf8_lossy(data);
    assert!(open_handle(&text, &keys).is_err(), "nobody without the key makes a handle");
    assert!(Preview::open(data, &keys, NOW_S).is_err(), "nor a preview");
    assert!(open_login(data, &keys, NOW_S).is_err(), "nor a login");
    let _ = (parse_consent(data), parse_preview(data), parse_visitor(data), parse_login(data));
    let mut profile = attune_core::profile::Profile::default();
    profile.record(true, true, NOW_S, attune_core::profile::ConsentSource::Api);
    profile.mint([1; 16], NOW_S);
    let token = signed(1, b"attune-login-1", &[], data);
    if let (Ok(update), Some(end)) = (open_login(token.as_bytes(), &keys, NOW_S), data.first_chunk()) {
        let again = seal_login(&update, u32::from_be_bytes(*end), &keys, NOW_S);
        assert!(
            again == Ok(token) || again == Err(LoginError::Lifetime),
            "an accepted token is the one way to write it"
        );
        profile.take_over(&update, &[]);
    }
    if let Ok(body) = parse_server_update(data, &known_traits(), u64::from(NOW_S) * 1_000) {
        profile.take_over(&body.update, &known_traits());
        let again = seal_login(&body.update, NOW_S + 1, &keys, NOW_S).unwrap();
        assert_eq!(open_login(again.as_bytes(), &keys, NOW_S), Ok(body.update));
    }
    if let Ok(order) = parse_order(data, NOW_S) {
        apply_order(&mut profile, &order.order);
    }
    assert!(open_mint(data, &keys, NOW_S).is_err(), "nobody without the key makes a mint token");
    if let Ok(beacon) = parse_beacon(data, NOW_S) {
        let facts = |_: &str| PathFacts::default();
        let category = |name: &str| attune_core::category::category_key(name).into();
        let rulebook = Rulebook { facts: &facts, category: &category, window_s: &|_| None, signals: &[] };
        take_batch(&mut profile, beacon.batch.clone(), 0, NOW_S, &rulebook);
        let once = profile.clone();
        let again = take_batch(&mut profile, beacon.batch, 0, NOW_S, &rulebook);
        assert_eq!((profile.clone(), again.applied), (once, 0), "an event counts once");
    }
    assert!(cookie::encode(&profile, &keys, HOST).value.len() <= COOKIE_CHARS_MAX);
}
