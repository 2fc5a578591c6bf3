//! The files of a configuration folder.

use crate::failure::Failure;
use attune_compiler::{DEPLOYMENT, File, LOCK, is_authored};
use std::path::Path;

/// Reads the authored files of a folder.
pub(crate) fn read(dir: &Path) -> Result<Vec<File>, Failure> {
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

/// How the Worker is deployed: its configuration in this folder or in one above it, up to the root of the repository.
pub(super) fn deployment(dir: &Path) -> Option<File> {
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
