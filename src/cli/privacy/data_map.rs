//! The data map: each attribute with its source, purpose, trust and retention, and the campaigns that use it.

use super::kept;
use super::row::Row;
use crate::configuration::{attributes_of_atom, attributes_of_body};
use attune_core::attribute::{ATTRIBUTES, Argument, Attribute, Purpose, Trust};
use attune_core::bundle::{AttributeRef, Body, Bundle, Campaign};
use attune_core::decide::atoms_of;
use attune_core::explain::subject;
use attune_core::loaded::Loaded;
use std::collections::{BTreeMap, BTreeSet};

/// A row for everything that a campaign uses, and for everything that is remembered whether used or not.
pub(super) fn rows(bundle: &Bundle, loaded: &Loaded) -> Vec<Row> {
    let mut campaigns_by_attribute: BTreeMap<AttributeRef, BTreeSet<String>> = BTreeMap::new();
    for campaign in &bundle.campaigns {
        for attribute in used_by(campaign, bundle, loaded) {
            campaigns_by_attribute.entry(attribute).or_default().insert(campaign.key.clone());
        }
    }
    for remembered in remembered(bundle) {
        let is_there = remembered.argument.is_none()
            && campaigns_by_attribute.keys().any(|used| used.attribute == remembered.attribute);
        if !is_there {
            campaigns_by_attribute.entry(remembered).or_default();
        }
    }
    let rows = campaigns_by_attribute.into_iter().map(|(attribute, campaigns)| row(bundle, &attribute, campaigns));
    rows.chain(kept::rows(bundle)).collect()
}

/// The attributes that a campaign's conditions test and its contents write.
fn used_by(campaign: &Campaign, bundle: &Bundle, loaded: &Loaded) -> Vec<AttributeRef> {
    let atoms = atoms_of(loaded, &campaign.eligible).into_iter();
    let mut attributes: Vec<AttributeRef> =
        atoms.filter_map(|atom| bundle.atoms.get(atom as usize)).flat_map(attributes_of_atom).collect();
    let contents = campaign.arms.iter().flat_map(|arm| &arm.show);
    let contents = contents.filter_map(|(_, content)| bundle.contents.get(usize::from(*content)));
    for body in contents.flat_map(|content| &content.bodies) {
        attributes.extend(attributes_of_body(body));
        if let Body::Cards(cards) = body {
            let whole = |attribute| AttributeRef { attribute, argument: None };
            attributes.extend(kept::used_by(cards).into_iter().map(whole));
        }
    }
    attributes
}

/// What is remembered: built-in attributes as a whole, traits and signals one by one.
fn remembered(bundle: &Bundle) -> impl Iterator<Item = AttributeRef> {
    let rules = &bundle.site.rules;
    let traits = rules.traits.iter().map(|one| (Attribute::Trait, Some(one.key.clone())));
    let signals = rules.signals.iter().map(|signal| {
        let is_text = signal.measure.top().is_some();
        (if is_text { Attribute::SignalTop } else { Attribute::Signal }, Some(signal.key.clone()))
    });
    let built_in = ATTRIBUTES
        .iter()
        .filter(|spec| spec.purpose != Purpose::None && !matches!(spec.argument, Argument::Key | Argument::Circle))
        .map(|spec| (spec.attribute, None));
    built_in.chain(traits).chain(signals).map(|(attribute, argument)| AttributeRef { attribute, argument })
}

fn row(bundle: &Bundle, attribute: &AttributeRef, campaigns: BTreeSet<String>) -> Row {
    let spec = attribute.attribute.spec();
    let rules = &bundle.site.rules;
    let key = attribute.argument.as_deref().unwrap_or("");
    let authored = rules.traits.iter().find(|one| attribute.attribute == Attribute::Trait && one.key == key);
    let is_signal = matches!(attribute.attribute, Attribute::Signal | Attribute::SignalTop);
    let signal = rules.signals.iter().find(|signal| is_signal && signal.key == key);
    let trust = authored.map_or(spec.trust, |one| one.trust.into());
    let source = match (authored, signal, trust) {
        _ if attribute.attribute.is_of_product() => "catalogue".to_owned(),
        (Some(authored), ..) => authored.source.clone(),
        (_, Some(signal), _) => format!("{} events", signal.event),
        (.., Trust::Platform) => "edge".to_owned(),
        (.., Trust::Server) => "shop's server".to_owned(),
        (.., Trust::Browser) => "browser".to_owned(),
    };
    Row {
        attribute: subject(attribute),
        source,
        purpose: match spec.purpose {
            Purpose::None => "none",
            Purpose::Personalization => "personalization",
            Purpose::Measurement => "measurement",
        },
        trust: match trust {
            Trust::Platform => "platform",
            Trust::Server => "server",
            Trust::Browser => "browser",
        },
        retention: attribute.attribute.retention().to_owned(),
        meaning: attribute.attribute.meaning().to_owned(),
        campaigns: campaigns.into_iter().collect(),
    }
}
