//! A visitor, a page and a moment, as the commands get them.

use crate::config::Shop;
use crate::failure::Failure;
use attune_core::codec::to_hex;
use attune_core::context::{Context, Device};
use attune_core::decide::{Observer, SlotDecision, Unit, decide};
use attune_core::device::url_host;
use attune_core::loaded::Loaded;
use attune_core::profile::json::{Visitor, VisitorRequest};
use attune_core::profile::{Choice, Effective, PageSeen, Profile};
use attune_core::segment::{Evaluation, Facts, Page};

/// Everything that a decision depends on, beside the bundle.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) profile: Profile,
    pub(crate) request: VisitorRequest,
    /// Path of the page, beginning with `/`.
    pub(crate) path: String,
    pub(crate) query: String,
    /// Language of the document; empty for the site's first locale.
    pub(crate) lang: String,
    pub(crate) now_s: u32,
    /// What a visitor without an id is called, so that the same visitor always gets the same arms; without a name
    /// they are not enrolled.
    pub(crate) name: Option<String>,
    /// A persona is decided for as it stands; a cookie as the edge does it, this page counted.
    pub(crate) counts_page: bool,
    /// Nobody may be enrolled: who this is will be known again later.
    pub(crate) foreign: bool,
    /// Arms that are forced, by campaign.
    pub(crate) arms: Vec<(Box<str>, Box<str>)>,
}

impl Scene {
    /// A visitor on a page; a moment of their own counts before that of the page.
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
            foreign: false,
            arms: visitor.arms,
        })
    }

    /// Forces arms, before those that the visitor brings.
    pub(crate) fn force(&mut self, arms: impl Iterator<Item = (Box<str>, Box<str>)>) {
        let arms: Vec<_> = arms.collect();
        self.arms.retain(|(campaign, _)| !arms.iter().any(|(forced, _)| forced == campaign));
        self.arms.extend(arms);
    }

    /// Decides the page, watched by `observer`, and hands the decision to `then`.
    pub(crate) fn decide<O: Observer, T>(
        mut self,
        shop: &Shop,
        mut observer: O,
        then: impl FnOnce(&O, &mut Evaluation, Vec<SlotDecision>, Effective) -> T,
    ) -> Result<T, Failure> {
        let loaded = &shop.loaded;
        let mut profile = std::mem::take(&mut self.profile);
        profile.name_categories(&|name| loaded.site.category(name).into());
        let over = &self.request.overrides;
        let kinds = ["phone", "tablet", "desktop", "tv"];
        let kind = kinds.into_iter().find(|kind| Some(*kind) == over.device.as_deref());
        let context = Context {
            now_s: self.now_s,
            path: &self.path,
            query: &self.query,
            referrer_host: self.request.referrer.as_deref().map_or("", url_host),
            document_lang: &self.lang,
            country: known(over.country.as_deref()),
            region: known(over.region.as_deref()),
            continent: known(over.continent.as_deref()),
            eu: over.eu,
            language: known(over.language.as_deref()),
            device: Device { kind: kind.unwrap_or(""), ..Device::default() },
            utc_offset_min: offset_min(&self.request, self.now_s)?,
            city: known(over.city.as_deref()),
            place: over.place(),
        };
        let page = Page::of(&loaded.site, context.path, context.document_lang);
        let effective = self.settle(&mut profile, loaded, &context, &page);
        let facts = Facts {
            site: &loaded.site,
            artifacts: &shop.artifacts,
            profile: &profile,
            context: &context,
            page: &page,
            personalization: effective.personalization == Choice::Granted,
            measurement: effective.measurement == Choice::Granted,
        };
        let [id, customer] = [profile.id, profile.customer].map(|id| id.map(|id| to_hex(&id)).unwrap_or_default());
        let unit = Unit { id: &id, minted_s: profile.issued_s, customer: &customer, bot: false, forced: &self.arms };
        let mut evaluation = Evaluation::new(&loaded.conditions, facts);
        let slots = decide(loaded, &mut evaluation, unit, &mut observer);
        Ok(then(&observer, &mut evaluation, slots, effective))
    }

    /// Applies consent and, for a cookie, counts this page as the edge does.
    fn settle(&self, profile: &mut Profile, loaded: &Loaded, context: &Context, page: &Page) -> Effective {
        let effective = profile.settle(false, loaded.site.consent.terms(context.country, context.eu));
        if self.foreign {
            return Effective::default();
        }
        if effective.personalization == Choice::Granted {
            if let Some(name) = &self.name {
                profile.mint_named(name);
            }
            if self.counts_page {
                profile.page(self.now_s);
                if !page.never_profile {
                    let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
                    let (sku, category) = (some(page.sku.as_ref()), some(page.category.as_ref()));
                    profile.see(PageSeen { sku, category }, self.now_s);
                }
            }
        }
        effective
    }
}

/// Empty text is unknown.
fn known(text: Option<&str>) -> &str {
    text.unwrap_or("")
}

/// Path and query of a page's URL, or of a path.
pub(crate) fn path_and_query(url: &str) -> Result<(String, String), Failure> {
    let wrong = || {
        Failure::new(
            format!("--url {url} is not the URL of a page"),
            "write https://www.shop.example/basket or /basket",
        )
    };
    let rest = match url.split_once("://") {
        Some(("http" | "https", rest)) => {
            let start = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            rest.get(start..).unwrap_or("")
        }
        None if url.starts_with('/') => url,
        _ => return Err(wrong()),
    };
    let rest = rest.split('#').next().unwrap_or("");
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok((if path.is_empty() { "/" } else { path }.to_owned(), query.to_owned()))
}

fn offset_min(request: &VisitorRequest, now_s: u32) -> Result<Option<i16>, Failure> {
    let Some(name) = &request.timezone else { return Ok(request.overrides.utc_offset_min) };
    let wrong = || Failure::new(format!("there is no time zone {name}"), "write an IANA name such as Europe/London");
    let zone = jiff::tz::TimeZone::get(name).map_err(|_| wrong())?;
    let now = jiff::Timestamp::from_second(i64::from(now_s)).map_err(|_| wrong())?;
    Ok(i16::try_from(zone.to_offset(now).seconds() / 60).ok())
}
