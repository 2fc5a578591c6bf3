//! Laws of what the edge loads, and of the whole page call.

use attune_core::bundle::{Loaded, manifest};
use attune_core::limits::DECISION_HEADER_BYTES_MAX;
use attune_core::page::PageCore;
use std::sync::LazyLock;

const KEYS: &str = "1:sign:0707070707070707070707070707070707070707070707070707070707070707";
const REQUEST: &str =
    "1\n1795300000000\ndmu\nshop.example\n/c/tea-lights\n\n\n\nMozilla/5.0 Chrome/140.0\nde\nDE\n\nEU\n1\n60\n\n";

static PAGE_CORE: LazyLock<PageCore> =
    LazyLock::new(|| PageCore::new(include_bytes!("../tests/golden/announced.bundle"), KEYS).unwrap());

/// Any bytes as a bundle: refused, or every page can be decided with what is left of it.
pub fn bundle(data: &[u8]) {
    let Ok(loaded) = Loaded::load(data) else { return };
    assert!(loaded.disabled.iter().all(|part| !part.reason.is_empty()));
    if let Ok(core) = PageCore::new(data, KEYS) {
        let request = format!("{REQUEST}{}", "ab".repeat(16));
        core.open(&request, b"<html lang=de>").unwrap();
        assert!(core.announce(&request).unwrap().len() <= DECISION_HEADER_BYTES_MAX);
    }
}

/// Any bytes as a manifest: refused, or exactly what its own encoding gives.
pub fn bundle_manifest(data: &[u8]) {
    if let Ok((read, signatures)) = manifest::decode(data) {
        let again = manifest::encode(&read, &signatures).unwrap();
        // The one byte that a reader skips.
        assert_eq!(again[8..], data[8..]);
    }
}

/// Any text as a request, behind any beginning of a page: answered or refused, and the same each time.
pub fn page_request(data: &[u8]) {
    let (request, prelude) = data.split_at(data.len() * 3 / 4);
    let request = String::from_utf8_lossy(request);
    let answer = PAGE_CORE.open(&request, prelude);
    assert_eq!(answer, PAGE_CORE.open(&request, prelude));
    // As the shim asks, with the fields that come from the visitor taken from the data.
    let field = request.replace('\n', " ");
    let asked = REQUEST.replacen("/c/tea-lights\n\n", &format!("/{field}\n{field}\n{field}"), 1);
    let asked = format!("{asked}{}", "ab".repeat(16));
    assert!(PAGE_CORE.open(&asked, prelude).is_ok());
    assert!(PAGE_CORE.announce(&asked).unwrap().len() <= DECISION_HEADER_BYTES_MAX);
}
