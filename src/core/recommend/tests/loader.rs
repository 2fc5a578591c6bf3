//! Artifacts that come piece by piece.

use super::*;
use crate::limits::ARTIFACTS_BYTES_MAX;

/// Brings an artifact in pieces and steps of so many bytes.
fn bring(artifacts: &mut Artifacts, kind: ArtifactKind, bytes: &[u8], step: usize) -> Result<(), ArtifactError> {
    artifacts.begin(kind as u8, bytes.len())?;
    for piece in bytes.chunks(step) {
        artifacts.feed(piece);
    }
    while !artifacts.step(step)? {}
    Ok(())
}

#[test]
fn in_steps_of_any_size_the_outcome_is_the_same() {
    let visitor = Visitor::viewing("p2", &["p2", "p4"]);
    let all = cards(&[Source::Session, Source::CategoryPopular, Source::Popular], 8);
    let whole = visitor.recommendations(&artifacts(), &all);
    for step in [1, 7, 8, 64, 4_096] {
        let mut artifacts = Artifacts::default();
        bring(&mut artifacts, ArtifactKind::Catalog, &catalog(0), step).unwrap();
        bring(&mut artifacts, ArtifactKind::Baskets, &index(3), step).unwrap();
        assert_eq!(visitor.recommendations(&artifacts, &all), whole, "{step}");
        for (kind, good) in [(ArtifactKind::Catalog, catalog(0)), (ArtifactKind::Baskets, index(3))] {
            for at in (0..good.len()).step_by(5) {
                let mut bad = good.clone();
                bad[at] ^= 4;
                assert!(bring(&mut artifacts, kind, &bad, step.max(64)).is_err(), "{kind:?} byte {at}");
            }
        }
        // What was there stays.
        assert_eq!(visitor.recommendations(&artifacts, &all), whole);
    }
}

#[test]
fn more_or_fewer_bytes_than_announced_are_refused() {
    let good = catalog(0);
    for (length, bytes) in [(good.len() + 1, good.as_slice()), (good.len() - 1, &good), (good.len(), &good[1..])] {
        let mut artifacts = Artifacts::default();
        artifacts.begin(ArtifactKind::Catalog as u8, length).unwrap();
        artifacts.feed(bytes);
        assert_eq!(artifacts.step(64), Err(ArtifactError::Length(length)));
        assert_eq!(artifacts.step(64), Ok(true), "it is forgotten");
        assert!(artifacts.catalog().is_none());
    }
}

#[test]
fn more_than_an_isolate_has_room_for_is_refused_with_the_numbers() {
    let mut artifacts = artifacts();
    let (catalog, baskets) = (catalog(0).len(), index(3).len());
    let found = ARTIFACTS_BYTES_MAX + 1;
    assert_eq!(
        artifacts.begin(ArtifactKind::Sessions as u8, found - catalog - baskets).unwrap_err().to_string(),
        format!("catalogue and indexes have {found} bytes together, there is room for {ARTIFACTS_BYTES_MAX}")
    );
    assert_eq!(artifacts.begin(ArtifactKind::Sessions as u8, found - 1 - catalog - baskets), Ok(()));
    // A new index of baskets takes the place of the one that is there.
    assert_eq!(artifacts.begin(ArtifactKind::Baskets as u8, ARTIFACTS_BYTES_MAX - catalog), Ok(()));
    assert_eq!(artifacts.begin(ArtifactKind::Catalog as u8, found), Err(ArtifactError::Budget { found }));
}

#[test]
fn a_new_configuration_takes_over_what_is_there_and_what_is_new_is_ranked_anew() {
    let old = artifacts();
    let mut new = Artifacts::default();
    new.adopt(&old, ArtifactKind::Catalog as u8);
    new.adopt(&old, ArtifactKind::Baskets as u8);
    let visitor = Visitor::viewing("p2", &[]);
    let popular = cards(&[Source::CategoryPopular], 8);
    assert_eq!(visitor.recommendations(&new, &popular), visitor.recommendations(&old, &popular));
    bring(&mut new, ArtifactKind::Sessions, &index(3), 64).unwrap();
    assert_eq!(visitor.recommendations(&new, &popular), [0, 1, 3, 4]);
    assert_eq!(
        bring(&mut new, ArtifactKind::Sessions, &index(4), 64).unwrap_err(),
        ArtifactError::Epoch { expected: 3, found: 4 }
    );
}
