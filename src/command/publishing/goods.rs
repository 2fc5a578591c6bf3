//! Catalogue and indexes that go together: what is new, and of what is published whatever fits it.

use super::client::Client;
use super::piece::Piece;
use super::published;
use crate::failure::Failure;
use crate::output;
use attune_core::artifacts::Artifacts;
use attune_core::artifacts::catalog::Catalog;
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::to_hex;

/// An index, and where it is from.
pub(super) struct Learned {
    pub(super) kind: ArtifactKind,
    pub(super) bytes: Vec<u8>,
    pub(super) from: String,
}

/// What is new; everything else stays as it is published, where it fits.
#[derive(Default)]
pub(super) struct Fresh {
    pub(super) catalog: Option<Vec<u8>>,
    pub(super) learned: Vec<Learned>,
}

/// The catalogue among artifacts.
pub(super) fn catalog_in(artifacts: &[Artifact]) -> Option<&Artifact> {
    artifacts.iter().find(|one| one.kind == ArtifactKind::Catalog as u8)
}

/// A catalogue, as a page loads it.
pub(super) fn load(bytes: Vec<u8>) -> Result<Catalog<Vec<u8>>, Failure> {
    Catalog::load(bytes).map_err(|error| {
        Failure::new(format!("the published catalogue cannot be read: {error}"), "take a newer `attune`")
    })
}

/// The catalogue and the indexes that belong to it, each checked as a page will check it. Without a catalogue there is nothing.
pub(super) fn compose(client: &Client, site: &str, present: &[Artifact], fresh: &Fresh) -> Result<Vec<Piece>, Failure> {
    let known = catalog_in(present);
    let catalog = match (&fresh.catalog, known) {
        (Some(bytes), _) => Piece::new(ArtifactKind::Catalog, bytes.clone())?,
        (None, Some(known)) => Piece { artifact: *known, bytes: None },
        (None, None) => return Ok(Vec::new()),
    };
    let is_known = known == Some(&catalog.artifact);
    let mut checked = Artifacts::of_site(site);
    if !(is_known && fresh.learned.is_empty()) {
        let bytes = match &catalog.bytes {
            Some(bytes) => bytes.clone(),
            None => published::artifact(client, &to_hex(&catalog.artifact.sha256))?,
        };
        put(&mut checked, ArtifactKind::Catalog, bytes, "the catalogue")?;
    }
    let mut pieces = vec![catalog];
    for kind in [ArtifactKind::Sessions, ArtifactKind::Baskets] {
        if let Some(Learned { bytes, from, .. }) = fresh.learned.iter().find(|one| one.kind == kind) {
            put(&mut checked, kind, bytes.clone(), from)?;
            pieces.push(Piece::new(kind, bytes.clone())?);
        } else if let Some(kept) = present.iter().find(|one| one.kind == kind as u8) {
            let fits = is_known || checked.put(kind as u8, published::artifact(client, &to_hex(&kept.sha256))?).is_ok();
            if fits {
                pieces.push(Piece { artifact: *kept, bytes: None });
            } else {
                output::print_error(
                    "what was learned does not fit the new numbers of the products, and is left out: run `attune learn --push` again\n",
                );
            }
        }
    }
    Ok(pieces)
}

fn put(checked: &mut Artifacts, kind: ArtifactKind, bytes: Vec<u8>, what: &str) -> Result<(), Failure> {
    checked.put(kind as u8, bytes).map_err(|error| {
        Failure::new(
            format!("the edge would refuse {what}: {error}"),
            "make it again from the catalogue that is published with it",
        )
    })
}

/// Refuses a catalogue that gives products other numbers than the published one in the same epoch: profiles hold products by number.
pub(super) fn check_numbers(before: &Catalog<Vec<u8>>, after: &Catalog<Vec<u8>>) -> Result<(), Failure> {
    if before.epoch() != after.epoch() {
        return Ok(());
    }
    let id = |catalog: &Catalog<Vec<u8>>, ordinal| catalog.item(ordinal).map(|item| item.id().to_owned());
    let both = 0..before.item_count().min(after.item_count());
    let other = both.clone().find(|ordinal| id(before, *ordinal) != id(after, *ordinal));
    if other.is_none() && after.item_count() >= before.item_count() {
        return Ok(());
    }
    Err(Failure::new(
        "the catalogue gives products other numbers than the published one, of which the site's visitors remember some",
        "`attune catalog DIR --push URL` goes on from the numbers of the site; --new-epoch begins with new ones",
    ))
}
