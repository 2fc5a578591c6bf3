//! From a request to an answer, in one synchronous call.

use super::answer::{Answer, Insert};
use super::document::page_lang;
use super::plan::{PreviewLabel, SlotLabel, Visitor, plan};
use super::request::{Request, RequestError};
use crate::bundle::{Body, BundleError, Loaded, Regime};
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
use crate::render;
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
struct Visit {
    profile: Profile,
    effective: Effective,
    /// The cookie is of a deployment that this one does not know: it must not be overwritten.
    foreign: bool,
    preview: Option<Preview>,
}

/// Everything that a request is decided with.
pub(super) struct Scene<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) unit: Unit<'a>,
    pub(super) effective: Effective,
    /// The visitor is a preview's.
    pub(super) preview: Option<&'a Preview>,
    /// The page was counted, and the response may set the cookie.
    counted: bool,
}

/// What is done with the decision of a request.
pub(super) type Decided<'t> = dyn FnMut(&Request, &Scene, &[SlotDecision], &mut Evaluation) + 't;

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

    /// The keys.
    pub(super) fn keys(&self) -> &SiteKeys {
        &self.keys
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

    /// Decides a page. `prelude` is the first bytes of its body, which name its language.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed; then the page is the origin's.
    pub fn open(&self, request: &str, prelude: &[u8]) -> Result<Vec<u8>, RequestError> {
        let request = Request::parse(request)?;
        Ok(self.answer(&request, prelude).encode())
    }

    /// Decides a page, as a value. What is no page stays as it is, and nothing is decided or counted.
    pub fn answer(&self, request: &Request, prelude: &[u8]) -> Answer {
        let mut answer = Answer::default();
        match page_lang(request, prelude) {
            Ok(lang) => self.scene(request, lang, true, &mut |scene| answer = self.answer_in(request, scene)),
            Err(untouched) => {
                let Loaded { version, slots, .. } = &self.loaded;
                answer.summary = format!("bundle={version}, filled=0/{}, untouched={}", slots.len(), untouched.key());
            }
        }
        answer
    }

    fn answer_in(&self, request: &Request, scene: &Scene) -> Answer {
        let Scene { facts, unit, effective, preview, counted } = scene;
        let mut evaluation = Evaluation::new(&self.loaded, *facts);
        let mut account = Account::default();
        let slots = match preview {
            Some(_) => decide(&self.loaded, &mut evaluation, *unit, &mut account),
            None => decide(&self.loaded, &mut evaluation, *unit, &mut ()),
        };
        let cookie = request.cookie.as_bytes();
        let set_cookie = if *counted { self.scope.update(cookie, facts.profile, &self.keys) } else { None };
        let mut answer = Answer {
            summary: self.summary(request, &slots, *effective),
            set_cookie: set_cookie.unwrap_or_default(),
            ..Answer::default()
        };
        if (request.measure || preview.is_some()) && !facts.context.device.bot {
            let label = preview.map(|p| PreviewLabel {
                name: &p.name,
                expires_s: p.expires_s,
                cookie_chars: self.scope.encode(facts.profile, &self.keys).value.len(),
                account: &account,
            });
            let visitor = Visitor {
                personalization: effective.personalization,
                measurement: effective.measurement,
                profile: facts.profile,
            };
            let plan = plan(&self.loaded, &self.slot_labels, &slots, &visitor, label.as_ref(), &mut evaluation);
            answer.tail = tail(&plan, request.nonce, request.measure, preview.is_some());
            if preview.is_some() {
                answer.summary.push('\n');
                if plan.len() <= EXPLAIN_HEADER_BYTES_MAX {
                    answer.summary.push_str(&plan);
                }
            }
        }
        self.place(slots, facts.page.locale, request.utf8, &mut answer);
        answer
    }

    /// What conditions would find, without counting the page: hands the facts of a request to `look`.
    pub fn inspect(&self, request: &Request, prelude: &[u8], look: &mut dyn FnMut(&Loaded, Facts)) {
        let lang = page_lang(request, prelude).unwrap_or_default();
        self.scene(request, lang, false, &mut |scene| look(&self.loaded, scene.facts));
    }

    /// Decides the request of a text, on a page in the language `lang`, and hands the decision to `then`, once.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub(super) fn decided(
        &self,
        request: &str,
        lang: &str,
        counts: bool,
        then: &mut Decided,
    ) -> Result<(), RequestError> {
        let request = Request::parse(request)?;
        self.scene(&request, lang, counts, &mut |scene| {
            let mut evaluation = Evaluation::new(&self.loaded, scene.facts);
            let slots = decide(&self.loaded, &mut evaluation, scene.unit, &mut ());
            then(&request, scene, &slots, &mut evaluation);
        });
        Ok(())
    }

    /// Sets the scene of a request, on a page in the language `lang`, and hands it to `then`, once. With `counts` the
    /// page is counted, where it may be.
    fn scene(&self, request: &Request, lang: &str, counts: bool, then: &mut dyn FnMut(&Scene)) {
        let Visit { mut profile, effective, foreign, preview } = self.visit(request);
        let preview = preview.as_ref();
        let own = Context { document_lang: lang, ..request.context };
        let context = preview.map_or(own, |preview| applied(&preview.request, own));
        let page = Page::of(&self.loaded.site, context.path, context.document_lang);
        let counted = counts && preview.is_none() && !foreign && count(request, effective, &page, &mut profile);
        let [id, customer] = [profile.id, profile.customer].map(hex);
        let unit = Unit {
            id: &id,
            minted_s: profile.issued_s,
            customer: &customer,
            bot: context.device.bot,
            forced: preview.map_or(&[], |preview| preview.arms.as_slice()),
        };
        let facts = Facts {
            site: &self.loaded.site,
            shelf: &self.loaded.shelf,
            profile: &profile,
            context: &context,
            page: &page,
            personalization: effective.personalization == Choice::Granted,
            measurement: effective.measurement == Choice::Granted,
        };
        then(&Scene { facts, unit, effective, preview, counted });
    }

    /// Reads the cookie, or the preview that stands in for it, and applies consent.
    fn visit(&self, request: &Request) -> Visit {
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
            return Visit { profile, effective, foreign: false, preview: Some(preview) };
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
        Visit { profile, effective, foreign, preview: None }
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
    fn place(&self, slots: Vec<SlotDecision>, locale: usize, utf8: bool, answer: &mut Answer) {
        let mut targets = Vec::with_capacity(slots.len());
        answer.fills.reserve(slots.len());
        for (slot, decision) in self.loaded.slots.iter().zip(slots) {
            let (Some(slot), Some(fill)) = (slot, decision.fill) else { continue };
            let insert = match fill {
                Fill::Html(html) if utf8 => Insert::Html(html),
                Fill::Html(html) => Insert::Html(html::ascii_references(&html).into_owned()),
                Fill::Fields(texts) => {
                    let body = decision.content.and_then(|content| self.loaded.body(content, locale));
                    let Some(Body::Fields(fields)) = body else { continue };
                    Insert::Edits(render::edits(fields, slot, &texts, utf8))
                }
            };
            let index = u16::try_from(answer.fills.len()).unwrap_or(u16::MAX);
            targets.push((index, &slot.selector));
            answer.fills.push(insert);
        }
        if targets.is_empty() && answer.tail.is_empty() {
            return;
        }
        match html::scan_start_of(targets.into_iter(), !answer.tail.is_empty()) {
            Ok(state) => answer.scanner = state,
            // More selectors than a state holds: the compiler refuses such a site; here the page stays as it is.
            Err(_) => answer.fills = Vec::new(),
        }
    }
}

/// Counts the page in the profile; false where this response may set no cookie.
fn count(request: &Request, effective: Effective, page: &Page, profile: &mut Profile) -> bool {
    if request.prefetch || !request.document || request.context.device.bot {
        return false;
    }
    let now_s = request.context.now_s;
    if effective.personalization == Choice::Granted {
        profile.mint(request.random, now_s);
        profile.page(now_s);
        if !page.never_profile {
            let (sku, category) = (some(&page.sku), some(&page.category));
            profile.see(PageSeen { sku, category }, now_s);
        }
    }
    true
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

/// A unit of the hash; empty for nobody.
fn hex(id: Option<[u8; 16]>) -> String {
    id.map_or_else(String::new, |id| to_hex(&id))
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
