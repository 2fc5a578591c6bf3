//! What a decision depends on, beside the loaded site.

use super::prepared::Prepared;
use super::site::LoadedSite;
use crate::failure::Failure;
use crate::input::{offset_min, path_and_query};
use attune_core::context::Context;
use attune_core::device::url_host;
use attune_core::profile::json::{Visitor, VisitorRequest};
use attune_core::profile::{Choice, Effective, PageSeen, Profile};
use attune_core::segment::Page;

/// A visitor, a page and a moment.
#[derive(Clone)]
pub struct DecisionInput {
    pub profile: Profile,
    pub request: VisitorRequest,
    /// Path of the page, beginning with `/`.
    pub path: String,
    pub query: String,
    /// Language of the document; empty for the site's first locale.
    pub lang: String,
    pub now_s: u32,
    /// The name that an id is derived from if the profile has none: the same name always gets the same arms. Without
    /// a name and an id the visitor is not enrolled.
    pub name: Option<String>,
    /// Whether this page is counted first, as the edge does for a cookie. A persona is decided for as it stands.
    pub counts_page: bool,
    /// Whether the visitor has a cookie that cannot be read now. They are not enrolled, since a later request may know
    /// them again.
    pub is_anonymous: bool,
    /// Arms that are forced, by campaign.
    pub arms: Vec<(Box<str>, Box<str>)>,
}

impl DecisionInput {
    /// A visitor on a page. A moment of the visitor's own comes before `now_s`.
    pub(crate) fn new(visitor: Visitor, name: &str, url: &str, now_s: u32) -> Result<Self, Failure> {
        let (path, query) = path_and_query(url)?;
        Ok(Self {
            now_s: visitor.request.overrides.now_s.unwrap_or(now_s),
            profile: visitor.profile,
            request: visitor.request,
            path,
            query,
            lang: String::new(),
            name: Some(name.to_owned()),
            counts_page: false,
            is_anonymous: false,
            arms: visitor.arms,
        })
    }

    /// Forces arms. They replace those that the visitor has for the same campaigns.
    pub(crate) fn force(&mut self, arms: impl Iterator<Item = (Box<str>, Box<str>)>) {
        let arms: Vec<_> = arms.collect();
        self.arms.retain(|(campaign, _)| !arms.iter().any(|(forced, _)| forced == campaign));
        self.arms.extend(arms);
    }

    /// Applies consent to the profile and counts the page where that is due; then the page can be decided. Call it once.
    pub(crate) fn prepare<'a>(&'a mut self, site: &'a LoadedSite) -> Result<Prepared<'a>, Failure> {
        let loaded = &site.loaded;
        let Self { profile, request, path, query, lang, now_s, name, counts_page, is_anonymous, arms } = self;
        profile.name_categories(&|name| loaded.site.category(name).into());
        let context = context(request, path, query, lang, *now_s)?;
        let page = Page::of(&loaded.site, context.path, context.document_lang);
        let mut effective = profile.settle(false, loaded.site.consent.terms(context.country, context.eu));
        if *is_anonymous {
            effective = Effective::default();
        } else if effective.personalization == Choice::Granted {
            if let Some(name) = name {
                profile.mint_named(name);
            }
            if *counts_page {
                count_page(profile, &page, *now_s);
            }
        }
        Ok(Prepared { site, profile, arms, context, page, effective })
    }
}

/// Counts a page as the edge does.
fn count_page(profile: &mut Profile, page: &Page, now_s: u32) {
    profile.page(now_s);
    if !page.never_profile {
        let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let (sku, category) = (some(page.sku.as_ref()), some(page.category.as_ref()));
        profile.see(PageSeen { sku, category }, now_s);
    }
}

fn context<'a>(
    request: &'a VisitorRequest,
    path: &'a str,
    query: &'a str,
    lang: &'a str,
    now_s: u32,
) -> Result<Context<'a>, Failure> {
    let context =
        Context { path, query, referrer_host: referrer_host(request), document_lang: lang, ..Context::default() };
    let utc_offset_min = offset_min(request, now_s)?;
    Ok(Context { now_s, utc_offset_min, ..request.overrides.applied(context) })
}

fn referrer_host(request: &VisitorRequest) -> &str {
    request.referrer.as_deref().map_or("", url_host)
}
