//! Feeds in JSON: a list of products, an object with such a list, or one object a line.

use super::columns::column_name;
use super::flaw::Flaw;
use super::row::{Broken, Found, Row};
use crate::source::Place;
use serde_json::Value;
use std::borrow::Cow;

/// Reads every product. In JSON Lines, a line that cannot be read is left out, and the next ones are read.
pub(super) fn read(
    text: &str,
    from: usize,
    by_line: bool,
    file: usize,
    add: &mut dyn FnMut(&Found<'_>),
) -> Result<(), Broken> {
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.trim().is_empty()) {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                let end = start + values.byte_offset();
                products(&value, Place::new(file, from + start..from + end), add);
                start = end;
            }
            Some(Err(error)) if !by_line => return Err((from + start, error.to_string())),
            _ => {
                let begin = start + rest.len() - rest.trim_start().len();
                let line = text.get(begin..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| begin + end);
                add(&Found::Bad(Flaw::Json, Place::new(file, from + begin..from + line)));
                start = line;
            }
        }
    }
    Ok(())
}

fn products(value: &Value, place: Place, add: &mut dyn FnMut(&Found<'_>)) {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        Value::Object(fields) => {
            let list = ["products", "items", "resources"].iter().find_map(|key| fields.get(*key)?.as_array());
            list.map_or(std::slice::from_ref(value), Vec::as_slice)
        }
        other => std::slice::from_ref(other),
    };
    for product in list {
        let Value::Object(fields) = product else {
            add(&Found::Bad(Flaw::Json, place));
            continue;
        };
        let names: Vec<String> = fields.keys().map(|name| column_name(name)).collect();
        let cells = names.iter().zip(fields.values());
        let cells = cells.filter_map(|(name, value)| Some((name.as_str(), cell(value)?))).collect();
        add(&Found::Row(Row { cells, place }));
    }
}

fn cell(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(holds) => Some(Cow::Borrowed(if *holds { "true" } else { "false" })),
        // A price as Google's interfaces have it.
        Value::Object(price) => {
            let [amount, currency] = ["value", "currency"].map(|key| price.get(key).and_then(cell));
            Some(Cow::Owned(format!("{} {}", amount?, currency?)))
        }
        Value::Array(values) => values.first().and_then(cell),
        Value::Null => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn rows(text: &str, by_line: bool) -> Result<Vec<String>, Broken> {
        let mut found = Vec::new();
        let mut add = |row: &Found<'_>| {
            found.push(match row {
                Found::Row(row) => {
                    row.cells.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
                }
                Found::Bad(flaw, place) => format!("{flaw:?} {}", place.start),
            });
        };
        read(text, 0, by_line, 0, &mut add)?;
        Ok(found)
    }

    #[test]
    fn a_line_that_is_not_json_took_the_rest_of_the_feed_with_it() {
        let text = "{\"id\":1}\n{\"id\":2,}\n7\n{\"id\":\"3\",\"price\":{\"value\":\"2.50\",\"currency\":\"GBP\"}}\n";
        assert_eq!(rows(text, true).unwrap(), ["id=1", "Json 9", "Json 18", "id=3 price=2.50 GBP"]);
        assert!(rows(text, false).unwrap_err().1.contains("trailing comma"));
    }

    #[test]
    fn what_is_no_product_in_a_list_costs_itself_only() {
        assert_eq!(
            rows("{\"products\":[{\"Image Link\":\"a\"},7,{\"id\":2}]}", false).unwrap(),
            ["image_link=a", "Json 0", "id=2"]
        );
    }
}
