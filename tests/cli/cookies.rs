//! cookie mint, cookie inspect and keys ring.

use super::{Folder, NOW, RING, VISITOR, snapshot};
use serde_json::Value;

const SCOPE: [&str; 6] = ["--keys", "keys.txt", "--site", "my-shop", "--host", "www.my-shop.example"];

fn minted(folder: &Folder) -> String {
    folder.write("visitor.json", VISITOR);
    folder.write("keys.txt", RING);
    let ran = folder.run(&[&["cookie", "mint", "--visitor", "visitor.json", "--now", NOW][..], &SCOPE].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.out.trim().to_owned()
}

#[test]
fn what_is_minted_is_inspected() {
    let folder = Folder::new();
    let token = minted(&folder);
    let ran = folder.run(&[&["cookie", "inspect", &token, "--now", NOW][..], &SCOPE].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("inspect", &ran.out);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let sections: u64 = answer["sections"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(answer["bytes"].as_u64().unwrap(), 2 + sections + 16);
    // The profile that was read makes the same cookie again.
    folder.write("visitor.json", answer["profile"].to_string());
    let again = folder.run(&[&["cookie", "mint", "--visitor", "visitor.json"][..], &SCOPE].concat());
    assert_eq!(again.out.trim(), token);
}

#[test]
fn without_keys_only_the_layout_is_shown() {
    let folder = Folder::new();
    let token = minted(&folder);
    let ran = folder.run_with(&["cookie", "inspect", "-"], format!("__Host-attune={token}\n").as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("inspect-without-keys", &ran.out);
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    let folder = Folder::new();
    let token = minted(&folder);
    let tampered = format!("{}{}", &token[..token.len() - 4], "AAAA");
    let mut told = String::new();
    for (value, now) in [
        (tampered.as_str(), NOW),
        (&token[..12], NOW),
        ("not a cookie", NOW),
        (&token, "2025-11-20T18:30:00Z"),
        (&token, "2028-11-20T18:30:00Z"),
    ] {
        let ran = folder.run(&[&["cookie", "inspect", value, "--now", now][..], &SCOPE].concat());
        assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{value}");
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        told.push_str(answer["problem"].as_str().unwrap());
        told.push('\n');
    }
    snapshot("inspect-refused", &told);
    let other_host =
        folder.run(&["cookie", "inspect", &token, "--keys", "keys.txt", "--site", "my-shop", "--host", "a.example"]);
    assert_eq!(other_host.code, 1);
    let no_site = folder.run(&["cookie", "inspect", &token, "--keys", "keys.txt"]);
    assert_eq!(no_site.code, 2);
}

#[test]
fn an_empty_profile_has_no_cookie() {
    let folder = Folder::new();
    minted(&folder);
    folder.write("visitor.json", "{}");
    let ran = folder.run(&[&["cookie", "mint", "--visitor", "visitor.json"][..], &SCOPE].concat());
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("the profile is empty"), "{}", ran.err);
}

#[test]
fn a_new_key_makes_a_ring() {
    let folder = Folder::new();
    let first = folder.run(&["keys", "ring"]).out;
    let second = folder.run(&["keys", "ring", "--id", "2", "--state", "verify"]).out;
    assert!(first.starts_with("1:sign:") && second.starts_with("2:verify:"));
    assert_ne!(first[7..], second[9..]);
    minted(&folder);
    folder.write("keys.txt", format!("{first}{second}"));
    let ran = folder.run(&[&["cookie", "mint", "--visitor", "visitor.json"][..], &SCOPE].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    folder.write("keys.txt", "1:sign:short\n");
    let ran = folder.run(&[&["cookie", "mint", "--visitor", "visitor.json"][..], &SCOPE].concat());
    assert_eq!(ran.code, 2);
    snapshot("bad-ring", &ran.err);
    assert_eq!(folder.run(&["keys", "ring", "--id", "0"]).code, 2);
}
