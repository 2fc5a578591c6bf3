//! Decisions in the visitor's browser as a Wasm module: a client bundle, and the profile as bytes that the browser keeps.
//!
//! Every call is synchronous and leaves nothing behind but the loaded bundle. What cannot be read is answered with nothing,
//! without words: the page stays the origin's, and the script that calls says why.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

#[cfg(target_arch = "wasm32")]
#[path = "../page/bare.rs"]
mod bare;

use alloc::string::String;
use alloc::vec::Vec;
use attune_core::page::LocalCore;
use wasm_bindgen::prelude::*;

/// A client bundle, ready to decide.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Local {
    core: LocalCore,
}

#[wasm_bindgen]
impl Local {
    /// Loads a client bundle, of which the caller has checked the SHA-256; nothing where it cannot be used.
    pub fn load(bundle: &[u8], sha256: &str) -> Option<Local> {
        Some(Self { core: LocalCore::new(bundle, sha256).ok()? })
    }

    /// Puts a catalogue (2), or an index learned from sessions (3) or baskets (4), beside the bundle; false where it is
    /// refused, and in the build without recommendations.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> bool {
        cfg!(feature = "full") && self.core.put(kind, bytes).is_ok()
    }

    /// Switches off the campaigns with these keys, one a line, and no others.
    pub fn kill(&mut self, campaigns: &str) {
        self.core.kill(campaigns);
    }

    /// What holds of the visitor's answer: the word for personalization, a space, and that for measurement.
    pub fn consent(&self, request: &str, profile: &[u8]) -> Option<String> {
        let [personalization, measurement] = self.core.consent(request, profile).ok()?;
        Some([personalization, " ", measurement].concat())
    }

    /// Records an answer, and gives the profile after it.
    pub fn answer(&self, request: &str, profile: &[u8], personalization: bool, measurement: bool) -> Option<Vec<u8>> {
        self.core.answer(request, profile, personalization, measurement).ok()
    }

    /// Begins a profile where one is allowed and missing; gives the profile after it.
    pub fn begin(&self, request: &str, profile: &[u8]) -> Option<Vec<u8>> {
        self.core.begin(request, profile).ok()
    }

    /// Folds events, as lines of text, into the profile: the last number of the log that was taken in four bytes, little
    /// endian, and the profile.
    pub fn take(&self, request: &str, profile: &[u8], events: &str) -> Option<Vec<u8>> {
        let (outcome, profile) = self.core.take(request, profile, events).ok()??;
        Some([&outcome.last.to_le_bytes()[..], &profile].concat())
    }

    /// Decides a page in the language `lang` and gives its plan as JSON.
    pub fn plan(&self, request: &str, lang: &str, profile: &[u8]) -> Option<String> {
        self.core.plan(request, lang, profile, None).ok()
    }

    /// The same for a profile that the server handed out, with what was drawn for the visitor; empty where slots of the page are
    /// decided by the server.
    pub fn plan_handed_out(&self, request: &str, lang: &str, profile: &[u8], draws: &[u8]) -> Option<String> {
        self.core.plan(request, lang, profile, Some(draws)).ok()
    }
}
