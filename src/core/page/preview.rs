//! What a preview link shows, and what of a draft stays out.

use super::page_core::PageCore;
use super::request::Request;
use crate::bundle::{Body, Field};
use crate::codec::to_hex;
use crate::decide::{Reason, SlotDecision};
use crate::html;
use crate::loaded::Loaded;
use crate::number::decimal::whole;
use crate::profile::{Preview, PreviewSubject};
use crate::render::{Fill, Texts};
use alloc::string::String;

impl PageCore {
    /// Of the request's preview token, if it is of a link: the id of the draft in hexadecimal (empty for what is published),
    /// when it ends in Unix seconds, and the persona's name, a line each. Empty for everybody else, and for robots.
    pub fn preview_subject(&self, request: &Request) -> String {
        let (context, cookie) = (&request.context, request.cookie.as_bytes());
        let preview = Preview::of_request(cookie, &self.keys, context.now_s).filter(|_| !context.device.bot);
        let Some((subject, preview)) = preview.and_then(|preview| Some((preview.subject?, preview))) else {
            return String::new();
        };
        let id = match subject {
            PreviewSubject::Published => String::new(),
            PreviewSubject::Draft(id) => to_hex(&id),
        };
        [id.as_str(), "\n", &whole(preview.expires_s.into()), "\n", &preview.name].concat()
    }
}

/// Leaves out what could run scripts.
pub(super) fn leave_out_scripts(loaded: &Loaded, locale: usize, slots: &mut [SlotDecision]) {
    for (index, decision) in slots.iter_mut().enumerate() {
        let is_inert = match &decision.fill {
            None => true,
            Some(Fill::Html(html)) => html::is_inert(html),
            Some(Fill::Fields(texts)) => are_inert(loaded, index, decision, locale, texts),
        };
        if !is_inert {
            (decision.fill, decision.content, decision.reason) = (None, None, Reason::Scripts);
            decision.recommendations.clear();
        }
    }
}

fn are_inert(loaded: &Loaded, slot: usize, decision: &SlotDecision, locale: usize, texts: &Texts) -> bool {
    let body = decision.content.and_then(|content| loaded.body(content, locale));
    let (Some(Some(slot)), Some(Body::Fields(fields))) = (loaded.slots.get(slot), body) else { return false };
    let mut texts = texts.iter();
    let mut text = || texts.next().unwrap_or_default();
    let tag_of = |field: &Field| {
        slot.elements.iter().find(|(name, _)| *name == field.name).and_then(|(_, selector)| selector.tag())
    };
    let is_inert = |field: &Field| {
        let inner = field.inner.is_none() || html::is_inert(text());
        field.attributes.iter().fold(inner, |so_far, (name, _)| {
            // Each text is taken, whatever was found so far.
            let is_inert = html::is_inert_attribute(tag_of(field), name, text());
            so_far && is_inert
        })
    };
    fields.iter().all(is_inert)
}
