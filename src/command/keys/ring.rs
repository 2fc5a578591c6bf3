//! Key rings, which sign and verify cookies.

use crate::failure::Failure;
use crate::host::random;
use crate::{input, output};
use attune_core::codec::to_hex;
use attune_core::profile::KeyPurpose;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Example:\n  attune keys ring --id 1 > keys.txt")]
pub struct RingOptions {
    /// Number of the key, 1 to 255
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    id: u8,
    /// Whether it signs, or only verifies (for one deployment before it signs)
    #[arg(long, value_enum, default_value_t = KeyState::Sign)]
    state: KeyState,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyState {
    Sign,
    Verify,
}

#[derive(Args)]
#[command(after_help = "Example:\n  attune keys decision --keys keys.txt --site shop > decision-keys.txt\n\n\
    A key is derived for this purpose and site: with it decisions can be forged, but no cookie and nothing else.")]
pub struct DecisionOptions {
    /// Key ring; - is standard input
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// Name of the site, as in [site]
    #[arg(long)]
    site: String,
}

pub(super) fn new(RingOptions { id, state }: &RingOptions) -> Result<(), Failure> {
    let state = match state {
        KeyState::Sign => "sign",
        KeyState::Verify => "verify",
    };
    output::print(&format!("{id}:{state}:{}\n", to_hex(&random::<32>()?)))
}

pub(super) fn decision(DecisionOptions { keys, site }: &DecisionOptions) -> Result<(), Failure> {
    let derived = input::read_key_ring(keys)?.derived(KeyPurpose::Decision, site);
    let lines = derived.iter().map(|(id, key)| format!("{id}:{}\n", to_hex(key)));
    output::print(&lines.collect::<String>())
}
