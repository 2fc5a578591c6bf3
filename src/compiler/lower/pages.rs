//! `[pages]` and path patterns.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::syntax::Table;
use attune_core::bundle::{PageType, PathPattern, PathSegment};

pub(super) fn pages(root: &Table, sink: &mut Sink<'_>) -> Vec<PageType> {
    root.entries_of("pages")
        .iter()
        .map(|entry| PageType { key: entry.key.clone(), patterns: patterns(&entry.node.texts(), sink) })
        .collect()
}

pub(super) fn patterns(texts: &[Text<'_>], sink: &mut Sink<'_>) -> Vec<PathPattern> {
    texts.iter().filter_map(|text| pattern(*text, sink)).collect()
}

fn pattern(text: Text<'_>, sink: &mut Sink<'_>) -> Option<PathPattern> {
    let Some(path) = text.decoded.strip_prefix('/') else {
        sink.report(
            Code::BadPattern,
            text.place,
            format!("\"{}\" does not begin with /", text.decoded),
            format!("write \"/{}\"", text.decoded),
        );
        return None;
    };
    let parts: Vec<&str> = path.split('/').collect();
    let mut segments = Vec::with_capacity(parts.len());
    let mut at = 1;
    for (i, part) in parts.iter().enumerate() {
        let last = i + 1 == parts.len();
        match segment(part, last) {
            Ok(Some(segment)) => segments.push(segment),
            // A slash at the end makes no difference.
            Ok(None) => {}
            Err(message) => {
                let place = text.at(sink.files(), at..at + part.len());
                sink.report(Code::BadPattern, place, message, "a segment is text, {sku}, {category}, {anything} or *");
                return None;
            }
        }
        at += part.len() + 1;
    }
    Some(PathPattern { segments })
}

fn segment(part: &str, last: bool) -> Result<Option<PathSegment>, String> {
    if part.is_empty() {
        return if last { Ok(None) } else { Err("a segment is empty".to_owned()) };
    }
    if part == "*" {
        return Ok(Some(if last { PathSegment::Rest } else { PathSegment::Any }));
    }
    if let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
        let valid = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        return match name {
            "sku" => Ok(Some(PathSegment::Sku)),
            "category" => Ok(Some(PathSegment::Category)),
            _ if valid => Ok(Some(PathSegment::Any)),
            _ => Err(format!("`{part}` names nothing")),
        };
    }
    match part.chars().find(|c| matches!(c, '{' | '}' | '*' | '?' | '#')) {
        Some(c) => Err(format!("`{part}` has `{c}` in it")),
        None => Ok(Some(PathSegment::Literal(part.to_owned()))),
    }
}
