//! The history: a chain of entries, each of which names the hash of the one before.

use crate::api::{Entry, RawEntry};
use crate::publication::{Publication, id_of};
use attune_core::bundle::data;
use attune_core::codec::to_hex;
use std::collections::BTreeMap;

/// The hash before the first entry.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What is wrong with a history, at which entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {serial}: {flaw}")]
pub struct HistoryError {
    /// Number of the entry, from 1.
    pub serial: u64,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The text was changed, or the hash.
    #[error("its hash is not that of its text")]
    Hash,
    /// The text is no entry.
    #[error("its text is not an entry: {0}")]
    Text(String),
    /// An entry is missing, or there twice.
    #[error("it has the number {0}")]
    Number(u64),
    /// An entry before it was changed, left out or added.
    #[error("it does not follow the entry before it")]
    Chain,
    /// The manifest that belongs to it is another one.
    #[error("its manifest is not the one that it names")]
    Manifest,
    /// The manifest does not follow the manifest before.
    #[error("its manifest does not follow version {0}")]
    Version(u64),
    /// The data manifest does not follow the one before.
    #[error("its data manifest does not follow number {0}")]
    Data(u64),
}

/// What holds of a history that was verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: u64,
    /// Hash of the last one.
    pub last: String,
    /// How many of the manifests that it names were there and follow each other.
    pub manifests: usize,
    /// Ids of manifests that it names and that were not there.
    pub absent: Vec<String>,
}

/// Reads an entry.
///
/// # Errors
/// [`Flaw::Text`] when it is none.
pub fn entry(raw: &RawEntry) -> Result<Entry, Flaw> {
    serde_json::from_str(&raw.text).map_err(|error| Flaw::Text(error.to_string()))
}

/// Verifies a history from its first entry on: every hash, every link, and that the manifests, by their ids, follow each other.
///
/// # Errors
/// [`HistoryError`] for the first flaw.
pub fn verify(entries: &[RawEntry], manifests: &BTreeMap<String, Vec<u8>>) -> Result<Verified, HistoryError> {
    let mut verified = Verified { last: START.to_owned(), ..Verified::default() };
    let mut before: Option<(String, u64)> = None;
    let mut data_before: Option<(String, u64)> = None;
    for raw in entries {
        let serial = verified.entries + 1;
        let found = link(raw, serial, &verified.last).map_err(|flaw| HistoryError { serial, flaw })?;
        let is_data = found.action == "data";
        if let Some(id) = found.manifest.filter(|_| is_data || made_a_version(&found.action)) {
            let last = if is_data { &mut data_before } else { &mut before };
            if let Some(bytes) = manifests.get(&id) {
                let follows = if is_data { data_follows } else { follows };
                let number = follows(&id, bytes, last.as_ref()).map_err(|flaw| HistoryError { serial, flaw })?;
                verified.manifests += 1;
                *last = Some((id, number));
            } else {
                verified.absent.push(id);
                *last = None;
            }
        }
        verified.entries = serial;
        verified.last.clone_from(&raw.hash);
    }
    Ok(verified)
}

fn made_a_version(action: &str) -> bool {
    matches!(action, "publish" | "rollback" | "canary" | "promote")
}

fn link(raw: &RawEntry, serial: u64, last: &str) -> Result<Entry, Flaw> {
    if id_of(raw.text.as_bytes()) != raw.hash {
        return Err(Flaw::Hash);
    }
    let found = entry(raw)?;
    if found.serial != serial {
        return Err(Flaw::Number(found.serial));
    }
    if found.previous == last { Ok(found) } else { Err(Flaw::Chain) }
}

/// The version of a manifest that has this id and follows the one before.
fn follows(id: &str, bytes: &[u8], before: Option<&(String, u64)>) -> Result<u64, Flaw> {
    let (publication, _) = Publication::decode(bytes).map_err(|_| Flaw::Manifest)?;
    if publication.id() != id {
        return Err(Flaw::Manifest);
    }
    let manifest = publication.manifest();
    if let Some((before, version)) = before
        && (to_hex(&manifest.previous) != *before || manifest.version <= *version)
    {
        return Err(Flaw::Version(*version));
    }
    Ok(manifest.version)
}

/// The number of a data manifest that has this id and follows the one before.
fn data_follows(id: &str, bytes: &[u8], before: Option<&(String, u64)>) -> Result<u64, Flaw> {
    let (data, _) = data::decode(bytes).map_err(|_| Flaw::Manifest)?;
    if id_of(&data::body(&data)) != id {
        return Err(Flaw::Manifest);
    }
    if let Some((before, number)) = before
        && (to_hex(&data.previous) != *before || data.number != number + 1)
    {
        return Err(Flaw::Data(*number));
    }
    Ok(data.number)
}

#[cfg(test)]
mod tests;
