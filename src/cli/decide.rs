//! `attune decide`.

use crate::args::DecideOptions;
use crate::failure::Failure;
use crate::{config, io};
use attune_core::bundle::Loaded;
use attune_core::context::{Context, Device};
use attune_core::decide::{Fill, Observer, Reason, SlotDecision, Unit, decide as decide_page, memberships};
use attune_core::device::url_host;
use attune_core::explain;
use attune_core::html;
use attune_core::profile::json::{Visitor, VisitorRequest, parse_time, parse_visitor};
use attune_core::profile::{Choice, CookieScope, KeyRing, PageSeen, Profile, Verdict, to_hex};
use attune_core::segment::{Evaluation, Facts, Page, Truth};
use serde_json::{Map, Value, json};
use std::path::Path;

/// Who the page is decided for.
struct Who {
    profile: Profile,
    request: VisitorRequest,
    /// What became of the cookie, when there was one.
    cookie: Option<Result<(), String>>,
    /// A persona is decided for as it stands; a cookie as the edge does it, this page counted.
    counts_page: bool,
    /// Nobody may be enrolled: who this is will be known again later.
    foreign: bool,
}

pub(crate) fn decide(options: &DecideOptions) -> Result<(), Failure> {
    let configuration = config::read(&options.dir)?;
    let (_, loaded) = configuration.bundle()?;
    let now_s = time(&options.now, "--now")?;
    let mut who = who(options, &loaded, now_s)?;
    let (path, query) = path_and_query(&options.url)?;
    let offset_min = offset_min(&who.request, now_s)?;
    let overrides = who.request.overrides.clone();
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or("").to_owned();
    let (country, region) = (text(&overrides.country), text(&overrides.region));
    let (continent, language) = (text(&overrides.continent), text(&overrides.language));
    let referrer = text(&who.request.referrer);
    let kind = ["phone", "tablet", "desktop", "tv"].into_iter().find(|kind| Some(*kind) == overrides.device.as_deref());
    let context = Context {
        now_s,
        path: &path,
        query: &query,
        referrer_host: url_host(&referrer),
        document_lang: &options.lang,
        country: &country,
        region: &region,
        continent: &continent,
        eu: overrides.eu,
        language: &language,
        device: Device { kind: kind.unwrap_or(""), ..Device::default() },
        utc_offset_min: offset_min,
    };
    let page = Page::of(&loaded.site, context.path, context.document_lang);
    let mut effective = who.profile.settle(false, loaded.site.consent.regime(&country, overrides.eu));
    if who.foreign {
        effective = attune_core::profile::Effective::default();
    }
    if effective.personalization == Choice::Granted {
        who.profile.mint_named(persona(options));
        if who.counts_page {
            who.profile.page(now_s);
            if !page.never_profile {
                let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
                let (sku, category) = (some(page.sku.as_ref()), some(page.category.as_ref()));
                who.profile.see(PageSeen { sku, category }, now_s);
            }
        }
    }
    let facts = Facts {
        site: &loaded.site,
        profile: &who.profile,
        context: &context,
        page: &page,
        personalization: effective.personalization == Choice::Granted,
        measurement: effective.measurement == Choice::Granted,
    };
    let mut evaluation = Evaluation::new(&loaded, facts);
    let id = who.profile.id.map(|id| to_hex(&id)).unwrap_or_default();
    let unit = Unit { id: &id, bot: false, forced: &[] };
    let mut passed = Passed::default();
    let decisions = decide_page(&loaded, &mut evaluation, unit, &mut passed);
    let mut answer = Map::new();
    answer.insert("bundle".into(), json!(loaded.version));
    if let Some(cookie) = &who.cookie {
        answer.insert("cookie".into(), json!(cookie.as_ref().map_or_else(String::as_str, |()| "valid")));
    }
    answer.insert("segments".into(), segments(&loaded, &mut evaluation));
    answer.insert("slots".into(), slots(&loaded, &decisions, &passed, &mut evaluation, options.explain));
    if options.explain {
        answer.insert("atoms".into(), atoms(&loaded, &mut evaluation));
    }
    io::print_json(&Value::Object(answer))
}

/// What a visitor without an id is called, so that the same file always gets the same arms.
fn persona(options: &DecideOptions) -> &str {
    options.visitor.as_deref().and_then(Path::file_stem).and_then(|stem| stem.to_str()).unwrap_or("visitor")
}

fn who(options: &DecideOptions, loaded: &Loaded, now_s: u32) -> Result<Who, Failure> {
    if let Some(path) = &options.visitor {
        let Visitor { profile, request } = visitor(path)?;
        return Ok(Who { profile, request, cookie: None, counts_page: false, foreign: false });
    }
    let (Some(token), Some(keys)) = (&options.cookie, &options.keys) else {
        return Err(Failure::new("there is no visitor", "give --visitor FILE, or --cookie TOKEN with --keys FILE"));
    };
    let ring = ring(keys)?.bind(&loaded.site.name);
    let scope = CookieScope::of(&loaded.site.hosts)
        .map_err(|error| Failure::new(format!("the site's hosts share no cookie: {error}"), "change [site] hosts"))?;
    let header = format!("{}={}", scope.cookie_name(), token.trim());
    let (profile, cookie, foreign) = match scope.read(header.as_bytes(), &ring, now_s) {
        Verdict::Valid(profile) => (profile, Ok(()), false),
        Verdict::Anonymous(reason) => (Profile::default(), Err(format!("anonymous: {reason}")), true),
        Verdict::NewVisitor(reason) => (Profile::default(), Err(format!("new visitor: {reason}")), false),
        Verdict::Absent => (Profile::default(), Err("there is none".to_owned()), false),
    };
    Ok(Who { profile, request: VisitorRequest::default(), cookie: Some(cookie), counts_page: true, foreign })
}

/// Reads a visitor file.
pub(crate) fn visitor(path: &Path) -> Result<Visitor, Failure> {
    let bytes = io::read(path, "a visitor file")?;
    parse_visitor(&bytes).map_err(|error| {
        Failure::new(
            format!("{} is not a visitor: {error}", path.display()),
            "write a readable profile, such as { \"visits\": { \"count\": 3 } }; every key is optional",
        )
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

fn path_and_query(url: &str) -> Result<(String, String), Failure> {
    let wrong = || {
        Failure::new(
            format!("--url {url} is not the URL of a page"),
            "write https://www.shop.example/basket or /basket",
        )
    };
    let rest = match url.split_once("://") {
        Some(("http" | "https", rest)) => {
            let start = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            rest.get(start..).unwrap_or("")
        }
        None if url.starts_with('/') => url,
        _ => return Err(wrong()),
    };
    let rest = rest.split('#').next().unwrap_or("");
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok((if path.is_empty() { "/" } else { path }.to_owned(), query.to_owned()))
}

fn offset_min(request: &VisitorRequest, now_s: u32) -> Result<Option<i16>, Failure> {
    let Some(name) = &request.timezone else { return Ok(request.overrides.utc_offset_min) };
    let wrong = || Failure::new(format!("there is no time zone {name}"), "write an IANA name such as Europe/London");
    let zone = jiff::tz::TimeZone::get(name).map_err(|_| wrong())?;
    let now = jiff::Timestamp::from_second(i64::from(now_s)).map_err(|_| wrong())?;
    Ok(i16::try_from(zone.to_offset(now).seconds() / 60).ok())
}

/// Collects who did not get which slot.
#[derive(Default)]
struct Passed(Vec<(usize, usize, Reason)>);

impl Observer for Passed {
    fn passed_over(&mut self, slot: usize, campaign: usize, reason: Reason) {
        self.0.push((slot, campaign, reason));
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

fn slots(
    loaded: &Loaded,
    decisions: &[SlotDecision],
    passed: &Passed,
    evaluation: &mut Evaluation,
    with_reasons: bool,
) -> Value {
    let mut slots = Map::new();
    for (index, (slot, decision)) in loaded.slots.iter().zip(decisions).enumerate() {
        let Some(slot) = slot else { continue };
        let campaign = decision.campaign.and_then(|campaign| loaded.campaigns.get(campaign)?.as_ref());
        let arm = campaign.and_then(|campaign| campaign.arms.get(decision.arm?));
        let content = decision.content.and_then(|content| loaded.contents.get(content)?.as_ref());
        let mut entry = Map::new();
        entry.insert("campaign".into(), json!(campaign.map(|campaign| &campaign.key)));
        entry.insert("arm".into(), json!(arm.map(|arm| &arm.key)));
        entry.insert("content".into(), json!(content.map(|content| &content.key)));
        entry.insert("reason".into(), json!(decision.reason.key()));
        if with_reasons {
            let findings = campaign.map(|campaign| explain::findings(loaded, campaign, evaluation)).unwrap_or_default();
            entry.insert("why".into(), json!(explain::sentence(decision.reason, &findings)));
            let over = passed.0.iter().filter(|(at, _, _)| *at == index);
            let over = over.filter_map(|(_, campaign, reason)| passed_over(loaded, *campaign, *reason, evaluation));
            entry.insert("passed_over".into(), Value::Array(over.collect()));
            entry.insert("fill".into(), fill(decision.fill.as_ref()));
        }
        slots.insert(slot.key.clone(), Value::Object(entry));
    }
    Value::Object(slots)
}

fn passed_over(loaded: &Loaded, campaign: usize, reason: Reason, evaluation: &mut Evaluation) -> Option<Value> {
    let campaign = loaded.campaigns.get(campaign)?.as_ref()?;
    let findings = explain::findings(loaded, campaign, evaluation);
    Some(json!({
        "campaign": campaign.key,
        "priority": campaign.priority,
        "reason": reason.key(),
        "why": explain::sentence(reason, &findings),
    }))
}

/// What goes into the slot: HTML, or edits of its elements.
fn fill(fill: Option<&Fill>) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match fill {
        None => Value::Null,
        Some(Fill::Html(html)) => json!({ "html": html }),
        Some(Fill::Edits(bytes)) => {
            let edits = html::decode_edits(bytes).unwrap_or_default();
            let edits = edits.iter().map(|edit| {
                let attributes: Map<String, Value> =
                    edit.attributes.iter().map(|(name, value)| (name.clone(), json!(text(value)))).collect();
                json!({ "selector": edit.selector.to_string(), "inner": edit.inner.as_deref().map(text), "attributes": attributes })
            });
            json!({ "edits": edits.collect::<Vec<_>>() })
        }
    }
}

/// Every test of every condition, with the value it met.
fn atoms(loaded: &Loaded, evaluation: &mut Evaluation) -> Value {
    let mut found = Vec::with_capacity(loaded.atoms.len());
    for (index, atom) in (0_u32..).zip(&loaded.atoms) {
        let Some(atom) = atom else { continue };
        let verdict = match evaluation.atom(index) {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown => "unknown",
        };
        let value = explain::value(&atom.subject, &evaluation.facts.value(&atom.subject));
        found.push(json!({ "atom": explain::atom(atom), "value": value, "verdict": verdict }));
    }
    Value::Array(found)
}
