//! Key pairs for signatures.

use super::secret;
use crate::failure::Failure;
use crate::output;
use attune_core::codec::to_hex;
use clap::Args;
use ed25519_dalek::SigningKey;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// File to write the secret key to; never overwritten
    #[arg(long)]
    out: PathBuf,
}

/// Writes the secret key, and prints the line for `MANIFEST_KEYS`: the public key with its roles.
pub(super) fn write(Options { out }: &Options, roles: &str) -> Result<(), Failure> {
    let secret = secret::new()?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
        .open(out)
        .and_then(|mut file| file.write_all(format!("{}\n", to_hex(&secret)).as_bytes()))
        .map_err(|error| Failure::file("write", out, &error, "give a new path: a secret key is never overwritten"))?;
    let public = SigningKey::from_bytes(&secret).verifying_key();
    output::print(&format!("{}{roles}\n", to_hex(public.as_bytes())))
}
