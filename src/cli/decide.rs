//! `attune decide`: one page for one visitor.

use crate::args::{DecideOptions, Explain};
use crate::failure::Failure;
use crate::scene::Scene;
use crate::visitor::visitor;
use crate::{config, io, tree};
use attune_core::bundle::{Body, Slot};
use attune_core::civil::parse_time;
use attune_core::decide::{Observed, SlotDecision, draws_of, memberships, strategy_of};
use attune_core::explain::{self, Account};
use attune_core::html;
use attune_core::loaded::Loaded;
use attune_core::profile::json::Visitor;
use attune_core::profile::{Choice, CookieScope, Effective, KeyRing, Profile, SiteKeys, Verdict, cookie};
use attune_core::recommend;
use attune_core::render;
use attune_core::render::Fill;
use attune_core::segment::{Evaluation, Facts, Truth, UnknownReason};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Instant;

/// What became of the cookie, when there was one, and how long it is.
struct Cookie {
    verdict: Result<(), String>,
    bytes: usize,
}

/// What only `--explain` tells.
pub(crate) struct Circumstances {
    pub(crate) effective: Effective,
    /// Length of the profile cookie, where there is one.
    pub(crate) cookie_bytes: Option<usize>,
    /// How long the decision took.
    pub(crate) took_us: u64,
}

pub(crate) fn decide(options: &DecideOptions) -> Result<(), Failure> {
    let Some(url) = &options.url else {
        return Err(Failure::new("there is no page", "give --url URL"));
    };
    let shop = config::read(&options.dir)?.shop(&options.dir, &options.artifacts)?;
    let (mut scene, cookie) = scene(options, &shop.loaded, url, moment(options.moment.now.as_deref())?)?;
    scene.lang.clone_from(&options.moment.lang);
    if !options.customer.is_empty() {
        scene.profile.mint_customer(&options.customer);
    }
    unknown_arms(&shop.loaded, &options.arm)?;
    scene.force(options.arm.iter().cloned());
    let start = Instant::now();
    let (answer, tree) = scene.decide(&shop, Account::default(), |account, evaluation, slots, effective| {
        let took_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let cookie_bytes = cookie.as_ref().map(|cookie| cookie.bytes);
        let circumstances = Circumstances { effective, cookie_bytes, took_us };
        let asked = Asked { loaded: &shop.loaded, slots: &slots, account };
        let answer = asked.json(cookie.as_ref(), options.explain.map(|_| &circumstances), evaluation);
        let tree = options.explain.map(|_| tree::tree(&asked, &circumstances, evaluation));
        (answer, tree.unwrap_or_default())
    })?;
    match options.explain {
        Some(Explain::Tree) => io::print(&tree),
        Some(Explain::Both) => {
            io::print_json(&answer)?;
            io::tell(&tree);
            Ok(())
        }
        Some(Explain::Json) | None => io::print_json(&answer),
    }
}

fn scene(options: &DecideOptions, loaded: &Loaded, url: &str, now_s: u32) -> Result<(Scene, Option<Cookie>), Failure> {
    if let Some(path) = &options.visitor {
        let (visitor, name) = visitor(path, now_s)?;
        return Ok((Scene::new(visitor, &name, url, now_s)?, None));
    }
    let (Some(token), Some(keys)) = (&options.cookie, &options.keys) else {
        return Err(Failure::new("there is no visitor", "give --visitor FILE, or --cookie TOKEN with --keys FILE"));
    };
    let ring = ring(keys)?.bind(&loaded.site.name);
    let (profile, verdict, foreign) = read_cookie(token.trim(), loaded, &ring, now_s)?;
    let scene = Scene::new(Visitor { profile, ..Visitor::default() }, "visitor", url, now_s)?;
    let cookie = Cookie { verdict, bytes: token.trim().len() };
    Ok((Scene { counts_page: true, foreign, ..scene }, Some(cookie)))
}

type Read = (Profile, Result<(), String>, bool);

fn read_cookie(token: &str, loaded: &Loaded, ring: &SiteKeys, now_s: u32) -> Result<Read, Failure> {
    let scope = CookieScope::of(&loaded.site.hosts)
        .map_err(|error| Failure::new(format!("the site's hosts share no cookie: {error}"), "change [site] hosts"))?;
    Ok(match cookie::read(token.as_bytes(), ring, scope.host(), now_s) {
        Verdict::Valid(profile) => (profile, Ok(()), false),
        Verdict::Anonymous(reason) => (Profile::default(), Err(format!("anonymous: {reason}")), true),
        Verdict::Refused(reason) => (Profile::default(), Err(format!("new visitor: {reason}")), false),
        Verdict::Absent => (Profile::default(), Err("there is none".to_owned()), false),
    })
}

/// Reads a key ring.
pub(crate) fn ring(path: &Path) -> Result<KeyRing, Failure> {
    KeyRing::parse(&io::read_text(path, "a key ring")?).map_err(|error| {
        Failure::new(
            format!("{} is not a key ring: {error}", path.display()),
            "write lines ID:STATE:SECRET; `attune keys new` prints one",
        )
    })
}

/// Seconds since the Unix epoch of an RFC 3339 time.
pub(crate) fn time(text: &str, option: &str) -> Result<u32, Failure> {
    parse_time(text)
        .ok_or_else(|| Failure::new(format!("{option} {text} is not a time"), "write it as 2026-11-20T18:30:00Z"))
}

/// The moment that an option names, or now.
pub(crate) fn moment(text: Option<&str>) -> Result<u32, Failure> {
    match text {
        Some(text) => time(text, "--now"),
        None => u32::try_from(jiff::Timestamp::now().as_second())
            .map_err(|_| Failure::new("the clock of this machine is wrong", "give --now 2026-11-20T18:30:00Z")),
    }
}

/// A decision and what was noted while it was made.
pub(crate) struct Asked<'a> {
    pub(crate) loaded: &'a Loaded,
    pub(crate) slots: &'a [SlotDecision],
    pub(crate) account: &'a Account,
}

impl Asked<'_> {
    fn json(&self, cookie: Option<&Cookie>, told: Option<&Circumstances>, evaluation: &mut Evaluation) -> Value {
        let mut answer = Map::new();
        answer.insert("bundle".into(), json!(self.loaded.version));
        if let Some(cookie) = cookie {
            answer.insert("cookie".into(), json!(cookie.verdict.as_ref().map_or_else(String::as_str, |()| "valid")));
        }
        answer.insert("segments".into(), segments(self.loaded, evaluation));
        answer.insert("slots".into(), self.slots(told.is_some(), evaluation));
        if let Some(told) = told {
            answer.insert("atoms".into(), atoms(self.loaded, evaluation));
            answer.insert("site_bucket".into(), json!(self.account.draws_of(None).next().map(|draw| draw.bucket)));
            answer.insert(
                "consent".into(),
                json!({ "personalization": word(told.effective.personalization), "measurement": word(told.effective.measurement) }),
            );
            answer.insert("cookie_bytes".into(), json!(told.cookie_bytes));
            answer.insert("microseconds".into(), json!(told.took_us));
        }
        Value::Object(answer)
    }

    fn slots(&self, with_reasons: bool, evaluation: &mut Evaluation) -> Value {
        let mut slots = Map::new();
        for (index, (slot, decision)) in self.loaded.slots.iter().zip(self.slots).enumerate() {
            let Some(slot) = slot else { continue };
            let campaign = decision.campaign.and_then(|campaign| self.loaded.campaigns.get(campaign)?.as_ref());
            let arm = campaign.and_then(|campaign| campaign.arms.get(decision.arm?));
            let content = decision.content.and_then(|content| self.loaded.contents.get(content)?.as_ref());
            let mut entry = Map::new();
            entry.insert("campaign".into(), json!(campaign.map(|campaign| &campaign.key)));
            entry.insert("arm".into(), json!(arm.map(|arm| &arm.key)));
            entry.insert("content".into(), json!(content.map(|content| &content.key)));
            entry.insert("reason".into(), json!(decision.reason.key()));
            if let Some(observed) = decision.observed {
                entry.insert("observed".into(), observation(self.loaded, observed));
            }
            if let Some(strategy) = strategy_of(self.loaded, decision) {
                entry.insert("strategy".into(), json!(strategy.key));
            }
            if with_reasons {
                let findings =
                    campaign.map(|campaign| explain::findings(self.loaded, campaign, evaluation)).unwrap_or_default();
                entry.insert("why".into(), json!(explain::sentence(decision.reason, &findings)));
                self.numbers(decision.campaign, evaluation, &mut entry);
                let over: Vec<Value> =
                    self.account.passed_for(index).filter_map(|passed| self.passed_over(passed, evaluation)).collect();
                entry.insert("passed_over".into(), Value::Array(over));
                entry.insert("fill".into(), self.fill(slot, decision, &evaluation.facts));
                if decision.strategy.is_some() {
                    entry.insert("strategies".into(), strategies(self.loaded, &slot.key, decision, &evaluation.facts));
                }
                if !decision.recommendations.is_empty() {
                    entry.insert("picks".into(), picked(decision, &evaluation.facts));
                }
            }
            slots.insert(slot.key.clone(), Value::Object(entry));
        }
        Value::Object(slots)
    }

    /// What goes into the slot: HTML, or edits of its elements.
    fn fill(&self, slot: &Slot, decision: &SlotDecision, facts: &Facts) -> Value {
        let body = decision.content.and_then(|content| self.loaded.body(content, facts.page.locale));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match (&decision.fill, body) {
            (Some(Fill::Html(html)), _) => json!({ "html": html }),
            (Some(Fill::Fields(texts)), Some(Body::Fields(fields))) => {
                let edits = html::decode_edits(&render::edits(fields, slot, texts)).unwrap_or_default();
                let edits = edits.iter().map(|edit| {
                    let attributes: Map<String, Value> =
                        edit.attributes.iter().map(|(name, value)| (name.clone(), json!(text(value)))).collect();
                    json!({ "selector": edit.selector.to_string(), "inner": edit.inner.as_deref().map(text), "attributes": attributes })
                });
                json!({ "edits": edits.collect::<Vec<_>>() })
            }
            _ => Value::Null,
        }
    }

    /// Buckets and cap of a campaign, where it has any.
    fn numbers(&self, campaign: Option<usize>, evaluation: &Evaluation, entry: &mut Map<String, Value>) {
        let Some(index) = campaign else { return };
        let buckets: Map<String, Value> =
            self.account.draws_of(Some(index)).map(|draw| (draw.salt.text().to_owned(), json!(draw.bucket))).collect();
        if !buckets.is_empty() {
            entry.insert("buckets".into(), Value::Object(buckets));
        }
        let campaign = self.loaded.campaigns.get(index).and_then(Option::as_ref);
        if let Some(cap) = campaign.and_then(|campaign| explain::cap_state(campaign, evaluation)) {
            entry.insert("cap".into(), json!({ "seen": cap.seen, "of": cap.allowed, "per_s": cap.per_s }));
        }
    }

    fn passed_over(&self, passed: &explain::Passed, evaluation: &mut Evaluation) -> Option<Value> {
        let campaign = self.loaded.campaigns.get(passed.campaign)?.as_ref()?;
        let findings = explain::findings(self.loaded, campaign, evaluation);
        let mut entry = Map::new();
        entry.insert("campaign".into(), json!(campaign.key));
        entry.insert("priority".into(), json!(campaign.priority));
        entry.insert("reason".into(), json!(passed.reason.key()));
        entry.insert("why".into(), json!(explain::sentence(passed.reason, &findings)));
        self.numbers(Some(passed.campaign), evaluation, &mut entry);
        Some(Value::Object(entry))
    }
}

/// A choice in one word.
pub(crate) fn word(choice: Choice) -> &'static str {
    match choice {
        Choice::Granted => "granted",
        Choice::Denied => "denied",
        Choice::Unknown => "unknown",
    }
}

/// A verdict in one word.
pub(crate) fn verdict(verdict: Truth) -> &'static str {
    match verdict {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}

fn segments(loaded: &Loaded, evaluation: &mut Evaluation) -> Value {
    let (mut yes, mut no, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for (segment, truth) in loaded.segments.iter().zip(memberships(loaded, evaluation)) {
        let Some(segment) = segment else { continue };
        match truth {
            Truth::True => yes.push(&segment.key),
            Truth::False => no.push(&segment.key),
            Truth::Unknown => unknown.push(&segment.key),
        }
    }
    json!({ "true": yes, "false": no, "unknown": unknown })
}

/// An arm that there is none of would be passed over in silence.
fn unknown_arms(loaded: &Loaded, forced: &[(Box<str>, Box<str>)]) -> Result<(), Failure> {
    let exists = |(key, arm): &&(Box<str>, Box<str>)| {
        let mut campaigns = loaded.campaigns.iter().flatten();
        campaigns.any(|c| *c.key == **key && c.arms.iter().any(|known| *known.key == **arm))
    };
    match forced.iter().find(|pair| !exists(pair)) {
        Some((campaign, arm)) => Err(Failure::new(
            format!("there is no arm `{arm}` of a campaign `{campaign}`"),
            "give --arm CAMPAIGN=ARM; for a campaign without arms, --arm CAMPAIGN=",
        )),
        None => Ok(()),
    }
}

/// What a campaign that only observes would have done here.
fn observation(loaded: &Loaded, observed: Observed) -> Value {
    let campaign = loaded.campaigns.get(observed.campaign).and_then(Option::as_ref);
    let arm = campaign.and_then(|campaign| campaign.arms.get(observed.arm?));
    let content = observed.content.and_then(|content| loaded.contents.get(content)?.as_ref());
    json!({
        "campaign": campaign.map(|campaign| &campaign.key),
        "arm": arm.map(|arm| &arm.key),
        "content": content.map(|content| &content.key),
        "reason": observed.reason.key(),
    })
}

/// Each strategy with the mean of what is believed of it and what was drawn, in percent.
fn strategies(loaded: &Loaded, slot: &str, decision: &SlotDecision, facts: &Facts) -> Value {
    let percent = |rate: Option<u32>| rate.map(recommend::percent);
    let drawn = draws_of(loaded, slot, decision, facts)
        .map(|(strategy, draw)| json!({ "strategy": strategy.key, "mean": percent(draw.mean), "drawn": percent(draw.drawn) }));
    Value::Array(drawn.collect())
}

/// Each recommended product with what led to it and the parts of its score.
fn picked(decision: &SlotDecision, facts: &Facts) -> Value {
    let Some(catalog) = facts.artifacts.catalog() else { return Value::Null };
    let mut picked = decision.recommendations.clone();
    recommend::explain(facts.artifacts, facts, &mut picked);
    let picked = picked.iter().filter_map(|recommendation| {
        let item = catalog.item(recommendation.ordinal)?;
        Some(json!({
            "id": item.id(),
            "title": item.title(),
            "source": recommendation.reason.key(),
            "because": recommend::anchor_key(catalog, recommendation),
            "score": recommend::score_parts(recommendation),
        }))
    });
    Value::Array(picked.collect())
}

/// Every test of every condition, with the value it met.
fn atoms(loaded: &Loaded, evaluation: &mut Evaluation) -> Value {
    let mut found = Vec::with_capacity(loaded.conditions.atoms.len());
    for index in (0_u32..).take(loaded.conditions.atoms.len()) {
        let Some(finding) = explain::finding(loaded, index, evaluation) else { continue };
        let mut entry = Map::new();
        entry.insert("atom".into(), json!(finding.atom));
        entry.insert("value".into(), json!(finding.value));
        entry.insert("verdict".into(), json!(verdict(finding.verdict)));
        match finding.unknown_reason {
            Some(UnknownReason::NoConsent) => entry.insert("unknown".into(), json!("no-consent")),
            Some(UnknownReason::Absent) => entry.insert("unknown".into(), json!("absent")),
            None => None,
        };
        found.push(Value::Object(entry));
    }
    Value::Array(found)
}
