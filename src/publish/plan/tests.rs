use super::*;
use crate::api::{Data, Kills, NamedCanary};
use attune_core::bundle::manifest::Signature;

fn state(current: Option<Current>) -> State {
    State {
        site: "giftshop".into(),
        audience: "giftshop:0011223344556677".into(),
        now_s: 1_000,
        serial: 4,
        threshold: 1,
        floor: 3,
        current,
        data: None,
        kills: Kills { next: 9, everything: false, campaigns: Vec::new(), statements: 0 },
        drafts: Vec::new(),
        previews: Vec::new(),
        head: None,
        keys: Vec::new(),
        alarms: Vec::new(),
    }
}

fn current(version: u64) -> Current {
    let sha256 = "09".repeat(32);
    Current {
        id: "03".repeat(32),
        version,
        kind: "version".into(),
        previous: "00".repeat(32),
        not_before_s: 1,
        expires_s: 2_000,
        artifacts: vec![NamedArtifact { kind: 1, bytes: 99, sha256 }],
        canary: None,
        withdrawn: false,
    }
}

const CONFIG: Artifact = Artifact { kind: 1, bytes: 99, sha256: [9; 32] };
const CANARY: Canary = Canary { share_bp: 500, salt: [4; 8], config: CONFIG };

fn earlier(version: u64, canary: Option<Canary>) -> Vec<u8> {
    let manifest = Manifest {
        site: "giftshop".into(),
        version,
        previous: [0; 32],
        not_before_s: 1,
        expires_s: 2_000,
        artifacts: vec![CONFIG],
        canary,
    };
    Publication::Version(manifest).encode(&[Signature { key: [1; 8], bytes: [2; 64] }]).unwrap_or_default()
}

fn asked() -> Next {
    Next { artifacts: vec![CONFIG], canary: None, not_before_s: 1_000, expires_s: 3_000 }
}

#[test]
fn a_version_follows_the_present_one_and_is_not_below_the_floor() {
    let first = next(&state(None), asked()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((first.manifest().version, first.manifest().previous), (3, [0; 32]));
    let second = next(&state(Some(current(7))), asked()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((second.manifest().version, second.manifest().previous), (8, [3; 32]));
    let broken = Current { id: "?".into(), ..current(7) };
    assert_eq!(next(&state(Some(broken)), asked()), Err(PlanError::Hash("?".into())));
}

#[test]
fn what_is_published_already_is_recognized() {
    assert!(is_same(&current(7), &[CONFIG], None));
    assert!(!is_same(&current(7), &[CONFIG, CONFIG], None));
    assert!(!is_same(&current(7), &[CONFIG], Some(&CANARY)));
    assert!(!is_same(&Current { withdrawn: true, ..current(7) }, &[CONFIG], None));
    let canary = NamedCanary { share_bp: 500, salt: "ff".repeat(8), sha256: "09".repeat(32), bytes: 99 };
    assert!(is_same(&Current { canary: Some(canary), ..current(7) }, &[CONFIG], Some(&CANARY)), "the salt is another");
}

#[test]
fn a_rollback_carries_the_version_that_it_goes_back_to() {
    let state = state(Some(current(7)));
    let back = |earlier: &[u8]| roll_back(&state, earlier, 1_000, 3_000);
    let Ok(Publication::Rollback(rollback)) = back(&earlier(5, None)) else { panic!("a rollback") };
    assert_eq!((rollback.manifest.version, &rollback.evidence), (8, &earlier(5, None)));
    // Back to a rollback: the evidence is what that one went back to.
    let nested = Publication::Rollback(Rollback {
        manifest: Manifest { version: 6, ..rollback.manifest.clone() },
        evidence: earlier(5, None),
    });
    let nested = nested.encode(&[]).unwrap_or_default();
    assert_eq!(back(&nested), Ok(Publication::Rollback(rollback.clone())));
    let present = Manifest { version: 7, ..rollback.manifest.clone() };
    let present = Publication::Rollback(Rollback { manifest: present, evidence: earlier(5, None) });
    let refused = back(&present.encode(&[]).unwrap_or_default());
    assert_eq!(refused, Err(PlanError::NotEarlier { found: 7, present: 7 }), "it is what holds");
    // A canary: as a version, which needs every signature.
    assert!(matches!(back(&earlier(5, Some(CANARY))), Ok(Publication::Version(version)) if version.canary.is_none()));
}

#[test]
fn not_every_version_can_be_gone_back_to() {
    let state = state(Some(current(7)));
    let back = |earlier: &[u8], now_s| roll_back(&state, earlier, now_s, 3_000).err();
    assert_eq!(back(&earlier(7, None), 1_000), Some(PlanError::NotEarlier { found: 7, present: 7 }));
    assert_eq!(back(&earlier(2, None), 1_000), Some(PlanError::Floor { found: 2, floor: 3 }));
    assert_eq!(back(&earlier(5, None), 2_000), Some(PlanError::Expired(5)));
    assert_eq!(back(b"ATMF", 1_000), Some(PlanError::Manifest(ManifestError::Foreign)));
    let other = State { site: "other".into(), ..state.clone() };
    assert_eq!(roll_back(&other, &earlier(5, None), 1, 2).err(), Some(PlanError::Site("giftshop".into())));
}

#[test]
fn a_statement_has_the_number_that_the_publisher_gives_out() {
    let made = statement(&state(None), Effect::Kill, "summer", 1_000);
    assert_eq!((made.number, made.site.as_str(), made.campaign.as_str()), (9, "giftshop", "summer"));
}

fn named(kind: u8, byte: u8) -> NamedArtifact {
    NamedArtifact { kind, bytes: 99, sha256: to_hex(&[byte; 32]) }
}

/// A version with a catalogue, and a data manifest with another one, made for a version that named that of `base`.
fn with_data(base: &NamedArtifact, holds: bool) -> State {
    let mut version = current(7);
    version.artifacts.push(named(2, 1));
    let data = Data {
        id: "05".repeat(32),
        number: 3,
        previous: "04".repeat(32),
        made_s: 900,
        version: 6,
        base: to_hex(&data::base(&[of_named(base).unwrap_or_else(|error| panic!("{error}"))])),
        holds,
        artifacts: vec![named(2, 2), named(4, 3)],
    };
    State { data: Some(data), ..state(Some(version)) }
}

fn kinds(artifacts: &[Artifact]) -> Vec<(u8, u8)> {
    artifacts.iter().map(|one| (one.kind, one.sha256[0])).collect()
}

#[test]
fn the_data_that_hold_are_those_of_the_data_manifest_or_the_versions_own() {
    let found = |state: &State| data_of(state).map(|artifacts| kinds(&artifacts));
    assert_eq!(found(&with_data(&named(2, 1), true)), Ok(vec![(2, 2), (4, 3)]));
    assert_eq!(found(&with_data(&named(2, 1), false)), Ok(vec![(2, 1)]));
    assert_eq!(found(&state(None)), Ok(Vec::new()));
}

#[test]
fn a_push_lets_the_data_manifest_that_holds_hold() {
    let kept = |state: &State| kept_data(state).map(|kept| kept.map(|artifacts| kinds(&artifacts)));
    assert_eq!(kept(&with_data(&named(2, 1), true)), Ok(Some(vec![(2, 1)])), "the same as the version before");
    assert_eq!(kept(&with_data(&named(2, 8), true)), Ok(Some(Vec::new())), "after a rollback: none");
    assert_eq!(kept(&with_data(&named(2, 1), false)), Ok(None));
    assert_eq!(kept(&state(Some(current(7)))), Ok(None));
    // Back to a version with a canary, which becomes a version: it does not bring its catalogue back either.
    let state = with_data(&named(2, 1), true);
    let back = roll_back(&state, &earlier(5, Some(CANARY)), 1_000, 3_000);
    let back = back.map(|publication| kinds(&publication.manifest().artifacts));
    assert_eq!(back, Ok(vec![(1, 9), (2, 1)]));
}

#[test]
fn the_next_data_manifest_follows_the_one_before_for_the_present_version() {
    let state = with_data(&named(2, 8), true);
    let catalog = of_named(&named(2, 4)).unwrap_or_else(|error| panic!("{error}"));
    let next = next_data(&state, vec![catalog], 1_000).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((next.number, next.previous, next.version, next.made_s), (4, [5; 32], 7, 1_000));
    assert_eq!(next.base, data::base(&[of_named(&named(2, 1)).unwrap_or_else(|error| panic!("{error}"))]));
    let nothing = State { current: None, ..state.clone() };
    let first = next_data(&State { data: None, ..state }, vec![catalog], 1_000);
    assert_eq!(first.map(|next| (next.number, next.previous)), Ok((1, [0; 32])));
    assert_eq!(next_data(&nothing, vec![catalog], 1_000), Err(PlanError::Nothing));
}
