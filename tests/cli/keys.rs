//! keys new, list and passwd: the keys of people.

use super::Folder;
use attune_core::codec::{from_hex, to_hex};
use ed25519_dalek::VerifyingKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

const FIRST: (&str, &str) = ("ATTUNE_PASSPHRASE", "correct horse battery");
const SECOND: (&str, &str) = ("ATTUNE_PASSPHRASE", "another horse entirely");

fn with_key() -> Folder {
    let folder = Folder::with_shop();
    let ran = folder.run_in(&[FIRST], &["keys", "new", "--name", "anna", "--roles", "publish+kill"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.lines().last().unwrap().ends_with(":publish+kill"), "{}", ran.out);
    folder
}

/// Signs the starter configuration with the key file; the output names the public key.
fn sign(folder: &Folder, passphrase: (&str, &str)) -> super::Ran {
    folder.run(&["compile", "shop", "--out", "shop.bundle"]);
    let arguments =
        ["sign", "shop.bundle", "--key", "home/keys/anna.age", "--site", "my-shop", "--version-number", "1"];
    folder.run_in(&[passphrase], &[&arguments[..], &["--out", "x.manifest"]].concat())
}

#[test]
fn a_key_is_encrypted_and_only_its_owner_may_read_it() {
    let folder = with_key();
    let listed: Value = serde_json::from_str(&folder.run(&["keys", "list", "--format", "json"]).out).unwrap();
    let public = from_hex::<32>(listed[0]["public"].as_str().unwrap()).unwrap();
    assert!(VerifyingKey::from_bytes(&public).is_ok());
    assert_eq!(listed[0]["id"].as_str().unwrap(), to_hex(&Sha256::digest(public)[..8]));
    let file = folder.read("home/keys/anna.age");
    assert!(file.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    let ran = sign(&folder, FIRST);
    assert!(ran.out.contains(&to_hex(&public)), "the encrypted key signs: {} {}", ran.out, ran.err);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name| std::fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(["home/keys", "home/keys/anna.age", "home/keys/anna.json"].map(mode), [0o700, 0o600, 0o600]);
    }
}

#[test]
fn a_new_passphrase_opens_the_same_key_and_the_old_one_does_not() {
    let folder = with_key();
    let public = folder.run(&["keys", "list"]).out;
    let passwd =
        |old, new| folder.run_in(&[old, ("ATTUNE_NEW_PASSPHRASE", new)], &["keys", "passwd", "--name", "anna"]);
    assert!(passwd(SECOND, "long enough for all").err.contains("the passphrase is another one"));
    assert!(passwd(FIRST, "short").err.contains("at least 10 characters"));
    assert_eq!(sign(&folder, FIRST).code, 0, "whatever was refused, the key is as it was");
    assert_eq!(passwd(FIRST, SECOND.1).code, 0);
    assert_eq!(folder.run(&["keys", "list"]).out, public);
    assert!(sign(&folder, FIRST).err.contains("the passphrase is another one"));
    assert_eq!(sign(&folder, SECOND).code, 0);
}

#[test]
fn a_key_is_never_overwritten_and_has_a_name_that_is_a_file() {
    let folder = with_key();
    let before = folder.read("home/keys/anna.age");
    let new = |name: &str| folder.run_in(&[FIRST], &["keys", "new", "--name", name]);
    assert!(new("anna").err.contains("there is a key `anna` already"));
    assert_eq!(folder.read("home/keys/anna.age"), before);
    for name in ["", "../anna", "a/b", "a.b"] {
        assert!(new(name).err.contains("is not a name for a key"), "{name}");
    }
    let ran = folder.run_in(&[FIRST], &["keys", "new", "--name", "b", "--roles", "publish+admin"]);
    assert!(ran.code == 2 && ran.err.contains("`admin` is not a role"), "{}", ran.err);
    let ran = folder.run(&["keys", "new", "--name", "b"]);
    assert!(ran.code == 2 && ran.err.contains("there is no terminal to ask for it"), "{}", ran.err);
}

#[test]
fn who_signs_and_where_has_to_be_clear() {
    let folder = Folder::with_shop();
    let status = |variables: &[(&str, &str)], more: &[&str]| {
        let ran = folder.run_in(variables, &[&["status"], more].concat());
        assert_eq!(ran.code, 2);
        ran.err
    };
    assert!(status(&[], &[]).contains("there is no site to ask"));
    let url = ("ATTUNE_URL", "http://localhost:9");
    assert!(status(&[url], &[]).contains("there is no key to sign with"));
    assert!(status(&[url], &["--key", "anna"]).contains("there is no key `anna`"));
    for name in ["anna", "berta"] {
        assert_eq!(folder.run_in(&[FIRST], &["keys", "new", "--name", name]).code, 0);
    }
    assert!(status(&[url, FIRST], &[]).contains("there are 2 keys"));
    let lost = status(&[url, FIRST], &["--key", "anna"]);
    assert!(lost.contains("the connection to http://localhost:9 failed"), "{lost}");
    assert!(status(&[FIRST], &["--to", "http://shop.example"]).contains("is not encrypted"));
}
