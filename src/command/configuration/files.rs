//! The files of a configuration folder.

use crate::failure::Failure;
use crate::host::{self, host};
use attune_compiler::{DEPLOYMENT, File, LOCK, is_authored};
use std::path::Path;

/// Reads the authored files of a folder.
pub fn read(dir: &Path) -> Result<Vec<File>, Failure> {
    let help = "give the folder that has attune.toml; `attune init` writes one";
    if !host::is_folder(dir) {
        return Err(Failure::new(format!("{} is not a folder", dir.display()), help));
    }
    let mut files = Vec::new();
    for name in ["attune.toml", "attune.json"] {
        if host::is_file(&dir.join(name)) {
            read_file(dir, name.to_owned(), &mut files)?;
        }
    }
    if files.is_empty() {
        return Err(Failure::new(format!("there is no attune.toml in {}", dir.display()), help));
    }
    for folder in ["campaigns", "content", "lists", "catalog"] {
        if host::is_folder(&dir.join(folder)) {
            read_folder(dir, folder, &mut files)?;
        }
    }
    if host::is_file(&dir.join(LOCK)) {
        read_file(dir, LOCK.to_owned(), &mut files)?;
    }
    Ok(files)
}

/// How the Worker is deployed: its configuration in this folder or in one above it, up to the root of the repository.
pub(super) fn deployment(dir: &Path) -> Option<File> {
    let dir = host().absolute(dir).ok()?;
    for folder in dir.ancestors() {
        if let Ok(text) = host::read_text(&folder.join(DEPLOYMENT)) {
            return Some(File::new(DEPLOYMENT, text));
        }
        if host::exists(&folder.join(".git")) {
            break;
        }
    }
    None
}

fn read_folder(dir: &Path, folder: &str, files: &mut Vec<File>) -> Result<(), Failure> {
    let path = dir.join(folder);
    let broken = |error: std::io::Error| Failure::file("read", &path, &error, "check its permissions");
    for name in host().names(&path).map_err(broken)? {
        let relative = format!("{folder}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if host::is_folder(&path.join(&name)) {
            read_folder(dir, &relative, files)?;
        } else if is_authored(&relative) {
            read_file(dir, relative, files)?;
        }
    }
    Ok(())
}

fn read_file(dir: &Path, relative: String, files: &mut Vec<File>) -> Result<(), Failure> {
    let path = dir.join(&relative);
    let text = host::read_text(&path)
        .map_err(|error| Failure::file("read", &path, &error, "save it as UTF-8 text that you may read"))?;
    files.push(File { path: relative, text });
    Ok(())
}
