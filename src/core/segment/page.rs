//! What the page patterns say of a path.

use crate::bundle::{DecisionHeader, Site, leaves_no_memory};
use crate::codec::percent_decoded;
use crate::limits;
use alloc::borrow::Cow;

/// What the page patterns say of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// Page type; empty when no pattern has the path.
    pub kind: &'a str,
    /// Product key; empty when the pattern captures none.
    pub sku: Cow<'a, str>,
    /// Category key; empty when the pattern captures none.
    pub category: Cow<'a, str>,
    /// Index of the locale that contents are written in: the document's, or where the site has none of its
    /// language, that of the path.
    pub locale: usize,
    /// Index of the locale that is decided by: where the origin is told the decision, that of the path, since the
    /// page is not there yet.
    pub decided_locale: usize,
    /// What the origin is told of this page, if it is.
    pub decision_header: Option<&'a DecisionHeader>,
    /// Views of this page leave no memory.
    pub never_profile: bool,
}

impl<'a> Page<'a> {
    /// Matches a path against the site's patterns; the first that has it wins.
    pub fn of(site: &'a Site, path: &'a str, document_lang: &str) -> Self {
        let decision_header = decision_header_on(site, path);
        let of_path = path_locale(site, path);
        let locale = locale_named(site, document_lang, language_of(document_lang)).unwrap_or(of_path);
        let mut page = Page {
            locale,
            decided_locale: if decision_header.is_some() { of_path } else { locale },
            decision_header,
            never_profile: leaves_no_memory(&site.never_profile, path),
            ..Page::default()
        };
        let first = site
            .pages
            .iter()
            .flat_map(|kind| kind.patterns.iter().map(move |pattern| (kind, pattern)))
            .find_map(|(kind, pattern)| pattern.captured(path).map(|captured| (kind, captured)));
        if let Some((kind, captured)) = first {
            page.kind = &kind.key;
            page.sku = sku(captured.sku);
            page.category = match percent_decoded(captured.category, false) {
                Cow::Borrowed(name) => site.category(name),
                Cow::Owned(name) => Cow::Owned(site.category(&name).into_owned()),
            };
        }
        page
    }
}

/// What the origin is told of the pages of this path: the first entry that has it.
pub(crate) fn decision_header_on<'a>(site: &'a Site, path: &str) -> Option<&'a DecisionHeader> {
    site.decision_headers.iter().find(|rule| rule.has(path))
}

/// A captured product key, percent-decoded; one that is too long is no key.
fn sku(captured: &str) -> Cow<'_, str> {
    let decoded = percent_decoded(captured, false);
    if decoded.len() <= limits::SKU_BYTES_MAX { decoded } else { Cow::Borrowed("") }
}

/// The locale that the path begins with, by its tag or its language: `/de-DE/p/1`, `/de/p/1`; else the fallback.
fn path_locale(site: &Site, path: &str) -> usize {
    let first = path.split('/').nth(1).unwrap_or("");
    locale_named(site, first, first).unwrap_or(0)
}

/// The locale of this tag, else the first of the language.
fn locale_named(site: &Site, tag: &str, language: &str) -> Option<usize> {
    let position = |is_it: &dyn Fn(&str) -> bool| site.locales.iter().position(|locale| is_it(&locale.tag));
    let exact = position(&|known| is_tag(known, tag));
    exact.or_else(|| position(&|known| language_of(known).eq_ignore_ascii_case(language)))
}

/// Many write `de_DE` for `de-DE`.
const DASHES: [char; 2] = ['-', '_'];

fn is_tag(known: &str, tag: &str) -> bool {
    let is_same = |(known, byte): (u8, u8)| known.eq_ignore_ascii_case(&byte) || (known == b'-' && byte == b'_');
    known.len() == tag.len() && known.bytes().zip(tag.bytes()).all(is_same)
}

fn language_of(tag: &str) -> &str {
    tag.split(DASHES).next().unwrap_or(tag)
}
