//! The vectors of what is signed: `tests/vectors/publication.json`, computed by a second implementation.

use crate::{Publication, Request, base, headers, sha256};
use attune_core::bundle::data;
use attune_core::bundle::kill::{self, Effect};
use attune_core::bundle::manifest::Signature;
use attune_core::bundle::rollback::Rollback;
use attune_core::codec::{from_hex, to_hex};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/publication.json")).unwrap_or_default()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or_default()
}

fn bytes(value: &Value, key: &str) -> Vec<u8> {
    let digits = text(value, key).as_bytes().chunks(2);
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    digits.map(|pair| byte(pair).unwrap_or_default()).collect()
}

#[test]
fn manifests_are_the_bytes_of_the_vectors() {
    let vectors = vectors();
    for key in ["version", "canary", "rollback"] {
        let vector = vectors.get(key).cloned().unwrap_or_default();
        let (publication, signatures) =
            Publication::decode(&bytes(&vector, "file")).unwrap_or_else(|error| panic!("{key}: {error}"));
        let manifest = publication.manifest();
        assert_eq!((manifest.site.as_str(), manifest.version), (text(&vectors, "site"), number(&vector, "version")));
        assert_eq!(to_hex(&manifest.previous), text(&vector, "previous"));
        assert_eq!(
            (manifest.not_before_s, manifest.expires_s),
            (number(&vector, "not_before"), number(&vector, "expires"))
        );
        assert_eq!(manifest.artifacts.len(), 3);
        assert_eq!(publication.body(), bytes(&vector, "body"), "{key}");
        assert_eq!(publication.signed_bytes(), bytes(&vector, "signed"), "{key}");
        assert_eq!(publication.id(), text(&vector, "id"));
        assert_eq!(publication.encode(&signatures), Ok(bytes(&vector, "file")), "{key}");
        if let Some(expected) = vector.get("canary") {
            let canary = manifest.canary.unwrap_or_else(|| panic!("a canary"));
            assert_eq!(
                (u64::from(canary.share_bp), to_hex(&canary.salt).as_str()),
                (number(expected, "share_bp"), text(expected, "salt"))
            );
        }
        if let Publication::Rollback(Rollback { evidence, .. }) = &publication {
            assert_eq!(evidence, &bytes(&vector, "evidence"));
        }
    }
}

#[test]
fn a_data_manifest_is_the_bytes_of_the_vectors() {
    let vectors = vectors();
    let vector = vectors.get("data").cloned().unwrap_or_default();
    let (found, signatures) = data::decode(&bytes(&vector, "file")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((found.site.as_str(), found.number), (text(&vectors, "site"), number(&vector, "number")));
    assert_eq!((found.made_s, found.version), (number(&vector, "made"), number(&vector, "version")));
    assert_eq!(to_hex(&found.previous), text(&vector, "previous"));
    // The base is of what the vector's version names.
    let version = vectors.get("version").map(|version| bytes(version, "file")).unwrap_or_default();
    let version = Publication::decode(&version).map(|(version, _)| data::base(&version.manifest().artifacts));
    assert_eq!(version.map(|base| to_hex(&base)), Ok(text(&vector, "base").to_owned()));
    assert_eq!(to_hex(&found.base), text(&vector, "base"));
    let kinds: Vec<u8> = found.artifacts.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [2, 3, 4]);
    let body = data::body(&found);
    assert_eq!((body.clone(), crate::id_of(&body).as_str()), (bytes(&vector, "body"), text(&vector, "id")));
    assert_eq!(data::signed_bytes(&body), bytes(&vector, "signed"));
    assert_eq!(data::encode(&found, &signatures), Ok(bytes(&vector, "file")));
}

#[test]
fn statements_are_the_bytes_of_the_vectors() {
    let vectors = vectors();
    let statements = vectors.get("statements").and_then(Value::as_array).cloned().unwrap_or_default();
    assert_eq!(statements.len(), 3);
    for vector in &statements {
        let (statement, signatures) = kill::decode(&bytes(vector, "file")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((statement.number, statement.made_s), (number(vector, "number"), number(vector, "made")));
        assert_eq!(statement.campaign, text(vector, "campaign"));
        assert_eq!(statement.effect == Effect::Kill, text(vector, "effect") == "kill");
        assert_eq!(kill::body(&statement), bytes(vector, "body"));
        assert_eq!(kill::signed_bytes(statement.effect, &kill::body(&statement)), bytes(vector, "signed"));
        assert_eq!(kill::encode(&statement, &signatures), Ok(bytes(vector, "file")));
    }
    assert_eq!(kill::decode_list(&bytes(&vectors, "kills")).map(|list| list.len()), Ok(3));
}

#[test]
fn requests_are_the_texts_of_the_vectors() {
    let vectors = vectors();
    let requests = vectors.get("requests").and_then(Value::as_array).cloned().unwrap_or_default();
    assert_eq!(requests.len(), 2);
    for vector in &requests {
        let request = Request {
            method: text(vector, "method"),
            path: text(vector, "path"),
            query: text(vector, "query"),
            body_sha256: sha256(text(vector, "body").as_bytes()),
            audience: text(vector, "audience"),
            created_s: number(vector, "created"),
            nonce: from_hex(text(vector, "nonce")).unwrap_or_default(),
            key: from_hex(text(&vectors, "key")).unwrap_or_default(),
        };
        assert_eq!(base(&request), text(vector, "base"));
        let expected = vector.get("headers").cloned().unwrap_or_default();
        let signature = text(&expected, "signature").trim_start_matches("attune=:").trim_end_matches(':');
        let signature = crate::from_base64(signature).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 64]);
        for (name, value) in headers(&request, &signature) {
            assert_eq!(value, text(&expected, name), "{name}");
        }
    }
}

#[test]
fn every_bit_of_a_body_is_in_its_id_and_a_signature_is_not() {
    let vectors = vectors();
    let vector = vectors.get("canary").cloned().unwrap_or_default();
    let (file, body) = (bytes(&vector, "file"), bytes(&vector, "body"));
    let signature = Signature { key: [1; 8], bytes: [2; 64] };
    let (publication, mut signatures) = Publication::decode(&file).unwrap_or_else(|error| panic!("{error}"));
    signatures.push(signature);
    let more = publication.encode(&signatures).unwrap_or_default();
    assert_eq!(Publication::decode(&more).map(|(found, _)| found.id()), Ok(publication.id()));
    for bit in 0..body.len() * 8 {
        let mut flipped = file.clone();
        if let Some(byte) = flipped.get_mut(12 + bit / 8) {
            *byte ^= 1 << (bit % 8);
        }
        let found = Publication::decode(&flipped).map(|(found, _)| found.id());
        assert!(found.is_err() || found != Ok(publication.id()), "bit {bit}");
    }
}
