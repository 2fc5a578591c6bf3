//! `attune try`: any site with a local Worker in front of it. JavaScript carries it out.

use crate::host::start;
use attune_command::failure::Failure;
use clap::Args;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune try https://www.shop.example\n  attune try localhost:3000/c/lamps --port 9000\n  \
    attune try https://www.shop.example --out first-try --no-open\n\n\
    It looks at the page, suggests slots, and writes a folder with a few campaigns to start from. Then it serves the site on \
    this machine, with what they show. Save a file of the folder, and the open page loads again. Nothing is sent to \
    anybody but the site, and nothing of the site is changed.\n\n\
    With a folder that is there already it uses what is in it. Ends with Ctrl-C."
)]
pub(crate) struct Options {
    /// The page to begin with
    url: String,
    /// Folder of the configuration. Default: attune-try-HOST
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
    /// Listen on this port
    #[arg(long, default_value_t = 8787, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Open no browser
    #[arg(long)]
    no_open: bool,
}

pub(crate) fn run(Options { url, out, port, no_open }: &Options) -> Result<(), Failure> {
    let browser = if *no_open { "" } else { "open" };
    start(&["try", url, out.as_deref().unwrap_or(""), &port.to_string(), browser])
}
