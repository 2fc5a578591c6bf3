//! A push on top of what somebody else has published meanwhile, where no campaign was changed by both.

use super::client::{Client, Refused};
use super::{conflict, published};
use crate::failure::Failure;
use crate::host::{self, host, random};
use crate::output;
use attune_compiler::LOCK;
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::to_hex;
use attune_core::loaded::Loaded;
use attune_publish::difference::{between, campaigns_touched};
use attune_publish::unpack;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A push that was refused, and what it was made from.
pub(super) struct Refusal {
    pub(super) refused: Refused,
    /// What was published when it was made.
    pub(super) before: Option<Loaded>,
    pub(super) present: Vec<Artifact>,
    /// What it would have published, and its authored files.
    pub(super) own: Loaded,
    pub(super) sources: Option<Vec<u8>>,
}

type Files = BTreeMap<String, Vec<u8>>;

/// A folder that goes when this value goes.
pub(super) struct Merged(PathBuf);

impl Drop for Merged {
    fn drop(&mut self) {
        // What is left behind in the folder for temporary files is the system's to remove.
        let _ = host().remove_folder(&self.0);
    }
}

impl Merged {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Takes over the numbers that new products got.
    pub(super) fn keep_numbers(&self, dir: &Path) -> Result<(), Failure> {
        match host::read(&self.0.join("catalog/items")) {
            Ok(numbers) => output::write(&dir.join("catalog/items"), &numbers),
            Err(_) => Ok(()),
        }
    }
}

/// A folder with both changes. Where a campaign or a file was changed by both, or it is not known, says what came between
/// and what to do.
pub(super) fn onto(client: &Client, refusal: &Refusal, dir: &Path, is_canary: bool) -> Result<Merged, Failure> {
    if refusal.refused.error.code != "conflict" {
        return Err(refusal.refused.failure(&client.address));
    }
    let came = conflict::between(&refusal.refused);
    let by_hand = "`attune pull` into a new folder, bring your change in, and push again";
    let refuse = |help: String| Failure::new(came.clone(), help);
    let now = published::present(&client.state()?)?;
    let both = both(client, refusal, &now)?;
    if !both.is_empty() {
        let both: Vec<String> = both.into_iter().collect();
        return Err(refuse(format!("talk about {}: both of you changed it. {by_hand}", both.join(", "))));
    }
    let own = refusal.sources.as_deref().and_then(|bytes| unpack(bytes).ok());
    let (Some(base), Some(theirs), Some(own), false) =
        (sources(client, &refusal.present)?, sources(client, &now)?, own, is_canary)
    else {
        return Err(refuse(format!("no campaign was changed by both: {by_hand}")));
    };
    let files = merge(&base, &theirs, &own).map_err(|path| refuse(format!("both of you changed {path}: {by_hand}")))?;
    output::print_error(&format!(
        "{came}\nno campaign was changed by both: yours goes on top. Your folder does not have theirs yet: attune pull\n"
    ));
    write(&files, dir)
}

/// The campaigns that were changed by both.
fn both(client: &Client, refusal: &Refusal, now: &[Artifact]) -> Result<BTreeSet<String>, Failure> {
    let before = refusal.before.as_ref();
    let touched = |after: &Loaded| {
        let both: Vec<&Loaded> = before.into_iter().chain([after]).collect();
        campaigns_touched(&between(before, after), &both)
    };
    let theirs = published::configuration(client, now)?.map(|theirs| touched(&theirs)).unwrap_or_default();
    Ok(theirs.intersection(&touched(&refusal.own)).cloned().collect())
}

/// The authored files of a version.
fn sources(client: &Client, artifacts: &[Artifact]) -> Result<Option<Files>, Failure> {
    let Some(found) = artifacts.iter().find(|one| one.kind == ArtifactKind::Sources as u8) else { return Ok(None) };
    Ok(unpack(&published::artifact(client, &to_hex(&found.sha256))?).ok())
}

/// Both changes of the same files; the path of one that both changed, where there is one. The lock is written anew.
fn merge(base: &Files, theirs: &Files, own: &Files) -> Result<Files, String> {
    let paths: BTreeSet<&String> = theirs.keys().chain(own.keys()).collect();
    let mut files = Files::new();
    for path in paths {
        let (before, their, mine) = (base.get(path), theirs.get(path), own.get(path));
        let chosen = if mine == before || path == LOCK {
            their
        } else if their == before || their == mine {
            mine
        } else {
            return Err(path.clone());
        };
        if let Some(bytes) = chosen {
            files.insert(path.clone(), bytes.clone());
        }
    }
    Ok(files)
}

/// Writes the files into a folder of their own, with the catalogue of the configuration.
fn write(files: &Files, dir: &Path) -> Result<Merged, Failure> {
    let merged = Merged(host().temporary_folder().join(format!("attune-push-{}", to_hex(&random::<8>()?))));
    let copy = || -> std::io::Result<()> {
        for (path, bytes) in files {
            let path = merged.0.join(path);
            if let Some(folder) = path.parent() {
                host().make_folder(folder)?;
            }
            host().write(&path, bytes)?;
        }
        copy_folder(&dir.join("catalog"), &merged.0.join("catalog"))
    };
    copy().map_err(|error| Failure::file("write", &merged.0, &error, "make room in the folder for temporary files"))?;
    Ok(merged)
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    if !host::is_folder(from) {
        return Ok(());
    }
    host().make_folder(to)?;
    for name in host().names(from)? {
        let (from, to) = (from.join(&name), to.join(&name));
        if host::is_folder(&from) {
            copy_folder(&from, &to)?;
        } else {
            host().write(&to, &host::read(&from)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &[(&str, &str)]) -> Files {
        all.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn changes_of_different_files_go_together_and_of_the_same_file_do_not() {
        let base = files(&[("a", "1"), ("b", "1"), ("c", "1"), (LOCK, "1")]);
        let theirs = files(&[("a", "2"), ("b", "1"), (LOCK, "2"), ("d", "new")]);
        let own = files(&[("a", "1"), ("b", "3"), ("c", "1"), (LOCK, "3")]);
        let merged = files(&[("a", "2"), ("b", "3"), ("d", "new"), (LOCK, "2")]);
        assert_eq!(merge(&base, &theirs, &own), Ok(merged));
        let own = files(&[("a", "3"), ("b", "1"), ("c", "1")]);
        assert_eq!(merge(&base, &theirs, &own), Err("a".to_owned()));
        let own = files(&[("a", "2"), ("b", "1"), ("c", "changed")]);
        assert_eq!(merge(&base, &theirs, &own), Err("c".to_owned()), "they removed it");
    }
}
