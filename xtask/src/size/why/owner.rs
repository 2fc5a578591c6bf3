//! Who a function belongs to, by its name.

use rustc_demangle::demangle;

/// A name as the source has it, without the hashes of the compiler.
pub(super) fn readable(symbol: &str) -> String {
    // wasm-bindgen has written most of them out already, with their hashes: `core[c5930c85a12de822]::str::f`, `a::f::h0123456789abcdef`.
    let name = format!("{:#}", demangle(symbol));
    let mut parts = name.split('[');
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if is_hash(hash) => shown.push_str(rest),
            _ => {
                shown.push('[');
                shown.push_str(part);
            }
        }
    }
    match shown.rsplit_once("::h") {
        Some((path, hash)) if is_hash(hash) => path.to_owned(),
        _ => shown,
    }
}

fn is_hash(text: &str) -> bool {
    (15..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The crate and the folder of a readable name: `attune_core::html`. An implementation for one of our types or of one
/// of our traits is ours; crates of others count as a whole, but the standard library has its modules.
pub(super) fn of(name: &str) -> String {
    let paths: Vec<&str> = name.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').collect();
    let ours = paths.iter().find(|path| path.starts_with("attune_"));
    let Some(path) = ours.or_else(|| paths.iter().find(|path| path.contains("::") && !path.starts_with(':'))) else {
        return "no crate".to_owned();
    };
    let mut steps = path.split("::");
    let (first, second) = (steps.next().unwrap_or_default(), steps.next());
    let split = first.starts_with("attune_") || ["core", "alloc", "std"].contains(&first);
    match second {
        // A function at the root of a crate is in no folder.
        Some(second) if split && steps.next().is_some() => format!("{first}::{second}"),
        _ => first.to_owned(),
    }
}

/// The crate of a group.
pub(super) fn crate_of(owner: &str) -> &str {
    owner.split_once("::").map_or(owner, |(name, _)| name)
}
