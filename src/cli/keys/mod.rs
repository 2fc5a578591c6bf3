//! `attune keys`: key rings for cookies, key pairs for signatures.

mod pair;
mod ring;
mod secret;
mod signer;

pub(crate) use signer::Signer;

use crate::failure::Failure;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print a new line for a key ring, with a fresh secret
    New(ring::NewOptions),
    /// Print the keys that the origin verifies `Attune-Decision` with, one line ID:KEY for each key of the ring
    Decision(ring::DecisionOptions),
    /// Make a key pair for signing bundles: writes the secret key, prints the public one
    #[command(after_help = "Example:\n  attune keys signing --out publish.key\n\n\
        What is printed goes into MANIFEST_KEYS of wrangler.toml.")]
    Signing(pair::Options),
    /// Make a key pair for signing live data: writes the secret key, prints the public one with its role
    #[command(after_help = "Example:\n  attune keys data --out data.key\n\n\
        What is printed goes into MANIFEST_KEYS of wrangler.toml, behind the other keys and a comma. The job that writes \
        prices, stock and posteriors needs this key only: with it nobody can publish a page.")]
    Data(pair::Options),
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::New(options) => ring::new(options),
        Command::Decision(options) => ring::decision(options),
        Command::Signing(options) => pair::write(options, ""),
        Command::Data(options) => pair::write(options, ":data"),
    }
}
