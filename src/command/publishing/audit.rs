//! `attune audit`.

use super::chronicle::{Chronicle, Signed};
use super::client::Client;
use super::options::SiteOptions;
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Format};
use attune_core::codec::{from_hex, to_hex};
use attune_publish::history::Verified;
use clap::{Args, Subcommand};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::Path;

#[derive(Subcommand)]
pub enum Command {
    /// Verify a history: every hash, every link, and that the manifests follow each other
    Verify(Options),
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune audit verify history.json\n  attune audit verify https://www.shop.example\n  \
    attune audit verify history.json --manifest-keys \"$MANIFEST_KEYS\" --last 3f2a...\n\n\
    A file is one that `attune history --out` wrote; it is verified without a network. Keep the hash of the last entry: a history that was \
    cut or written anew does not have it."
)]
pub struct Options {
    /// File, or the address of a site
    from: String,
    /// Keys as in `MANIFEST_KEYS`: signatures of the manifests are verified with them
    #[arg(long, value_name = "KEYS")]
    manifest_keys: Option<String>,
    /// Hash of an entry that the history must have
    #[arg(long, value_name = "HASH")]
    last: Option<String>,
    /// Key that signs the questions to a site. Default: the only key
    #[arg(long, value_name = "NAME|FILE")]
    key: Option<String>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(Command::Verify(options): &Command) -> Result<(), Failure> {
    let found = if options.from.contains("://") {
        let site = SiteOptions { to: Some(options.from.clone()), key: options.key.clone(), audience: None };
        let client = Client::connect(&site)?;
        Chronicle::fetch(&client, &client.state()?.site)?
    } else {
        Chronicle::parse(&input::read(Path::new(&options.from), "a history")?)?
    };
    let verified = found.verify()?;
    let signatures = options.manifest_keys.as_deref().map(|keys| signatures(&found, keys)).transpose()?;
    if let Some(last) = options.last.as_ref().filter(|last| !found.entries.iter().any(|entry| entry.hash == **last)) {
        return Err(Failure::new(
            format!("no entry has the hash {last}"),
            "the history was cut or written anew after you noted it: compare with your copy",
        ));
    }
    print(&found.site, &verified, signatures, options.format)
}

/// How many signatures hold. One of a listed key that does not hold is an error; those of other keys are not counted.
fn signatures(found: &Chronicle, keys: &str) -> Result<usize, Failure> {
    let help = "give the value of MANIFEST_KEYS: entries HEX:roles, with commas between them";
    let key = |entry: &str| {
        let digits = entry.split(':').next().unwrap_or_default();
        let key = from_hex::<32>(digits).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
        key.ok_or_else(|| Failure::new(format!("`{entry}` is not a key"), help))
    };
    let entries = keys.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
    let keys: Vec<VerifyingKey> = entries.map(key).collect::<Result<_, _>>()?;
    let mut count = 0;
    for Signed { id, covered, signatures } in found.signed()? {
        for signature in signatures {
            let of = |key: &&VerifyingKey| Sha256::digest(key.as_bytes()).starts_with(&signature.key);
            let Some(key) = keys.iter().find(of) else { continue };
            key.verify(&covered, &Signature::from_bytes(&signature.bytes)).map_err(|_| {
                Failure::new(
                    format!("a signature of key {} under manifest {id} does not hold", to_hex(&signature.key)),
                    "the manifest or the history was changed: compare with an earlier copy",
                )
            })?;
            count += 1;
        }
    }
    Ok(count)
}

fn print(site: &str, verified: &Verified, signatures: Option<usize>, format: Format) -> Result<(), Failure> {
    let Verified { entries, last, manifests, absent } = verified;
    if format == Format::Json {
        return output::print_json(&json!({
            "site": site, "entries": entries, "last": last, "manifests": manifests, "absent": absent, "signatures": signatures,
        }));
    }
    let signatures = signatures.map_or_else(String::new, |count| format!("signatures {count} hold\n"));
    let absent = if absent.is_empty() { String::new() } else { format!("absent     {} manifests\n", absent.len()) };
    output::print(&format!(
        "site       {site}\nentries    {entries}, each follows the one before\nmanifests  {manifests} follow each other\n{absent}{signatures}last       {last}\n"
    ))
}
