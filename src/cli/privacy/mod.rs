//! `attune privacy report`: what is known of a visitor, why, from whom, for how long, and who uses it.

mod kept;

use crate::args::Format;
use crate::failure::Failure;
use crate::{config, io};
use attune_core::attribute::{ATTRIBUTES, Argument, Attribute, Purpose, Trust};
use attune_core::bundle::{Atom, AttributeRef, Body, Bundle, Part, Template, Test};
use attune_core::decide::atoms_of;
use attune_core::explain::subject;
use attune_core::loaded::Loaded;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// One row of the data map.
#[derive(Serialize)]
struct Row {
    attribute: String,
    source: String,
    purpose: &'static str,
    trust: &'static str,
    retention: String,
    meaning: String,
    /// Campaigns whose conditions or contents use it.
    campaigns: Vec<String>,
}

pub(crate) fn report(dir: &Path, format: Format) -> Result<(), Failure> {
    let configuration = config::read(dir)?;
    let (_, loaded) = configuration.bundle()?;
    let Some(bundle) = &configuration.compiled.bundle else { return Err(Failure::No) };
    let rows = rows(bundle, &loaded);
    match format {
        Format::Json => io::print_json(&serde_json::json!({ "site": bundle.site.name, "attributes": rows })),
        Format::Human => io::print(&table(&bundle.site.name, &rows)),
    }
}

/// A row for everything a campaign uses, and for everything that is remembered whether used or not.
fn rows(bundle: &Bundle, loaded: &Loaded) -> Vec<Row> {
    let mut uses: BTreeMap<AttributeRef, BTreeSet<String>> = BTreeMap::new();
    for campaign in &bundle.campaigns {
        let asked = atoms_of(loaded, &campaign.eligible).into_iter();
        let mut asked_or_written: Vec<AttributeRef> =
            asked.filter_map(|atom| bundle.atoms.get(atom as usize)).flat_map(attributes).collect();
        let contents = campaign.arms.iter().flat_map(|arm| &arm.show);
        for body in contents.filter_map(|(_, c)| bundle.contents.get(usize::from(*c))).flat_map(|c| &c.bodies) {
            asked_or_written.extend(holes(body));
            if let Body::Cards(cards) = body {
                let of = |attribute| AttributeRef { attribute, argument: None };
                asked_or_written.extend(kept::asked(cards).into_iter().map(of));
            }
        }
        for attribute in asked_or_written {
            uses.entry(attribute).or_default().insert(campaign.key.clone());
        }
    }
    let rules = &bundle.site.rules;
    let traits = rules.traits.iter().map(|t| (Attribute::Trait, Some(t.key.clone())));
    let signals = rules.signals.iter().map(|s| {
        let is_text = s.measure.top().is_some();
        (if is_text { Attribute::SignalTop } else { Attribute::Signal }, Some(s.key.clone()))
    });
    // What takes an argument is remembered as a whole, and used key by key.
    let remembered = ATTRIBUTES
        .iter()
        .filter(|spec| spec.purpose != Purpose::None && !matches!(spec.argument, Argument::Key | Argument::Circle))
        .map(|spec| (spec.attribute, None));
    for (attribute, argument) in remembered.chain(traits).chain(signals) {
        let is_there = argument.is_none() && uses.keys().any(|known| known.attribute == attribute);
        if !is_there {
            uses.entry(AttributeRef { attribute, argument }).or_default();
        }
    }
    let rows = uses.into_iter().map(|(attribute, campaigns)| row(bundle, &attribute, campaigns));
    rows.chain(kept::rows(bundle)).collect()
}

fn row(bundle: &Bundle, attribute: &AttributeRef, campaigns: BTreeSet<String>) -> Row {
    let spec = attribute.attribute.spec();
    let rules = &bundle.site.rules;
    let key = attribute.argument.as_deref().unwrap_or("");
    let authored = rules.traits.iter().find(|t| attribute.attribute == Attribute::Trait && t.key == key);
    let is_signal = matches!(attribute.attribute, Attribute::Signal | Attribute::SignalTop);
    let signal = rules.signals.iter().find(|s| is_signal && s.key == key);
    let trust = authored.map_or(spec.trust, |t| t.trust.into());
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

/// The attributes that an atom asks: some ask two.
pub(crate) fn attributes(atom: &Atom) -> Vec<AttributeRef> {
    let mut asked = vec![atom.subject.clone()];
    if let Test::Versus(_, other, ..) | Test::SameText(other) = &atom.test {
        asked.push(other.clone());
    }
    asked
}

/// The attributes that a content writes.
pub(crate) fn holes(body: &Body) -> Vec<AttributeRef> {
    let of = |template: &Template| {
        let parts = template.parts.iter();
        parts
            .filter_map(|part| match part {
                Part::Hole(hole) => Some(hole.source.clone()),
                Part::Literal(_) => None,
            })
            .collect::<Vec<_>>()
    };
    match body {
        Body::Html(template) => of(template),
        // What is said of a product says nothing of the visitor.
        Body::Cards(cards) => [&cards.before, &cards.card, &cards.after]
            .into_iter()
            .flat_map(of)
            .filter(|hole| !hole.attribute.is_of_item())
            .collect(),
        Body::Fields(fields) => fields
            .iter()
            .flat_map(|field| field.inner.iter().chain(field.attributes.iter().map(|(_, template)| template)))
            .flat_map(of)
            .collect(),
    }
}

fn table(site: &str, rows: &[Row]) -> String {
    let head = ["attribute", "source", "purpose", "trust", "retention", "campaigns"].map(str::to_owned);
    let cells = |row: &Row| {
        let campaigns = if row.campaigns.is_empty() { "-".to_owned() } else { row.campaigns.join(", ") };
        let [purpose, trust, retention] = [row.purpose, row.trust, &row.retention].map(str::to_owned);
        [row.attribute.clone(), row.source.clone(), purpose, trust, retention, campaigns]
    };
    let lines: Vec<[String; 6]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = format!("What {site} knows of a visitor, and which campaigns use it\n\n");
    for line in &lines {
        let padded = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        // Writing into a string has no way to fail.
        let _ = writeln!(text, "{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    }
    text
}
