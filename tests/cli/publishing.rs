//! keys signing and sign.

use super::Folder;
use attune_core::bundle::manifest;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use sha2::{Digest, Sha256};

fn sign(folder: &Folder, number: &str, out: &str, more: &[&str]) -> super::Ran {
    let arguments = ["sign", "shop.bundle", "--key", "publish.key", "--site", "my-shop", "--version-number", number];
    folder.run(&[&arguments[..], &["--not-before", "2026-11-20T00:00:00Z", "--out", out], more].concat())
}

#[test]
fn a_manifest_names_the_bundle_and_is_signed() {
    let folder = Folder::with_shop();
    folder.run(&["compile", "shop", "--out", "shop.bundle"]);
    let public = folder.run(&["keys", "signing", "--out", "publish.key"]).out;
    let ran = sign(&folder, "7", "first.manifest", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let bytes = folder.read("first.manifest");
    let (read, signatures) = manifest::decode(&bytes).unwrap();
    assert_eq!((read.site.as_str(), read.version, read.previous), ("my-shop", 7, [0; 32]));
    assert_eq!(read.artifacts[0].sha256, <[u8; 32]>::from(Sha256::digest(folder.read("shop.bundle"))));
    let key = attune_core::profile::from_hex::<32>(public.trim()).unwrap();
    assert_eq!(signatures[0].key, Sha256::digest(key)[..8]);
    let key = VerifyingKey::from_bytes(&key).unwrap();
    let signed = manifest::signed_bytes(&manifest::body(&read));
    key.verify(&signed, &Signature::from_bytes(&signatures[0].bytes)).unwrap();

    let ran = sign(&folder, "8", "second.manifest", &["--previous", "first.manifest"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (second, _) = manifest::decode(&folder.read("second.manifest")).unwrap();
    assert_eq!(second.previous, <[u8; 32]>::from(Sha256::digest(manifest::body(&read))));
    assert_eq!(sign(&folder, "7", "third.manifest", &["--previous", "first.manifest"]).code, 2);
}

#[test]
fn what_is_no_bundle_or_key_is_not_signed() {
    let folder = Folder::with_shop();
    folder.run(&["compile", "shop", "--out", "shop.bundle"]);
    folder.write("publish.key", "short\n");
    assert!(sign(&folder, "1", "x", &[]).err.contains("is not a signing key"));
    assert!(folder.run(&["keys", "signing", "--out", "publish.key"]).err.contains("it is already there"));
    folder.write("shop.bundle", "nonsense");
    assert!(sign(&folder, "1", "x", &[]).err.contains("is not a bundle"));
    assert!(!folder.path("x").exists());
}

#[test]
fn what_asks_for_products_is_published_with_them() {
    let folder = Folder::with_shop();
    folder.write("shop/catalog/products.tsv", "id\ttitle\tlink\n1\tOne\t/p/1\n");
    let asked = "[catalog]\nfeed = \"catalog/products.tsv\"\n[segments.reduced]\nwhen = 'product.on_sale'\n";
    folder.write("shop/campaigns/products.toml", asked);
    folder.run(&["keys", "signing", "--out", "publish.key"]);
    let compiled = ["compile", "shop", "--out", "shop.bundle", "--catalog", "shop.catalog", "--new-epoch"];
    assert_eq!(folder.run(&compiled).code, 0);
    let ran = sign(&folder, "1", "first.manifest", &[]);
    assert!(ran.code == 2 && ran.err.contains("no catalogue is published with it"), "{}", ran.err);
    assert_eq!(sign(&folder, "1", "first.manifest", &["--catalog", "shop.catalog"]).code, 0);
}

#[test]
fn the_keys_of_decisions_are_those_that_the_vectors_were_made_with() {
    let folder = Folder::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/decision-header.json");
    let vectors: serde_json::Value = serde_json::from_slice(&std::fs::read(root).unwrap()).unwrap();
    let text = |key: &str| vectors[key].as_str().unwrap();
    folder.write("keys.txt", format!("{}\n2:verify:{}\n", text("keys"), "22".repeat(32)));
    let ran = folder.run(&["keys", "decision", "--keys", "keys.txt", "--site", text("site")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, format!("1:{}", text("key")).as_str()));
    assert!(lines[1].starts_with("2:") && lines[1].len() == 66, "{}", ran.out);
}
