//! The npm packages: `package.json` and `package-lock.json`. All of them are tools, and nothing of them is shipped, but for
//! `web-vitals`: it is in `vitals.js`, which says so in its first line, and its licence is that of this repository.

use super::license::is_met;
use super::policy::Policy;
use serde_json::{Map, Value};

/// Packages with an install script that were read, and work without it: it only fetches or checks a binary that is a
/// package of its own. `npm ci --ignore-scripts` runs none.
const SCRIPTS_NOT_NEEDED: [&str; 3] = ["esbuild", "sharp", "workerd"];

/// Licences of packages with this prefix beside those of deny.toml. Miniflare brings the image library libvips, for a
/// binding that is not used here. The check of the packages' types brings a cache under a licence without conditions on use. The HTML
/// parser of `attune try` brings a table of references under BSD with two clauses.
const EXCEPTIONS: [(&str, &str); 3] =
    [("@img/sharp-", "LGPL-3.0-or-later"), ("lru-cache", "BlueOak-1.0.0"), ("entities", "BSD-2-Clause")];

/// Packages that name no licence in their `package.json`: the licence of the file LICENSE that they come with.
const LICENCES_READ: [(&str, &str); 2] =
    [("@openfeature/ofrep-core", "Apache-2.0"), ("@openfeature/ofrep-provider", "Apache-2.0")];

/// What is wrong with the two files.
pub(super) fn problems(package: &Value, lock: &Value, policy: &Policy) -> Vec<String> {
    let mut problems = Vec::new();
    for kind in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] {
        for (name, version) in package[kind].as_object().into_iter().flatten() {
            let version = version.as_str().unwrap_or_default();
            if !is_exact(version) {
                problems.push(format!("package.json asks for {name} {version}: write one version, without ^ or ~"));
            }
        }
    }
    if package["scripts"].as_object().is_some_and(|scripts| scripts.keys().any(|name| is_install_script(name))) {
        problems.push("package.json has an install script: what has to run is a command of xtask".to_owned());
    }
    let Some(entries) = lock["packages"].as_object() else {
        problems.push("package-lock.json has no packages: make it with npm 9 or newer".to_owned());
        return problems;
    };
    // The folders of the project that have a package.json of their own are workspaces, and no package comes from elsewhere for them.
    let workspaces: Vec<&str> =
        package["workspaces"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let is_own = |place: &str, entry: &Value| {
        let folder = entry["resolved"].as_str().filter(|_| entry["link"] == true).unwrap_or(place);
        place.is_empty() || workspaces.contains(&folder)
    };
    for (place, entry) in entries.iter().filter(|(place, entry)| !is_own(place, entry)) {
        let name = place.rsplit("node_modules/").next().unwrap_or(place);
        let entry = entry.as_object().cloned().unwrap_or_default();
        problems.extend(
            of_entry(name, &entry, policy).into_iter().map(|fault| format!("package-lock.json: {name} {fault}")),
        );
    }
    problems
}

fn of_entry(name: &str, entry: &Map<String, Value>, policy: &Policy) -> Vec<String> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut faults = Vec::new();
    if entry.contains_key("link") {
        faults.push("is a link to a folder: packages come from the registry".to_owned());
    }
    if !is_exact(text("version")) {
        faults.push(format!("has no exact version, but `{}`", text("version")));
    }
    if !text("integrity").starts_with("sha512-") {
        faults.push("has no sha512 of what it is: make the entry anew with `npm install`".to_owned());
    }
    if entry.contains_key("resolved") {
        faults.push(
            "says where to download it: run `npm config set omit-lockfile-registry-resolved true`, and `npm install`"
                .to_owned(),
        );
    }
    if entry.contains_key("hasInstallScript") && !SCRIPTS_NOT_NEEDED.contains(&name) {
        faults.push("has an install script, which nobody has read: see whether it works without, and add it to SCRIPTS_NOT_NEEDED".to_owned());
    }
    let excepted =
        |licence: &str| EXCEPTIONS.iter().any(|(prefix, other)| name.starts_with(prefix) && *other == licence);
    let read = LICENCES_READ.iter().find(|(known, _)| *known == name && text("license").is_empty());
    let license = read.map_or(text("license"), |(_, licence)| licence);
    match is_met(license, &|licence| policy.allows(licence) || excepted(licence)) {
        Ok(true) => {}
        Ok(false) => faults.push(format!("has the licence {license}, which deny.toml does not allow")),
        Err(error) => faults.push(format!("has no licence that can be read: {error}")),
    }
    faults
}

fn is_install_script(name: &str) -> bool {
    matches!(name, "preinstall" | "install" | "postinstall" | "prepare")
}

/// Whether a version is one version, not a range, a tag, a file or an address.
fn is_exact(version: &str) -> bool {
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_plain = version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte));
    is_plain
        && parts.len() == 3
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod unit {
    use super::{is_exact, problems};
    use crate::supply::Policy;
    use serde_json::{Value, json};

    fn found(package: &Value, lock: &Value) -> Vec<String> {
        problems(package, lock, &Policy::read("[licenses]\nallow = [\"MIT\"]\n").unwrap())
    }

    #[test]
    fn a_planted_entry_of_the_lock_file_is_found() {
        let valid = json!({ "version": "1.2.3", "integrity": "sha512-AAAA", "license": "MIT" });
        let with = |name: &str, key: &str, value: Value| {
            let mut entry = valid.clone();
            entry[key] = value;
            let mut packages = serde_json::Map::new();
            packages.insert(String::new(), json!({ "name": "attune" }));
            packages.insert(format!("node_modules/a/node_modules/{name}"), entry);
            found(&json!({}), &json!({ "packages": packages }))
        };
        assert_eq!(with("b", "dev", json!(true)), [""; 0]);
        for (key, value, part) in [
            ("integrity", Value::Null, "has no sha512"),
            ("integrity", json!("sha1-AAAA"), "has no sha512"),
            ("resolved", json!("https://packages.example.org/b.tgz"), "says where to download it"),
            ("hasInstallScript", json!(true), "has an install script"),
            ("license", json!("AGPL-3.0-only"), "has the licence AGPL-3.0-only"),
            ("license", json!("LGPL-3.0-or-later"), "has the licence LGPL-3.0-or-later"),
            ("license", Value::Null, "has no licence"),
            ("version", json!("file:../b"), "has no exact version"),
            ("link", json!(true), "is a link"),
        ] {
            let found = with("b", key, value);
            assert!(found.len() == 1 && found[0].contains(part) && found[0].contains("b "), "{key}: {found:?}");
        }
        assert_eq!(with("esbuild", "hasInstallScript", json!(true)), [""; 0]);
        assert!(with("@openfeature/ofrep-provider", "license", Value::Null)[0].contains("Apache-2.0"));
        assert_eq!(with("@img/sharp-linux-x64", "license", json!("LGPL-3.0-or-later")), [""; 0]);
        assert!(found(&json!({}), &json!({ "lockfileVersion": 1 }))[0].contains("has no packages"));
    }

    #[test]
    fn a_folder_of_the_project_needs_no_licence() {
        let package = json!({ "workspaces": ["tests/own"] });
        let lock = |folder: &str| {
            json!({ "packages": {
                "tests/own": { "name": "own", "dependencies": { "b": "1.2.3" } },
                "node_modules/own": { "resolved": folder, "link": true },
            } })
        };
        assert_eq!(found(&package, &lock("tests/own")), [""; 0]);
        assert!(found(&package, &lock("../elsewhere")).iter().any(|fault| fault.contains("own is a link")));
        assert!(found(&json!({}), &lock("tests/own")).iter().any(|fault| fault.contains("own is a link")));
    }

    #[test]
    fn a_planted_range_or_script_of_package_json_is_found() {
        let lock = json!({ "packages": {} });
        assert_eq!(found(&json!({ "devDependencies": { "a": "1.5.5-r.5" } }), &lock), [""; 0]);
        for version in [
            "^1.2.3",
            "~1.2.3",
            "1.2",
            "*",
            "latest",
            "",
            "1.x.0",
            ">=1.2.3",
            "github:a/b",
            "https://example.org/a.tgz",
        ] {
            assert!(!is_exact(version), "{version}");
            let found = found(&json!({ "dependencies": { "a": version } }), &lock);
            assert!(found.len() == 1 && found[0].contains("write one version"), "{version}: {found:?}");
        }
        assert!(found(&json!({ "scripts": { "postinstall": "node x.mjs" } }), &lock)[0].contains("install script"));
    }
}
