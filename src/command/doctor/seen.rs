//! All that is asked of a site, before anything is judged.

use super::health::Api;
use super::page::{Page, is_html};
use super::returning::Returning;
use super::visit::{Answer, Client, Coding, NoPage, Who, path_of};
use crate::http::HttpError;
use attune_core::bundle::{PathPattern, PathSegment};
use attune_core::codec::percent_encode;
use attune_core::loaded::Loaded;
use attune_core::segment;
use std::collections::BTreeSet;
use url::Url;

/// Most pages that are looked at.
const PAGES_MAX: usize = 12;
/// Most pages that no pattern of the configuration has.
const UNTYPED_MAX: usize = 3;
/// Most scripts of the site that are searched for the consent call.
const SCRIPTS_MAX: usize = 20;

/// What a visit saw.
#[derive(Debug)]
pub(super) struct Seen<'c> {
    pub(super) config: Option<&'c Loaded>,
    /// The site as visitors know it: its page at the end of the redirects, under its public name.
    pub(super) public: Url,
    /// The first is the one that was asked for.
    pub(super) pages: Vec<Page>,
    /// Pages that were asked for and gave no answer.
    pub(super) unanswered: Vec<(String, HttpError)>,
    pub(super) api: Api,
    pub(super) health: Option<Answer>,
    /// The first page, for another new visitor.
    pub(super) second: Option<Answer>,
    /// The first page, compressed if the site does that.
    pub(super) packed: Option<Answer>,
    pub(super) script: Result<Answer, HttpError>,
    /// What the publisher says to somebody without a key.
    pub(super) publisher: Option<Answer>,
    /// What the address for the shop's servers says to somebody without a key.
    pub(super) servers: Option<Answer>,
    /// `None` where nobody can agree.
    pub(super) returning: Option<Returning>,
    /// Scripts of the page's own host.
    pub(super) scripts: Vec<Answer>,
}

impl<'c> Seen<'c> {
    /// Looks at the site, the answer to its first page in hand.
    pub(super) fn gather(client: &Client, config: Option<&'c Loaded>, first: Answer, paths: &[String]) -> Self {
        let base = first.url.clone();
        let get = |path: &str| client.call(&base, path, None, "");
        let health = get("/_attune/health").ok();
        let api = health.as_ref().map_or(Api::Foreign, Api::of);
        let mut pages = vec![Page::look(client, first)];
        let mut unanswered = Vec::new();
        visit_more(client, config, &base, paths, &mut pages, &mut unanswered);
        let packs = |coding| client.page(&base, Who::Person, coding, "").ok();
        let is_loaded = api.health().is_some_and(|health| health.status == "ok");
        let first = pages.first();
        Self {
            config,
            public: public(client, &base),
            second: packs(Coding::Identity),
            packed: packs(Coding::Packed),
            script: get("/_attune/page.js"),
            publisher: get("/_attune/publish/state").ok(),
            servers: client.call(&base, "/_attune/decide", Some("{}"), "").ok(),
            returning: first.filter(|_| is_loaded).map(|page| Returning::visit(client, page)),
            scripts: first.map(|page| own_scripts(client, page)).unwrap_or_default(),
            pages,
            unanswered,
            api,
            health,
        }
    }

    /// The page that was asked for. There always is one.
    pub(super) fn first(&self) -> Option<&Page> {
        self.pages.first()
    }

    /// Pages that the Worker decided for a person.
    pub(super) fn decided(&self) -> Vec<&Page> {
        self.pages.iter().filter(|page| page.is_decided()).collect()
    }

    /// Whether pages are personalized now, by what the health check says.
    pub(super) fn is_healthy(&self) -> bool {
        self.api.health().is_some_and(|health| health.status == "ok")
    }

    /// Whether the Worker is seen at all.
    pub(super) fn has_worker(&self) -> bool {
        !matches!(self.api, Api::Foreign) || self.pages.iter().any(|page| page.mark.is_some())
    }

    /// The type that the configuration has for a page; empty for none.
    pub(super) fn page_type(&self, page: &Page) -> String {
        self.config.map_or_else(String::new, |config| kind_of(config, page.person.url.path()))
    }
}

/// The page type of a path; empty for none.
fn kind_of(config: &Loaded, path: &str) -> String {
    segment::Page::of(&config.site, path, "").kind.to_owned()
}

/// The URL of the site under its public name.
fn public(client: &Client, url: &Url) -> Url {
    let mut public = url.clone();
    if let Some((name, port)) = client.public_host.as_deref().map(|host| host.split_once(':').unwrap_or((host, ""))) {
        // A name that is none was refused when the options were read.
        let _ = public.set_host(Some(name));
        let _ = public.set_port(port.parse().ok());
    }
    public
}

/// Looks at the pages that were named, and at one of each type of the configuration: a path that a pattern spells out, or a
/// link of the pages before. Links that no type has show whether the Worker does more than the configuration knows.
fn visit_more(
    client: &Client,
    config: Option<&Loaded>,
    base: &Url,
    paths: &[String],
    pages: &mut Vec<Page>,
    unanswered: &mut Vec<(String, HttpError)>,
) {
    let mut known: BTreeSet<String> = pages.iter().map(|page| page.path.clone()).collect();
    let mut visit = |url: &Url, is_promised: bool, pages: &mut Vec<Page>| {
        if pages.len() == PAGES_MAX || !known.insert(path_of(url)) {
            return;
        }
        match client.follow(url, Who::Person) {
            Ok((answer, led)) => {
                let is_elsewhere =
                    answer.url.origin() != base.origin() || (!led.is_empty() && !known.insert(answer.path()));
                // What is linked need not be there, and need not be a page.
                if !is_elsewhere && (is_promised || is_html(&answer)) {
                    pages.push(Page::look(client, answer));
                }
            }
            Err(NoPage::Http(at, error)) => unanswered.push((path_of(&at), error)),
            Err(NoPage::Loop(_)) => {}
        }
    };
    for url in paths.iter().filter_map(|path| base.join(path).ok()) {
        visit(&url, true, pages);
    }
    let Some(config) = config else { return };
    for kind in &config.site.pages {
        if pages.iter().any(|page| kind_of(config, page.person.url.path()) == kind.key) {
            continue;
        }
        let spelt = kind.patterns.iter().find_map(literal).and_then(|path| base.join(&path).ok());
        let linked = || links(pages, base).into_iter().find(|url| kind_of(config, url.path()) == kind.key);
        let is_spelt = spelt.is_some();
        if let Some(url) = spelt.or_else(linked) {
            visit(&url, is_spelt, pages);
        }
    }
    let untyped: Vec<Url> =
        links(pages, base).into_iter().filter(|url| kind_of(config, url.path()).is_empty()).collect();
    for url in untyped.iter().take(UNTYPED_MAX) {
        visit(url, false, pages);
    }
}

/// The path of a pattern that spells it out.
fn literal(pattern: &PathPattern) -> Option<String> {
    let mut path = String::new();
    for segment in &pattern.segments {
        let PathSegment::Literal(text) = segment else { return None };
        path.push('/');
        percent_encode(text, &mut path);
    }
    Some(if path.is_empty() { "/".to_owned() } else { path })
}

/// The pages of the site that these pages lead to, each once.
fn links(pages: &[Page], base: &Url) -> Vec<Url> {
    let mut found: Vec<Url> = Vec::new();
    for page in pages {
        for link in &page.document.links {
            let Ok(mut url) = page.person.url.join(link) else { continue };
            url.set_fragment(None);
            url.set_query(None);
            // What has an extension is rarely a page.
            let is_file = url.path().rsplit('/').next().is_some_and(|name| name.contains('.'));
            if url.origin() == base.origin()
                && !is_file
                && !url.path().starts_with("/_attune/")
                && !found.contains(&url)
            {
                found.push(url);
            }
        }
    }
    found
}

/// The scripts that a page loads from its own host, without ours.
fn own_scripts(client: &Client, page: &Page) -> Vec<Answer> {
    let url = &page.person.url;
    let sources = page.document.scripts.iter().filter(|script| !script.src.is_empty());
    let urls = sources.filter_map(|script| url.join(&script.src).ok());
    let own = urls.filter(|script| script.origin() == url.origin() && !script.path().starts_with("/_attune/"));
    own.take(SCRIPTS_MAX).filter_map(|script| client.call(&script, script.as_str(), None, "").ok()).collect()
}
