//! Laws of what a browser sends: the cookie, its header, tokens and beacons.

use attune_core::bundle::{RuleTrust, Trait};
use attune_core::limits::COOKIE_CHARS_MAX;
use attune_core::profile::json::{
    parse_beacon, parse_consent, parse_login, parse_order, parse_preview, parse_statement, parse_visitor,
};
use attune_core::profile::{
    KeyRing, LoginError, Preview, SiteKeys, Verdict, apply, apply_order, cookie, header, open_handle, open_login,
    seal_login,
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

fn signed(label: &[u8], scope: &[&[u8]], content: &[u8]) -> String {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &SECRET).expand(&pae(&[label, SITE.as_bytes()]), &mut key).unwrap();
    let mut bytes = vec![1, 1];
    bytes.extend(content);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(&pae(&[&[label, SITE.as_bytes()], scope, &[&bytes]].concat()));
    bytes.extend(&mac.finalize().into_bytes()[..16]);
    Base64UrlUnpadded::encode_string(&bytes)
}

/// Any text as a cookie, and any bytes as the sections of a signed one: what is accepted is canonical.
pub fn cookie_value(data: &[u8]) {
    let keys = keys();
    for value in [data.to_vec(), signed(b"attune-cookie-1", &[HOST.as_bytes()], data).into_bytes()] {
        if let Verdict::Valid(profile) = cookie::read(&value, &keys, HOST, NOW_S) {
            let again = cookie::encode(&profile, &keys, HOST).value;
            assert_eq!(again.as_bytes(), value, "an accepted cookie is the one way to write it");
            assert!(again.len() <= COOKIE_CHARS_MAX);
        }
    }
}

/// What is found in a header is gone once it is stripped, and nothing else of it changes length.
pub fn cookie_header(data: &[u8]) {
    const NAME: &str = "__Host-attune";
    let stripped = header::strip(data, &[NAME]);
    assert!(stripped.len() <= data.len());
    if let header::Lookup::One(value) = header::find(data, NAME) {
        assert!(data.windows(value.len().max(1)).any(|window| window == value) || value.is_empty());
        assert_eq!(header::find(&stripped, NAME), header::Lookup::Absent);
    }
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
    let token = signed(b"attune-login-1", &[], data);
    if let (Ok(said), Some(end)) = (open_login(token.as_bytes(), &keys, NOW_S), data.first_chunk()) {
        let again = seal_login(&said, u32::from_be_bytes(*end), &keys, NOW_S);
        assert!(
            again == Ok(token) || again == Err(LoginError::Lifetime),
            "an accepted token is the one way to write it"
        );
        profile.take_over(&said, &[]);
    }
    if let Ok(body) = parse_statement(data, &known_traits(), u64::from(NOW_S) * 1_000) {
        profile.take_over(&body.said, &known_traits());
        let again = seal_login(&body.said, NOW_S + 1, &keys, NOW_S).unwrap();
        assert_eq!(open_login(again.as_bytes(), &keys, NOW_S), Ok(body.said));
    }
    if let Ok(order) = parse_order(data, NOW_S) {
        apply_order(&mut profile, &order.order);
    }
    for event in parse_beacon(data).map(|beacon| beacon.events).unwrap_or_default() {
        apply(&mut profile, &event, NOW_S);
        let once = profile.clone();
        apply(&mut profile, &event, NOW_S);
        assert_eq!(profile, once, "an event counts once");
    }
    assert!(cookie::encode(&profile, &keys, HOST).value.len() <= COOKIE_CHARS_MAX);
}
