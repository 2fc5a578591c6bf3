//! The commands of a project that was made from the npm package. JavaScript carries them out.

use crate::host::start;
use attune_command::client::assets::Options;
use attune_command::failure::Failure;
use clap::Args;

#[derive(Args)]
#[command(after_help = "Examples:\n  attune dev\n  attune dev --origin http://localhost:3000 --port 9000\n\n\
    Ends with Ctrl-C. What changes in attune/ is compiled at once, and open pages load again.")]
pub(crate) struct DevOptions {
    /// Folder of the project, with wrangler.toml and attune/
    #[arg(default_value = ".")]
    dir: String,
    /// The site behind it. Default: a small example shop
    #[arg(long, value_name = "URL", value_parser = origin)]
    origin: Option<String>,
    /// Listen on this port
    #[arg(long, default_value_t = 8787, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
}

pub(crate) fn dev(DevOptions { dir, origin, port }: &DevOptions) -> Result<(), Failure> {
    start(&["dev", dir, origin.as_deref().unwrap_or(""), &port.to_string()])
}

/// With a key, what a site without Workers serves; else what the Workers of a project do.
pub(crate) fn assets(options: &Options) -> Result<(), Failure> {
    if options.key.is_some() {
        return attune_command::client::assets::run(options);
    }
    start(&["assets", &options.dir.to_string_lossy(), &options.out.to_string_lossy()])
}

fn origin(text: &str) -> Result<String, String> {
    let is_url = ["http://", "https://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    if is_url { Ok(text.to_owned()) } else { Err("write http://localhost:3000".to_owned()) }
}
