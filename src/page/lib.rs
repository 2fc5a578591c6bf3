//! The page core as a Wasm module for JS edges.
//!
//! Every call is synchronous and leaves nothing behind but the loaded bundle: the state of a stream is bytes
//! that the caller owns, so an instance can be thrown away between any two calls.
#![cfg_attr(all(target_arch = "wasm32", not(feature = "vectors")), no_std)]
extern crate alloc;

#[cfg(all(target_arch = "wasm32", not(feature = "vectors")))]
mod bare;

mod error;
#[cfg(feature = "faults")]
mod faults;
#[cfg(feature = "vectors")]
mod recommend;
#[cfg(feature = "vectors")]
mod segments;
#[cfg(feature = "vectors")]
mod vectors;

use alloc::string::String;
use alloc::vec::Vec;
use attune_core::limits::PRELUDE_BYTES_MAX;
use attune_core::loaded::Outline;
use attune_core::{html, page};
use error::{Lean, coded};
use wasm_bindgen::prelude::*;

/// A bundle with its keys, ready for requests.
#[wasm_bindgen]
#[derive(Debug)]
pub struct PageCore {
    core: page::PageCore,
}

#[wasm_bindgen]
impl PageCore {
    /// Loads a bundle and a key ring (`ID:STATE:64hex`, comma or line separated). Who knows the SHA-256 of the bundle, in
    /// hexadecimal, saves the core from hashing it.
    ///
    /// # Errors
    /// A JS `Error` with the `code` `bundle`, `keys` or `scope`.
    #[wasm_bindgen(constructor)]
    pub fn new(bundle: &[u8], keys: &str, sha256: Option<String>) -> Result<PageCore, JsValue> {
        let sha256 = sha256.unwrap_or_default();
        let core = page::PageCore::hashed(bundle, keys, Some(&sha256)).map_err(|error| {
            let code = match &error {
                page::PageCoreError::Bundle(_) => "bundle",
                page::PageCoreError::Keys(_) => "keys",
                _ => "scope",
            };
            coded(code, &error)
        })?;
        Ok(Self { core })
    }

    /// Another core with the same bundle and keys, and without artifacts, at no cost.
    #[must_use]
    pub fn beside(&self) -> PageCore {
        Self { core: self.core.beside() }
    }

    /// Decides a page: the request as one text of 17 lines, the first bytes of the page; the answer is a
    /// sequence of parts, each behind its length in four bytes, little endian (SPEC.md).
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed.
    pub fn open(&self, request: &str, prelude: &[u8]) -> Result<Vec<u8>, JsValue> {
        self.core.open(request, prelude).map_err(|error| coded("request", &error))
    }

    /// Decides a page by its first bytes as [`PageCore::open`] does, and scans them: in place of the scanner's state the
    /// answer has what [`scan`] gives. It is empty where the bytes do not show what the page is, if that `may_wait` for more.
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed.
    pub fn begin_page(&self, request: &str, bytes: &[u8], last: bool, may_wait: bool) -> Result<Vec<u8>, JsValue> {
        let prelude = bytes.get(..PRELUDE_BYTES_MAX).unwrap_or(bytes);
        let may_wait = may_wait && bytes.len() < PRELUDE_BYTES_MAX;
        if may_wait && html::opening(prelude) == html::Opening::Unfinished {
            return Ok(Vec::new());
        }
        #[cfg(feature = "faults")]
        faults::before_open(request);
        let parsed = page::Request::parse(request).map_err(|error| coded("request", &error))?;
        let mut answer = self.core.answer(&parsed, prelude);
        if !answer.scanner.is_empty() {
            #[cfg(feature = "faults")]
            answer.scanner.push(faults::countdown(request));
            answer.scanner = scan(&answer.scanner, bytes, last)?;
        }
        Ok(answer.encode())
    }

    /// Decides a page, of which the request's path is the path, and gives its plan as JSON, with what the browser has to draw.
    /// `lang` is the language of the page.
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed.
    pub fn plan(&self, request: &str, lang: &str) -> Result<String, JsValue> {
        #[cfg(feature = "faults")]
        faults::before_open(request);
        self.core.plan(request, lang).map_err(|error| coded("request", &error))
    }

    /// Whether pages of an origin, as the header `Origin` names it, may call Attune at a host.
    pub fn allows_origin(&self, origin: &str, host: &str) -> bool {
        self.core.allows_origin(origin, host)
    }

    /// What the bundle has, and this build cannot do, in words; empty where that is nothing.
    pub fn lacks(&self) -> String {
        self.core.lacks().into()
    }

    /// Whether the bundle has campaigns whose weights follow their results.
    pub fn follows_weights(&self) -> bool {
        self.core.follows_weights()
    }

    /// Whether the origin is told the decision of this path; of an empty path, whether it is told any.
    pub fn sends_decision_header(&self, path: &str) -> bool {
        self.core.sends_decision_header(path)
    }

    /// The `Attune-Decision` header for the origin: the request as for `open`. Empty where it is not told, and in a lean
    /// build: the pages on which it would be told stay the origin's.
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed.
    pub fn decision_header(&self, request: &str) -> Result<String, JsValue> {
        if !cfg!(feature = "full") {
            return Ok(String::new());
        }
        self.core.decision_header(request).map_err(|error| coded("request", &error))
    }

    /// Puts a catalogue (2), an index learned from sessions (3) or baskets (4), or an overlay (5) beside the bundle.
    /// What is refused leaves everything as it was.
    ///
    /// # Errors
    /// A JS `Error` with the code `artifact` when it is unusable or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), JsValue> {
        self.core.put(kind, bytes).map_err(|error| coded("artifact", &error))
    }

    /// Begins to load a catalogue or an index of so many bytes, which then come piece by piece.
    ///
    /// # Errors
    /// A JS `Error` with the code `artifact` when there is no room for it, or no catalogue that it could belong to.
    pub fn begin(&mut self, kind: u8, length: usize) -> Result<(), JsValue> {
        self.core.begin(kind, length).map_err(|error| coded("artifact", &error))
    }

    /// The next bytes of what is being loaded.
    pub fn feed(&mut self, piece: &[u8]) {
        self.core.feed(piece);
    }

    /// Checks about so many bytes more of what has come: a page may be decided before the next step. True when there is
    /// no more to do.
    ///
    /// # Errors
    /// A JS `Error` with the code `artifact` when it is unusable, or does not belong to the catalogue.
    pub fn step(&mut self, bytes: usize) -> Result<bool, JsValue> {
        self.core.step(bytes).map_err(|error| coded("artifact", &error))
    }

    /// Switches off the campaigns with these keys, one a line, and no others.
    pub fn kill(&mut self, campaigns: &str) {
        self.core.kill(campaigns);
    }

    /// Leaves out, from now on, every content that could run scripts.
    pub fn leave_out_scripts(&mut self) {
        self.core.leave_out_scripts();
    }

    /// Of the request's preview token, if it is of a link: the id of the draft (empty for what is published), when it ends in
    /// Unix seconds, and the persona's name, a line each. Empty for everybody else.
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed.
    pub fn preview_subject(&self, request: &str) -> Result<String, JsValue> {
        let request = page::Request::parse(request).map_err(|error| coded("request", &error))?;
        Ok(self.core.preview_subject(&request))
    }

    /// The bucket, 0 to 9,999, of the request's visitor for the canary with this salt; `undefined` without an id that may be used.
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed.
    pub fn canary_bucket(&self, request: &str, salt: &str) -> Result<Option<u16>, JsValue> {
        let request = page::Request::parse(request).map_err(|error| coded("request", &error))?;
        Ok(self.core.canary_bucket(&request, salt))
    }

    /// The first field of products that the bundle names and the catalogue beside it does not have; empty where there is none.
    pub fn field_beyond(&self) -> String {
        self.core.field_beyond().into()
    }

    /// Takes an artifact over from another core, without a copy.
    pub fn adopt(&mut self, from: &PageCore, kind: u8) {
        self.core.adopt(&from.core, kind);
    }

    /// The products of one slot as JSON, for the page that is the request's path. Nothing is counted.
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed, `lean` in a lean build.
    pub fn recommend(&self, request: &str, slot: &str, lang: &str) -> Result<String, JsValue> {
        if !cfg!(feature = "full") {
            return Err(coded("lean", &Lean));
        }
        self.core.recommend(request, slot, lang).map_err(|error| coded("request", &error))
    }

    /// Decides for what is no page: the answer is JSON with the fields of each content, in the locale of `lang`.
    ///
    /// # Errors
    /// A JS `Error` with the code `request` when the text is not as agreed, `lean` in a lean build.
    pub fn channel(&self, request: &str, lang: &str) -> Result<String, JsValue> {
        if !cfg!(feature = "full") {
            return Err(coded("lean", &Lean));
        }
        self.core.channel(request, lang).map_err(|error| coded("request", &error))
    }

    /// What the control plane has to know of the bundle, so that it need not be loaded twice.
    pub fn outline(&self) -> Vec<u8> {
        Outline::bytes_of(self.core.loaded())
    }
}

/// How large the memory is, in pages of 64 KiB. It never shrinks.
#[wasm_bindgen]
pub fn memory_pages() -> usize {
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size(0);
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0;
    pages
}

/// Whether a path is on a list of path patterns, one a line.
#[wasm_bindgen]
pub fn is_listed(patterns: &str, path: &str) -> bool {
    attune_core::bundle::is_listed(patterns, path)
}

/// Scans the next chunk of a page. The answer: the number of steps in four bytes, each step as two 32-bit
/// words, all little endian, then the state for the next chunk.
///
/// # Errors
/// A JS `Error` with the code `state` when the state is not one that `open`, `begin_page` or `scan` gave.
#[wasm_bindgen]
pub fn scan(state: &[u8], chunk: &[u8], last: bool) -> Result<Vec<u8>, JsValue> {
    #[cfg(feature = "faults")]
    let (state, countdown) = faults::before_scan(state);
    let out = html::scan_to_bytes(state, chunk, last).map_err(|error| coded("state", &error))?;
    #[cfg(feature = "faults")]
    let out = [out, alloc::vec![countdown]].concat();
    Ok(out)
}

/// Applies element edits, as `open` gave them, to the origin's content of one slot.
///
/// # Errors
/// A JS `Error` with the code `edits` when the edits are not ones that `open` gave.
#[wasm_bindgen]
pub fn edit(held: &[u8], edits: &[u8]) -> Result<Vec<u8>, JsValue> {
    let edits = html::decode_edits(edits).map_err(|error| coded("edits", &error))?;
    Ok(html::edit_elements(held, &edits).map_err(|error| coded("edits", &error))?.html)
}
