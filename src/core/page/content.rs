//! What a slot gets, for the page script: how to draw it.

use super::json::Json;
use crate::bundle::{Body, Field, Slot};
use crate::decide::SlotDecision;
use crate::html::Selector;
use crate::loaded::Loaded;
use crate::render::{self, Fill, Texts};
use alloc::string::ToString;

/// What the plan says of a slot's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The content itself: the browser puts it in.
    Draw,
    /// Nothing: it is in the page.
    Nothing,
}

impl Told {
    /// Writes it for one slot.
    pub(super) fn write(self, json: &mut Json, loaded: &Loaded, slot: &Slot, decision: &SlotDecision, locale: usize) {
        let Some(fill) = &decision.fill else { return };
        if self == Self::Nothing {
            return;
        }
        let json = &mut json.object_at("draw");
        match fill {
            Fill::Html(html) => {
                json.key("html");
                json.string(html);
            }
            Fill::Fields(texts) => {
                let body = decision.content.and_then(|content| loaded.body(content, locale));
                let Some(Body::Fields(fields)) = body else { return };
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

/// Typed fields as rendered: which element of the slot, the attribute (empty for the text), and what it gets.
fn edits<'a>(
    fields: &'a [Field],
    slot: &'a Slot,
    texts: &'a Texts,
) -> impl Iterator<Item = (&'a Selector, &'a str, &'a str)> {
    let places = fields.iter().flat_map(|field| {
        let inner = field.inner.iter().map(|_| "");
        inner.chain(field.attributes.iter().map(|(name, _)| name.as_str())).map(move |attribute| (field, attribute))
    });
    places.zip(texts.iter()).filter_map(|((field, attribute), text)| {
        let (_, selector) = slot.elements.iter().find(|(name, _)| *name == field.name)?;
        Some((selector, attribute, text))
    })
}
