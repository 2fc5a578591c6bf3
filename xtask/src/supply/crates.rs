//! The crates: what `cargo metadata` says of them, and the lock files.

use super::license::is_met;
use super::policy::Policy;
use serde_json::Value;

/// How a lock file names crates.io, from wherever it is fetched.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What is wrong with the crates of a workspace, by the answer of `cargo metadata`.
pub(super) fn problems(metadata: &Value, policy: &Policy) -> Vec<String> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    if packages.is_empty() {
        return vec!["cargo metadata names no package".to_owned()];
    }
    packages.iter().flat_map(|package| of_package(package, policy)).collect()
}

fn of_package(package: &Value, policy: &Policy) -> Vec<String> {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    let name = text("name");
    let what = format!("the crate {name} {}", text("version"));
    let mut problems = Vec::new();
    match text("license") {
        "" => problems.push(format!("{what} names no licence: take another crate")),
        licence => match is_met(licence, &|licence| policy.allows(licence)) {
            Ok(true) => {}
            Ok(false) => problems.push(format!("{what} has the licence {licence}: take another crate, or read the licence and add it to [licenses] in deny.toml")),
            Err(error) => problems.push(format!("{what} has the licence `{licence}`, which cannot be read: {error}")),
        },
    }
    if let Some(reason) = policy.ban(name) {
        problems.push(format!("{what} is banned by deny.toml: {reason}"));
    }
    if let Some(source) = package["source"].as_str() {
        problems.extend(of_source(&what, source));
    } else {
        // A crate of ours: what it asks for has to be a version. Paths have none.
        let asked = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
        for dependency in asked.iter().filter(|asked| asked["req"] == "*" && asked["path"].is_null()) {
            let other = dependency["name"].as_str().unwrap_or_default();
            problems.push(format!("{what} takes any version of {other}: write the version that was tested"));
        }
    }
    problems
}

fn of_source(what: &str, source: &str) -> Option<String> {
    let advice = "take a published version from crates.io, or write the code here";
    (source != CRATES_IO).then(|| format!("{what} comes from {source}: {advice}"))
}

/// What is wrong with a `Cargo.lock`: a source other than crates.io, or no checksum.
pub(super) fn lock_problems(file: &str, text: &str) -> Vec<String> {
    let Ok(lock) = text.parse::<toml::Table>() else { return vec![format!("{file} is not TOML")] };
    let packages = lock.get("package").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut problems = Vec::new();
    for package in packages {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
        // What has no source is a path in this repository.
        let Some(source) = text("source") else { continue };
        let what = format!("{file}: {} {}", text("name").unwrap_or_default(), text("version").unwrap_or_default());
        problems.extend(of_source(&what, source));
        if text("checksum").is_none_or(|sum| sum.len() != 64) {
            problems.push(format!(
                "{what} has no checksum: run `cargo update --precise VERSION` for it, or make the file anew"
            ));
        }
    }
    problems
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod unit {
    use super::{CRATES_IO, lock_problems, problems};
    use crate::supply::Policy;
    use serde_json::{Value, json};

    fn policy() -> Policy {
        let text = "[licenses]\nallow = [\"MIT\"]\n[bans]\ndeny = [{ crate = \"openssl-sys\", reason = \"no C\" }]\n";
        Policy::read(text).unwrap()
    }

    fn found(packages: &Value) -> Vec<String> {
        problems(&json!({ "packages": packages }), &policy())
    }

    #[test]
    fn a_planted_crate_is_found_by_its_licence_its_name_its_source_and_its_version() {
        let valid = json!({ "name": "a", "version": "1.0.0", "license": "MIT OR GPL-3.0-only", "source": CRATES_IO });
        let with = |key: &str, value: Value| {
            let mut package = valid.clone();
            package[key] = value;
            json!([package])
        };
        assert_eq!(found(&with("name", json!("a"))), [""; 0]);
        for (key, value, part) in [
            ("license", json!("GPL-3.0-only"), "has the licence GPL-3.0-only"),
            ("license", Value::Null, "names no licence"),
            ("license", json!("MIT OR"), "cannot be read"),
            ("name", json!("openssl-sys"), "banned by deny.toml: no C"),
            ("source", json!("git+https://example.org/a?rev=1#1"), "comes from git+https://example.org/a"),
            ("source", json!("registry+https://crates.example.org/index"), "comes from registry+"),
        ] {
            let found = found(&with(key, value));
            assert!(found.len() == 1 && found[0].contains(part), "{key}: {found:?}");
        }
        let ours = |req: &str, path: Value| json!([{ "name": "ours", "version": "0.1.0", "license": "MIT", "source": null, "dependencies": [{ "name": "a", "req": req, "path": path }] }]);
        assert_eq!(found(&ours("^1", Value::Null)), [""; 0]);
        assert_eq!(found(&ours("*", json!("/src/a"))), [""; 0]);
        assert!(found(&ours("*", Value::Null))[0].contains("takes any version of a"));
        assert_eq!(found(&json!([])), ["cargo metadata names no package"]);
    }

    #[test]
    fn a_planted_line_of_a_lock_file_is_found() {
        let lock = |source: &str, checksum: &str| {
            format!(
                "version = 4\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{source}\"\n{checksum}"
            )
        };
        let sum = format!("checksum = \"{}\"\n", "0".repeat(64));
        assert_eq!(lock_problems("Cargo.lock", &lock(CRATES_IO, &sum)), [""; 0]);
        assert!(lock_problems("Cargo.lock", &lock(CRATES_IO, ""))[0].contains("a 1.0.0 has no checksum"));
        assert!(lock_problems("Cargo.lock", &lock("git+https://example.org/a#1", &sum))[0].contains("comes from git+"));
        assert!(
            lock_problems("Cargo.lock", &lock("sparse+https://crates.example.org/", &sum))[0]
                .contains("comes from sparse+")
        );
        assert_eq!(lock_problems("Cargo.lock", "[["), ["Cargo.lock is not TOML"]);
    }
}
