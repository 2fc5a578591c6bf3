//! A configuration as it was at a revision of git.

use crate::failure::Failure;
use crate::host::host;
use attune_compiler::{File, is_authored};
use std::ffi::OsStr;
use std::path::Path;

/// The authored files of a folder at a revision.
pub(super) fn files(dir: &Path, revision: &str) -> Result<Vec<File>, Failure> {
    let listed = git(dir, revision, ["ls-tree", "-r", "-z", "--name-only", "--end-of-options", revision, "."])?;
    let mut files = Vec::new();
    for path in String::from_utf8_lossy(&listed).split('\0').filter(|path| is_authored(path)) {
        let bytes = git(dir, revision, ["show", "--end-of-options", &format!("{revision}:./{path}")])?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::new(format!("{path} of {revision} is not UTF-8 text"), "give another revision"))?;
        files.push(File { path: path.to_owned(), text });
    }
    if files.is_empty() {
        return Err(Failure::new(
            format!("{} has no configuration at {revision}", dir.display()),
            "give another revision",
        ));
    }
    Ok(files)
}

fn git<A: AsRef<OsStr>>(
    dir: &Path,
    revision: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Result<Vec<u8>, Failure> {
    let help = "give --base with a file, the address of a site, or a revision of git such as main or HEAD~3";
    let arguments: Vec<A> = arguments.into_iter().collect();
    let words = [OsStr::new("-C"), dir.as_os_str()].into_iter().chain(arguments.iter().map(AsRef::as_ref));
    let ran = host()
        .run("git", &words.collect::<Vec<_>>(), &[])
        .map_err(|error| Failure::new(format!("git cannot be run: {error}"), help))?;
    if ran.is_success {
        return Ok(ran.out);
    }
    let said = String::from_utf8_lossy(&ran.err);
    Err(Failure::new(
        format!("`{revision}` is neither a file nor a revision: {}", said.lines().next().unwrap_or_default()),
        help,
    ))
}
