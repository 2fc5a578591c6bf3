//! `attune keys`.

use crate::args::KeyState;
use crate::decide::ring;
use crate::failure::Failure;
use crate::io;
use attune_core::codec::to_hex;
use attune_core::profile::KeyPurpose;
use ed25519_dalek::SigningKey;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// 32 bytes that nobody else has.
fn secret() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::new(format!("the system gives no random numbers: {error}"), "try again on another machine")
    })?;
    Ok(bytes)
}

pub(crate) fn new(id: u8, state: KeyState) -> Result<(), Failure> {
    let state = match state {
        KeyState::Sign => "sign",
        KeyState::Verify => "verify",
    };
    io::print(&format!("{id}:{state}:{}\n", to_hex(&secret()?)))
}

pub(crate) fn decision(keys: &Path, site: &str) -> Result<(), Failure> {
    let derived = ring(keys)?.derived(KeyPurpose::Decision, site);
    let lines = derived.iter().map(|(id, key)| format!("{id}:{}\n", to_hex(key)));
    io::print(&lines.collect::<String>())
}

/// Writes a signing key, and prints what `MANIFEST_KEYS` takes: the public half with its roles.
pub(crate) fn signing(out: &Path, roles: &str) -> Result<(), Failure> {
    let secret = secret()?;
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
    io::print(&format!("{}{roles}\n", to_hex(public.as_bytes())))
}
