//! Which pages the Worker personalizes, and which it should.

use super::code::Code;
use super::page::{Listing, Page};
use super::reach::{NO_CONFIG, html_pages};
use super::report::{Report, places};
use super::seen::Seen;

/// Charsets that are never changed, as `www/shim/eligibility.mjs` has them.
const FOREIGN: [&str; 10] =
    ["utf-16", "utf16", "utf-32", "utf-7", "ucs-2", "iso-10646", "unicode", "iso-2022-", "hz-gb", "csunicode"];

/// Judges the pages one by one.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    if !seen.is_healthy() {
        let why = "nothing is personalized now; the errors of D02 say why";
        report.skip(&[Code::NotListed, Code::HeaderLost, Code::NoPageType, Code::NotMeasured], why);
        return untouched(seen, report);
    }
    report.look(&[Code::NotListed, Code::HeaderLost]);
    foreign(seen, report);
    for page in html_pages(seen).filter(|page| foreign_coding(page).is_none()) {
        listing(seen, page, report);
    }
    untouched(seen, report);
    types(seen, report);
}

fn listing(seen: &Seen, page: &Page, report: &mut Report) {
    let kind = seen.page_type(page);
    match page.listing() {
        Listing::Marked => {}
        Listing::Filled | Listing::Listed => report.find(
            Code::HeaderLost,
            format!("{} comes from the Worker, and the response header Attune is missing", page.path),
            "look for a proxy in front of the Worker that removes headers it does not know; if the header comes and goes, see the Worker's log",
        ),
        // A link that no page type has is somebody else's page.
        Listing::Absent if seen.config.is_some() && kind.is_empty() && page.path != first_path(seen) => {}
        Listing::Absent => {
            let of_type = if kind.is_empty() { String::new() } else { format!(" (of the type `{kind}`)") };
            report.find(
                Code::NotListed,
                format!("{}{of_type} passes through the Worker untouched", page.path),
                format!("add a pattern with {} to ROUTES in wrangler.toml, and deploy the page Worker", page.person.url.path()),
            );
        }
    }
}

fn first_path<'s>(seen: &'s Seen) -> &'s str {
    seen.first().map_or("", |page| page.path.as_str())
}

/// What makes a page one that is never changed, by its headers.
fn foreign_coding(page: &Page) -> Option<String> {
    let kind = page.person.header("content-type").to_ascii_lowercase();
    let charset = kind.split_once("charset=").map(|(_, rest)| rest.trim_matches(['"', ' ']));
    if let Some(charset) = charset.filter(|charset| FOREIGN.iter().any(|foreign| charset.starts_with(foreign))) {
        return Some(format!("the charset {charset}"));
    }
    let coding = page.person.header("content-encoding");
    (!coding.is_empty() && coding != "identity")
        .then(|| format!("the Content-Encoding {coding}, although none was asked for"))
}

fn foreign(seen: &Seen, report: &mut Report) {
    report.look(&[Code::ForeignBytes]);
    for page in html_pages(seen) {
        if let Some(coding) = foreign_coding(page).filter(|_| page.mark.is_none()) {
            report.find(
                Code::ForeignBytes,
                format!("{} has {coding}, and passes as it is", page.path),
                "let the origin send UTF-8, compressed with gzip, br or not at all",
            );
        }
    }
}

/// What the header `Attune` says of pages that were left alone.
fn untouched(seen: &Seen, report: &mut Report) {
    report.look(&[Code::Fragment, Code::Amp, Code::Unfinished, Code::NoNavigation]);
    for page in &seen.pages {
        let path = &page.path;
        match page.mark.as_ref().and_then(super::mark::Mark::untouched) {
            Some("fragment") => report.find(
                Code::Fragment,
                format!("{path} begins with no doctype, <html>, <head> or <body>"),
                "let the page begin with <!doctype html>; a part of a page that a script fetches needs no change",
            ),
            Some("amp") => report.find(
                Code::Amp,
                format!("{path} is AMP, and passes untouched"),
                "nothing to do; give visitors a page that is not AMP",
            ),
            Some("unfinished") => report.find(
                Code::Unfinished,
                format!("{path} does not show within 16 KB and a second what it is"),
                "send the doctype and <html> first, before long comments and slow queries",
            ),
            Some(_) => report.find(
                Code::NoNavigation,
                format!("{path} was asked for as browsers ask for pages, and the Worker took it for something else"),
                "look for a proxy in front of the Worker that changes Sec-Fetch-Dest or Sec-Fetch-Mode",
            ),
            None => {}
        }
    }
}

/// The other way round: pages that the Worker has and the configuration does not.
fn types(seen: &Seen, report: &mut Report) {
    let Some(config) = seen.config else { return report.skip(&[Code::NoPageType], NO_CONFIG) };
    report.look(&[Code::NoPageType]);
    let untyped = seen.pages.iter().filter(|page| page.mark.is_some() && seen.page_type(page).is_empty());
    let paths: Vec<&str> = untyped.map(|page| page.path.as_str()).collect();
    if !paths.is_empty() {
        report.find(
            Code::NoPageType,
            format!("personalized, and of no type in [pages]: {}", places(&paths)),
            "add a pattern to [pages], or take the path out of ROUTES",
        );
    }
    let missing = config.site.pages.iter().map(|kind| kind.key.as_str());
    let missing: Vec<&str> =
        missing.filter(|kind| !seen.pages.iter().any(|page| seen.page_type(page) == *kind)).collect();
    if !missing.is_empty() {
        report.skip_part(
            Code::NotListed,
            format!("no page was found of the type {}: --page PATH names one", places(&missing)),
        );
    }
}
