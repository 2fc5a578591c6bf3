//! JSON lines: one object a row, or one a session with a list of its rows.

use super::field::{FIELDS, Places};
use super::{Columns, Layout, Row, Take};
use crate::{LearnError, Noise};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io::BufRead;
use std::path::Path;

/// Longest line that is read, in bytes; a longer one is counted as unreadable.
const LINE_BYTES_MAX: u64 = 1 << 24;

/// Reads rows; lines that are not objects are counted. The first object with a row names the columns.
pub(super) fn read(
    path: &Path,
    mut from: impl BufRead,
    columns: &Columns,
    noise: &mut Noise,
    take: Take<'_>,
) -> Result<Layout, LearnError> {
    if columns.by_place() {
        let reason = "columns of JSON have names, not numbers";
        return Err(LearnError::format(path, "JSON lines", reason));
    }
    let (mut line, mut found) = (Vec::new(), None);
    let mut wrong = LearnError::format(path, "JSON lines", "no line is an object");
    loop {
        line.clear();
        let mut bounded = std::io::Read::take(&mut from, LINE_BYTES_MAX);
        let len = bounded.read_until(b'\n', &mut line).map_err(LearnError::file("read", path))?;
        if len == 0 {
            return found.map(|(_, layout): (Names, Layout)| layout.of("JSON lines")).ok_or(wrong);
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&line) else {
            noise.unreadable += 1;
            continue;
        };
        if found.is_none() {
            match Names::of(path, columns, &object) {
                Ok(names) => found = Some(names),
                // A session without clicks does not say what clicks look like.
                Err(error) if object.values().any(|value| value.as_array().is_some_and(Vec::is_empty)) => {
                    (wrong, noise.unreadable) = (error, noise.unreadable + 1);
                    continue;
                }
                Err(error) => return Err(error),
            }
        }
        let Some((names, _)) = &found else { continue };
        let Some(list) = &names.list else {
            names.row(&object, &Value::Null, noise, take)?;
            continue;
        };
        match object.get(list).and_then(Value::as_array) {
            Some(list) => list.iter().try_for_each(|inner| names.row(&object, inner, noise, take))?,
            None => noise.unreadable += 1,
        }
    }
}

/// Which value of an object says what.
struct Names {
    /// The list in which the rows are; without it the object is one.
    list: Option<String>,
    names: [Option<String>; FIELDS],
}

impl Names {
    /// Finds everything in an object, or in its first list and around that.
    fn of(path: &Path, columns: &Columns, object: &Map<String, Value>) -> Result<(Self, Layout), LearnError> {
        let keys: Vec<&str> =
            object.iter().filter(|(_, value)| !value.is_array()).map(|(key, _)| key.as_str()).collect();
        let flat = columns.places(path, &keys);
        let lists = object.iter().filter_map(|(key, value)| Some((key, value.as_array()?.first()?)));
        let inner = |(list, first): (&String, &Value)| -> Option<(Self, Layout)> {
            // What is in the list is looked at first: a session may have a type, too. Plain values are products.
            let mut names: Vec<&str> = match first {
                Value::Object(row) => row.keys().map(String::as_str).collect(),
                Value::String(_) | Value::Number(_) => vec![list.strip_suffix('s').unwrap_or(list)],
                _ => return None,
            };
            names.extend(&keys);
            let (places, layout) = columns.places(path, &names).ok()?;
            let layout = Layout { text: format!("{}, a row for each of `{list}`", layout.text), ..layout };
            Some((Self { list: Some(list.clone()), names: named(&places, &names) }, layout))
        };
        match flat {
            Ok((places, layout)) => Ok((Self { list: None, names: named(&places, &keys) }, layout)),
            Err(error) => lists.map(inner).find_map(|found| found).ok_or(error),
        }
    }

    fn row(
        &self,
        outer: &Map<String, Value>,
        inner: &Value,
        noise: &mut Noise,
        take: Take<'_>,
    ) -> Result<(), LearnError> {
        let value = |name: &String| match inner {
            Value::Object(row) => row.get(name).or_else(|| outer.get(name)),
            _ => outer.get(name),
        };
        let mut values = self.names.each_ref().map(|name| text(name.as_ref().and_then(value)));
        if inner.is_string() || inner.is_number() {
            let [_, item, ..] = &mut values;
            *item = text(Some(inner));
        }
        if let Some(row) = Row::of(values.each_ref().map(|value| value.as_deref().map(str::trim))) {
            return take(row, noise);
        }
        noise.unreadable += 1;
        Ok(())
    }
}

fn named(places: &Places, names: &[&str]) -> [Option<String>; FIELDS] {
    places.map(|place| place.and_then(|place| names.get(place)).map(|name| (*name).to_owned()))
}

/// A value as the text that a table would have; `None` for lists and objects.
fn text(value: Option<&Value>) -> Option<Cow<'_, str>> {
    match value {
        None | Some(Value::Null) => Some(Cow::Borrowed("")),
        Some(Value::String(text)) => Some(Cow::Borrowed(text)),
        Some(Value::Number(number)) => Some(Cow::Owned(number.to_string())),
        Some(_) => None,
    }
}
