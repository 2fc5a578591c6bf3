//! The plan: what the page script and the overlay may know of the decisions.

use super::content::Told;
use super::json::Json;
use super::reasons::{campaigns, passed};
use super::request::Destination;
use crate::artifacts::Artifacts;
use crate::bundle::{Campaign, ConsentSource, Slot};
use crate::codec::base64::to_base64;
use crate::codec::to_hex;
use crate::decide::{Reason, SlotDecision, draws_of, memberships, strategy_of};
use crate::explain::{self, Account};
use crate::loaded::Loaded;
use crate::profile::{Choice, Preview, Profile};
use crate::recommend;
use crate::segment::{Evaluation, Facts, Truth};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The preview a plan belongs to.
pub(super) struct PreviewLabel<'a> {
    /// The persona, and what its holder may change.
    pub(super) preview: &'a Preview,
    /// Characters of the cookie that holds the persona's profile.
    pub(super) cookie_chars: usize,
    /// What was noted while the page was decided.
    pub(super) account: &'a Account,
}

/// Effective choices, and the visitor's memory.
pub(super) struct Visitor<'a> {
    pub(super) personalization: Choice,
    pub(super) measurement: Choice,
    pub(super) profile: &'a Profile,
    /// The mint token of a page that was decided with a fresh id.
    pub(super) mint: Option<String>,
    /// The page token; of a page that a browser decides, the hashes of its experiments with commas between. Empty where
    /// nothing is measured.
    pub(super) token: String,
    /// When the page script records the document's view, if it does.
    pub(super) view: Option<View>,
    /// What the browser decides the next pages with.
    pub(super) handout: Option<Handout>,
}

/// What a browser is given that decides by itself.
pub(super) struct Handout {
    /// Sections of the profile: [`Profile::handed_out`].
    pub(super) profile: Vec<u8>,
    /// [`draws`](crate::decide::draws) of the visitor.
    pub(super) draws: Vec<u8>,
    /// Keys of the campaigns that are switched off.
    pub(super) killed: Vec<String>,
    /// Page tokens of all that the visitor is assigned in: the browser says which of it a page exposed them to.
    pub(super) tokens: Vec<String>,
}

/// When a view counts.
#[derive(Clone, Copy)]
pub(super) enum View {
    /// Once the document is seen.
    Document,
    /// When the URL changes: a script fetched the document, and may put it in place of this one.
    Url,
}

impl View {
    pub(super) fn of(destination: Destination) -> Option<Self> {
        match destination {
            Destination::Document => Some(Self::Document),
            Destination::Fetch => Some(Self::Url),
            Destination::Frame | Destination::Other => None,
        }
    }
}

/// The beginning of a slot's object in the plan, without its brace; empty for a disabled slot.
#[derive(Debug)]
pub(super) struct SlotLabel(String);

impl SlotLabel {
    pub(super) fn of(slot: Option<&Slot>) -> Self {
        let mut json = Json::default();
        if let Some(slot) = slot {
            json.key("slot");
            json.string(&slot.key);
            json.key("selector");
            json.string(&slot.selector.to_string());
        }
        Self(json.finish())
    }
}

/// Writes the plan. Reasons in words and segments are only for holders of a preview token; without `EDGE` there are
/// none, nor contents that are in the page already, and no code for either.
pub(super) fn plan<const EDGE: bool>(
    loaded: &Loaded,
    labels: &[SlotLabel],
    slots: &[SlotDecision],
    visitor: &Visitor,
    preview: Option<&PreviewLabel>,
    evaluation: &mut Evaluation,
    told: Told,
) -> String {
    let preview = preview.filter(|_| EDGE);
    let mut json = Json::with_capacity(384 + slots.len() * 192);
    {
        let json = &mut json.object();
        json.key("v");
        json.string(&loaded.version);
        consent(json, visitor.personalization, visitor.measurement, loaded.site.consent.tool.source);
        if preview.is_none() {
            memory::<EDGE>(json, visitor);
            if !loaded.own_events.is_empty() {
                json.key("events");
                json.string(&loaded.own_events);
            }
        }
        json.key("preview");
        match preview {
            Some(PreviewLabel { preview, cookie_chars, .. }) => {
                let json = &mut json.object();
                json.key("name");
                json.string(&preview.name);
                json.key("expires");
                json.number(preview.expires_s.into());
                json.key("cookie");
                json.number(*cookie_chars as u64);
                if let Some(now_s) = preview.request.now_s {
                    json.key("now");
                    json.number(now_s.into());
                }
                let json = &mut json.object_at("arms");
                for (campaign, arm) in &preview.arms {
                    json.name(campaign);
                    json.string(arm);
                }
            }
            None => json.raw("null"),
        }
        let artifacts = evaluation.facts.artifacts;
        {
            let json = &mut json.array_at("slots");
            for (index, (label, decision)) in labels.iter().zip(slots).enumerate() {
                // There is nothing to see or to count of a slot that is not on the page.
                let is_absent = preview.is_none() && decision.reason == Reason::NotOnPage;
                if is_absent || label.0.is_empty() {
                    continue;
                }
                let explained = preview.map(|preview| (index, preview.account, &mut *evaluation));
                let json = &mut json.object();
                json.raw(&label.0);
                slot::<EDGE>(json, loaded, artifacts, decision, explained);
                if let Some(Some(slot)) = loaded.slots.get(index) {
                    told.write::<EDGE>(json, loaded, slot, decision, evaluation.facts.page.locale);
                }
            }
        }
        if let Some(preview) = preview {
            campaigns(json, loaded, slots, preview.account, evaluation);
            segments(json, loaded, evaluation);
        }
    }
    json.finish()
}

/// How far the cookie is, so that the page script sends what it lacks.
fn memory<const EDGE: bool>(json: &mut Json, visitor: &Visitor) {
    {
        let json = &mut json.array_at("logs");
        for mark in &visitor.profile.logs {
            let json = &mut json.array();
            json.string(&to_hex(&mark.log.to_be_bytes()));
            json.number(mark.last.into());
        }
    }
    json.key("mail");
    json.number(visitor.profile.mailbox.last);
    if let Some(token) = &visitor.mint {
        json.key("mint");
        json.string(token);
    }
    if !visitor.token.is_empty() {
        json.key(if EDGE { "token" } else { "exposed" });
        json.string(&visitor.token);
    }
    if let Some(view) = visitor.view {
        json.key("view");
        json.raw(match view {
            View::Document => "true",
            View::Url => "\"url\"",
        });
    }
    if let Some(Handout { profile, draws, killed, tokens }) = &visitor.handout {
        let json = &mut json.object_at("local");
        for (key, bytes) in [("profile", profile), ("draws", draws)] {
            json.key(key);
            json.string(&to_base64(bytes));
        }
        for (key, list) in [("killed", killed), ("tokens", tokens)] {
            let json = &mut json.array_at(key);
            for text in list {
                json.string(text);
            }
        }
    }
}

/// What the visitor agreed to, and the consent tool that the page script listens to; [`ConsentSource::Api`]: none.
pub(super) fn consent(json: &mut Json, personalization: Choice, measurement: Choice, source: ConsentSource) {
    let json = &mut json.object_at("consent");
    json.key("personalization");
    json.word(personalization.word());
    json.key("measurement");
    json.word(measurement.word());
    if source != ConsentSource::Api {
        json.key("source");
        json.word(source.word());
    }
}

impl Json {
    /// What a slot gets: campaign, arm and content, each null where there is none.
    pub(super) fn decision(&mut self, loaded: &Loaded, decision: &SlotDecision) {
        if (decision.campaign, decision.arm, decision.content) == (None, None, None) {
            return self.raw("\"campaign\":null,\"arm\":null,\"content\":null");
        }
        let campaign = decision.campaign.and_then(|index| loaded.campaigns.get(index)?.as_ref());
        let arm = decision.arm.and_then(|arm| campaign?.arms.get(arm));
        let content = decision.content.and_then(|index| loaded.contents.get(index)?.as_ref());
        self.key("campaign");
        self.string_or_null(campaign.map(|campaign| campaign.key.as_str()));
        self.key("arm");
        self.string_or_null(arm.map(|arm| arm.key.as_str()));
        self.key("content");
        self.string_or_null(content.map(|content| content.key.as_str()));
    }
}

fn slot<const EDGE: bool>(
    json: &mut Json,
    loaded: &Loaded,
    artifacts: &Artifacts,
    decision: &SlotDecision,
    explained: Option<(usize, &Account, &mut Evaluation)>,
) {
    let campaign = decision.campaign.and_then(|index| loaded.campaigns.get(index)?.as_ref());
    json.decision(loaded, decision);
    json.key("reason");
    json.word(decision.reason.key());
    if let Some(observed) = decision.observed
        && let Some(Some(observing)) = loaded.campaigns.get(observed.campaign)
    {
        let json = &mut json.object_at("observed");
        json.key("campaign");
        json.string(&observing.key);
        json.key("arm");
        json.string_or_null(observed.arm.and_then(|arm| observing.arms.get(arm)).map(|arm| arm.key.as_str()));
    }
    if let Some((index, account, evaluation)) = explained.filter(|_| EDGE) {
        let findings = campaign.map(|campaign| explain::findings(loaded, campaign, evaluation)).unwrap_or_default();
        json.key("why");
        json.string(&explain::sentence(decision.reason, &findings));
        passed(json, loaded, index, account);
        picked(json, decision, &evaluation.facts);
        drawn(json, loaded, index, decision, &evaluation.facts);
    }
    let strategy = strategy_of(loaded, decision);
    if let Some(strategy) = strategy {
        json.key("strategy");
        json.string(&strategy.key);
    }
    if let Some(catalog) = artifacts.catalog().filter(|_| !decision.recommendations.is_empty()) {
        {
            let json = &mut json.array_at("products");
            for recommendation in &decision.recommendations {
                json.string_or_null(catalog.item(recommendation.ordinal).map(|item| item.id()));
            }
        }
        // The ledger counts them where it counts something of the campaign anyway.
        if strategy.is_some() || campaign.is_some_and(Campaign::is_measured) {
            let json = &mut json.array_at("sources");
            for recommendation in &decision.recommendations {
                json.word(recommendation.reason.key());
            }
        }
    }
}

/// Why each product is there, in the order of the cards.
fn picked(json: &mut Json, decision: &SlotDecision, facts: &Facts) {
    let Some(catalog) = facts.artifacts.catalog().filter(|_| !decision.recommendations.is_empty()) else { return };
    let mut picked = decision.recommendations.clone();
    recommend::explain(facts.artifacts, facts, &mut picked);
    let json = &mut json.array_at("picks");
    for recommendation in &picked {
        let json = &mut json.object();
        json.key("source");
        json.string(recommendation.reason.key());
        json.key("because");
        json.string_or_null(recommend::anchor_key(catalog, recommendation));
        json.key("score");
        json.string(&recommend::score_parts(recommendation));
    }
}

/// The strategies that the slot has to choose from, with the mean of what is believed of each and what was drawn, in
/// percent.
fn drawn(json: &mut Json, loaded: &Loaded, index: usize, decision: &SlotDecision, facts: &Facts) {
    let Some(Some(slot)) = loaded.slots.get(index).filter(|_| decision.strategy.is_some()) else { return };
    let json = &mut json.array_at("strategies");
    for (strategy, draw) in draws_of(loaded, &slot.key, decision, facts) {
        let json = &mut json.array();
        json.string(&strategy.key);
        for rate in [draw.mean, draw.drawn] {
            json.string_or_null(rate.map(recommend::percent).as_deref());
        }
    }
}

fn segments(json: &mut Json, loaded: &Loaded, evaluation: &mut Evaluation) {
    let verdicts = memberships(loaded, evaluation);
    let json = &mut json.object_at("segments");
    for (key, wanted) in [("in", Truth::True), ("unknown", Truth::Unknown)] {
        json.key(key);
        let json = &mut json.array();
        for (segment, _) in loaded.segments.iter().zip(&verdicts).filter(|(_, verdict)| **verdict == wanted) {
            json.string_or_null(segment.as_ref().map(|segment| segment.key.as_str()));
        }
    }
}
