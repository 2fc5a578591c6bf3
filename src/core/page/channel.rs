//! A decision for channels that are no page: the fields of each content as JSON.

use super::json::Json;
use super::page_core::PageCore;
use super::plan::consent;
use super::recommend::items;
use super::request::{Request, RequestError};
use crate::bundle::{Body, ConsentSource};
use crate::decide::{Exposures, SlotDecision, strategy_of};
use crate::loaded::Loaded;
use crate::profile::Effective;
use crate::render;
use crate::render::Fill;
use crate::segment::Evaluation;
use alloc::string::String;
use core::mem;

impl PageCore {
    /// Decides for an app, an e-mail or a server: the answer is JSON, in the locale of `lang`. The visitor is the
    /// request's preview token; nothing is counted and nothing is written.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn channel(&self, request: &str, lang: &str) -> Result<String, RequestError> {
        let request = Request::parse(request)?;
        let mut visit = self.visit(&request);
        let input = self.input(&request, &mut visit, lang, false);
        let mut exposures = Exposures::of(&self.loaded);
        let (slots, evaluation) = self.decide(&input, &mut exposures);
        // Arms that were asked for are nobody's own.
        let is_own = input.preview.is_none_or(|preview| preview.arms.is_empty());
        let token = if is_own { self.page_token(&input, &exposures) } else { String::new() };
        let mut json = if token.is_empty() { String::from("{") } else { ["{\"token\":\"", &token, "\","].concat() };
        push_channel(&mut json, self.loaded(), &slots, input.effective, &evaluation);
        Ok(json)
    }
}

/// A decision as JSON: for each slot the campaign, the arm, the reason, and what the content says.
pub fn channel(loaded: &Loaded, slots: &[SlotDecision], effective: Effective, evaluation: &Evaluation) -> String {
    let mut json = String::from("{");
    push_channel(&mut json, loaded, slots, effective, evaluation);
    json
}

/// Writes what [`channel`] gives, without its first brace, behind a text that is there already.
pub fn push_channel(
    out: &mut String,
    loaded: &Loaded,
    slots: &[SlotDecision],
    effective: Effective,
    evaluation: &Evaluation,
) {
    let recommendations: usize = slots.iter().map(|slot| slot.recommendations.len()).sum();
    let mut json = Json::behind(mem::take(out), 256 + slots.len() * 384 + recommendations * 448);
    {
        let json = &mut json;
        json.key("bundle");
        json.string(&loaded.version);
        consent(json, effective.personalization, effective.measurement, ConsentSource::Api);
        let locale = loaded.site.locales.get(evaluation.facts.page.locale);
        json.key("locale");
        json.string_or_null(locale.map(|locale| locale.tag.as_str()));
        {
            let json = &mut json.object_at("slots");
            for (slot, decision) in loaded.slots.iter().zip(slots) {
                let Some(slot) = slot else { continue };
                json.name(&slot.key);
                entry(json, loaded, decision, evaluation);
            }
        }
    }
    *out = json.finish();
    out.push('}');
}

fn entry(json: &mut Json, loaded: &Loaded, decision: &SlotDecision, evaluation: &Evaluation) {
    let json = &mut json.object();
    json.decision(loaded, decision);
    if let Some(strategy) = strategy_of(loaded, decision) {
        json.key("strategy");
        json.string(&strategy.key);
    }
    json.key("reason");
    json.word(decision.reason.key());
    let body = decision.content.and_then(|content| loaded.body(content, evaluation.facts.page.locale));
    match (body, &decision.fill) {
        (Some(Body::Fields(fields)), Some(fill)) => {
            let json = &mut json.object_at("fields");
            match fill {
                Fill::Fields(texts) => {
                    let mut texts = texts.iter();
                    let mut text = |json: &mut Json, name: &str| {
                        json.name(name);
                        json.string(&render::plain(texts.next().unwrap_or_default()));
                    };
                    for field in fields {
                        json.name(&field.name);
                        let json = &mut json.object();
                        if field.inner.is_some() {
                            text(json, "text");
                        }
                        for (name, _) in &field.attributes {
                            text(json, name);
                        }
                    }
                }
                // A slot without elements: the one field is its whole content.
                Fill::Html(html) => {
                    if let Some(field) = fields.iter().find(|field| field.inner.is_some()) {
                        json.name(&field.name);
                        let json = &mut json.object();
                        json.key("text");
                        json.string(&render::plain(html));
                    }
                }
            }
        }
        (Some(Body::Cards(cards)), Some(_)) => {
            items(json, evaluation.facts.artifacts, Some((cards, &decision.recommendations)), &evaluation.facts, false);
        }
        (_, Some(Fill::Html(html))) => {
            json.key("html");
            json.string(html);
        }
        _ => {}
    }
}
