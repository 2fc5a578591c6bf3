//! From a request to an answer, in one synchronous call.

use super::answer::Answer;
use super::plan::{PreviewLabel, SlotLabel, Visitor, plan};
use super::request::{Request, RequestError};
use crate::bundle::{BundleError, Loaded, Regime};
use crate::context::{Context, Device};
use crate::decide::{Fill, SlotDecision, Unit, decide};
use crate::explain::Account;
use crate::html;
use crate::limits::EXPLAIN_HEADER_BYTES_MAX;
use crate::picks::ShelfError;
use crate::profile::{
    Choice, CookieScope, Effective, KeyError, KeyRing, PREVIEW_COOKIE, PageSeen, Preview, Profile, RequestOverrides,
    ScopeError, SiteKeys, Verdict, header, to_hex,
};
use crate::segment::{Evaluation, Facts, Page};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Why a page core cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PageCoreError {
    /// The bundle cannot be used.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The key ring cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The site's hosts share no cookie.
    #[error(transparent)]
    Scope(#[from] ScopeError),
}

/// A bundle with its keys, ready for requests. Nothing changes in it between calls.
#[derive(Debug)]
pub struct PageCore {
    loaded: Loaded,
    keys: SiteKeys,
    scope: CookieScope,
    /// What the plan says of each slot, whoever the visitor is.
    slot_labels: Vec<SlotLabel>,
}

/// The visitor of one request, consent already applied.
struct Visit<'a> {
    profile: Profile,
    effective: Effective,
    /// The cookie is of a deployment that this one does not know: it must not be overwritten.
    foreign: bool,
    preview: Option<Preview>,
    context: Context<'a>,
}

impl PageCore {
    /// Loads a bundle and a key ring.
    ///
    /// # Errors
    /// [`PageCoreError`] when either is unusable.
    pub fn new(bundle: &[u8], keys: &str) -> Result<Self, PageCoreError> {
        let loaded = Loaded::load(bundle)?;
        let scope = CookieScope::of(&loaded.site.hosts)?;
        let keys = KeyRing::parse(keys)?.bind(&loaded.site.name);
        let slot_labels = loaded.slots.iter().map(|slot| SlotLabel::of(slot.as_ref())).collect();
        Ok(Self { loaded, keys, scope, slot_labels })
    }

    /// The bundle.
    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// Puts a catalogue, an index or an overlay beside the bundle: [`crate::bundle::manifest::ArtifactKind`]. What is
    /// refused leaves everything as it was.
    ///
    /// # Errors
    /// [`ShelfError`] when it is unusable, or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), ShelfError> {
        self.loaded.shelf.put(kind, bytes)
    }

    /// Announces a catalogue or an index that comes piece by piece.
    ///
    /// # Errors
    /// [`ShelfError`] when there is no room for it, or no catalogue that it could belong to.
    pub fn begin(&mut self, kind: u8, length: usize) -> Result<(), ShelfError> {
        self.loaded.shelf.begin(kind, length)
    }

    /// The next bytes of what was announced.
    pub fn feed(&mut self, piece: &[u8]) {
        self.loaded.shelf.feed(piece);
    }

    /// Checks about so many bytes more of what has come; true when there is no more to do.
    ///
    /// # Errors
    /// [`ShelfError`] when it is unusable, or does not belong to the catalogue.
    pub fn step(&mut self, bytes: usize) -> Result<bool, ShelfError> {
        self.loaded.shelf.step(bytes)
    }

    /// Takes an artifact over from another core, without a copy.
    pub fn adopt(&mut self, from: &Self, kind: u8) {
        self.loaded.shelf.adopt(&from.loaded.shelf, kind);
    }

    /// The visitor holds a preview token.
    pub(super) fn is_preview(&self, request: &Request) -> bool {
        self.visit(request).preview.is_some()
    }

    /// Decides a page. `prelude` is the first bytes of its body, which name its language.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed; then the page is the origin's.
    pub fn open(&self, request: &str, prelude: &[u8]) -> Result<Vec<u8>, RequestError> {
        let request = Request::parse(request)?;
        Ok(self.answer(&request, prelude).encode(request.utf8))
    }

    /// Decides a page, as a value.
    pub fn answer(&self, request: &Request, prelude: &[u8]) -> Answer {
        let mut visit = self.visit(request);
        if let Some(lang) = html::document_lang(prelude) {
            visit.context.document_lang = lang;
        }
        let preview = visit.preview.take();
        let context = preview.as_ref().map_or(visit.context, |preview| applied(&preview.request, visit.context));
        let page = Page::of(&self.loaded.site, context.path, context.document_lang);
        let set_cookie = if preview.is_none() { self.remember(request, &mut visit, &page) } else { None };
        let id = visit.profile.id.map(|id| to_hex(&id)).unwrap_or_default();
        let unit = Unit {
            id: &id,
            minted_s: visit.profile.issued_s,
            customer: "",
            bot: context.device.bot,
            forced: preview.as_ref().map_or(&[], |preview| preview.arms.as_slice()),
        };
        let facts = Facts {
            site: &self.loaded.site,
            profile: &visit.profile,
            context: &context,
            page: &page,
            personalization: visit.effective.personalization == Choice::Granted,
            measurement: visit.effective.measurement == Choice::Granted,
        };
        let mut evaluation = Evaluation::new(&self.loaded, facts);
        let mut account = Account::default();
        let slots = match &preview {
            Some(_) => decide(&self.loaded, &mut evaluation, unit, &mut account),
            None => decide(&self.loaded, &mut evaluation, unit, &mut ()),
        };
        let mut answer = Answer {
            summary: self.summary(request, &slots, visit.effective),
            set_cookie: set_cookie.unwrap_or_default(),
            ..Answer::default()
        };
        if (request.measure || preview.is_some()) && !context.device.bot {
            let label =
                preview.as_ref().map(|p| PreviewLabel { name: &p.name, expires_s: p.expires_s, account: &account });
            let visitor = Visitor {
                personalization: visit.effective.personalization,
                measurement: visit.effective.measurement,
                profile: &visit.profile,
            };
            let plan = plan(&self.loaded, &self.slot_labels, &slots, &visitor, label.as_ref(), &mut evaluation);
            answer.tail = tail(&plan, request.nonce, request.measure, preview.is_some());
            if preview.is_some() && plan.len() <= EXPLAIN_HEADER_BYTES_MAX {
                answer.summary.push('\n');
                answer.summary.push_str(&plan);
            }
        }
        self.place(slots, &mut answer);
        answer
    }

    /// Decides for what is no page, in the locale of `lang`: nothing is counted and nothing is written.
    pub(super) fn decided<T>(
        &self,
        request: &Request,
        lang: &str,
        then: impl FnOnce(&Loaded, &[SlotDecision], Effective, &Evaluation) -> T,
    ) -> T {
        let visit = self.visit(request);
        let own = Context { document_lang: lang, ..visit.context };
        let context = visit.preview.as_ref().map_or(own, |preview| applied(&preview.request, own));
        let page = Page::of(&self.loaded.site, context.path, context.document_lang);
        let id = visit.profile.id.map(|id| to_hex(&id)).unwrap_or_default();
        let forced = visit.preview.as_ref().map_or(&[][..], |preview| preview.arms.as_slice());
        let unit = Unit { id: &id, minted_s: visit.profile.issued_s, customer: "", bot: context.device.bot, forced };
        let facts = Facts {
            site: &self.loaded.site,
            profile: &visit.profile,
            context: &context,
            page: &page,
            personalization: visit.effective.personalization == Choice::Granted,
            measurement: visit.effective.measurement == Choice::Granted,
        };
        let mut evaluation = Evaluation::new(&self.loaded, facts);
        let slots = decide(&self.loaded, &mut evaluation, unit, &mut ());
        then(&self.loaded, &slots, visit.effective, &evaluation)
    }

    /// What conditions would find, without counting the page: hands the facts of a request to `look`.
    pub fn inspect<T>(&self, request: &Request, prelude: &[u8], look: impl FnOnce(&Loaded, Facts) -> T) -> T {
        let visit = self.visit(request);
        let context = visit.preview.as_ref().map_or(visit.context, |preview| applied(&preview.request, visit.context));
        let document_lang = html::document_lang(prelude).unwrap_or_default();
        let page = Page::of(&self.loaded.site, context.path, document_lang);
        let facts = Facts {
            site: &self.loaded.site,
            profile: &visit.profile,
            context: &context,
            page: &page,
            personalization: visit.effective.personalization == Choice::Granted,
            measurement: visit.effective.measurement == Choice::Granted,
        };
        look(&self.loaded, facts)
    }

    /// Reads the cookie, or the preview that stands in for it, and applies consent.
    fn visit<'a>(&self, request: &Request<'a>) -> Visit<'a> {
        let cookie = request.cookie.as_bytes();
        let now_s = request.context.now_s;
        let preview = match header::find(cookie, PREVIEW_COOKIE) {
            header::Lookup::One(token) => Preview::open(token, &self.keys, now_s).ok(),
            _ => None,
        };
        if let Some(preview) = preview {
            let mut profile = preview.profile.clone();
            let context = applied(&preview.request, request.context);
            let effective = profile.settle(request.gpc, self.regime(&context));
            return Visit { profile, effective, foreign: false, preview: Some(preview), context: request.context };
        }
        let verdict = self.scope.read(cookie, &self.keys, now_s);
        let foreign = matches!(verdict, Verdict::Anonymous(_));
        let mut profile = match verdict {
            Verdict::Valid(profile) => profile,
            _ => Profile::default(),
        };
        let mut effective = profile.settle(request.gpc, self.regime(&request.context));
        if foreign {
            // Who this is will be known again after the deployment; until then nobody is enrolled.
            effective = Effective::default();
        }
        Visit { profile, effective, foreign, preview: None, context: request.context }
    }

    /// Counts the page and gives the `Set-Cookie` value that keeps it, where this response may set one.
    fn remember(&self, request: &Request, visit: &mut Visit, page: &Page) -> Option<String> {
        if visit.foreign || request.prefetch || !request.document || request.context.device.bot {
            return None;
        }
        let now_s = request.context.now_s;
        if visit.effective.personalization == Choice::Granted {
            visit.profile.mint(request.random, now_s);
            visit.profile.page(now_s);
            if !page.never_profile {
                let (sku, category) = (some(&page.sku), some(&page.category));
                visit.profile.see(PageSeen { sku, category }, now_s);
            }
        }
        self.scope.update(request.cookie.as_bytes(), &visit.profile, &self.keys)
    }

    /// The consent regime of the place.
    fn regime(&self, context: &Context) -> Regime {
        self.loaded.site.consent.regime(context.country, context.eu)
    }

    /// What the response header says: the bundle, how many slots are filled, consent, and the cookie's size.
    fn summary(&self, request: &Request, slots: &[SlotDecision], effective: Effective) -> String {
        let filled = slots.iter().filter(|slot| slot.fill.is_some()).count();
        let consent = match effective.personalization {
            Choice::Granted => "granted",
            Choice::Denied => "denied",
            Choice::Unknown => "unknown",
        };
        let cookie = match header::find(request.cookie.as_bytes(), self.scope.cookie_name()) {
            header::Lookup::One(value) => value.len(),
            _ => 0,
        };
        let Loaded { version, .. } = &self.loaded;
        format!("bundle={version}, filled={filled}/{}, consent={consent}, cookie={cookie}", slots.len())
    }

    /// Gives the scanner its targets, and the answer the fills in their order.
    fn place(&self, slots: Vec<SlotDecision>, answer: &mut Answer) {
        let mut targets = Vec::with_capacity(slots.len());
        answer.fills.reserve(slots.len());
        for (slot, decision) in self.loaded.slots.iter().zip(slots) {
            let (Some(slot), Some(fill)) = (slot, decision.fill) else { continue };
            let index = u16::try_from(answer.fills.len()).unwrap_or(u16::MAX);
            targets.push((index, &slot.selector));
            answer.fills.push(fill);
        }
        if targets.is_empty() && answer.tail.is_empty() {
            return;
        }
        match html::scan_start_of(targets.into_iter(), !answer.tail.is_empty()) {
            Ok(state) => answer.scanner = state,
            // More selectors than a state holds: the compiler refuses such a site; here the page stays as it is.
            Err(_) => answer.fills = Vec::<Fill>::new(),
        }
    }
}

/// The moment as a preview has it; what the preview leaves open is the platform's.
fn applied<'a>(preview: &'a RequestOverrides, context: Context<'a>) -> Context<'a> {
    let text = |own: &'a Option<Box<str>>, platform| own.as_deref().unwrap_or(platform);
    let kind = ["phone", "tablet", "desktop", "tv"].into_iter().find(|kind| Some(*kind) == preview.device.as_deref());
    Context {
        now_s: preview.now_s.unwrap_or(context.now_s),
        country: text(&preview.country, context.country),
        region: text(&preview.region, context.region),
        continent: text(&preview.continent, context.continent),
        eu: preview.eu.or(context.eu),
        language: text(&preview.language, context.language),
        device: Device { kind: kind.unwrap_or(context.device.kind), ..context.device },
        utc_offset_min: preview.utc_offset_min.or(context.utc_offset_min),
        city: text(&preview.city, context.city),
        place: preview.place().or(context.place),
        ..context
    }
}

/// The plan, the page script, and for a preview the overlay. JSON in a data block is no script, so only the
/// scripts need the nonce.
fn tail(plan: &str, nonce: &str, measure: bool, preview: bool) -> String {
    let sound = nonce.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'='));
    let nonce = if nonce.is_empty() || !sound { String::new() } else { format!(" nonce=\"{nonce}\"") };
    let mut tail = format!("<script type=\"application/json\" id=\"attune-plan\">{plan}</script>");
    for (name, wanted) in [("page", measure), ("overlay", preview)] {
        if wanted {
            for piece in ["<script src=\"/_attune/", name, ".js\" async", &nonce, "></script>"] {
                tail.push_str(piece);
            }
        }
    }
    tail
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
