//! Visitor files: one visitor, or a list of personas. Times are absolute, or counted back from a moment.

use super::read as read_file;
use crate::failure::Failure;
use crate::host;
use attune_core::civil::{format_time, parse_time};
use attune_core::profile::json::{Visitor, VisitorRequest, parse_visitor};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

const HELP: &str = "write { \"profile\": { \"visits\": { \"count\": 3 } }, \"request\": {} }, or a readable profile alone; every key is optional";

/// Reads a visitor, at a moment: `lapsed.json`, or `personas.json#lapsed`. The second part of the answer is the name
/// that stands for the visitor's id where there is none.
pub fn read(reference: &Path, now_s: u32) -> Result<(Visitor, String), Failure> {
    let (mut value, name) = read_value(reference)?;
    let visitor = visitor_of(&mut value, now_s).map_err(|problem| wrong(reference, &problem))?;
    Ok((visitor, name))
}

/// Reads a visitor, or all personas of a file without `#KEY`, as `POST /_attune/preview` takes them: `name`, `profile`, `request`,
/// `arms`. A preview's referrer is the browser's own.
pub fn read_personas(reference: &Path, now_s: u32) -> Result<Vec<Map<String, Value>>, Failure> {
    let (path, key) = split(reference);
    let value = read_json(reference, &path)?;
    let list = value.get("personas").and_then(Value::as_array).filter(|_| key.is_none()).cloned();
    let Some(list) = list.filter(|list| !list.is_empty()) else {
        let (value, name) = chosen(value, &path, key.as_deref())?;
        return Ok(vec![persona_of(reference, value, &name, now_s)?]);
    };
    let name_of = |value: &Value| value.get("key").and_then(Value::as_str).unwrap_or("visitor").to_owned();
    list.into_iter()
        .map(|value| {
            let name = name_of(&value);
            persona_of(reference, value, &name, now_s)
        })
        .collect()
}

fn persona_of(reference: &Path, mut value: Value, name: &str, now_s: u32) -> Result<Map<String, Value>, Failure> {
    let visitor = visitor_of(&mut value, now_s).map_err(|problem| wrong(reference, &problem))?;
    let Value::Object(mut fields) = value else { return Err(wrong(reference, "it is no object")) };
    let mut request = fields.remove("request").and_then(|request| request.as_object().cloned()).unwrap_or_default();
    for key in ["timezone", "referrer"] {
        request.remove(key);
    }
    if let Some(minutes) = offset_min(&visitor.request, now_s)? {
        request.insert("utc_offset_minutes".into(), minutes.into());
    }
    let arms = fields.remove("arms");
    for key in ["key", "label", "about"] {
        fields.remove(key);
    }
    let profile = fields.remove("profile").unwrap_or(Value::Object(fields));
    let mut persona = Map::from_iter([("name".into(), name.into()), ("profile".into(), profile)]);
    persona.insert("request".into(), Value::Object(request));
    persona.extend(arms.map(|arms| ("arms".into(), arms)));
    Ok(persona)
}

/// The offset from UTC of the time zone that a visitor names, or their offset.
pub fn offset_min(request: &VisitorRequest, now_s: u32) -> Result<Option<i16>, Failure> {
    let Some(name) = &request.timezone else { return Ok(request.overrides.utc_offset_min) };
    let wrong = || Failure::new(format!("there is no time zone {name}"), "write an IANA name such as Europe/London");
    let zone = jiff::tz::TimeZone::get(name).map_err(|_| wrong())?;
    let now = jiff::Timestamp::from_second(i64::from(now_s)).map_err(|_| wrong())?;
    Ok(i16::try_from(zone.to_offset(now).seconds() / 60).ok())
}

fn wrong(reference: &Path, problem: &str) -> Failure {
    Failure::new(format!("{} is not a visitor: {problem}", reference.display()), HELP)
}

/// The JSON of a visitor as it is written, and its name.
fn read_value(reference: &Path) -> Result<(Value, String), Failure> {
    let (path, key) = split(reference);
    chosen(read_json(reference, &path)?, &path, key.as_deref())
}

fn read_json(reference: &Path, path: &Path) -> Result<Value, Failure> {
    let bytes = read_file(path, "a visitor file")?;
    serde_json::from_slice::<Value>(&bytes).map_err(|_| {
        // The reader of visitors says where the JSON breaks off.
        let problem = parse_visitor(&bytes).map_err(|problem| problem.to_string());
        wrong(reference, &problem.err().unwrap_or_default())
    })
}

/// The visitor of a file, or the persona with this key.
fn chosen(mut value: Value, path: &Path, key: Option<&str>) -> Result<(Value, String), Failure> {
    if let Some(personas) = value.get_mut("personas").map(Value::take) {
        value = persona(path, &personas, key)?;
    } else if let Some(key) = key {
        let message = format!("{} has no personas, so none is `{key}`", path.display());
        return Err(Failure::new(
            message,
            "write { \"personas\": [ { \"key\": \"lapsed\", ... } ] }, or leave out what is behind #",
        ));
    }
    Ok((value, key.unwrap_or_else(|| stem(path)).to_owned()))
}

/// A visitor from JSON, at a moment.
pub fn from_json(mut value: Value, now_s: u32) -> Result<Visitor, String> {
    visitor_of(&mut value, now_s)
}

/// The same; the JSON has its times absolute from then on.
fn visitor_of(value: &mut Value, now_s: u32) -> Result<Visitor, String> {
    // The visitor's times are counted back from their own moment, where they have one.
    let own_now_s = value.get_mut("request").and_then(|request| request.get_mut("now")).map(|now| {
        make_absolute(now, now_s);
        now.as_str().and_then(parse_time)
    });
    make_absolute(value, own_now_s.flatten().unwrap_or(now_s));
    parse_visitor(value.to_string().as_bytes()).map_err(|problem| problem.to_string())
}

/// Path and persona. If a file of that whole name exists, its `#` separates nothing.
fn split(reference: &Path) -> (PathBuf, Option<String>) {
    let text = reference.to_str().filter(|_| !host::exists(reference)).and_then(|text| text.rsplit_once('#'));
    match text {
        Some((path, key)) => (path.into(), Some(key.to_owned())),
        None => (reference.to_owned(), None),
    }
}

fn stem(file: &Path) -> &str {
    file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("visitor")
}

fn persona(path: &Path, personas: &Value, key: Option<&str>) -> Result<Value, Failure> {
    let list = personas.as_array().map_or(&[][..], Vec::as_slice);
    let key_of = |persona: &Value| persona.get("key").and_then(Value::as_str).map(str::to_owned);
    let found = list.iter().find(|persona| key.is_some() && key_of(persona).as_deref() == key);
    found.cloned().ok_or_else(|| {
        let known = list.iter().filter_map(key_of).collect::<Vec<_>>().join(", ");
        let message = match key {
            Some(key) => format!("{} has no persona `{key}`", path.display()),
            None => format!("{} has several personas", path.display()),
        };
        Failure::new(message, format!("write {}#KEY with one of {known}", path.display()))
    })
}

/// Replaces relative times such as `{ "days_ago": 3 }`, at any depth. `tests/vectors/persona.json` has every form.
fn make_absolute(value: &mut Value, now_s: u32) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| make_absolute(item, now_s)),
        Value::Object(fields) => match absolute_time(fields, now_s) {
            Some(time) => *value = Value::String(time),
            None => fields.values_mut().for_each(|field| make_absolute(field, now_s)),
        },
        _ => {}
    }
}

fn absolute_time(fields: &Map<String, Value>, now_s: u32) -> Option<String> {
    let (name, amount) = fields.iter().next().filter(|_| fields.len() == 1)?;
    let back = |unit_s: f64| {
        let at_s = (f64::from(now_s) - amount.as_f64()? * unit_s).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        Some(format_time(at_s as u32))
    };
    let day = |time: String| time.get(..10).map(str::to_owned);
    match name.as_str() {
        "minutes_ago" => back(60.0),
        "hours_ago" => back(3_600.0),
        "days_ago" => back(86_400.0),
        "date_days_ago" => day(back(86_400.0)?),
        "today_at" => Some(format!("{}T{}:00Z", day(format_time(now_s))?, amount.as_str()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    /// `tests/vectors/persona.test.mjs` runs the same vectors in the demo's backend.
    #[test]
    fn times_are_counted_back_as_the_vectors_say() {
        let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/persona.json");
        let vectors: Value = serde_json::from_slice(&std::fs::read(vectors).unwrap()).unwrap();
        let now_s = parse_time(vectors["now"].as_str().unwrap()).unwrap();
        let cases = vectors["cases"].as_array().unwrap();
        assert!(cases.len() > 8);
        for case in cases {
            let mut value = case["written"].clone();
            make_absolute(&mut value, now_s);
            assert_eq!(value, case["means"], "{case}");
        }
    }
}
