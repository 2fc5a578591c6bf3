//! A configuration in words.

use super::condition;
use super::content;
use super::facts::{Area, Description, Facts};
use super::rules;
use attune_core::bundle::{ArmRange, Campaign, PathPattern, PathSegment, Site, Slot};
use attune_core::civil::format_time;
use attune_core::loaded::Loaded;

/// Every part of a configuration.
pub(super) fn all(loaded: &Loaded) -> Description {
    let mut all = Description::new();
    all.insert((Area::Site, String::new()), site(&loaded.site));
    for campaign in loaded.campaigns.iter().flatten() {
        all.insert((Area::Campaign, campaign.key.clone()), facts_of(loaded, campaign));
    }
    for segment in loaded.segments.iter().flatten() {
        let mut facts = Facts::new();
        facts.insert("name".into(), segment.name.clone());
        facts.insert("when".into(), condition::text(loaded, &segment.when));
        all.insert((Area::Segment, segment.key.clone()), facts);
    }
    for content in loaded.contents.iter().flatten() {
        all.insert((Area::Content, content.key.clone()), content::facts(content, &loaded.site));
    }
    for slot in loaded.slots.iter().flatten() {
        all.insert((Area::Slot, slot.key.clone()), facts_of_slot(slot));
    }
    // The layers that the compiler makes for slots say nothing that the slots do not.
    for layer in loaded.layers.iter().flatten().filter(|layer| !layer.key.starts_with("slot/")) {
        let facts = [("holdout", percent(layer.holdout_bp)), ("phase", layer.phase.to_string())];
        all.insert((Area::Layer, layer.key.clone()), facts.map(|(what, value)| (what.to_owned(), value)).into());
    }
    all
}

/// The keys of all campaigns.
pub(super) fn campaigns(loaded: &Loaded) -> impl Iterator<Item = String> {
    loaded.campaigns.iter().flatten().map(|campaign| campaign.key.clone())
}

/// The keys of the campaigns that show a content.
pub(super) fn campaigns_with(loaded: &Loaded, content: &str) -> impl Iterator<Item = String> {
    let shows = move |campaign: &&Campaign| {
        let mut shown = campaign.arms.iter().flat_map(|arm| &arm.show);
        shown.any(|(_, index)| key_of_content(loaded, *index) == content)
    };
    loaded.campaigns.iter().flatten().filter(shows).map(|campaign| campaign.key.clone())
}

fn key_of_content(loaded: &Loaded, index: u16) -> &str {
    loaded.contents.get(usize::from(index)).and_then(Option::as_ref).map_or("?", |content| content.key.as_str())
}

fn facts_of(loaded: &Loaded, campaign: &Campaign) -> Facts {
    let mut facts = Facts::new();
    let mut put = |what: &str, value: String| {
        if !value.is_empty() {
            facts.insert(what.to_owned(), value);
        }
    };
    put("owner", campaign.owner.clone());
    put("priority", campaign.priority.to_string());
    put("where", condition::text(loaded, &campaign.eligible));
    if let Some(during) = &campaign.during {
        put("from", during.from_s.map(moment).unwrap_or_default());
        put("until", during.until_s.map(moment).unwrap_or_default());
        put("clock", if during.visitor_zone { "the visitor's".into() } else { String::new() });
    }
    if let Some(cap) = &campaign.cap {
        let purchase = if cap.stop_on_purchase { ", until a purchase" } else { "" };
        put("cap", format!("{} in {} s{purchase}", cap.seen, cap.per_s));
    }
    if campaign.holdout_bp > 0 {
        put("holdout", percent(campaign.holdout_bp));
    }
    if campaign.phase > 1 {
        put("phase", campaign.phase.to_string());
    }
    put_arms(&mut put, loaded, campaign);
    put_enrolment(&mut put, loaded, campaign);
    facts
}

fn put_arms(put: &mut impl FnMut(&str, String), loaded: &Loaded, campaign: &Campaign) {
    for arm in &campaign.arms {
        for (slot, content) in &arm.show {
            let slot = loaded.slots.get(usize::from(*slot)).and_then(Option::as_ref).map_or("?", |slot| &slot.key);
            let at =
                if campaign.arms.len() > 1 { format!("show {slot} in {}", arm.key) } else { format!("show {slot}") };
            put(&at, key_of_content(loaded, *content).to_owned());
        }
    }
    if campaign.arms.len() > 1 {
        put("weights", weights(campaign, &campaign.ranges));
    }
    for change in &campaign.enrolment.weights {
        put(&format!("weights from {}", format_time(change.from_s)), weights(campaign, &change.ranges));
    }
}

fn put_enrolment(put: &mut impl FnMut(&str, String), loaded: &Loaded, campaign: &Campaign) {
    let enrolment = &campaign.enrolment;
    put(
        "unit",
        if enrolment.unit == attune_core::bundle::UnitKind::Customer { "customer".into() } else { String::new() },
    );
    put("observe", if enrolment.observe { "yes".into() } else { String::new() });
    put("bandit", if enrolment.is_bandit { "yes".into() } else { String::new() });
    put("sticky", if enrolment.sticky { "yes".into() } else { String::new() });
    if let Some(share) = &enrolment.layer {
        let layer = loaded.layers.get(usize::from(share.layer)).and_then(Option::as_ref);
        let key = layer.map_or("?", |layer| layer.key.as_str());
        put("layer", format!("{key} {} to {}", percent(share.from_bp), percent(share.to_bp)));
    }
    for step in &enrolment.coverage {
        let from =
            if step.from_s == 0 { "share".to_owned() } else { format!("share from {}", format_time(step.from_s)) };
        put(&from, percent(step.share_bp));
    }
    for requirement in &enrolment.requires {
        let needed = loaded.campaigns.get(usize::from(requirement.campaign)).and_then(Option::as_ref);
        let arm = |index: &u16| needed.and_then(|campaign| campaign.arms.get(usize::from(*index)));
        let arms: Vec<&str> = requirement.arms.iter().filter_map(arm).map(|arm| arm.key.as_str()).collect();
        put(&format!("requires {}", needed.map_or("?", |campaign| &campaign.key)), format!("in {}", arms.join(", ")));
    }
}

/// What share of the visitors each arm has, by its key.
fn weights(campaign: &Campaign, ranges: &[ArmRange]) -> String {
    let share = |index: usize| {
        let of_arm = ranges.iter().filter(|range| usize::from(range.arm) == index);
        of_arm.map(|range| range.to_bp.saturating_sub(range.from_bp)).sum::<u16>()
    };
    let arms = campaign.arms.iter().enumerate();
    arms.map(|(index, arm)| format!("{} {}", arm.key, percent(share(index)))).collect::<Vec<_>>().join(", ")
}

fn facts_of_slot(slot: &Slot) -> Facts {
    let mut facts = Facts::new();
    facts.insert("selector".into(), slot.selector.to_string());
    for (name, selector) in &slot.elements {
        facts.insert(format!("element {name}"), selector.to_string());
    }
    if !slot.pages.is_empty() {
        facts.insert("pages".into(), slot.pages.texts().collect::<Vec<_>>().join(", "));
    }
    facts
}

fn site(site: &Site) -> Facts {
    let mut facts = Facts::new();
    let mut put = |what: &str, value: String| {
        if !value.is_empty() {
            facts.insert(what.to_owned(), value);
        }
    };
    put("name", site.name.clone());
    put("hosts", site.hosts.join(", "));
    put("timezone", site.timezone.clone());
    put("holdout", percent(site.holdout_bp));
    let locales = site.locales.iter().map(|locale| format!("{} {}", locale.tag, locale.currency));
    put("locales", locales.collect::<Vec<_>>().join(", "));
    for page in &site.pages {
        put(&format!("pages.{}", page.key), paths(&page.patterns));
    }
    put("never_profile", paths(&site.never_profile));
    put("query_keys", site.query_keys.join(", "));
    for (region, regime) in &site.consent.regimes {
        put(&format!("consent {}", rules::region(region)), rules::regime(*regime).to_owned());
    }
    put("consent gpc", rules::gpc(site.consent.gpc).to_owned());
    put("consent source", rules::consent_tool(&site.consent.tool));
    for one in &site.rules.traits {
        let values = if one.values.is_empty() { "any text".to_owned() } else { one.values.join(", ") };
        put(&format!("traits.{}", one.key), format!("{values}; from {} ({})", one.source, rules::trust(one.trust)));
    }
    for signal in &site.rules.signals {
        put(&format!("signals.{}", signal.key), rules::signal(signal));
    }
    for (page, intensity) in &site.rules.intensity {
        put(&format!("intensity {page}"), rules::intensity(*intensity).to_owned());
    }
    put("lifecycle", rules::lifecycle(site.rules.lifecycle));
    for (number, header) in site.decision_headers.iter().enumerate() {
        let segments: Vec<String> = header.segments().map(|segment| segment.to_string()).collect();
        let paths: Vec<&str> = header.paths().collect();
        put(
            &format!("decision header {}", number + 1),
            format!("{} (segments {})", paths.join(", "), segments.join(", ")),
        );
    }
    let aliases = site.aliases.pairs().map(|(from, to)| format!("{from} = {to}"));
    put("category_aliases", aliases.collect::<Vec<_>>().join(", "));
    facts
}

fn paths(patterns: &[PathPattern]) -> String {
    let segment = |segment: &PathSegment| match segment {
        PathSegment::Literal(text) => format!("/{text}"),
        PathSegment::Sku => "/{sku}".to_owned(),
        PathSegment::Category => "/{category}".to_owned(),
        PathSegment::Any => "/*".to_owned(),
        PathSegment::Rest => "/**".to_owned(),
    };
    let text = |pattern: &PathPattern| match pattern.segments.as_slice() {
        [] => "/".to_owned(),
        segments => segments.iter().map(segment).collect(),
    };
    patterns.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn moment(at_s: i64) -> String {
    u32::try_from(at_s).map_or_else(|_| format!("{at_s} s"), format_time)
}

/// Basis points as percent.
fn percent(share_bp: u16) -> String {
    let (whole, part) = (share_bp / 100, share_bp % 100);
    if part == 0 { format!("{whole} %") } else { format!("{whole}.{part:02} %") }
}
