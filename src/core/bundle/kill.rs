//! Kill statements: everything or one campaign is off, or on again. Layout in SPEC.md.

use super::envelope::{self, Flaw, Signature};
use crate::codec::Reader;
use crate::limits::KEY_BYTES_MAX;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const MAGIC: [u8; 4] = *b"ATKL";
/// What a signature is for: the first piece of the signed pre-authentication encoding.
pub const PURPOSE: &str = "attune-kill-1";
/// Most statements of a list.
pub const STATEMENTS_MAX: usize = 256;

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Effect {
    /// Turns off; one key for it is enough.
    Kill = 0,
    /// Lifts the kills of the same campaign with lower numbers; of everything, where it names none.
    Revive = 1,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Off, or on again.
    pub effect: Effect,
    /// Site name.
    pub site: String,
    /// Ascending.
    pub number: u64,
    /// When it was made, in seconds since the Unix epoch.
    pub made_s: u64,
    /// Key of the campaign; empty for everything.
    pub campaign: String,
}

/// Why bytes are not a kill statement, or not a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KillError {
    /// Not a statement of this format.
    #[error("not a kill statement of format 1")]
    Foreign,
    /// Ends early, or goes on after its end.
    #[error("the kill statement is truncated or has bytes after its end")]
    Length,
    /// A name that is too long or no text, or too many signatures.
    #[error("the kill statement is malformed")]
    Malformed,
    /// More statements than a list may have.
    #[error("the list has more than {STATEMENTS_MAX} kill statements")]
    TooMany,
    /// The numbers of a list do not ascend.
    #[error("the numbers of the kill statements do not ascend")]
    Order,
}

impl From<Flaw> for KillError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Foreign => Self::Foreign,
            Flaw::Length => Self::Length,
            Flaw::Signatures => Self::Malformed,
        }
    }
}

/// The body: everything but the effect and the signatures.
pub fn body(statement: &Statement) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    put_name(&mut out, &statement.site);
    out.extend_from_slice(&statement.number.to_le_bytes());
    out.extend_from_slice(&statement.made_s.to_le_bytes());
    put_name(&mut out, &statement.campaign);
    out
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    out.push(u8::try_from(name.len()).unwrap_or(0));
    out.extend_from_slice(name.as_bytes());
}

/// The bytes that a signature covers: PAE(purpose, effect in one byte, body).
pub fn signed_bytes(effect: Effect, body: &[u8]) -> Vec<u8> {
    envelope::covered(&[PURPOSE.as_bytes(), &[effect as u8], body])
}

fn is_allowed(statement: &Statement) -> bool {
    (1..=KEY_BYTES_MAX).contains(&statement.site.len()) && statement.campaign.len() <= KEY_BYTES_MAX
}

/// Puts the header, the body and its signatures together.
///
/// # Errors
/// [`KillError::Malformed`] when a name or the list of signatures is beyond its limit.
pub fn encode(statement: &Statement, signatures: &[Signature]) -> Result<Vec<u8>, KillError> {
    if !is_allowed(statement) {
        return Err(KillError::Malformed);
    }
    Ok(envelope::seal(MAGIC, statement.effect as u8, &body(statement), signatures)?)
}

/// Reads a statement and its signatures; verifying them is the caller's.
///
/// # Errors
/// [`KillError`] when the bytes are not exactly one statement.
pub fn decode(bytes: &[u8]) -> Result<(Statement, Vec<Signature>), KillError> {
    let (tag, body, signatures) = envelope::open(MAGIC, bytes)?;
    let effect = match tag {
        0 => Effect::Kill,
        1 => Effect::Revive,
        _ => return Err(KillError::Foreign),
    };
    let mut reader = Reader::new(body);
    let statement = Statement {
        effect,
        site: name(&mut reader)?,
        number: reader.u64().ok_or(KillError::Length)?,
        made_s: reader.u64().ok_or(KillError::Length)?,
        campaign: name(&mut reader)?,
    };
    if !reader.is_empty() {
        return Err(KillError::Length);
    }
    if is_allowed(&statement) { Ok((statement, signatures)) } else { Err(KillError::Malformed) }
}

fn name(reader: &mut Reader<'_>) -> Result<String, KillError> {
    let length = usize::from(reader.byte().ok_or(KillError::Length)?);
    let bytes = reader.take(length).ok_or(KillError::Length)?;
    core::str::from_utf8(bytes).map(ToString::to_string).map_err(|_| KillError::Malformed)
}

/// Reads a list: statements one behind the other, each behind its length in 4 bytes.
///
/// # Errors
/// [`KillError`] when the bytes are not exactly a list whose numbers ascend.
pub fn decode_list(bytes: &[u8]) -> Result<Vec<(Statement, Vec<Signature>)>, KillError> {
    let mut reader = Reader::new(bytes);
    let mut list: Vec<(Statement, Vec<Signature>)> = Vec::new();
    while !reader.is_empty() {
        if list.len() == STATEMENTS_MAX {
            return Err(KillError::TooMany);
        }
        let length = reader.u32().and_then(|length| usize::try_from(length).ok()).ok_or(KillError::Length)?;
        let (statement, signatures) = decode(reader.take(length).ok_or(KillError::Length)?)?;
        if list.last().is_some_and(|(before, _)| before.number >= statement.number) {
            return Err(KillError::Order);
        }
        list.push((statement, signatures));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: Signature = Signature { key: [1; 8], bytes: [2; 64] };

    fn statement(effect: Effect, number: u64, campaign: &str) -> Statement {
        Statement { effect, site: "giftshop".into(), number, made_s: 20, campaign: campaign.into() }
    }

    #[test]
    fn a_statement_reads_back_as_written_and_nothing_else_is_one() {
        for effect in [Effect::Kill, Effect::Revive] {
            for campaign in ["", "summer"] {
                let statement = statement(effect, 3, campaign);
                let bytes = encode(&statement, &[SIGNATURE]).unwrap_or_default();
                assert_eq!(decode(&bytes), Ok((statement, [SIGNATURE].to_vec())));
                for cut in 0..bytes.len() {
                    assert!(bytes.get(..cut).is_some_and(|short| decode(short).is_err()), "cut at {cut}");
                }
                assert_eq!(decode(&[&bytes[..], &[0]].concat()), Err(KillError::Length));
            }
        }
        let body = body(&statement(Effect::Kill, 3, ""));
        assert_ne!(signed_bytes(Effect::Kill, &body), signed_bytes(Effect::Revive, &body));
        assert_eq!(decode(&envelope::seal(MAGIC, 2, &body, &[]).unwrap_or_default()), Err(KillError::Foreign));
        let nameless = Statement { site: String::new(), ..statement(Effect::Kill, 3, "") };
        assert_eq!(encode(&nameless, &[]), Err(KillError::Malformed));
        let bytes = envelope::seal(MAGIC, 0, &super::body(&nameless), &[]).unwrap_or_default();
        assert_eq!(decode(&bytes), Err(KillError::Malformed));
    }

    #[test]
    fn the_numbers_of_a_list_ascend() {
        let list = |numbers: &[u64]| {
            let mut bytes = Vec::new();
            for number in numbers {
                let one = encode(&statement(Effect::Kill, *number, ""), &[SIGNATURE]).unwrap_or_default();
                bytes.extend_from_slice(&u32::try_from(one.len()).unwrap_or(0).to_le_bytes());
                bytes.extend_from_slice(&one);
            }
            decode_list(&bytes).map(|list| list.iter().map(|(one, _)| one.number).collect::<Vec<_>>())
        };
        assert_eq!(list(&[]), Ok(Vec::new()));
        assert_eq!(list(&[1, 2, 9]), Ok([1, 2, 9].to_vec()));
        assert_eq!(list(&[2, 2]), Err(KillError::Order));
        let many: Vec<u64> = (0..=STATEMENTS_MAX as u64).collect();
        assert_eq!(list(&many), Err(KillError::TooMany));
        assert!(decode_list(&[1, 0, 0, 0]).is_err());
    }
}
