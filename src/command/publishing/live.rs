//! Live data of a site: `--push` of `attune overlay` and `posteriors`, and the weights of bandits.

use super::address::Address;
use super::client::{Client, Question};
use crate::failure::Failure;
use crate::keys::Signer;
use attune_core::bundle::live;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::bundle::weights::Weights;
use attune_core::codec::to_hex;

const WEIGHTS: &str = "live/weights";
const NOT_FOUND: u16 = 404;

/// Sends a signed overlay or posteriors, and says so.
pub fn send(url: &str, signer: Signer, kind: ArtifactKind, file: &[u8]) -> Result<String, Failure> {
    let client = Client::connect_with(Address::parse(url)?, signer, None)?;
    let route = if kind == ArtifactKind::Overlay { "live/overlay" } else { "live/posteriors" };
    client.bytes(&Question::put(route, file))?;
    Ok(format!("sent     {} bytes to {}\n", file.len(), client.address.as_str()))
}

/// Weights that are live.
#[derive(Default)]
pub(crate) struct Live {
    pub(crate) weights: Weights,
    /// Ids of the keys that have signed them.
    pub(crate) signers: Vec<String>,
}

/// The weights that are live; none before the first.
pub(crate) fn weights(client: &Client) -> Result<Live, Failure> {
    let file = match client.ask(&Question::get(WEIGHTS), None)? {
        Ok(file) => file,
        Err(refused) if refused.status == NOT_FOUND => return Ok(Live::default()),
        Err(refused) => return Err(refused.failure(&client.address)),
    };
    let foreign = |error: String| {
        Failure::new(
            format!("the weights of the site cannot be read: {error}"),
            "take the `attune` of the version that the site's Workers are of; `attune steer --weights anew` begins anew",
        )
    };
    let (_, body, signatures) = live::decode(&file).map_err(|error| foreign(error.to_string()))?;
    let weights = Weights::load(body).map_err(|error| foreign(error.to_string()))?;
    Ok(Live { weights, signers: signatures.iter().map(|signature| to_hex(&signature.key)).collect() })
}

/// Sends weights, signed with the client's key.
pub(crate) fn send_weights(client: &Client, site: &str, weights: &Weights) -> Result<(), Failure> {
    let body = weights.encode().map_err(|error| Failure::new(error.to_string(), "please report this"))?;
    let file = client.signer.live(site, ArtifactKind::Weights, &body)?;
    client.bytes(&Question::put(WEIGHTS, &file)).map(drop)
}
