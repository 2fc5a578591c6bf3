//! Live data and what was learned, sent to a site: `--push` of `attune overlay`, `posteriors` and `learn`.

use super::address::Address;
use super::client::Client;
use super::expiry::expires_s;
use super::propose::{self, Proposal};
use super::published;
use super::ready::Piece;
use super::steps::{Outcome, Steps};
use crate::failure::Failure;
use crate::input;
use crate::keys::Signer;
use crate::output::Format;
use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::to_hex;
use attune_publish::{Next, artifact, next};

/// Seconds to wait until the site reports a version with a new index.
const WAIT_S: u64 = 120;

/// Sends a signed overlay or posteriors, and says so.
pub(crate) fn send(url: &str, signer: Signer, kind: ArtifactKind, file: &[u8]) -> Result<String, Failure> {
    let client = Client::connect_with(Address::parse(url)?, signer, None)?;
    let route = if kind == ArtifactKind::Overlay { "live/overlay" } else { "live/posteriors" };
    client.bytes("PUT", route, "", file)?;
    Ok(format!("sent     {} bytes to {}\n", file.len(), client.address.as_str()))
}

/// Publishes an index: a version with it in the place of the one before, and everything else as it is.
pub(crate) fn learned(url: &str, key: Option<&str>, kind: ArtifactKind, index: Vec<u8>) -> Result<(), Failure> {
    let client = Client::connect_to(Address::parse(url)?, key, None)?;
    let state = client.state()?;
    if state.current.as_ref().is_some_and(|current| current.canary.is_some() && !current.withdrawn) {
        return Err(Failure::new(
            "a canary runs, and a new index would end it",
            "promote or withdraw it first, or let the next run of the job bring the index",
        ));
    }
    let present = published::present(&state)?;
    let catalog = present.iter().find(|one| one.kind == ArtifactKind::Catalog as u8).ok_or_else(|| {
        Failure::new("no catalogue is published", "push a configuration with [catalog] first: attune push")
    })?;
    let mut checked = Artifacts::of_site(&state.site);
    let catalog = published::artifact(&client, &to_hex(&catalog.sha256))?;
    for (kind, bytes) in [(ArtifactKind::Catalog, catalog), (kind, index.clone())] {
        checked.put(kind as u8, bytes).map_err(|error| {
            Failure::new(
                format!("the edge would refuse the index: {error}"),
                "learn it with the numbers of the catalogue that is published: catalog/items of the configuration",
            )
        })?;
    }
    let piece = Piece { artifact: artifact(kind, &index), bytes: Some(index) };
    let rest = |one: &&Artifact| one.kind != kind as u8;
    let mut artifacts: Vec<Artifact> = present.iter().filter(rest).copied().collect();
    artifacts.push(piece.artifact);
    // In the order of a push, so that the same configuration pushed again is the same version.
    artifacts.sort_by_key(|one| one.kind);
    let mut steps = Steps::new(Format::Human);
    if let Some(current) = state.current.as_ref().filter(|_| present.contains(&piece.artifact)) {
        return steps.end(&Outcome::Unchanged { version: current.version });
    }
    let now_s = u64::from(input::now_s()?);
    let asked = Next { artifacts, canary: None, not_before_s: now_s, expires_s: expires_s(now_s) };
    let publication = next(&state, asked).map_err(|error| Failure::new(error.to_string(), "please report this"))?;
    let pieces = [piece];
    propose::upload(&client, &pieces, &mut steps)?;
    let proposal = Proposal { publication: &publication, message: "a new recommendation index", changes: &[] };
    propose::publish(&client, &proposal, WAIT_S, steps)
}
