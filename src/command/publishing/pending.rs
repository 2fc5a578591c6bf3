//! What waits already: the same push again finishes it.

use super::client::{Client, Question};
use super::propose;
use super::published;
use super::steps::Outcome;
use crate::failure::Failure;
use attune_core::bundle::manifest::{Artifact, Canary};
use attune_publish::api::{State, WholeDraft};
use attune_publish::{Publication, from_base64};

/// The outcome of a draft that is the same as what is to be published now; nothing where there is none.
pub(super) fn finish(
    client: &Client,
    state: &State,
    artifacts: &[Artifact],
    canary: Option<&Canary>,
) -> Result<Option<Outcome>, Failure> {
    let present = state.current.as_ref().map(|current| current.id.clone());
    for draft in &state.drafts {
        let whole: WholeDraft = client.json(&Question::get(&format!("draft/{}", draft.id)))?;
        let Some(file) = whole.manifest.as_deref().and_then(from_base64) else { continue };
        let publication = published::verified(&file, &draft.id)?;
        if !is_same(&publication, artifacts, canary, present.as_deref()) {
            continue;
        }
        if !whole.by.contains(&client.key_id()) {
            return Err(Failure::new(
                format!("somebody has proposed exactly this already: \"{}\"", whole.message),
                format!("approve it: attune approve {}", draft.id),
            ));
        }
        let accepted = propose::post_file(client, &file, &whole.message, &whole.diff)?;
        let accepted = accepted.map_err(|refused| refused.failure(&client.address))?;
        return Ok(Some(propose::outcome(accepted, publication.manifest().version, &draft.id)));
    }
    Ok(None)
}

/// Whether a draft follows the present version and has these artifacts and this canary, whatever the canary's salt.
fn is_same(publication: &Publication, artifacts: &[Artifact], canary: Option<&Canary>, present: Option<&str>) -> bool {
    let Publication::Version(manifest) = publication else { return false };
    let of = |canary: &Canary| (canary.share_bp, canary.config);
    manifest.artifacts == artifacts
        && manifest.canary.as_ref().map(of) == canary.map(of)
        && present.is_none_or(|id| attune_core::codec::to_hex(&manifest.previous) == id)
}
