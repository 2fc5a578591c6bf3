use super::*;
use crate::api::{Kills, NamedCanary};
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
        kills: Kills { next: 9, everything: false, campaigns: Vec::new(), statements: 0 },
        drafts: Vec::new(),
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
