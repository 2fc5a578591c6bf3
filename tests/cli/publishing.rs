//! keys signing, keys data, sign, and what is signed without a manifest.

use super::Folder;
use attune_core::bundle::{live, manifest};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
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
    let key = attune_core::codec::from_hex::<32>(public.trim()).unwrap();
    assert_eq!(signatures[0].key, Sha256::digest(key)[..8]);
    let key = VerifyingKey::from_bytes(&key).unwrap();
    let signed = manifest::signed_bytes(&manifest::body(&read));
    key.verify(&signed, &Signature::from_bytes(&signatures[0].bytes)).unwrap();
    assert!(ran.out.ends_with("\nMANIFEST_FLOOR = \"7\"\n"), "the line for wrangler.toml: {}", ran.out);

    let ran = sign(&folder, "8", "second.manifest", &["--previous", "first.manifest"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (second, _) = manifest::decode(&folder.read("second.manifest")).unwrap();
    assert_eq!(second.previous, <[u8; 32]>::from(Sha256::digest(manifest::body(&read))));
    assert_eq!(sign(&folder, "7", "third.manifest", &["--previous", "first.manifest"]).code, 2);
}

/// A folder with a catalogue of one product, a feed of live prices, counts of clicks, and a key for data.
fn with_live_data() -> (Folder, String) {
    let folder = Folder::new();
    for (name, text) in [
        ("shop/attune.toml", include_str!("../edge/bandit/attune.toml")),
        ("shop/content/card.html", include_str!("../edge/bandit/content/card.html")),
        ("shop/catalog/products.tsv", include_str!("../edge/bandit/catalog/products.tsv")),
        ("counts.csv", include_str!("../edge/bandit/counts/red.csv")),
        ("live.tsv", "id\tprice\tavailability\nr1\t3.00 GBP\tin_stock\n"),
    ] {
        folder.write(name, text);
    }
    let compiled = ["compile", "shop", "--out", "shop.bundle", "--catalog", "shop.catalog", "--new-epoch"];
    assert_eq!(folder.run(&compiled).code, 0);
    let public = folder.run(&["keys", "data", "--out", "data.key"]).out.trim().to_owned();
    (folder, public)
}

const OVERLAY: [&str; 5] = ["overlay", "live.tsv", "--catalog", "shop.catalog", "--site"];

#[test]
fn live_data_is_signed_for_its_site_and_its_kind() {
    let (folder, public) = with_live_data();
    let overlay = [&OVERLAY[..], &["testshop", "--key", "data.key", "--out", "live"]].concat();
    let posteriors = ["posteriors", "shop", "--counts", "counts.csv", "--key", "data.key", "--out", "live"];
    let key = public.strip_suffix(":data").expect("the public key says its role");
    let key = VerifyingKey::from_bytes(&attune_core::codec::from_hex::<32>(key).unwrap()).unwrap();
    for (arguments, kind) in
        [(&overlay[..], manifest::ArtifactKind::Overlay), (&posteriors[..], manifest::ArtifactKind::Posteriors)]
    {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let bytes = folder.read("live");
        let (found, body, signatures) = live::decode(&bytes).unwrap();
        assert_eq!((found, signatures.len()), (kind, 1));
        assert_eq!(signatures[0].key, Sha256::digest(key.as_bytes())[..8]);
        let signature = Signature::from_bytes(&signatures[0].bytes);
        key.verify(&live::signed_bytes("testshop", kind, body), &signature).unwrap();
        assert!(key.verify(&live::signed_bytes("another", kind, body), &signature).is_err());
        assert!(key.verify(&manifest::signed_bytes(body), &signature).is_err());
    }
}

#[test]
fn live_data_has_the_bytes_of_the_vector() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/live.json");
    let vector: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let bytes = |key: &str| {
        let digits = vector[key].as_str().unwrap().as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect::<Vec<u8>>()
    };
    let (kind, body) = (manifest::ArtifactKind::Overlay, bytes("body"));
    let signed = live::signed_bytes(vector["site"].as_str().unwrap(), kind, &body);
    assert_eq!(signed, bytes("signed"));
    let key = SigningKey::from_bytes(bytes("seed").as_slice().try_into().unwrap());
    assert_eq!(key.verifying_key().as_bytes()[..], bytes("public"));
    let id = Sha256::digest(key.verifying_key().as_bytes())[..8].try_into().unwrap();
    let signature = manifest::Signature { key: id, bytes: key.sign(&signed).to_bytes() };
    assert_eq!(live::encode(kind, &body, &[signature]).unwrap(), bytes("file"));
    assert_eq!(live::decode(&bytes("file")), Ok((kind, &body[..], vec![signature])));
}

#[test]
fn live_data_is_not_written_without_a_key() {
    let (folder, _) = with_live_data();
    let ran = folder.run(&[&OVERLAY[..], &["testshop", "--out", "live"]].concat());
    assert!(ran.code == 2 && ran.err.contains("--key"), "{}", ran.err);
    let ran = folder.run(&["posteriors", "shop", "--counts", "counts.csv", "--out", "live"]);
    assert!(ran.code == 2 && ran.err.contains("--key"), "{}", ran.err);
    assert!(!folder.path("live").exists());
}

#[test]
fn live_data_without_a_signature_or_of_another_kind_is_not_decided_with() {
    let (folder, _) = with_live_data();
    folder.write("visitor.json", "{}");
    let decide = |file: &str| {
        let arguments = ["decide", "shop", "--visitor", "visitor.json", "--url", "/", "--now", "2026-11-21T11:00:00Z"];
        folder.run(&[&arguments[..], &["--posteriors", file]].concat())
    };
    let signed = ["posteriors", "shop", "--counts", "counts.csv", "--key", "data.key", "--out", "signed"];
    assert_eq!(folder.run(&signed).code, 0);
    assert_eq!(decide("signed").code, 0);
    let bytes = folder.read("signed");
    folder.write("bare", live::decode(&bytes).unwrap().1);
    assert!(decide("bare").err.contains("not signed live data"), "{}", decide("bare").err);
    let overlay = [&OVERLAY[..], &["testshop", "--key", "data.key", "--out", "overlay"]].concat();
    assert_eq!(folder.run(&overlay).code, 0);
    assert!(decide("overlay").err.contains("of another kind"), "{}", decide("overlay").err);
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
