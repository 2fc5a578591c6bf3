//! The Wasm that will serve decides every fixture, and gives the bytes that this tool gives.

use crate::decision::DecisionInput;
use crate::failure::Failure;
use crate::host::{host, random};
use crate::output::describe::counted;
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::codec::to_hex;
use attune_core::page::PageCore;
use attune_core::profile::{KeyRing, PREVIEW_COOKIE, Preview, SiteKeys};
use attune_publish::to_base64;
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

const SCRIPT: &str = include_str!("decide.mjs");
const HELP: &str = "take the Workers and this tool of the same version";
/// How long the visitors' tokens are good for: they never leave this machine.
const TOKEN_S: u32 = 3_600;
const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const RANDOM: &str = "00000000000000000000000000000000";

/// Compares, and says how many fixtures gave the same bytes. A visitor that no preview token can hold is left out.
pub(super) fn compare(
    folder: &Path,
    bundle: &[u8],
    catalog: Option<&[u8]>,
    fixtures: &[(String, DecisionInput)],
) -> Result<String, Failure> {
    let secret = format!("1:sign:{}", to_hex(&random::<32>()?));
    let refused = |error: &dyn std::fmt::Display| Failure::new(format!("the page core refuses it: {error}"), HELP);
    let mut core = PageCore::new(bundle, &secret).map_err(|error| refused(&error))?;
    if let Some(catalog) = catalog {
        core.put(ArtifactKind::Catalog as u8, catalog.to_vec()).map_err(|error| refused(&error))?;
    }
    let keys = KeyRing::parse(&secret).map_err(|error| refused(&error))?.bind(&core.loaded().site.name);
    let asked: Vec<(&str, String, String)> = fixtures
        .iter()
        .filter_map(|(name, input)| Some((name.as_str(), request(input, &core, &keys)?, prelude(input, &core))))
        .collect();
    let pages: Vec<_> =
        asked.iter().map(|(_, request, prelude)| json!({ "request": request, "prelude": prelude })).collect();
    let question =
        json!({ "bundle": to_base64(bundle), "catalog": catalog.map(to_base64), "keys": secret, "pages": pages });
    let answers = run(folder, &question.to_string())?;
    if answers.len() != asked.len() {
        return Err(Failure::new("the page core's Wasm left pages out", HELP));
    }
    for ((name, request, prelude), found) in asked.iter().zip(&answers) {
        let expected = core.open(request, prelude.as_bytes()).map_err(|error| refused(&error))?;
        if to_base64(&expected) != *found {
            return Err(Failure::new(
                format!("the page core's Wasm decides the fixture {name} otherwise than this tool"),
                HELP,
            ));
        }
    }
    let left_out = fixtures.len() - asked.len();
    let left_out = if left_out == 0 { String::new() } else { format!(", {left_out} left out") };
    Ok(format!(
        "the Wasm in {} decides {} as this tool does{left_out}",
        folder.display(),
        counted(asked.len(), "fixture")
    ))
}

/// The request of a page, with the visitor in a preview token.
fn request(input: &DecisionInput, core: &PageCore, keys: &SiteKeys) -> Option<String> {
    let DecisionInput { profile, request, path, query, now_s, name, arms, .. } = input;
    let preview = Preview {
        name: name.as_deref().unwrap_or("fixture").into(),
        expires_s: now_s.checked_add(TOKEN_S)?,
        profile: profile.clone(),
        request: request.overrides.clone(),
        arms: arms.clone(),
        subject: None,
    };
    let token = preview.seal(keys, *now_s).ok()?;
    let host = core.loaded().site.hosts.first()?;
    let referrer = request.referrer.as_deref().unwrap_or_default();
    let fields = [
        "1",
        &format!("{now_s}000"),
        "du",
        host,
        path,
        query,
        &format!("{PREVIEW_COOKIE}={token}"),
        referrer,
        AGENT,
        "",
        "",
        "",
        "",
        "0",
        "",
        "",
        RANDOM,
    ];
    fields.iter().all(|field| !field.contains('\n')).then(|| fields.join("\n"))
}

fn prelude(input: &DecisionInput, core: &PageCore) -> String {
    let first = core.loaded().site.locales.first().map_or("", |locale| locale.tag.as_str());
    let lang = if input.lang.is_empty() { first } else { &input.lang };
    format!("<!doctype html><html lang=\"{lang}\"><head>")
}

/// Asks the Wasm, in Node.js.
fn run(folder: &Path, question: &str) -> Result<Vec<String>, Failure> {
    let words = ["--input-type=module", "--eval", SCRIPT, "--"].map(OsStr::new);
    let broken = |error: &dyn std::fmt::Display| {
        Failure::new(format!("the Wasm in {} cannot be asked: {error}", folder.display()), HELP)
    };
    let words = [&words[..], &[folder.as_os_str()]].concat();
    let ran = host().run("node", &words, question.as_bytes()).map_err(|error| broken(&error))?;
    if !ran.is_success {
        let said = String::from_utf8_lossy(&ran.err);
        let line = said.lines().find(|line| line.contains("Error")).unwrap_or("Node.js ended with an error");
        return Err(broken(&line));
    }
    serde_json::from_slice(&ran.out).map_err(|error| broken(&error))
}
