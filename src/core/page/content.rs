//! What a slot gets, for the page script: how to draw it, or how to know that it is still there.

use super::json::Json;
use crate::bundle::{Body, Field, Slot};
use crate::decide::SlotDecision;
use crate::html::{Selector, holds_text, print_hash, text_hash, value_hash};
use crate::loaded::Loaded;
use crate::render::{self, Fill, Texts};
use alloc::string::ToString;
use alloc::vec::Vec;

/// What the plan says of a slot's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The content is in the page: hashes of what a browser has of it then.
    Checks,
    /// The content itself: the browser puts it in.
    Draw,
}

impl Told {
    /// Writes it for one slot. Without `EDGE` nothing is in the page already, and there is no code for that.
    pub(super) fn write<const EDGE: bool>(
        self,
        json: &mut Json,
        loaded: &Loaded,
        slot: &Slot,
        decision: &SlotDecision,
        locale: usize,
    ) {
        match (self, &decision.fill) {
            (_, None) => {}
            (Self::Checks, Some(Fill::Html(html))) if EDGE => {
                if let Some(hash) = print_hash(html) {
                    let json = &mut json.array_at("checks");
                    check(json, "", "*", hash);
                }
            }
            (_, Some(Fill::Html(html))) => {
                let json = &mut json.object_at("draw");
                json.key("html");
                json.string(html);
            }
            (_, Some(Fill::Fields(texts))) => {
                let body = decision.content.and_then(|content| loaded.body(content, locale));
                let Some(Body::Fields(fields)) = body else { return };
                match self {
                    Self::Checks if EDGE => checks(json, fields, slot, texts),
                    _ => {
                        let json = &mut json.object_at("draw");
                        let json = &mut json.array_at("set");
                        for (selector, attribute, text) in edits(fields, slot, texts) {
                            let json = &mut json.array();
                            json.string(&selector.to_string());
                            json.string(attribute);
                            json.string(&render::plain(text));
                        }
                    }
                }
            }
        }
    }
}

/// Hashes of the edits that are surely made, each of what the document has then.
fn checks(json: &mut Json, fields: &[Field], slot: &Slot, texts: &Texts) {
    let json = &mut json.array_at("checks");
    for (selector, attribute, text) in edits(fields, slot, texts) {
        let hash = match attribute {
            "" if selector.tag().is_none_or(holds_text) => text_hash(text),
            "" => None,
            _ => value_hash(text),
        };
        if let Some(hash) = hash {
            check(json, &selector.to_string(), attribute, hash);
        }
    }
}

fn check(json: &mut Json, selector: &str, attribute: &str, hash: u32) {
    let json = &mut json.array();
    json.string(selector);
    json.string(attribute);
    json.number(hash.into());
}

/// Typed fields as rendered: which element of the slot, the attribute (empty for the text), and what it gets. Of two edits of
/// one place the first is made.
fn edits<'a>(fields: &'a [Field], slot: &'a Slot, texts: &'a Texts) -> Vec<(&'a Selector, &'a str, &'a str)> {
    let mut edits: Vec<(&Selector, &str, &str)> = Vec::new();
    let mut texts = texts.iter();
    for field in fields {
        let inner = field.inner.as_ref().map(|_| "");
        for attribute in inner.into_iter().chain(field.attributes.iter().map(|(name, _)| name.as_str())) {
            let text = texts.next().unwrap_or_default();
            let element = slot.elements.iter().find(|(name, _)| *name == field.name);
            if let Some((_, selector)) = element
                && !edits.iter().any(|(known, name, _)| (*known, *name) == (selector, attribute))
            {
                edits.push((selector, attribute, text));
            }
        }
    }
    edits
}
