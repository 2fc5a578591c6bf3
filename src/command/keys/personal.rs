//! `attune keys new`, `list` and `passwd`: the keys of a person, encrypted with a passphrase.

use super::stored::{About, Place};
use super::{passphrase, signer};
use crate::failure::Failure;
use crate::host::random;
use crate::output::{self, Format};
use attune_core::codec::to_hex;
use clap::Args;
use ed25519_dalek::SigningKey;
use serde::Serialize;
use std::fmt::Write as _;

const ROLES: [&str; 6] = ["publish", "approve", "kill", "data", "read", "weights"];

#[derive(Args)]
#[command(after_help = "Example:\n  attune keys new --name anna --roles publish+kill\n\n\
    The secret key is encrypted with a passphrase in the age format and is kept in ATTUNE_HOME, or in the folder where the \
    system keeps settings. What is printed last goes into MANIFEST_KEYS of wrangler.toml. The passphrase is asked for in the \
    terminal; where there is none, it is ATTUNE_PASSPHRASE.")]
pub struct NewOptions {
    /// What you call it: letters, digits, `-` and `_`
    #[arg(long)]
    name: String,
    /// What its signatures are good for: publish, approve, kill, data, read and weights, with + between them
    #[arg(long, default_value = "publish", value_parser = roles)]
    roles: String,
}

#[derive(Args)]
#[command(after_help = "Example:\n  attune keys list")]
pub struct ListOptions {
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Args)]
#[command(after_help = "Example:\n  attune keys passwd --name anna\n\n\
    Without a terminal the old passphrase is ATTUNE_PASSPHRASE, the new one ATTUNE_NEW_PASSPHRASE. The key stays the same.")]
pub struct PasswdOptions {
    /// Which key
    #[arg(long)]
    name: String,
}

fn roles(text: &str) -> Result<String, String> {
    match text.split('+').find(|role| !ROLES.contains(role)) {
        None => Ok(text.to_owned()),
        Some(role) => Err(format!("`{role}` is not a role; write {}", ROLES.join(", "))),
    }
}

pub(super) fn new(NewOptions { name, roles }: &NewOptions) -> Result<(), Failure> {
    let place = Place::of(name)?;
    if place.is_there() {
        return Err(Failure::new(
            format!("there is a key `{name}` already"),
            "give another --name: a secret key is never overwritten",
        ));
    }
    let secret = random()?;
    let passphrase = passphrase::for_new_key()?;
    let public = *SigningKey::from_bytes(&secret).verifying_key().as_bytes();
    place.write(&secret, &passphrase, false)?;
    let about = About { public: to_hex(&public), roles: roles.clone(), ..About::default() };
    place.write_about(&about)?;
    output::print(&format!(
        "name   {name}\nkey    {}\nwrote  {}\n\nFor MANIFEST_KEYS in wrangler.toml, behind a comma:\n{}:{roles}\n",
        to_hex(&signer::id_of(&public)),
        place.path().display(),
        about.public
    ))
}

#[derive(Serialize)]
struct Row {
    name: String,
    /// Id of the key.
    id: String,
    #[serde(flatten)]
    about: About,
}

pub(super) fn list(ListOptions { format }: &ListOptions) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for place in Place::all()? {
        let about = place.about()?;
        let public = attune_core::codec::from_hex::<32>(&about.public).unwrap_or_default();
        rows.push(Row { name: place.name, id: to_hex(&signer::id_of(&public)), about });
    }
    if *format == Format::Json {
        return output::print_json(&rows);
    }
    if rows.is_empty() {
        return output::print("no keys; `attune keys new --name NAME` makes one\n");
    }
    let mut text = String::new();
    for Row { name, id, about } in &rows {
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "{name}  {id}  {}:{}", about.public, about.roles);
        for (url, audience) in &about.audiences {
            let _ = writeln!(text, "  {url}  {audience}");
        }
    }
    output::print(&text)
}

pub(super) fn passwd(PasswdOptions { name }: &PasswdOptions) -> Result<(), Failure> {
    let place = Place::of(name)?;
    let secret = place.open()?;
    place.write(&secret, &passphrase::next()?, true)?;
    output::print(&format!("the key {name} has a new passphrase\n"))
}
