//! The history of a site, fetched and verified.

use super::client::{Client, Question};
use super::published;
use crate::failure::Failure;
use attune_core::bundle::data;
use attune_core::bundle::manifest::Signature;
use attune_publish::api::{Entry, Page, RawEntry};
use attune_publish::history::{self, HistoryError, Verified};
use attune_publish::{from_base64, to_base64};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const PAGE: usize = 200;
/// What an export begins with.
const FORMAT: &str = "attune-history-1";

/// A history with its manifests, as `attune history --out` writes it.
#[derive(Deserialize, Serialize)]
pub(super) struct Chronicle {
    format: String,
    pub(super) site: String,
    pub(super) entries: Vec<RawEntry>,
    /// Manifest files in base64, by their ids.
    manifests: BTreeMap<String, String>,
}

/// A manifest's signatures, and what they cover.
pub(super) struct Signed {
    pub(super) id: String,
    pub(super) covered: Vec<u8>,
    pub(super) signatures: Vec<Signature>,
}

/// All entries of a site, with every hash verified.
pub(super) fn entries(client: &Client) -> Result<Vec<RawEntry>, Failure> {
    let mut entries: Vec<RawEntry> = Vec::new();
    loop {
        let query = format!("after={}&limit={PAGE}", entries.len());
        let page: Page = client.json(&Question::get("history").about(&query))?;
        let is_last = !page.more || page.entries.is_empty();
        entries.extend(page.entries);
        if is_last {
            break;
        }
    }
    history::verify(&entries, &BTreeMap::new()).map_err(|error| broken(&error))?;
    Ok(entries)
}

/// Entries as they can be read.
pub(super) fn read(entries: &[RawEntry]) -> Result<Vec<Entry>, Failure> {
    let entry =
        |raw: &RawEntry| history::entry(raw).map_err(|flaw| Failure::new(flaw.to_string(), "take a newer `attune`"));
    entries.iter().map(entry).collect()
}

pub(super) fn broken(error: &HistoryError) -> Failure {
    Failure::new(
        format!("the history does not hold: {error}"),
        "somebody has changed it, or it was not written by a publisher: compare it with an earlier copy of `attune history --out`",
    )
}

impl Chronicle {
    /// The whole history, with all manifests that it names and that the site still has.
    pub(super) fn fetch(client: &Client, site: &str) -> Result<Self, Failure> {
        let entries = entries(client)?;
        let mut manifests = BTreeMap::new();
        for entry in read(&entries)? {
            if let Some(id) = entry.manifest.filter(|id| !manifests.contains_key(id)) {
                let bytes = published::signed_file(client, &id)?;
                manifests.insert(id, to_base64(&bytes));
            }
        }
        Ok(Self { format: FORMAT.to_owned(), site: site.to_owned(), entries, manifests })
    }

    /// Reads an export.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        let help = "give a file that `attune history --out FILE` wrote";
        let found: Self = serde_json::from_slice(bytes)
            .map_err(|error| Failure::new(format!("this is not the history of a site: {error}"), help))?;
        if found.format == FORMAT { Ok(found) } else { Err(Failure::new("this is not the history of a site", help)) }
    }

    /// Verifies every entry, and the manifests as far as they are there.
    pub(super) fn verify(&self) -> Result<Verified, Failure> {
        history::verify(&self.entries, &self.files()?).map_err(|error| broken(&error))
    }

    /// The signatures of each manifest.
    pub(super) fn signed(&self) -> Result<Vec<Signed>, Failure> {
        let signed = |(id, bytes): (String, Vec<u8>)| {
            if let Ok((found, signatures)) = data::decode(&bytes) {
                return Ok(Signed { id, covered: data::signed_bytes(&data::body(&found)), signatures });
            }
            let (publication, signatures) = attune_publish::Publication::decode(&bytes)
                .map_err(|error| Failure::new(format!("manifest {id}: {error}"), "the export is damaged"))?;
            Ok(Signed { id, covered: publication.signed_bytes(), signatures })
        };
        self.files()?.into_iter().map(signed).collect()
    }

    fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let file = |(id, text): (&String, &String)| {
            let bytes = from_base64(text);
            let broken = || Failure::new(format!("manifest {id} is not base64"), "the export is damaged");
            Ok((id.clone(), bytes.ok_or_else(broken)?))
        };
        self.manifests.iter().map(file).collect()
    }
}
