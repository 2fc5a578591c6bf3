//! `attune keys`: key rings for cookies, keys for signatures.

mod age;
mod home;
mod pair;
mod passphrase;
mod personal;
mod ring;
mod signer;
mod stored;

pub use signer::Signer;
pub use stored::Place;

use crate::failure::Failure;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum Command {
    /// Make a key of your own for publishing, encrypted with a passphrase
    New(personal::NewOptions),
    /// List your keys, and the sites that they have signed for
    List(personal::ListOptions),
    /// Give a key of yours another passphrase
    Passwd(personal::PasswdOptions),
    /// Print a new line for the key ring of cookies, with a fresh secret
    Ring(ring::RingOptions),
    /// Print the keys that the origin verifies `Attune-Decision` with, one line ID:KEY for each key of the ring
    Decision(ring::DecisionOptions),
    /// Make a key pair for signing bundles: writes the secret key as it is, prints the public one
    #[command(after_help = "Example:\n  attune keys signing --out publish.key\n\n\
        What is printed goes into MANIFEST_KEYS of wrangler.toml. The file is not encrypted: it is for a job that keeps it as a \
        secret. A person takes `attune keys new`.")]
    Signing(pair::Options),
    /// Make a key pair for signing live data: writes the secret key as it is, prints the public one with its role
    #[command(after_help = "Example:\n  attune keys data --out data.key\n\n\
        What is printed goes into MANIFEST_KEYS of wrangler.toml, behind the other keys and a comma. The job that writes \
        prices, stock and posteriors needs this key only: with it nobody can publish a page.")]
    Data(pair::Options),
}

pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::New(options) => personal::new(options),
        Command::List(options) => personal::list(options),
        Command::Passwd(options) => personal::passwd(options),
        Command::Ring(options) => ring::new(options),
        Command::Decision(options) => ring::decision(options),
        Command::Signing(options) => pair::write(options, ""),
        Command::Data(options) => pair::write(options, ":data"),
    }
}
