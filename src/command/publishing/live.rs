//! Live data, sent to a site: `--push` of `attune overlay` and `posteriors`.

use super::address::Address;
use super::client::{Client, Question};
use crate::failure::Failure;
use crate::keys::Signer;
use attune_core::bundle::manifest::ArtifactKind;

/// Sends a signed overlay or posteriors, and says so.
pub fn send(url: &str, signer: Signer, kind: ArtifactKind, file: &[u8]) -> Result<String, Failure> {
    let client = Client::connect_with(Address::parse(url)?, signer, None)?;
    let route = if kind == ArtifactKind::Overlay { "live/overlay" } else { "live/posteriors" };
    client.bytes(&Question::put(route, file))?;
    Ok(format!("sent     {} bytes to {}\n", file.len(), client.address.as_str()))
}
