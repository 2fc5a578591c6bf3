//! A decision for channels that are no page: the fields of each content as JSON.

use super::json::Json;
use super::open::PageCore;
use super::plan::consent;
use super::request::{Request, RequestError};
use crate::bundle::{Body, Loaded};
use crate::decide::{Fill, SlotDecision};
use crate::picks::strategy_of;
use crate::profile::Effective;
use crate::render;
use crate::segment::Evaluation;
use alloc::string::String;

impl PageCore {
    /// Decides for an app, an e-mail or a server: the answer is JSON, in the locale of `lang`. The visitor is the
    /// request's preview token; nothing is counted and nothing is written.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn channel(&self, request: &str, lang: &str) -> Result<String, RequestError> {
        let request = Request::parse(request)?;
        Ok(self.decided(&request, lang, channel))
    }
}

/// A decision as JSON: for each slot the campaign, the arm, the reason, and what the content says.
pub fn channel(loaded: &Loaded, slots: &[SlotDecision], effective: Effective, evaluation: &Evaluation) -> String {
    let mut json = Json::with_capacity(256 + slots.len() * 256);
    json.open('{');
    json.key("bundle");
    json.string(&loaded.version);
    consent(&mut json, effective.personalization, effective.measurement);
    let locale = loaded.site.locales.get(evaluation.facts.page.locale);
    json.key("locale");
    json.string_or_null(locale.map(|locale| locale.tag.as_str()));
    json.key("slots");
    json.open('{');
    for (slot, decision) in loaded.slots.iter().zip(slots) {
        let Some(slot) = slot else { continue };
        json.key(&slot.key);
        entry(&mut json, loaded, decision, evaluation);
    }
    json.close('}');
    json.close('}');
    json.finish()
}

fn entry(json: &mut Json, loaded: &Loaded, decision: &SlotDecision, evaluation: &Evaluation) {
    let campaign = decision.campaign.and_then(|index| loaded.campaigns.get(index)?.as_ref());
    let arm = decision.arm.and_then(|arm| campaign?.arms.get(arm));
    let content = decision.content.and_then(|index| loaded.contents.get(index)?.as_ref());
    json.open('{');
    json.key("campaign");
    json.string_or_null(campaign.map(|campaign| campaign.key.as_str()));
    json.key("arm");
    json.string_or_null(arm.map(|arm| arm.key.as_str()));
    json.key("content");
    json.string_or_null(content.map(|content| content.key.as_str()));
    if let Some(strategy) = strategy_of(loaded, decision) {
        json.key("strategy");
        json.string(&strategy.key);
    }
    json.key("reason");
    json.string(decision.reason.key());
    let body = content
        .and_then(|content| content.bodies.get(usize::from(*content.by_locale.get(evaluation.facts.page.locale)?)));
    match (body, &decision.fill) {
        (Some(Body::Fields(fields)), Some(_)) => {
            json.key("fields");
            json.open('{');
            for field in fields {
                json.key(&field.name);
                json.open('{');
                let inner = field.inner.iter().map(|inner| ("text", inner));
                for (name, template) in inner.chain(field.attributes.iter().map(|(name, value)| (name.as_str(), value)))
                {
                    json.key(name);
                    // Rendered once already: what cannot be rendered was passed over.
                    json.string(&render::plain(template, &evaluation.facts).unwrap_or_default());
                }
                json.close('}');
            }
            json.close('}');
        }
        (_, Some(Fill::Html(html))) => {
            json.key("html");
            json.string(html);
        }
        _ => {}
    }
    json.close('}');
}
