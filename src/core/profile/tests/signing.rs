//! Key rings, key derivation, handles and preview tokens.

use super::super::*;
use super::sample::{NOW_S, busy, keys, ring};
use super::vectors::{load, text};
use crate::codec::from_hex;
use crate::limits::PREVIEW_TTL_S_MAX;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const SECRET: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn secret(digit: char) -> String {
    digit.to_string().repeat(64)
}

#[test]
fn a_ring_is_read_from_lines_or_commas_and_its_first_signing_key_signs() {
    let text = format!(" 9:verify:{}\r\n\n2:sign:{},1:sign:{SECRET},", secret('a'), secret('B'));
    let keys = KeyRing::parse(&text).unwrap().bind("s");
    assert_eq!(keys.signer(), 2);
    assert!(keys.knows(9) && keys.knows(1) && !keys.knows(3));
}

#[test]
fn what_is_wrong_with_a_ring_is_said_and_no_secret_with_it() {
    let (a, b) = (secret('a'), secret('b'));
    let five: Vec<String> = (1..=5).map(|i| format!("{i}:sign:{}", secret(char::from(b'0' + i)))).collect();
    let cases = [
        (String::new(), KeyError::Empty),
        (" \n,, ".into(), KeyError::Empty),
        (five.join(","), KeyError::TooMany),
        (format!("1:{a}"), KeyError::Shape(1)),
        (format!("1:sign:{a}:x"), KeyError::Shape(1)),
        (format!("1:sign:{a}\n0:sign:{b}"), KeyError::Id(2)),
        (format!("256:sign:{a}"), KeyError::Id(1)),
        (format!("+1:sign:{a}"), KeyError::Id(1)),
        (format!("01:sign:{a}"), KeyError::Id(1)),
        (format!(":sign:{a}"), KeyError::Id(1)),
        (format!("1:Sign:{a}"), KeyError::State(1)),
        (format!("1:sign:{}", &a[1..]), KeyError::Secret(1)),
        (format!("1:sign:{a}a"), KeyError::Secret(1)),
        (format!("1:sign:{}é", &a[2..]), KeyError::Secret(1)),
        (format!("1:sign:{}g", &a[1..]), KeyError::Secret(1)),
        (format!("1:sign:{a}\n1:verify:{b}"), KeyError::DuplicateId(1)),
        (format!("1:sign:{a}\n2:verify:{}", a.to_uppercase()), KeyError::DuplicateSecret(1, 2)),
        (format!("1:verify:{a}"), KeyError::NoSigner),
    ];
    for (text, error) in cases {
        assert_eq!(KeyRing::parse(&text).err(), Some(error), "{text}");
        assert!(!error.to_string().contains(&a[..8]));
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let impressions = format!("{:?} {:?}", ring(), keys());
    assert_eq!(impressions, r#"{7: "sign", 3: "verify"} SiteKeys { site: "giftshop", ids: [7, 3], .. }"#);
}

#[test]
fn pieces_are_encoded_before_authentication_as_in_paseto() {
    let encoded = |pieces: &[&[u8]]| {
        let mut out = Vec::new();
        keys::pae(pieces, |bytes| out.extend_from_slice(bytes));
        out
    };
    assert_eq!(encoded(&[]), [0; 8]);
    assert_eq!(encoded(&[b""]), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(encoded(&[b"test"]), *b"\x01\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0test");
    assert_ne!(encoded(&[b"a", b"b"]), encoded(&[b"ab"]));
}

#[test]
fn keys_are_derived_as_the_vectors_say() {
    let file = load("cookie");
    let derived = file.get("derived_keys_of_7").unwrap();
    for purpose in
        [KeyPurpose::Cookie, KeyPurpose::Handle, KeyPurpose::Preview, KeyPurpose::Login, KeyPurpose::Decision]
    {
        let key = from_hex::<32>(text(derived, purpose.label())).unwrap();
        assert_eq!(ring().derived(purpose, "giftshop").iter().find(|(id, _)| *id == 7), Some(&(7, key)));
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let pieces: [&[u8]; 3] = [purpose.label().as_bytes(), b"giftshop", b"bytes"];
        keys::pae(&pieces, |bytes| mac.update(bytes));
        let full = mac.finalize().into_bytes();
        assert_eq!(keys().sign(purpose, &[], b"bytes"), full[..MAC_BYTES]);
    }
}

#[test]
fn a_handle_is_refused_unless_it_is_one_of_this_site() {
    let handle = seal_handle(&[5; 16], &keys());
    assert_eq!(handle.len(), 46);
    assert_eq!(open_handle(&handle, &keys()), Ok([5; 16]));
    let other = ring().bind("other");
    assert_eq!(open_handle(&handle, &other), Err(TokenError::Mac));
    assert_eq!(open_handle(&format!("{handle}A"), &keys()), Err(TokenError::TooLong));
    assert_eq!(open_handle(&handle[..45], &keys()), Err(TokenError::Base64));
    assert_eq!(open_handle(&handle[..44], &keys()), Err(TokenError::Mac));
    assert_eq!(open_handle("", &keys()), Err(TokenError::Malformed));
    assert_eq!(open_handle("AQc", &keys()), Err(TokenError::Malformed));
    assert_eq!(open_handle(&format!("Ag{}", &handle[2..]), &keys()), Err(TokenError::Format(2)));
    let rotated = KeyRing::parse(&format!("8:sign:{}", secret('c'))).unwrap().bind("giftshop");
    assert_eq!(open_handle(&handle, &rotated), Err(TokenError::Key(7)));
    let short = tokens::handle::seal(&keys(), KeyPurpose::Handle, &[5; 15]);
    assert_eq!(open_handle(&short, &keys()), Err(TokenError::Malformed));
}

fn preview() -> Preview {
    Preview {
        name: "lapsed".into(),
        expires_s: NOW_S + 3_600,
        profile: busy(),
        request: RequestOverrides {
            country: Some("DE".into()),
            region: Some("BE".into()),
            continent: Some("EU".into()),
            eu: Some(true),
            language: Some("de".into()),
            device: Some("phone".into()),
            utc_offset_min: Some(-90),
            now_s: Some(NOW_S + 50),
            city: Some("Berlin".into()),
            place_centi: Some((5_252, -1_341)),
        },
        arms: vec![("hero-test".into(), "sale".into()), ("bar".into(), "control".into())],
        subject: Some(PreviewSubject::Draft([0x5a; 32])),
    }
}

#[test]
fn a_preview_comes_back_whole_with_its_arms_in_order() {
    let mut expected = preview();
    expected.arms.reverse();
    let token = preview().seal(&keys(), NOW_S).unwrap();
    assert_eq!(Preview::open(token.as_bytes(), &keys(), NOW_S), Ok(expected.clone()));
    assert_eq!(expected.seal(&keys(), NOW_S), Ok(token));

    let bare = Preview { name: "new".into(), expires_s: NOW_S + 1, ..Preview::default() };
    let token = bare.seal(&keys(), NOW_S).unwrap();
    assert_eq!(Preview::open(token.as_bytes(), &keys(), NOW_S), Ok(bare));
    assert_eq!(
        Preview::set_cookie("T", 60),
        "__Host-attune-preview=T; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"
    );
}

#[test]
fn a_persona_without_an_id_gets_one_from_its_name() {
    let mut persona = preview();
    persona.profile = Profile { purchased_s: NOW_S - 9, ..Profile::default() };
    let open = |preview: &Preview| {
        let token = preview.seal(&keys(), NOW_S).unwrap();
        Preview::open(token.as_bytes(), &keys(), NOW_S).unwrap().profile
    };
    let first = open(&persona);
    assert_eq!(first.purchased_s, NOW_S - 9);
    assert!(first.id.is_some());
    assert_eq!(open(&persona).id, first.id);
    persona.name = "other".into();
    assert_ne!(open(&persona).id, first.id);
}

#[test]
fn previews_that_ask_too_much_are_not_made() {
    let seal = |change: fn(&mut Preview)| {
        let mut preview = preview();
        change(&mut preview);
        preview.seal(&keys(), NOW_S).err()
    };
    assert_eq!(seal(|p| p.expires_s = NOW_S), Some(PreviewError::Lifetime));
    assert_eq!(seal(|p| p.expires_s = NOW_S + PREVIEW_TTL_S_MAX), None);
    assert_eq!(seal(|p| p.expires_s = NOW_S + PREVIEW_TTL_S_MAX + 1), Some(PreviewError::Lifetime));
    assert_eq!(seal(|p| p.name = "x".repeat(65).into()), Some(PreviewError::Text));
    assert_eq!(seal(|p| p.request.region = Some("x".repeat(65).into())), Some(PreviewError::Text));
    assert_eq!(seal(|p| p.arms[1].0 = "hero-test".into()), Some(PreviewError::Arms));
    assert_eq!(
        seal(|p| p.arms = (0..17).map(|i| (i.to_string().into(), "a".into())).collect()),
        Some(PreviewError::Arms)
    );
    assert_eq!(seal(|p| p.profile.viewed[3].sku = "".into()), Some(PreviewError::Profile));
    assert_eq!(
        seal(|p| p.profile.unknown.push(UnknownSection { tag: 0x2f, bytes: vec![1; 2_000] })),
        Some(PreviewError::TooLong)
    );
}

#[test]
fn a_preview_token_is_refused_with_the_reason() {
    let token = preview().seal(&keys(), NOW_S).unwrap();
    let open = |token: &str, now_s| Preview::open(token.as_bytes(), &keys(), now_s).err();
    assert_eq!(open(&token, NOW_S + 3_599), None);
    assert_eq!(open(&token, NOW_S + 3_600), Some(TokenError::Expired(NOW_S + 3_600)));
    assert_eq!(open(&token, NOW_S - 90_000), Some(TokenError::TooLasting(NOW_S + 3_600)));
    assert_eq!(open(&"A".repeat(PREVIEW_CHARS_MAX + 1), NOW_S), Some(TokenError::TooLong));
    assert_eq!(open("=", NOW_S), Some(TokenError::Base64));
    assert_eq!(open(&seal_handle(&[5; 16], &keys()), NOW_S), Some(TokenError::Mac));
    let cookie = cookie::encode(&busy(), &keys(), "www.giftshop.example").value;
    assert_eq!(open(&cookie, NOW_S), Some(TokenError::Format(cookie::FORMAT)));
    for content in [
        &b"abc"[..],
        b"\x6b\x00\x00\x00\x0f\x00",          // a field that no version knows
        b"\x6b\x00\x00\x00\x0e\x01\x5a",      // the id of a draft, cut short
        b"\x6b\x00\x00\x00\x03\x00\x01\x01n", // not ascending
        b"\x6b\x00\x00\x00\x01\x00",          // an empty name, written
        b"\x6b\x00\x00\x00\x06\x01\x02",      // neither true nor false
        b"\x6b\x00\x00\x00\x0a\x01\x02",      // a time of one byte
    ] {
        let token = tokens::handle::seal(&keys(), KeyPurpose::Preview, content);
        assert_eq!(open(&token, NOW_S), Some(TokenError::Malformed), "{content:?}");
    }
}

fn page_token() -> PageToken {
    PageToken {
        minute: NOW_S / 60,
        version: [0xab, 0xcd, 0xef, 0x01],
        site: SiteArm::Personalized,
        returning: true,
        device: 3,
        is_cut: false,
        orders: 2,
        value: coarse(1_234),
        visits: 7,
        country: *b"GB",
        exposures: vec![
            PageExposure { experiment: experiment_hash("hero-test", 1), arm: Some(1), epoch: 0 },
            PageExposure { experiment: experiment_hash("bar-test", 3), arm: None, epoch: 7 },
            PageExposure { experiment: experiment_hash("late", 1), arm: Some(15), epoch: 200 },
        ],
    }
}

#[test]
fn a_page_token_opens_with_its_visitors_id_alone() {
    let (keys, id) = (keys(), [9; 16]);
    let token = page_token();
    let sealed = seal_page(&token, &id, &keys);
    assert_eq!(open_page(sealed.as_bytes(), &id, &keys, NOW_S), Ok(token.clone()));
    assert_eq!(open_page(sealed.as_bytes(), &[8; 16], &keys, NOW_S), Err(TokenError::Mac));
    let elsewhere = ring().bind("another-shop");
    assert_eq!(open_page(sealed.as_bytes(), &id, &elsewhere, NOW_S), Err(TokenError::Mac));
    // It carries neither the id nor anything that can be read.
    let bytes = crate::codec::base64::from_base64(sealed.as_bytes()).unwrap();
    for secret in [&id[..], b"GB", &token.version, &experiment_hash("hero-test", 1).to_be_bytes()] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{secret:?}");
    }
}

#[test]
fn each_bit_of_a_page_token_is_authentic() {
    let (keys, id) = (keys(), [9; 16]);
    let sealed = seal_page(&page_token(), &id, &keys);
    let bytes = crate::codec::base64::from_base64(sealed.as_bytes()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let text = crate::codec::base64::to_base64(&changed);
        assert!(open_page(text.as_bytes(), &id, &keys, NOW_S).is_err(), "bit {bit}");
    }
    for end in 0..sealed.len() {
        assert!(open_page(&sealed.as_bytes()[..end], &id, &keys, NOW_S).is_err(), "{end} characters");
    }
}

#[test]
fn a_page_token_lasts_as_long_as_a_conversion_waits() {
    let (keys, id) = (keys(), [9; 16]);
    let sealed = seal_page(&page_token(), &id, &keys);
    let made_s = NOW_S / 60 * 60;
    let open = |now_s| open_page(sealed.as_bytes(), &id, &keys, now_s).map(|_| ());
    assert_eq!(open(made_s + 7 * 86_400 - 1), Ok(()));
    assert_eq!(open(made_s + 7 * 86_400), Err(TokenError::Expired(made_s + 7 * 86_400)));
    assert_eq!(open(made_s - 300), Ok(()));
    assert_eq!(open(made_s - 301), Err(TokenError::TooLasting(made_s + 7 * 86_400)));
}

#[test]
fn a_page_token_of_many_experiments_keeps_its_length_and_says_that_it_is_cut() {
    let (keys, id) = (keys(), [9; 16]);
    for (count, epoch, kept) in [(0, 0, 0), (12, 0, 12), (13, 0, 12), (100, 6, 12), (11, 9, 10), (100, 255, 10)] {
        let one = |n: u32| PageExposure { experiment: n, arm: Some(0), epoch };
        let token = PageToken { exposures: (0..count).map(one).collect(), ..page_token() };
        let sealed = seal_page(&token, &id, &keys);
        assert!(sealed.len() <= PAGE_TOKEN_CHARS_MAX, "{} characters", sealed.len());
        let opened = open_page(sealed.as_bytes(), &id, &keys, NOW_S).unwrap();
        assert_eq!(opened.exposures, token.exposures[..kept], "{count}");
        assert_eq!(opened.is_cut, kept < token.exposures.len(), "{count}");
    }
}

#[test]
fn a_coarse_amount_is_below_the_amount_by_a_sixteenth_of_it_at_most() {
    let kept = |amount| PageToken { value: coarse(amount), ..PageToken::default() }.value_major();
    for amount in (0..100_000).chain([131_071, 500_000, 507_904]) {
        let kept = kept(amount);
        assert!(kept <= amount && (amount - kept) * 17 <= amount, "{amount} is kept as {kept}");
        assert!(amount > 31 || kept == amount, "{amount} is kept as {kept}");
    }
    assert_eq!(kept(10_000_000), 507_904);
}
