//! Attributes of HTML content: which take placeholders, and in which context.

use super::allowed::{self, Takes};
use super::lexer::{Piece, push_literal};
use super::reader::{Ended, FoundHole, Reader};
use super::url::{self, Link};
use attune_core::bundle::Context;

/// Reads one attribute, name and value.
pub(super) fn attribute(reader: &mut Reader<'_, '_, '_>, element: &str, no_holes: Option<&str>) -> Result<(), Ended> {
    let begin = reader.at;
    let name = name(reader)?;
    if let Some(quote) = name.find(['"', '\'']) {
        return Err(reader.stray_quote(begin + quote));
    }
    let rest = reader.rest();
    let after = rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
    let Some(value) = after.strip_prefix('=') else {
        return Ok(());
    };
    let value = value.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
    reader.at = reader.source.len() - value.len();
    let (pieces, quoted) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            reader.quote = Some(reader.at);
            reader.at += 1;
            (quoted_value(reader, quote)?, true)
        }
        Some(_) => (unquoted_value(reader)?, false),
        None => return Err(Ended::InTheMiddle),
    };
    judge(reader, element, &name, &pieces, quoted, no_holes);
    Ok(())
}

fn name(reader: &mut Reader<'_, '_, '_>) -> Result<String, Ended> {
    let start = reader.at;
    let mut first = true;
    while let Some(c) = reader.rest().chars().next() {
        if reader.rest().starts_with("{{") {
            let range = reader.placeholder()?;
            reader.unsafe_place(range, "the name of an attribute");
        } else if c.is_ascii_whitespace() || matches!(c, '/' | '>') || (c == '=' && !first) {
            break;
        } else {
            reader.at += c.len_utf8();
        }
        first = false;
    }
    Ok(reader.source.get(start..reader.at).unwrap_or("").to_ascii_lowercase())
}

fn quoted_value(reader: &mut Reader<'_, '_, '_>, quote: char) -> Result<Vec<Piece>, Ended> {
    let mut pieces = Vec::new();
    let mut start = reader.at;
    loop {
        let rest = reader.rest();
        let Some(next) = rest.find([quote, '{']) else {
            return Err(reader.unclosed_quote());
        };
        reader.at += next;
        if reader.rest().starts_with("{{") {
            push_literal(&mut pieces, start..reader.at);
            pieces.push(Piece::Placeholder(reader.placeholder()?));
            start = reader.at;
        } else if reader.rest().starts_with(quote) {
            push_literal(&mut pieces, start..reader.at);
            reader.at += 1;
            return Ok(pieces);
        } else {
            reader.at += 1;
        }
    }
}

fn unquoted_value(reader: &mut Reader<'_, '_, '_>) -> Result<Vec<Piece>, Ended> {
    let mut pieces = Vec::new();
    let mut start = reader.at;
    while let Some(c) = reader.rest().chars().next() {
        if reader.rest().starts_with("{{") {
            push_literal(&mut pieces, start..reader.at);
            pieces.push(Piece::Placeholder(reader.placeholder()?));
            start = reader.at;
        } else if c.is_ascii_whitespace() || c == '>' {
            push_literal(&mut pieces, start..reader.at);
            return Ok(pieces);
        } else {
            reader.at += c.len_utf8();
        }
    }
    Err(Ended::InTheMiddle)
}

/// Decides whether the placeholders of a value may stand there, and how they are escaped.
fn judge(
    reader: &mut Reader<'_, '_, '_>,
    element: &str,
    name: &str,
    pieces: &[Piece],
    quoted: bool,
    no_holes: Option<&str>,
) {
    if no_holes.is_none() && !name.starts_with("data-") && allowed::takes_url(element, name) {
        reader.links.extend(Link::of(reader.text, name, pieces, true));
    }
    if pieces.iter().all(|piece| matches!(piece, Piece::Literal(_))) {
        // The scheme of a URL without placeholders is checked wherever it stands.
        if url::ATTRIBUTES.contains(&name) {
            url::contexts(reader.text, pieces, true, reader.sink);
        }
        return;
    }
    let takes = allowed::takes(element, name);
    let problem = match (no_holes, takes) {
        (Some(why), _) => why.to_owned(),
        (None, None) if name.starts_with("on") => format!("the event handler `{name}`"),
        (None, None) if element == "meta" => "a <meta> tag".to_owned(),
        (None, None) if url::ATTRIBUTES.contains(&name) => format!("the URL `{name}` of <{element}>"),
        (None, None) => format!("the attribute `{name}` of <{element}>"),
        (None, Some(_)) if !quoted => "an unquoted attribute: put the value in quotes".to_owned(),
        (None, Some(takes)) => {
            let contexts = match takes {
                Takes::Url => url::contexts(reader.text, pieces, true, reader.sink),
                Takes::Text => vec![Context::Attribute; pieces.len()],
            };
            for (piece, context) in pieces.iter().zip(contexts) {
                if let Piece::Placeholder(range) = piece {
                    reader.holes.push(FoundHole { range: range.clone(), context });
                }
            }
            return;
        }
    };
    for piece in pieces {
        if let Piece::Placeholder(range) = piece {
            reader.unsafe_place(range.clone(), &problem);
        }
    }
}
