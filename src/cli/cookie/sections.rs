//! The sections of a cookie and their sizes, by the layout of SPEC.md. Nothing here verifies the cookie.

use attune_core::profile::{MAC_BYTES, cookie};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};

/// The name of each section, by its tag.
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

/// Size of each section by its name. Adds the size, format and key of the whole cookie to `answer`.
pub(super) fn sizes(value: &str, answer: &mut Map<String, Value>) -> Option<Value> {
    let bytes = Base64UrlUnpadded::decode_vec(value).ok()?;
    answer.insert("bytes".into(), json!(bytes.len()));
    let [format, key, rest @ ..] = bytes.as_slice() else { return None };
    answer.insert("format".into(), json!(format));
    answer.insert("key".into(), json!(key));
    if !matches!(*format, cookie::FORMAT_1 | cookie::FORMAT) {
        return None;
    }
    let mut rest = rest.get(..rest.len().checked_sub(MAC_BYTES)?)?;
    let mut sizes = Map::new();
    while let [tag, tail @ ..] = rest {
        let (length, length_bytes) = varint(tail)?;
        let size = 1 + length_bytes + length;
        rest = rest.get(size..)?;
        let name = SECTIONS.iter().find(|(known, _)| known == tag);
        sizes.insert(name.map_or_else(|| format!("unknown 0x{tag:02x}"), |(_, name)| (*name).to_owned()), json!(size));
    }
    Some(Value::Object(sizes))
}

/// A length in base 128, lowest group first: value and byte count.
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
