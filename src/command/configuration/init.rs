//! `attune init`: a small configuration to start from.

use crate::failure::Failure;
use crate::host::{self, host};
use crate::output;
use clap::Args;
use std::path::PathBuf;

/// The files of the first configuration. A test compiles them.
const FILES: &[(&str, &str)] = &[
    ("attune.toml", include_str!("../starter/attune.toml")),
    ("campaigns/welcome.toml", include_str!("../starter/campaigns/welcome.toml")),
    ("content/welcome.toml", include_str!("../starter/content/welcome.toml")),
    ("content/delivery.html", include_str!("../starter/content/delivery.html")),
];

#[derive(Args)]
#[command(after_help = "Example:\n  attune init shop")]
pub struct Options {
    /// Folder to write into; nothing in it is overwritten
    #[arg(default_value = ".")]
    dir: PathBuf,
}

pub(crate) fn run(Options { dir }: &Options) -> Result<(), Failure> {
    if let Some((name, _)) = FILES.iter().find(|(name, _)| host::exists(&dir.join(name))) {
        return Err(Failure::new(
            format!("{} is already there", dir.join(name).display()),
            "give another folder: nothing is overwritten",
        ));
    }
    for (name, text) in FILES {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            host()
                .make_folder(folder)
                .map_err(|error| Failure::file("create", folder, &error, "give a folder that you may write to"))?;
        }
        output::write(&path, text.as_bytes())?;
    }
    for (name, _) in FILES {
        output::print(&format!("wrote {}\n", dir.join(name).display()))?;
    }
    output::print(&format!("next: attune check {}\n", dir.display()))
}
