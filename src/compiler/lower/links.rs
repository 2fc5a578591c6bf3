//! Checks that the links and pictures of a content lead to pages and files of the site.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::suggest;
use crate::template::{self, HOLE, Link, PLACEHOLDER};
use attune_core::bundle::{PathPattern, PathSegment, Site};

/// Checks every link and picture of an HTML file without errors.
pub(super) fn check_all(text: Text<'_>, site: &Site, sink: &mut Sink<'_>) {
    for link in template::links(text) {
        check(&link, text, site, sink);
    }
}

/// Warns of a link that leads to no page of the site, and of a file that the site does not serve.
pub(super) fn check(link: &Link, text: Text<'_>, site: &Site, sink: &mut Sink<'_>) {
    // After an error, a link may lead nowhere because it was cut off.
    let Some(path) = path_of(&link.url).filter(|_| !sink.has_errors()) else { return };
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
    let is_file = segments.last().is_some_and(|last| last.contains('.') && !last.contains(HOLE));
    if link.is_page && !is_file {
        page(link, path, &segments, text, site, sink);
    } else if let Some(assets) = sink.around().assets.as_ref().filter(|assets| !assets.contains(path))
        && !path.contains(HOLE)
    {
        let near = suggest::nearest(path, assets.iter().map(String::as_str));
        let help = near
            .map_or_else(|| "put it there, or correct the path".to_owned(), |near| format!("did you mean `{near}`?"));
        let place = text.at(sink.files(), link.range.clone());
        sink.report(Code::NoAsset, place, format!("the site has no file {path}"), help);
    }
}

/// The path of a URL on this site, without query and fragment.
fn path_of(url: &str) -> Option<&str> {
    let url = url.trim_start_matches(|c: char| c <= ' ');
    let path = url.split(['?', '#']).next().unwrap_or("");
    (path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')).then_some(path)
}

fn page(link: &Link, path: &str, segments: &[&str], text: Text<'_>, site: &Site, sink: &mut Sink<'_>) {
    let patterns = || site.pages.iter().flat_map(|page| &page.patterns);
    // A path of `never_profile` is known too, though it may have no type.
    if site.pages.is_empty() || patterns().chain(&site.never_profile).any(|pattern| leads_to(pattern, segments)) {
        return;
    }
    let known: Vec<String> = patterns().filter_map(literal).filter(|path| path != "/").collect();
    let near = suggest::nearest(path, known.iter().map(String::as_str));
    let help = near.map_or_else(
        || "correct it, or give the page a type in [pages]".to_owned(),
        |near| format!("did you mean \"{near}\"? If not, give the page a type in [pages]"),
    );
    let place = text.at(sink.files(), link.range.clone());
    let shown = path.replace(HOLE, PLACEHOLDER);
    sink.report(Code::UnknownPath, place, format!("no page type has the path \"{shown}\""), help);
}

/// Whether a pattern can match the path. A placeholder may be any segment.
fn leads_to(pattern: &PathPattern, segments: &[&str]) -> bool {
    let mut rest = segments.iter().filter(|segment| !segment.is_empty());
    for segment in &pattern.segments {
        if *segment == PathSegment::Rest {
            return true;
        }
        match (segment, rest.next()) {
            (_, None) => return false,
            (PathSegment::Literal(literal), Some(text)) if !text.contains(HOLE) && literal != text => return false,
            _ => {}
        }
    }
    rest.next().is_none()
}

/// The path of a pattern that matches only one.
fn literal(pattern: &PathPattern) -> Option<String> {
    let segments = pattern.segments.iter().map(|segment| match segment {
        PathSegment::Literal(text) => Some(format!("/{text}")),
        _ => None,
    });
    let path = segments.collect::<Option<String>>()?;
    Some(if path.is_empty() { "/".to_owned() } else { path })
}
