//! What a request is decided with: the visitor, the moment and the page.

use super::page_core::PageCore;
use super::preview::leave_out_scripts;
use super::request::Request;
use crate::artifacts::Artifacts;
use crate::bundle::{Rules, Site, Terms};
use crate::codec::to_hex;
use crate::context::Context;
use crate::decide::{Observer, SlotDecision, Unit, decide};
use crate::profile::{Choice, Effective, Minted, PageSeen, Preview, Profile, interest};
use crate::segment::{Evaluation, Facts, Page};
use alloc::string::String;
use alloc::vec::Vec;

/// The visitor of one request, consent already applied.
pub struct Visit {
    profile: Profile,
    effective: Effective,
    /// The browser holds a profile that nothing allows any more: the response deletes it.
    must_go: bool,
    /// Characters of the profile cookie that the request brought.
    cookie_chars: usize,
    preview: Option<Preview>,
}

impl Visit {
    /// The visitor's own id, where it may be used.
    pub(super) fn id(&self) -> Option<[u8; 16]> {
        self.profile.id.filter(|_| self.preview.is_none())
    }

    /// A copy of the profile for the visitor's own browser, without the page that is about to be decided; `None` for a
    /// preview's, and while the id is on its way to the cookie.
    pub(super) fn handed_out(&self, rules: &Rules, now_s: u32) -> Option<Profile> {
        let is_known = self.profile.id.is_some() || self.effective.personalization != Choice::Granted;
        (is_known && self.preview.is_none()).then(|| self.profile.handed_out(self.effective, rules, now_s))
    }
}

/// Everything that a request is decided with.
pub struct DecisionInput<'a> {
    site: &'a Site,
    artifacts: &'a Artifacts,
    profile: &'a Profile,
    context: Context<'a>,
    page: Page<'a>,
    pub(super) effective: Effective,
    /// The visitor is a preview's.
    pub(super) preview: Option<&'a Preview>,
    /// The fresh id that the page is decided with, on its way to the cookie.
    pub(super) minted: Option<Minted>,
    pub(super) must_go: bool,
    pub(super) cookie_chars: usize,
    /// Campaigns that are switched off.
    killed: &'a [usize],
    /// The visitor's id and the customer's, as units of the hash; empty for nobody.
    ids: [String; 2],
}

impl DecisionInput<'_> {
    /// What conditions may ask.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            site: self.site,
            artifacts: self.artifacts,
            profile: self.profile,
            context: &self.context,
            page: &self.page,
            personalization: self.effective.personalization == Choice::Granted,
            measurement: self.effective.measurement == Choice::Granted,
        }
    }

    /// Who is decided for.
    pub(super) fn unit(&self) -> Unit<'_> {
        let [id, customer] = &self.ids;
        Unit {
            id,
            minted_s: self.profile.issued_s,
            customer,
            bot: self.context.device.bot,
            forced: self.preview.map_or(&[], |preview| preview.arms.as_slice()),
            draws: None,
        }
    }
}

impl PageCore {
    /// The decision, and the evaluation that led to it. In a draft that lacks signatures, what could run scripts is left out,
    /// whoever asks.
    pub(super) fn decide<'s>(
        &'s self,
        input: &'s DecisionInput,
        observer: &mut impl Observer,
    ) -> (Vec<SlotDecision>, Evaluation<'s>) {
        let mut evaluation = Evaluation::new(&self.loaded.conditions, input.facts()).without(input.killed);
        let mut slots = decide(&self.loaded, &mut evaluation, input.unit(), observer);
        if self.is_inert {
            leave_out_scripts(&self.loaded, evaluation.facts.page.locale, &mut slots);
        }
        (slots, evaluation)
    }

    /// Reads the cookie, or the preview that stands in for it, and applies consent.
    pub fn visit(&self, request: &Request) -> Visit {
        let cookie = request.cookie.as_bytes();
        let now_s = request.context.now_s;
        let mut held = self.scope.read(cookie, &self.keys, now_s);
        let cookie_chars = held.chars();
        if let Some(preview) = Preview::of_request(cookie, &self.keys, now_s) {
            let mut profile = preview.profile.clone();
            let context = preview.request.applied(request.context);
            let effective = profile.settle(request.gpc, self.terms(&context));
            return Visit { profile, effective, must_go: false, cookie_chars, preview: Some(preview) };
        }
        let terms = self.terms(&request.context);
        held.hear(&self.loaded.site.consent.tool, cookie);
        // Of somebody anonymous nothing is granted, and nobody is enrolled.
        let effective = held.effective(request.gpc, terms);
        let must_go = held.must_go(effective, terms);
        let mut profile = held.profile;
        profile.enforce(effective.personalization == Choice::Granted, effective.measurement == Choice::Granted);
        Visit { profile, effective, must_go, cookie_chars, preview: None }
    }

    /// What a request is decided with, on a page in the language `lang`. With `counts` the page is counted in the visit's
    /// profile, where it may be.
    pub fn input<'a>(
        &'a self,
        request: &Request<'a>,
        visit: &'a mut Visit,
        lang: &'a str,
        counts: bool,
    ) -> DecisionInput<'a> {
        let Visit { profile, effective, must_go, cookie_chars, preview } = visit;
        let (effective, preview) = (*effective, preview.as_ref());
        let own = Context { document_lang: lang, ..request.context };
        let context = preview.map_or(own, |preview| preview.request.applied(own));
        let page = Page::of(&self.loaded.site, context.path, context.document_lang);
        let counts = counts && preview.is_none() && !context.device.bot && effective.personalization == Choice::Granted;
        let minted = (counts && profile.id.is_none() && request.document)
            .then_some(Minted { id: request.random, issued_s: context.now_s });
        if let Some(Minted { id, issued_s }) = minted {
            profile.mint(id, issued_s);
        }
        if counts {
            count(request, &self.loaded.site, &page, profile);
        }
        DecisionInput {
            site: &self.loaded.site,
            artifacts: &self.artifacts,
            ids: [profile.id, profile.customer].map(hex),
            profile,
            context,
            page,
            effective,
            preview,
            minted,
            must_go: *must_go,
            cookie_chars: *cookie_chars,
            killed: &self.killed,
        }
    }

    /// What holds in the place.
    fn terms(&self, context: &Context) -> Terms {
        self.loaded.site.consent.terms(context.country, context.eu)
    }
}

/// Counts the page in memory: its view reaches the cookie as an event of the page script. So does that of the page
/// before, which may still be on its way and is counted where the cookie lacks it.
pub(super) fn count(request: &Request, site: &Site, page: &Page, profile: &mut Profile) {
    if request.viewed {
        return;
    }
    let now_s = request.context.now_s;
    profile.page(now_s);
    let before = Some(request.referrer_path).filter(|path| !path.is_empty() && *path != request.context.path);
    if let Some(before) = before.map(|path| Page::of(site, path, "")) {
        let lacks = match (some(&before.sku), some(&before.category)) {
            (Some(sku), _) => !profile.viewed_sku(sku),
            (None, Some(category)) => !profile.viewed_category_on(category, interest::day_of(now_s)),
            (None, None) => false,
        };
        if lacks {
            see(profile, &before, now_s);
        }
    }
    see(profile, page, now_s);
}

fn see(profile: &mut Profile, page: &Page, now_s: u32) {
    if !page.never_profile {
        profile.see(PageSeen { sku: some(&page.sku), category: some(&page.category) }, now_s);
    }
}

/// A unit of the hash; empty for nobody.
fn hex(id: Option<[u8; 16]>) -> String {
    id.map_or_else(String::new, |id| to_hex(&id))
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
