//! `attune cookie inspect`.

use super::{scope, sections};
use crate::failure::Failure;
use crate::{input, output};
use attune_core::profile::json::readable;
use attune_core::profile::{Verdict, cookie};
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune cookie inspect \"$TOKEN\"\n  \
    attune cookie inspect \"$TOKEN\" --keys keys.txt --site shop --host www.shop.example\n\n\
    Without keys the size of each section is shown, but nothing is verified and nothing is read.")]
pub(crate) struct Options {
    /// Value of the cookie; - is standard input
    token: String,
    /// Key ring that verifies it
    #[arg(long, value_name = "FILE", requires_all = ["site", "host"])]
    keys: Option<PathBuf>,
    /// Name of the site, as in [site]
    #[arg(long)]
    site: Option<String>,
    /// Host that the cookie is for; several hosts share their parent domain
    #[arg(long)]
    host: Vec<String>,
    /// When it is read. Default: now
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let token =
        if options.token == "-" { input::read_text(Path::new("-"), "a cookie value")? } else { options.token.clone() };
    let token = token.trim();
    let value = token.split_once('=').map_or(token, |(_, value)| value);
    let mut answer = Map::new();
    answer.insert("characters".into(), json!(value.len()));
    let Some(sections) = sections::sizes(value, &mut answer) else {
        answer.insert("verified".into(), json!(false));
        answer.insert("problem".into(), json!("this is not a profile cookie of format 1 or 2, or it is cut short"));
        output::print_json(&Value::Object(answer))?;
        return Err(Failure::No);
    };
    answer.insert("sections".into(), sections);
    let (verified, key, found) = match verify(options, value)? {
        None => (
            Value::Null,
            "problem",
            json!(
                "sizes only, in bytes: --keys FILE (the key ring), --site NAME and --host HOST verify the cookie and show the profile"
            ),
        ),
        Some(Verdict::Valid(profile)) => (json!(true), "profile", json!(readable(&profile, &[], |_| None))),
        Some(Verdict::Anonymous(reason)) => (json!(false), "problem", json!(reason.to_string())),
        Some(Verdict::Refused(reason)) => (json!(false), "problem", json!(reason.to_string())),
        Some(Verdict::Absent) => (json!(false), "problem", json!("there is none")),
    };
    let is_refused = verified == false;
    answer.insert("verified".into(), verified);
    answer.insert(key.into(), found);
    output::print_json(&Value::Object(answer))?;
    if is_refused { Err(Failure::No) } else { Ok(()) }
}

/// The verdict on the cookie, where there are keys.
fn verify(options: &Options, value: &str) -> Result<Option<Verdict>, Failure> {
    let (Some(keys), Some(site)) = (&options.keys, &options.site) else { return Ok(None) };
    let keys = input::read_key_ring(keys)?.bind(site);
    let scope = scope::of(&options.host)?;
    Ok(Some(cookie::read(value.as_bytes(), &keys, scope.host(), input::moment("--now", options.now.as_deref())?)))
}
