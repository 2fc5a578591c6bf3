//! The authored files of a version in one artifact, so that whoever approves or continues has what it was made from.
//!
//! `ATSR`, format 1 (u16), 0 (u16), number of files (u32), and for each: length of its path (u16), path, size (u32),
//! bytes. Little endian. Paths ascend, so that the same files are the same bytes.

use std::collections::BTreeMap;

const MAGIC: [u8; 8] = [b'A', b'T', b'S', b'R', 1, 0, 0, 0];
/// Most bytes of an archive.
pub const SOURCES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most bytes of a path.
const PATH_BYTES_MAX: usize = 512;

/// Why there is no archive, or no files in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// Not an archive.
    #[error("not an archive of authored files")]
    Foreign,
    /// Ends early, or goes on after its end.
    #[error("the archive is truncated or has bytes after its end")]
    Length,
    /// A path that would leave the folder, or is hidden in it.
    #[error("the archive has a file with the path `{0}`")]
    Path(String),
    /// Paths do not ascend.
    #[error("the files of the archive are not in order")]
    Order,
    /// Too large.
    #[error("the authored files have more than {SOURCES_BYTES_MAX} bytes")]
    Large,
}

/// Packs files by their paths, with `/` between folders.
///
/// # Errors
/// [`ArchiveError`] when a path is not one inside the folder, or all together are too large.
pub fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, ArchiveError> {
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&u32::try_from(files.len()).map_err(|_| ArchiveError::Large)?.to_le_bytes());
    for (path, bytes) in files {
        check(path)?;
        out.extend_from_slice(&u16::try_from(path.len()).map_err(|_| ArchiveError::Large)?.to_le_bytes());
        out.extend_from_slice(path.as_bytes());
        out.extend_from_slice(&u32::try_from(bytes.len()).map_err(|_| ArchiveError::Large)?.to_le_bytes());
        out.extend_from_slice(bytes);
    }
    if out.len() > SOURCES_BYTES_MAX { Err(ArchiveError::Large) } else { Ok(out) }
}

/// The files of an archive.
///
/// # Errors
/// [`ArchiveError`] when the bytes are not exactly one archive, or a path leaves the folder.
pub fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    if bytes.len() > SOURCES_BYTES_MAX {
        return Err(ArchiveError::Large);
    }
    let mut rest = bytes.strip_prefix(&MAGIC).ok_or(ArchiveError::Foreign)?;
    let count = take::<4>(&mut rest).map(u32::from_le_bytes)?;
    let mut files = BTreeMap::new();
    for _ in 0..count {
        let length = take::<2>(&mut rest).map(u16::from_le_bytes)?;
        let path = std::str::from_utf8(slice(&mut rest, length.into())?).map_err(|_| ArchiveError::Foreign)?;
        check(path)?;
        if files.last_key_value().is_some_and(|(before, _): (&String, _)| before.as_str() >= path) {
            return Err(ArchiveError::Order);
        }
        let size = take::<4>(&mut rest).map(u32::from_le_bytes)?;
        let size = usize::try_from(size).map_err(|_| ArchiveError::Length)?;
        files.insert(path.to_owned(), slice(&mut rest, size)?.to_vec());
    }
    if rest.is_empty() { Ok(files) } else { Err(ArchiveError::Length) }
}

fn slice<'b>(rest: &mut &'b [u8], length: usize) -> Result<&'b [u8], ArchiveError> {
    let (head, behind) = rest.split_at_checked(length).ok_or(ArchiveError::Length)?;
    *rest = behind;
    Ok(head)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ArchiveError> {
    let (head, behind) = rest.split_first_chunk().ok_or(ArchiveError::Length)?;
    *rest = behind;
    Ok(*head)
}

/// Paths come from a network: none may leave the folder that it is unpacked into, on any system.
fn check(path: &str) -> Result<(), ArchiveError> {
    let is_plain = |part: &str| {
        let is_known = |c: char| !c.is_control() && !matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
        !part.is_empty() && !part.starts_with('.') && !part.ends_with(['.', ' ']) && part.chars().all(is_known)
    };
    if path.len() <= PATH_BYTES_MAX && path.split('/').all(is_plain) {
        Ok(())
    } else {
        Err(ArchiveError::Path(path.escape_debug().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> BTreeMap<String, Vec<u8>> {
        paths.iter().map(|path| ((*path).to_owned(), path.as_bytes().to_vec())).collect()
    }

    #[test]
    fn files_come_back_and_the_same_files_are_the_same_bytes() {
        let all = files(&["attune.toml", "campaigns/a.toml", "content/ä b.html"]);
        let packed = pack(&all).unwrap_or_default();
        assert_eq!(unpack(&packed), Ok(all));
        for cut in 0..packed.len() {
            assert!(packed.get(..cut).is_some_and(|short| unpack(short).is_err()), "cut at {cut}");
        }
        assert_eq!(unpack(&[&packed[..], &[0]].concat()), Err(ArchiveError::Length));
    }

    #[test]
    fn no_path_leaves_the_folder_or_hides_in_it() {
        for path in ["../a", "/a", "a//b", "a/../b", ".env", "a/.git/config", "C:a", "a\\b", "", "a\0b", "a/", "nul."] {
            assert_eq!(pack(&files(&[path])), Err(ArchiveError::Path(path.escape_debug().collect())), "{path}");
            let mut bytes = pack(&files(&["x"])).unwrap_or_default();
            bytes.splice(12..15, [u8::try_from(path.len()).unwrap_or(0), 0].into_iter().chain(path.bytes()));
            assert!(matches!(unpack(&bytes), Err(ArchiveError::Path(_))), "{path}");
        }
    }
}
