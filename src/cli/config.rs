//! Reads a configuration folder and compiles it.

use crate::failure::Failure;
use attune_compiler::{Compiled, File, compile, is_authored};
use attune_core::bundle::{self, Loaded};
use std::path::Path;

/// A configuration with its files, for showing diagnostics.
pub(crate) struct Configuration {
    pub(crate) files: Vec<File>,
    pub(crate) compiled: Compiled,
}

/// Reads and compiles a folder.
pub(crate) fn read(dir: &Path) -> Result<Configuration, Failure> {
    let help = "give the folder that has attune.toml; `attune init` writes one";
    if !dir.is_dir() {
        return Err(Failure::new(format!("{} is not a folder", dir.display()), help));
    }
    let mut files = Vec::new();
    for name in ["attune.toml", "attune.json"] {
        if dir.join(name).is_file() {
            read_file(dir, name.to_owned(), &mut files)?;
        }
    }
    if files.is_empty() {
        return Err(Failure::new(format!("there is no attune.toml in {}", dir.display()), help));
    }
    for folder in ["campaigns", "content", "lists"] {
        if dir.join(folder).is_dir() {
            read_folder(dir, folder, &mut files)?;
        }
    }
    let compiled = compile(&files);
    Ok(Configuration { files, compiled })
}

fn read_folder(dir: &Path, folder: &str, files: &mut Vec<File>) -> Result<(), Failure> {
    let path = dir.join(folder);
    let broken = |error: std::io::Error| Failure::file("read", &path, &error, "check its permissions");
    for entry in std::fs::read_dir(&path).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let relative = format!("{folder}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            read_folder(dir, &relative, files)?;
        } else if is_authored(&relative) {
            read_file(dir, relative, files)?;
        }
    }
    Ok(())
}

fn read_file(dir: &Path, relative: String, files: &mut Vec<File>) -> Result<(), Failure> {
    let path = dir.join(&relative);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::file("read", &path, &error, "save it as UTF-8 text that you may read"))?;
    files.push(File { path: relative, text });
    Ok(())
}

impl Configuration {
    /// The bundle's bytes and the bundle as the edge would load them; problems are shown.
    pub(crate) fn bundle(&self) -> Result<(Vec<u8>, Loaded), Failure> {
        let Some(bundle) = &self.compiled.bundle else {
            crate::report::human(self);
            return Err(Failure::No);
        };
        let bytes = bundle::encode(bundle).map_err(|error| {
            Failure::new(format!("the bundle cannot be written: {error}"), "make the configuration smaller")
        })?;
        let loaded = Loaded::load(&bytes).map_err(|error| {
            Failure::new(format!("the edge would refuse the bundle: {error}"), "please report this")
        })?;
        if let Some(part) = loaded.disabled.first() {
            return Err(Failure::new(
                format!("the edge would disable {} `{}`: {}", part.what, part.key, part.reason),
                "please report this: the compiler should have said so",
            ));
        }
        Ok((bytes, loaded))
    }
}
