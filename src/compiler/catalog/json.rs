//! Feeds in JSON: a list of products, an object with such a list, or one object a line.

use super::feed::{Broken, Row};
use crate::source::Place;
use serde_json::Value;
use std::borrow::Cow;

/// Reads every product.
pub(super) fn read(text: &str, from: usize, file: usize, add: &mut dyn FnMut(&Row<'_>)) -> Result<(), Broken> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut start = 0;
    while let Some(value) = values.next() {
        let value = value.map_err(|error| (from + start, error.to_string()))?;
        let end = values.byte_offset();
        let place = Place::new(file, from + start..from + end);
        let list = match &value {
            Value::Array(list) => list.as_slice(),
            Value::Object(fields) => {
                let list = ["products", "items"].iter().find_map(|key| fields.get(*key)?.as_array());
                list.map_or(std::slice::from_ref(&value), Vec::as_slice)
            }
            _ => return Err((from + start, "a product is an object".to_owned())),
        };
        for product in list {
            let Value::Object(fields) = product else {
                return Err((from + start, "a product is an object".to_owned()));
            };
            let cells = fields.iter().filter_map(|(name, value)| Some((name.as_str(), cell(value)?))).collect();
            add(&Row { cells, place });
        }
        start = end;
    }
    Ok(())
}

fn cell(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(holds) => Some(Cow::Borrowed(if *holds { "true" } else { "false" })),
        _ => None,
    }
}
