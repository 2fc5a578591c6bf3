//! `attune init`: a small configuration to start from.

use crate::failure::Failure;
use crate::io;
use std::path::Path;

/// The starter's files; a test compiles them.
const FILES: &[(&str, &str)] = &[
    ("attune.toml", include_str!("starter/attune.toml")),
    ("campaigns/welcome.toml", include_str!("starter/campaigns/welcome.toml")),
    ("content/welcome.toml", include_str!("starter/content/welcome.toml")),
    ("content/delivery.html", include_str!("starter/content/delivery.html")),
];

pub(crate) fn init(dir: &Path) -> Result<(), Failure> {
    if let Some((name, _)) = FILES.iter().find(|(name, _)| dir.join(name).exists()) {
        return Err(Failure::new(
            format!("{} is already there", dir.join(name).display()),
            "give another folder: nothing is overwritten",
        ));
    }
    for (name, text) in FILES {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::file("create", folder, &error, "give a folder that you may write to"))?;
        }
        io::write(&path, text.as_bytes())?;
    }
    for (name, _) in FILES {
        io::print(&format!("wrote {}\n", dir.join(name).display()))?;
    }
    io::print(&format!("next: attune check {}\n", dir.display()))
}
