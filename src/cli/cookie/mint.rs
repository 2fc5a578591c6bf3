//! `attune cookie mint`.

use super::scope;
use crate::failure::Failure;
use crate::{input, output};
use attune_core::profile::Dropped;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(
    after_help = "Example:\n  attune cookie mint --visitor lapsed.json --keys keys.txt --site shop --host www.shop.example"
)]
pub(crate) struct Options {
    /// Readable profile (JSON); - is standard input
    #[arg(long, value_name = "FILE")]
    visitor: PathBuf,
    /// Key ring; - is standard input
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// Name of the site, as in [site]
    #[arg(long)]
    site: String,
    /// Host that the cookie is for; several hosts share their parent domain
    #[arg(long, required = true)]
    host: Vec<String>,
    /// When it is minted, unless the profile says `issued`. Default: now
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let now_s = input::moment("--now", options.now.as_deref())?;
    let (visitor, name) = input::read_visitor(&options.visitor, now_s)?;
    let mut profile = visitor.profile;
    if profile.id.is_none() {
        profile.mint_named(&name);
        if profile.id.is_some() {
            profile.issued_s = now_s;
        }
    } else if profile.issued_s == 0 {
        profile.issued_s = now_s;
    }
    let keys = input::read_key_ring(&options.keys)?.bind(&options.site);
    let scope = scope::of(&options.host)?;
    let encoded = scope.encode(&profile, &keys);
    if encoded.blank {
        eprintln!("attune: the profile is empty, so a visitor like this has no cookie");
        return Err(Failure::No);
    }
    let dropped = encoded.dropped;
    if dropped != Dropped::default() {
        eprintln!("attune: not everything fits or may be kept; left out: {dropped:?}");
    }
    output::print(&format!("{}\n", encoded.value))
}
