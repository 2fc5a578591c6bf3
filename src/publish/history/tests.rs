use super::*;
use attune_core::bundle::manifest::{Artifact, Manifest};
use attune_core::codec::from_hex;

fn manifest(version: u64, previous: &str) -> (String, Vec<u8>) {
    let manifest = Manifest {
        site: "giftshop".into(),
        version,
        previous: from_hex(previous).unwrap_or_default(),
        not_before_s: 1,
        expires_s: 2,
        artifacts: Vec::new(),
        canary: None,
    };
    let publication = Publication::Version(manifest);
    (publication.id(), publication.encode(&[]).unwrap_or_default())
}

fn data(number: u64, previous: &str) -> (String, Vec<u8>) {
    let manifest = data::DataManifest {
        site: "giftshop".into(),
        number,
        previous: from_hex(previous).unwrap_or_default(),
        made_s: 1,
        version: 1,
        base: [0; 32],
        artifacts: vec![Artifact { kind: 2, bytes: 9, sha256: [9; 32] }],
    };
    (id_of(&data::body(&manifest)), data::encode(&manifest, &[]).unwrap_or_default())
}

fn add(entries: &mut Vec<RawEntry>, action: &str, manifest: Option<&str>) {
    let previous = entries.last().map_or(START, |entry: &RawEntry| entry.hash.as_str());
    let text = serde_json::json!({
        "serial": entries.len() + 1, "at_s": 5, "by": ["0011223344556677"], "action": action, "version": null,
        "manifest": manifest, "statement": null, "message": "why", "diff": null, "previous": previous,
    })
    .to_string();
    entries.push(RawEntry { hash: id_of(text.as_bytes()), text });
}

fn example() -> (Vec<RawEntry>, BTreeMap<String, Vec<u8>>) {
    let (first, first_bytes) = manifest(1, START);
    let (second, second_bytes) = manifest(2, &first);
    let mut entries = Vec::new();
    add(&mut entries, "publish", Some(&first));
    add(&mut entries, "kill", None);
    add(&mut entries, "rollback", Some(&second));
    (entries, BTreeMap::from([(first, first_bytes), (second, second_bytes)]))
}

#[test]
fn a_history_holds_as_it_is() {
    let (entries, manifests) = example();
    let last = entries.last().map(|entry| entry.hash.clone()).unwrap_or_default();
    assert_eq!(verify(&entries, &manifests), Ok(Verified { entries: 3, last, manifests: 2, absent: Vec::new() }));
    let absent = verify(&entries, &BTreeMap::new()).map(|verified| verified.absent.len());
    assert_eq!(absent, Ok(2));
}

#[test]
fn an_entry_that_was_changed_left_out_or_added_is_found() {
    let (entries, manifests) = example();
    for at in 0..entries.len() {
        let mut changed = entries.clone();
        if let Some(entry) = changed.get_mut(at) {
            entry.text = entry.text.replace("why", "who");
        }
        let serial = u64::try_from(at).unwrap_or(0) + 1;
        assert_eq!(verify(&changed, &manifests), Err(HistoryError { serial, flaw: Flaw::Hash }));
        if let Some(entry) = changed.get_mut(at) {
            entry.hash = id_of(entry.text.as_bytes());
        }
        // The last one can be changed with its hash: whoever wants to know compares the last hash.
        assert_eq!(verify(&changed, &manifests).is_err(), at + 1 < entries.len());
        let mut without = entries.clone();
        without.remove(at);
        assert_eq!(verify(&without, &manifests).is_err(), at + 1 < entries.len());
    }
    let twice = [entries.clone(), entries].concat();
    assert_eq!(verify(&twice, &manifests), Err(HistoryError { serial: 4, flaw: Flaw::Number(1) }));
}

#[test]
fn manifests_that_do_not_follow_each_other_are_found() {
    let (entries, mut manifests) = example();
    let (other, bytes) = manifest(2, &"07".repeat(32));
    let mut branched = entries.get(..2).unwrap_or_default().to_vec();
    add(&mut branched, "publish", Some(&other));
    manifests.insert(other, bytes.clone());
    assert_eq!(verify(&branched, &manifests), Err(HistoryError { serial: 3, flaw: Flaw::Version(1) }));
    let swapped = manifests.keys().map(|id| (id.clone(), bytes.clone())).collect();
    assert_eq!(verify(&entries, &swapped), Err(HistoryError { serial: 1, flaw: Flaw::Manifest }));
}

#[test]
fn data_manifests_follow_each_other_beside_versions() {
    let (mut entries, mut manifests) = example();
    let (first, first_bytes) = data(1, START);
    let (second, second_bytes) = data(2, &first);
    let (other, other_bytes) = data(3, &first);
    manifests.extend([(first.clone(), first_bytes), (second.clone(), second_bytes), (other.clone(), other_bytes)]);
    add(&mut entries, "data", Some(&first));
    let (third, third_bytes) = manifest(3, &manifest(2, &manifest(1, START).0).0);
    manifests.insert(third.clone(), third_bytes);
    add(&mut entries, "publish", Some(&third));
    add(&mut entries, "data", Some(&second));
    assert_eq!(verify(&entries, &manifests).map(|verified| verified.manifests), Ok(5));
    add(&mut entries, "data", Some(&other));
    assert_eq!(verify(&entries, &manifests), Err(HistoryError { serial: 7, flaw: Flaw::Data(2) }));
    add(&mut entries, "publish", Some(&first));
    entries.remove(6);
    assert!(verify(&entries, &manifests).is_err(), "a data manifest is no version");
}
