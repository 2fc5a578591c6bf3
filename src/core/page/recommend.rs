//! The recommendations of one slot as JSON, for a front end that draws its own cards.

use super::json::Json;
use super::page_core::PageCore;
use super::request::{Request, RequestError};
use crate::artifacts::Artifacts;
use crate::bundle::Body;
use crate::bundle::cards::Cards;
use crate::decide::SlotDecision;
use crate::decide::strategy_of;
use crate::number::decimal;
use crate::recommend::{self, Recommendation};
use crate::segment::Facts;
use alloc::borrow::Cow;
use alloc::string::String;

impl PageCore {
    /// Decides a page, of which the request's path is the path, and gives one slot's products. Nothing is counted and
    /// no cookie is written. `lang` is the language of the page.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn recommend(&self, request: &str, slot: &str, lang: &str) -> Result<String, RequestError> {
        let index = self.loaded().slots.iter().position(|known| known.as_ref().is_some_and(|known| known.key == slot));
        let request = Request::parse(request)?;
        let mut visit = self.visit(&request);
        let input = self.input(&request, &mut visit, lang, false);
        let (slots, _) = self.decide(&input, &mut ());
        let decision = index.and_then(|index| slots.get(index));
        Ok(self.recommendations_json(slot, decision, &input.facts(), input.preview.is_some()))
    }

    fn recommendations_json(&self, slot: &str, decision: Option<&SlotDecision>, facts: &Facts, scores: bool) -> String {
        let loaded = self.loaded();
        let mut json = Json::default();
        {
            let json = &mut json.object();
            json.key("v");
            json.string(&loaded.version);
            json.key("slot");
            json.string(slot);
            let campaign = decision.and_then(|decision| loaded.campaigns.get(decision.campaign?)?.as_ref());
            json.key("campaign");
            json.string_or_null(campaign.map(|campaign| campaign.key.as_str()));
            json.key("arm");
            let arm = decision.and_then(|decision| campaign?.arms.get(decision.arm?));
            json.string_or_null(arm.map(|arm| arm.key.as_str()));
            if let Some(strategy) = decision.and_then(|decision| strategy_of(loaded, decision)) {
                json.key("strategy");
                json.string(&strategy.key);
            }
            json.key("reason");
            json.string(decision.map_or("unknown-slot", |decision| decision.reason.key()));
            let body = decision.and_then(|decision| loaded.body(decision.content?, facts.page.locale));
            let cards = if let Some(Body::Cards(cards)) = body { Some(&**cards) } else { None };
            let recommendations = decision.map_or(&[][..], |decision| &decision.recommendations);
            items(json, facts.artifacts, cards.zip(Some(recommendations)), facts, scores);
        }
        json.finish()
    }
}

/// The products of a slot as JSON, in the order of their cards; none where it has no cards.
pub(super) fn items(
    json: &mut Json,
    artifacts: &Artifacts,
    cards: Option<(&Cards, &[Recommendation])>,
    facts: &Facts,
    scores: bool,
) {
    let json = &mut json.array_at("items");
    if let Some((cards, recommendations)) = cards {
        let mut recommendations = Cow::Borrowed(recommendations);
        // Cards that say why were explained when they were picked.
        if cards.reason_texts.is_empty() {
            recommend::explain(artifacts, facts, recommendations.to_mut());
        }
        for recommendation in recommendations.iter() {
            item(json, artifacts, cards, recommendation, facts, scores);
        }
    }
}

/// One product as JSON: what a card would say of it.
fn item(
    json: &mut Json,
    artifacts: &Artifacts,
    cards: &Cards,
    recommendation: &Recommendation,
    facts: &Facts,
    scores: bool,
) {
    let Some((catalog, item)) = artifacts
        .catalog()
        .and_then(|catalog| Some((catalog, recommend::shown(catalog, recommendation, cards, facts)?)))
    else {
        return;
    };
    let now = artifacts.offer(&item, facts.context.now_s);
    let json = &mut json.object();
    for (key, text) in [("id", item.id()), ("title", item.title()), ("url", item.url()), ("image", item.image())] {
        json.key(key);
        json.string(text);
    }
    json.key("category");
    json.string_or_null(item.category().map(|category| catalog.category_key(category)));
    for (key, minor) in [("price", now.price_minor), ("was", now.was_minor)] {
        json.key(key);
        match minor {
            Some(minor) => json.raw(&decimal::fixed(f64::from(minor) / 100.0, 2)),
            None => json.raw("null"),
        }
    }
    json.key("currency");
    json.string(&cards.currency);
    json.key("source");
    json.word(recommendation.reason.key());
    json.key("because");
    json.string_or_null(recommend::anchor_key(catalog, recommendation));
    json.key("why");
    json.string_or_null(recommend::reason_text(artifacts, recommendation, cards, facts).as_deref());
    if scores {
        json.key("score");
        json.string(&recommend::score_parts(recommendation));
    }
}
