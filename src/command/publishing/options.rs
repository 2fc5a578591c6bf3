//! Options that the commands of publishing share.

use super::address::Address;
use crate::failure::Failure;
use crate::host::host;
use crate::output::Format;
use clap::{Args, ValueEnum};

/// The site, and who signs.
#[derive(Args)]
pub(crate) struct SiteOptions {
    /// Address of the site, such as `https://www.shop.example`. Default: `ATTUNE_URL`
    #[arg(long, value_name = "URL")]
    pub(super) to: Option<String>,
    /// Key that signs: a name of `attune keys list`, or a file. Default: the only key
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) key: Option<String>,
    /// The publisher that has to answer, as `attune status` prints it. Default: the one that the key has signed for
    #[arg(long, value_name = "TEXT")]
    pub(super) audience: Option<String>,
}

impl SiteOptions {
    pub(super) fn address(&self) -> Result<Address, Failure> {
        let found = self.to.clone().or_else(|| host().variable("ATTUNE_URL").filter(|url| !url.is_empty()));
        let found = found.ok_or_else(|| {
            Failure::new("there is no site to ask", "give --to with its address, or set ATTUNE_URL to it")
        })?;
        Address::parse(&found)
    }
}

/// Who agrees, and why.
#[derive(Args)]
pub(crate) struct ConsentOptions {
    /// Why, for the history
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) message: String,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
}

/// How the end is told.
#[derive(Args)]
pub(crate) struct ReportOptions {
    /// Seconds to wait until the site reports it; 0 for not at all
    #[arg(long = "wait", value_name = "SECONDS", default_value_t = 120)]
    pub(super) wait_s: u64,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
}

/// Where a difference is read.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Terminal,
    Markdown,
    Json,
}
