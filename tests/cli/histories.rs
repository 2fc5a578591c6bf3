//! audit verify, without a network.

use super::Folder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn hex(bytes: &[u8]) -> String {
    attune_core::codec::to_hex(bytes)
}

/// An export of two entries, whose first one is about a signed manifest; and the public key.
fn exported(folder: &Folder) -> (Value, String) {
    folder.run(&["compile", "shop", "--out", "shop.bundle"]);
    let public = folder.run(&["keys", "signing", "--out", "publish.key"]).out.trim().to_owned();
    let arguments = ["sign", "shop.bundle", "--key", "publish.key", "--site", "my-shop", "--version-number", "1"];
    assert_eq!(folder.run(&[&arguments[..], &["--out", "x.manifest"]].concat()).code, 0);
    let file = folder.read("x.manifest");
    let (publication, _) = attune_publish::Publication::decode(&file).unwrap();
    let mut previous = "0".repeat(64);
    let mut entries = Vec::new();
    for (serial, action, manifest) in [(1, "publish", Some(publication.id())), (2, "kill", None)] {
        let text =
            json!({ "serial": serial, "at_s": 1, "by": [], "action": action, "version": null, "manifest": manifest,
            "statement": null, "message": "why", "diff": null, "previous": previous })
            .to_string();
        previous = hex(&Sha256::digest(&text));
        entries.push(json!({ "text": text, "hash": previous }));
    }
    let manifests = json!({ publication.id(): attune_publish::to_base64(&file) });
    (json!({ "format": "attune-history-1", "site": "my-shop", "entries": entries, "manifests": manifests }), public)
}

#[test]
fn a_history_is_verified_without_a_network() {
    let folder = Folder::with_shop();
    let (export, public) = exported(&folder);
    let verify = |export: &Value, more: &[&str]| {
        folder.write("history.json", export.to_string());
        folder.run(&[&["audit", "verify", "history.json"], more].concat())
    };
    let last = export["entries"][1]["hash"].as_str().unwrap();
    let ran = verify(&export, &["--manifest-keys", &public, "--last", last, "--format", "json"]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&found["entries"], &found["manifests"], &found["signatures"], found["last"].as_str()),
        (&json!(2), &json!(1), &json!(1), Some(last)),
        "{}",
        ran.err
    );
    let other = verify(&export, &["--last", &"0".repeat(64)]);
    assert!(other.code == 2 && other.err.contains("no entry has the hash"), "{}", other.err);
    let mut changed = export.clone();
    changed["entries"][0]["text"] = json!(export["entries"][0]["text"].as_str().unwrap().replace("why", "who"));
    assert!(verify(&changed, &[]).err.contains("the history does not hold: entry 1: its hash is not that of its text"));
    let mut cut = export.clone();
    cut["entries"].as_array_mut().unwrap().remove(0);
    assert!(verify(&cut, &[]).err.contains("entry 1: it has the number 2"));
    let mut forged = export;
    let (id, file) = forged["manifests"].as_object().unwrap().iter().next().unwrap();
    let mut file = attune_publish::from_base64(file.as_str().unwrap()).unwrap();
    *file.last_mut().unwrap() ^= 1;
    let id = id.clone();
    forged["manifests"][&id] = json!(attune_publish::to_base64(&file));
    assert_eq!(verify(&forged, &[]).code, 0, "a signature is no part of the id");
    assert!(verify(&forged, &["--manifest-keys", &public]).err.contains("does not hold"));
    assert!(verify(&json!({ "format": "x" }), &[]).err.contains("this is not the history of a site"));
}
