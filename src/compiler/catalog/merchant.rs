//! Feeds in Google Merchant XML: RSS 2.0 with `item`, or Atom with `entry`, and the names of the `g:` namespace.

use super::feed::{Broken, Row};
use crate::source::Place;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use std::borrow::Cow;

/// Reads every item.
pub(super) fn read(text: &str, from: usize, file: usize, add: &mut dyn FnMut(&Row<'_>)) -> Result<(), Broken> {
    let mut reader = Reader::from_str(text);
    // Name and text of each child of the item that is open.
    let mut item: Option<(usize, Vec<(String, String)>)> = None;
    let mut depth = 0_usize;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let event = reader.read_event().map_err(|error| (from + at, error.to_string()))?;
        match event {
            Event::Eof => {
                return if item.is_some() { Err((from + at, "an item is not closed".to_owned())) } else { Ok(()) };
            }
            Event::Start(tag) => {
                let name = local_name(tag.local_name().as_ref());
                if let Some((_, cells)) = &mut item {
                    depth += 1;
                    if depth == 1 {
                        cells.push((name, String::new()));
                    }
                } else if name == "item" || name == "entry" {
                    item = Some((at, Vec::new()));
                }
            }
            Event::End(_) if depth > 0 => depth -= 1,
            Event::End(_) => {
                if let Some((start, cells)) = item.take() {
                    let end = usize::try_from(reader.buffer_position()).unwrap_or(at);
                    let cells = cells.iter().map(|(name, value)| (name.as_str(), Cow::Borrowed(value.as_str())));
                    add(&Row { cells: cells.collect(), place: Place::new(file, from + start..from + end) });
                }
            }
            Event::Text(piece) => push(&mut item, depth, &piece.decode().map_err(|e| (from + at, e.to_string()))?),
            Event::CData(piece) => push(&mut item, depth, &piece.decode().map_err(|e| (from + at, e.to_string()))?),
            Event::GeneralRef(name) => {
                let known = match name.resolve_char_ref().map_err(|error| (from + at, error.to_string()))? {
                    Some(c) => Some(c.to_string()),
                    None => std::str::from_utf8(&name).ok().and_then(resolve_predefined_entity).map(str::to_owned),
                };
                let known = known.ok_or_else(|| (from + at, "an entity that XML does not know".to_owned()))?;
                push(&mut item, depth, &known);
            }
            _ => {}
        }
    }
}

fn local_name(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn push(item: &mut Option<(usize, Vec<(String, String)>)>, depth: usize, text: &str) {
    if depth == 1
        && let Some((_, value)) = item.as_mut().and_then(|(_, cells)| cells.last_mut())
    {
        value.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const FEED: &str = "<?xml version=\"1.0\"?><rss xmlns:g=\"http://base.google.com/ns/1.0\"><channel><title>Shop</title>\
        <item><g:id>1</g:id><title><![CDATA[A & B]]></title><g:price>2.50 GBP</g:price>\
        <g:shipping><g:price>9 GBP</g:price></g:shipping></item>\
        <item><g:id>2</g:id><title>C &amp; D &#233;</title></item></channel></rss>";

    fn cells(text: &str) -> Result<Vec<String>, Broken> {
        let mut found = Vec::new();
        let mut add = |row: &Row<'_>| {
            let cells = row.cells.iter().map(|(name, value)| format!("{name}={value}"));
            found.push(cells.collect::<Vec<_>>().join("|"));
        };
        read(text, 0, 0, &mut add)?;
        Ok(found)
    }

    #[test]
    fn items_have_their_own_fields_only() {
        assert_eq!(cells(FEED).unwrap(), ["id=1|title=A & B|price=2.50 GBP|shipping=", "id=2|title=C & D é"]);
    }

    #[test]
    fn a_feed_that_ends_early_is_refused() {
        assert!(cells(FEED.split("</channel>").next().unwrap().trim_end_matches("</item>")).is_err());
        assert!(cells("<rss><item><g:id>&nope;</g:id></item></rss>").unwrap_err().1.contains("entity"));
    }
}
