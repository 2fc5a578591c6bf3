//! A fixture: this visitor, this page, this time; these segments and contents.

use crate::failure::Failure;
use crate::scene::{Scene, path_and_query};
use crate::visitor::{of_json, visitor};
use attune_core::civil::parse_time;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A file of fixtures.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureFile {
    fixtures: BTreeMap<String, toml::Spanned<Authored>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authored {
    visitor: Who,
    url: String,
    now: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    arms: BTreeMap<String, String>,
    #[serde(default)]
    segments: Segments,
    #[serde(default)]
    slots: BTreeMap<String, Slot>,
}

/// A path beside the fixture file, or the visitor itself.
#[derive(Deserialize)]
#[serde(untagged)]
enum Who {
    File(String),
    Inline(toml::Table),
}

/// What is expected of segments; those not named may be anything.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Segments {
    /// In.
    #[serde(rename = "in")]
    pub(crate) inside: Vec<String>,
    /// Not in.
    pub(crate) out: Vec<String>,
    /// Neither: something is not known.
    pub(crate) unknown: Vec<String>,
}

/// What is expected of a slot: a content, or several things.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Slot {
    /// The content; empty for the shop's own.
    Content(String),
    /// What is named here.
    Parts(Parts),
}

/// What a slot may be asked for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Parts {
    pub(crate) content: Option<String>,
    pub(crate) campaign: Option<String>,
    pub(crate) arm: Option<String>,
    pub(crate) reason: Option<String>,
    /// A text that stands in what the slot shows.
    pub(crate) says: Option<String>,
}

/// A fixture that can be run.
pub(crate) struct Fixture {
    pub(crate) name: String,
    /// File and line.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) scene: Scene,
    pub(crate) segments: Segments,
    pub(crate) slots: BTreeMap<String, Slot>,
}

/// Reads a file of fixtures; `name` is its path within the configuration.
pub(crate) fn read(path: &Path, name: &str) -> Result<Vec<Fixture>, Failure> {
    let text = crate::io::read_text(path, "a fixture file")?;
    let parsed: FixtureFile = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(&text, span.start));
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        Failure::new(format!("{name}:{line}: {message}"), "`attune test --help` shows a fixture")
    })?;
    let mut fixtures = Vec::new();
    for (key, spanned) in parsed.fixtures {
        let line = line_of(&text, spanned.span().start);
        let place = format!("{name}:{line}: {key}");
        fixtures.push(fixture(key, spanned.into_inner(), path, &place, (name, line))?);
    }
    fixtures.sort_by_key(|fixture| fixture.line);
    Ok(fixtures)
}

fn fixture(
    key: String,
    authored: Authored,
    path: &Path,
    place: &str,
    (file, line): (&str, usize),
) -> Result<Fixture, Failure> {
    let wrong = |problem: String| Failure::new(format!("{place}: {problem}"), "`attune test --help` shows a fixture");
    let now_s = parse_time(&authored.now)
        .ok_or_else(|| wrong(format!("now: {} is not a time; write it as 2026-11-20T18:30:00Z", authored.now)))?;
    let (visitor, name) = match &authored.visitor {
        Who::File(file) => visitor(&path.parent().unwrap_or(Path::new(".")).join(file), now_s)?,
        Who::Inline(table) => {
            // A visitor in TOML is the visitor file in other brackets.
            let json = json(&toml::Value::Table(table.clone()));
            let visitor = of_json(json, now_s).map_err(|problem| wrong(format!("visitor: {problem}")))?;
            (visitor, key.clone())
        }
    };
    path_and_query(&authored.url).map_err(|_| wrong(format!("url: {} is not a page", authored.url)))?;
    let mut scene = Scene::new(visitor, &name, &authored.url, now_s)?;
    scene.lang = authored.lang;
    scene.force(authored.arms.into_iter().map(|(campaign, arm)| (campaign.into(), arm.into())));
    Ok(Fixture { name: key, file: file.to_owned(), line, scene, segments: authored.segments, slots: authored.slots })
}

/// A date or time becomes its text.
fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(holds) => (*holds).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}
