//! Key pairs for signatures.

use crate::failure::Failure;
use crate::host::random;
use crate::output;
use attune_core::codec::to_hex;
use clap::Args;
use ed25519_dalek::SigningKey;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// File to write the secret key to; never overwritten
    #[arg(long)]
    out: PathBuf,
}

/// Writes the secret key, and prints the line for `MANIFEST_KEYS`: the public key with its roles.
pub(super) fn write(Options { out }: &Options, roles: &str) -> Result<(), Failure> {
    let secret = random::<32>()?;
    output::write_private(out, format!("{}\n", to_hex(&secret)).as_bytes(), false)?;
    let public = SigningKey::from_bytes(&secret).verifying_key();
    output::print(&format!("{}{roles}\n", to_hex(public.as_bytes())))
}
