//! Reads a configuration folder and compiles it.

use crate::args::ArtifactOptions;
use crate::failure::Failure;
use attune_compiler::{Around, Compiled, DEPLOYMENT, File, LOCK, compile_beside, is_authored};
use attune_core::artifacts::Artifacts;
use attune_core::bundle::{self};
use attune_core::loaded::Loaded;
use std::collections::BTreeSet;
use std::path::Path;

/// A configuration with its files, for showing diagnostics.
pub(crate) struct Configuration {
    pub(crate) files: Vec<File>,
    pub(crate) compiled: Compiled,
}

/// Reads and compiles a folder.
pub(crate) fn read(dir: &Path) -> Result<Configuration, Failure> {
    read_beside(dir, None)
}

/// The same, with the paths of the files that the site serves.
pub(crate) fn read_beside(dir: &Path, assets: Option<BTreeSet<String>>) -> Result<Configuration, Failure> {
    let mut files = files(dir)?;
    files.extend(deployment(dir));
    let now_s = u32::try_from(jiff::Timestamp::now().as_second()).unwrap_or(u32::MAX);
    let compiled = compile_beside(&files, &Around { now_s: Some(now_s), assets });
    Ok(Configuration { files, compiled })
}

/// The authored files of a folder.
pub(crate) fn files(dir: &Path) -> Result<Vec<File>, Failure> {
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
    for folder in ["campaigns", "content", "lists", "catalog"] {
        if dir.join(folder).is_dir() {
            read_folder(dir, folder, &mut files)?;
        }
    }
    if dir.join(LOCK).is_file() {
        read_file(dir, LOCK.to_owned(), &mut files)?;
    }
    Ok(files)
}

/// How the Worker is deployed, where the folder or one above it says so: at most up to the root of the repository.
fn deployment(dir: &Path) -> Option<File> {
    let dir = std::path::absolute(dir).ok()?;
    for folder in dir.ancestors() {
        if let Ok(text) = std::fs::read_to_string(folder.join(DEPLOYMENT)) {
            return Some(File::new(DEPLOYMENT, text));
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
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

/// What the edge decides with: a bundle, and the artifacts beside it.
pub(crate) struct Shop {
    pub(crate) loaded: Loaded,
    pub(crate) artifacts: Artifacts,
}

impl Configuration {
    /// Writes the lock where it says something new, and gives its path then.
    pub(crate) fn write_lock(&self, dir: &Path) -> Result<Option<std::path::PathBuf>, Failure> {
        let before = self.files.iter().find(|file| file.path == LOCK).map(|file| file.text.as_str());
        let Some(lock) = self.compiled.lock.as_deref().filter(|lock| before != Some(*lock)) else { return Ok(None) };
        let path = dir.join(LOCK);
        std::fs::write(&path, lock).map_err(|error| {
            Failure::file("write", &path, &error, "make the folder writable: the lock is kept with the configuration")
        })?;
        Ok(Some(path))
    }

    /// The bundle as the edge would load it, with the catalogue and the artifacts beside it.
    pub(crate) fn shop(&self, dir: &Path, options: &ArtifactOptions) -> Result<Shop, Failure> {
        let (_, loaded) = self.bundle()?;
        let artifacts = crate::catalog::artifacts(dir, self, options, &loaded)?;
        Ok(Shop { loaded, artifacts })
    }

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
