//! The URL of a page.

use crate::failure::Failure;

/// Path and query of a page's URL, or of a path.
pub fn path_and_query(url: &str) -> Result<(String, String), Failure> {
    let wrong = || {
        Failure::new(
            format!("--url {url} is not the URL of a page"),
            "write https://www.shop.example/basket or /basket",
        )
    };
    let rest = match url.split_once("://") {
        Some(("http" | "https", rest)) => {
            let start = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            rest.get(start..).unwrap_or("")
        }
        None if url.starts_with('/') => url,
        _ => return Err(wrong()),
    };
    let rest = rest.split('#').next().unwrap_or("");
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok((if path.is_empty() { "/" } else { path }.to_owned(), query.to_owned()))
}
