//! JSON lines: one object a row.

use super::{Columns, Row, Take};
use crate::{LearnError, Noise};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io::BufRead;
use std::path::Path;

/// Longest line that is read, in bytes; a longer one is counted as unreadable.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Reads rows; lines that are not objects are counted. The first object names the columns.
pub(super) fn read(
    path: &Path,
    mut from: impl BufRead,
    columns: &Columns,
    noise: &mut Noise,
    take: Take<'_>,
) -> Result<(), LearnError> {
    let mut line = Vec::new();
    let mut names: Option<[Option<String>; 4]> = None;
    loop {
        line.clear();
        let mut bounded = std::io::Read::take(&mut from, LINE_BYTES_MAX);
        let len = bounded.read_until(b'\n', &mut line).map_err(LearnError::file("read", path))?;
        if len == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&line) else {
            noise.unreadable += 1;
            continue;
        };
        let names = match &names {
            Some(names) => names,
            None => names.insert(find(path, columns, &object)?),
        };
        let [session, item, time, quantity] =
            names.each_ref().map(|name| text(name.as_ref().and_then(|name| object.get(name))));
        match (session, item, time, quantity) {
            (Some(session), Some(item), Some(time), Some(quantity)) => {
                let row =
                    Row { session: session.trim(), item: item.trim(), time: time.trim(), quantity: quantity.trim() };
                take(row, noise)?;
            }
            _ => noise.unreadable += 1,
        }
    }
}

fn find(path: &Path, columns: &Columns, object: &Map<String, Value>) -> Result<[Option<String>; 4], LearnError> {
    let keys: Vec<&str> = object.keys().map(String::as_str).collect();
    if columns.by_place() {
        let reason = "columns of JSON have names, not numbers";
        return Err(LearnError::format(path, "JSON lines", reason));
    }
    Ok(columns.places(path, &keys)?.map(|place| place.and_then(|place| keys.get(place)).map(|key| (*key).to_owned())))
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
