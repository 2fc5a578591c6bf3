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

pub(super) fn pattern(text: Text<'_>, sink: &mut Sink<'_>) -> Option<PathPattern> {
    let Some(path) = text.decoded.strip_prefix('/') else {
        sink.report(
            Code::BadPattern,
            text.place,
            format!("\"{}\" does not begin with /", text.decoded),
            format!("write \"/{}\"", text.decoded),
        );
        return None;
    };
    if path.is_empty() {
        return Some(PathPattern { segments: Vec::new() });
    }
    // A slash at the end makes no difference.
    let parts: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let mut segments = Vec::with_capacity(parts.len());
    let mut at = 1;
    for (i, part) in parts.iter().enumerate() {
        let last = i + 1 == parts.len();
        match segment(part, last) {
            Ok(segment) => segments.push(segment),
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

fn segment(part: &str, last: bool) -> Result<PathSegment, String> {
    if part.is_empty() {
        return Err("a segment is empty".to_owned());
    }
    if part == "*" {
        return Ok(if last { PathSegment::Rest } else { PathSegment::Any });
    }
    if let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
        let valid = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        return match name {
            "sku" => Ok(PathSegment::Sku),
            "category" => Ok(PathSegment::Category),
            _ if valid => Ok(PathSegment::Any),
            _ => Err(format!("`{part}` names nothing")),
        };
    }
    match part.chars().find(|c| matches!(c, '{' | '}' | '*' | '?' | '#')) {
        Some(c) => Err(format!("`{part}` has `{c}` in it")),
        None => Ok(PathSegment::Literal(part.to_owned())),
    }
}
