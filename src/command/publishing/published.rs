//! What is published, fetched and verified by its hash.

use super::client::{Client, Question};
use crate::failure::Failure;
use attune_core::bundle::data;
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::to_hex;
use attune_core::loaded::Loaded;
use attune_publish::api::State;
use attune_publish::{Publication, artifacts_of, id_of, sha256};

/// What is published now.
pub(crate) fn present(state: &State) -> Result<Vec<Artifact>, Failure> {
    let Some(current) = &state.current else { return Ok(Vec::new()) };
    artifacts_of(current).map_err(|error| Failure::new(error.to_string(), "please report this"))
}

/// The bytes of an artifact, if they are the ones that were signed.
pub(crate) fn artifact(client: &Client, hash: &str) -> Result<Vec<u8>, Failure> {
    let bytes = client.bytes(&Question::get(&format!("artifact/{hash}")))?;
    if to_hex(&sha256(&bytes)) == hash { Ok(bytes) } else { Err(foreign("an artifact")) }
}

/// A manifest file, if its body is the one that the id is of.
pub(crate) fn manifest(client: &Client, id: &str) -> Result<(Vec<u8>, Publication), Failure> {
    let bytes = client.bytes(&Question::get(&format!("manifest/{id}")))?;
    let publication = verified(&bytes, id)?;
    Ok((bytes, publication))
}

/// A manifest file of a version or of data, if its body is the one that the id is of.
pub(crate) fn signed_file(client: &Client, id: &str) -> Result<Vec<u8>, Failure> {
    let bytes = client.bytes(&Question::get(&format!("manifest/{id}")))?;
    match data::decode(&bytes) {
        Ok((found, _)) if id_of(&data::body(&found)) == id => {}
        Ok(_) => return Err(foreign("a manifest")),
        Err(_) => drop(verified(&bytes, id)?),
    }
    Ok(bytes)
}

/// A manifest file with this id.
pub(crate) fn verified(bytes: &[u8], id: &str) -> Result<Publication, Failure> {
    let (publication, _) = Publication::decode(bytes).map_err(|_| foreign("a manifest"))?;
    if id_of(&publication.body()) == id { Ok(publication) } else { Err(foreign("a manifest")) }
}

fn foreign(what: &str) -> Failure {
    Failure::new(
        format!("the site gives {what} that is not the one whose hash was asked for"),
        "publish nothing there before you know why: `attune audit verify` checks the whole history",
    )
}

/// The configuration among artifacts, loaded as a page loads it.
pub(crate) fn configuration(client: &Client, artifacts: &[Artifact]) -> Result<Option<Loaded>, Failure> {
    let Some(config) = artifacts.iter().find(|one| one.kind == ArtifactKind::Config as u8) else { return Ok(None) };
    load(&artifact(client, &to_hex(&config.sha256))?).map(Some)
}

/// A bundle, as a page loads it.
pub(crate) fn load(bytes: &[u8]) -> Result<Loaded, Failure> {
    Loaded::load(bytes).map_err(|error| {
        Failure::new(
            format!("the bundle cannot be read: {error}"),
            "take the `attune` of the version that it was made with, or a newer one",
        )
    })
}
