//! A configuration folder and what the compiler makes of it.

use super::assets;
use super::files::{self, deployment};
use crate::failure::Failure;
use crate::host::host;
use crate::{input, output};
use attune_compiler::{Around, Compiled, File, LOCK, compile_beside};
use attune_core::bundle;
use attune_core::loaded::Loaded;
use std::path::{Path, PathBuf};

/// A compiled configuration, with its files for showing diagnostics.
pub struct Configuration {
    pub files: Vec<File>,
    pub compiled: Compiled,
}

impl Configuration {
    /// Reads and compiles a folder.
    pub fn read(dir: &Path) -> Result<Self, Failure> {
        Self::read_with_assets(dir, None)
    }

    /// As [`Self::read`]; the compiler also checks paths against the folder of files that the site serves.
    pub fn read_with_assets(dir: &Path, assets: Option<&Path>) -> Result<Self, Failure> {
        let assets = assets.map(assets::paths).transpose()?;
        let mut files = files::read(dir)?;
        files.extend(deployment(dir));
        let compiled = compile_beside(&files, &Around { now_s: Some(input::now_s()?), assets });
        Ok(Self { files, compiled })
    }

    /// Shows the diagnostics on standard error.
    pub fn print_diagnostics(&self) {
        output::diagnostics::print_human(&self.files, &self.compiled.diagnostics);
    }

    /// Writes the lock file if its text has changed, and returns its path then.
    pub fn write_lock(&self, dir: &Path) -> Result<Option<PathBuf>, Failure> {
        let before = self.files.iter().find(|file| file.path == LOCK).map(|file| file.text.as_str());
        let Some(lock) = self.compiled.lock.as_deref().filter(|lock| before != Some(*lock)) else { return Ok(None) };
        let path = dir.join(LOCK);
        host().write(&path, lock.as_bytes()).map_err(|error| {
            Failure::file("write", &path, &error, "make the folder writable: the lock is kept with the configuration")
        })?;
        Ok(Some(path))
    }

    /// The bundle's bytes, and the bundle as the edge would load it. If there is none, shows the diagnostics.
    pub fn bundle(&self) -> Result<(Vec<u8>, Loaded), Failure> {
        let Some(bundle) = &self.compiled.bundle else {
            self.print_diagnostics();
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
