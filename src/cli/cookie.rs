//! `attune cookie`.

use crate::args::{InspectOptions, MintOptions};
use crate::decide::{moment, ring};
use crate::failure::Failure;
use crate::io;
use crate::visitor::visitor;
use attune_core::profile::json::readable;
use attune_core::profile::{CookieScope, MAC_BYTES, Verdict, cookie};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};
use std::path::Path;

/// What each section holds, by its tag.
const SECTIONS: &[(u8, &str)] = &[
    (0x10, "consent"),
    (0x11, "opt-out"),
    (0x20, "id"),
    (0x21, "visits"),
    (0x22, "interests"),
    (0x23, "viewed"),
    (0x24, "shown"),
    (0x25, "cart"),
    (0x26, "orders"),
    (0x27, "purchased"),
    (0x28, "ring of format 1"),
    (0x29, "traits"),
    (0x2a, "signals"),
    (0x2b, "seen"),
    (0x2c, "customer"),
    (0x2d, "logs"),
    (0x2e, "mailbox"),
];

fn scope(hosts: &[String]) -> Result<CookieScope, Failure> {
    CookieScope::of(hosts)
        .map_err(|error| Failure::new(format!("these hosts have no cookie: {error}"), "give --host as in [site] hosts"))
}

pub(crate) fn mint(options: &MintOptions) -> Result<(), Failure> {
    let now_s = moment(options.now.as_deref())?;
    let (visitor, name) = visitor(&options.visitor, now_s)?;
    let mut profile = visitor.profile;
    if profile.id.is_none() {
        profile.mint_named(&name);
        if profile.id.is_some() {
            profile.issued_s = now_s;
        }
    } else if profile.issued_s == 0 {
        profile.issued_s = now_s;
    }
    let keys = ring(&options.keys)?.bind(&options.site);
    let scope = scope(&options.host)?;
    let encoded = scope.encode(&profile, &keys);
    if encoded.blank {
        eprintln!("attune: the profile is empty, so a visitor like this has no cookie");
        return Err(Failure::No);
    }
    let dropped = encoded.dropped;
    if dropped != attune_core::profile::Dropped::default() {
        eprintln!("attune: not everything fits or may be kept; left out: {dropped:?}");
    }
    io::print(&format!("{}\n", encoded.value))
}

pub(crate) fn inspect(options: &InspectOptions) -> Result<(), Failure> {
    let token =
        if options.token == "-" { io::read_text(Path::new("-"), "a cookie value")? } else { options.token.clone() };
    let token = token.trim();
    let value = token.split_once('=').map_or(token, |(_, value)| value);
    let mut answer = Map::new();
    answer.insert("characters".into(), json!(value.len()));
    let Some(sections) = sections(value, &mut answer) else {
        answer.insert("verified".into(), json!(false));
        answer.insert("problem".into(), json!("this is not a profile cookie of format 1 or 2, or it is cut short"));
        io::print_json(&Value::Object(answer))?;
        return Err(Failure::No);
    };
    answer.insert("sections".into(), sections);
    let verdict = verify(options, value)?;
    let refused = match verdict {
        None => {
            answer.insert("verified".into(), Value::Null);
            answer.insert("problem".into(), json!("sizes only, in bytes: --keys FILE (the key ring), --site NAME and --host HOST verify the cookie and show the profile"));
            false
        }
        Some(Verdict::Valid(profile)) => {
            answer.insert("verified".into(), json!(true));
            answer.insert("profile".into(), json!(readable(&profile, &[], |_| None)));
            false
        }
        Some(other) => {
            let problem = match other {
                Verdict::Anonymous(reason) => reason.to_string(),
                Verdict::Refused(reason) => reason.to_string(),
                _ => "there is none".to_owned(),
            };
            answer.insert("verified".into(), json!(false));
            answer.insert("problem".into(), json!(problem));
            true
        }
    };
    io::print_json(&Value::Object(answer))?;
    if refused { Err(Failure::No) } else { Ok(()) }
}

fn verify(options: &InspectOptions, value: &str) -> Result<Option<Verdict>, Failure> {
    let (Some(keys), Some(site)) = (&options.keys, &options.site) else { return Ok(None) };
    let keys = ring(keys)?.bind(site);
    let scope = scope(&options.host)?;
    Ok(Some(cookie::read(value.as_bytes(), &keys, scope.host(), moment(options.now.as_deref())?)))
}

/// Sizes of the sections, by the layout of SPEC.md; what they say is for the verified reader.
fn sections(value: &str, answer: &mut Map<String, Value>) -> Option<Value> {
    let bytes = Base64UrlUnpadded::decode_vec(value).ok()?;
    answer.insert("bytes".into(), json!(bytes.len()));
    let [format, key, rest @ ..] = bytes.as_slice() else { return None };
    answer.insert("format".into(), json!(format));
    answer.insert("key".into(), json!(key));
    if !matches!(*format, cookie::FORMAT_1 | cookie::FORMAT) {
        return None;
    }
    let mut rest = rest.get(..rest.len().checked_sub(MAC_BYTES)?)?;
    let mut found = Map::new();
    while let [tag, tail @ ..] = rest {
        let (length, taken) = varint(tail)?;
        let size = 1 + taken + length;
        rest = rest.get(size..)?;
        let name = SECTIONS.iter().find(|(known, _)| known == tag);
        found.insert(name.map_or_else(|| format!("unknown 0x{tag:02x}"), |(_, name)| (*name).to_owned()), json!(size));
    }
    Some(Value::Object(found))
}

/// A length in base 128, lowest group first: value and bytes taken.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (i, byte) in bytes.iter().take(3).enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, i + 1));
        }
    }
    None
}
