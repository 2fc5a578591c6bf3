//! Feeds in Google Merchant XML: RSS 2.0 with `item`, or Atom with `entry`, and the names of the `g:` namespace.

use super::columns::column_name;
use super::flaw::Flaw;
use super::row::{Broken, Found, Row};
use crate::source::Place;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use std::borrow::Cow;

/// Reads every item. An unknown entity costs its own item only; a lone `&` is read as an ampersand.
pub(super) fn read(text: &str, from: usize, file: usize, add: &mut dyn FnMut(&Found<'_>)) -> Result<(), Broken> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    // Name and text of each child of the item that is open.
    let mut item: Option<(usize, Vec<(String, String)>)> = None;
    let (mut depth, mut is_readable) = (0_usize, true);
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
                    let place = Place::new(file, from + start..from + end);
                    let cells = cells.iter().map(|(name, value)| (name.as_str(), Cow::Borrowed(value.as_str())));
                    add(&if std::mem::replace(&mut is_readable, true) {
                        Found::Row(Row { cells: cells.collect(), place })
                    } else {
                        Found::Bad(Flaw::Entity, place)
                    });
                }
            }
            Event::Text(piece) => push(&mut item, depth, &piece.decode().map_err(|e| (from + at, e.to_string()))?),
            Event::CData(piece) => push(&mut item, depth, &piece.decode().map_err(|e| (from + at, e.to_string()))?),
            Event::GeneralRef(name) => {
                let known = match name.resolve_char_ref() {
                    Ok(Some(c)) => Some(c.to_string()),
                    Ok(None) => std::str::from_utf8(&name).ok().and_then(resolve_predefined_entity).map(str::to_owned),
                    Err(_) => None,
                };
                is_readable &= known.is_some() || item.is_none();
                push(&mut item, depth, known.as_deref().unwrap_or(""));
            }
            _ => {}
        }
    }
}

fn local_name(name: &[u8]) -> String {
    column_name(&String::from_utf8_lossy(name))
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
        let mut add = |row: &Found<'_>| {
            found.push(match row {
                Found::Row(row) => {
                    row.cells.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("|")
                }
                Found::Bad(flaw, _) => format!("{flaw:?}"),
            });
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
    }

    #[test]
    fn an_entity_that_xml_does_not_know_took_the_rest_of_the_feed_with_it() {
        let feed = "<rss>&nope;<item><g:id>1&nope;</g:id></item><item><g:id>2 & 3</g:id></item>\
            <item><g:id>&#xd800;</g:id></item><item><g:id>4</g:id></item></rss>";
        assert_eq!(cells(feed).unwrap(), ["Entity", "id=2 & 3", "Entity", "id=4"]);
    }
}
