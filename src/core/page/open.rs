//! From a request to an answer, in one synchronous call.

use super::answer::{Answer, Insert};
use super::document::page_lang;
use super::plan::{PreviewLabel, SlotLabel, View, Visitor, plan};
use super::request::{Request, RequestError};
use crate::artifacts::{ArtifactError, Artifacts};
use crate::bundle::{Body, BundleError, Site, Terms};
use crate::context::{Context, Device};
use crate::decide::{SlotDecision, Unit, decide};
use crate::explain::Account;
use crate::html;
use crate::limits::EXPLAIN_HEADER_BYTES_MAX;
use crate::loaded::Loaded;
use crate::profile::{
    Choice, CookieScope, Effective, KeyError, KeyRing, Minted, PageSeen, Preview, Profile, RequestOverrides,
    ScopeError, SiteKeys, interest, seal_mint, to_hex,
};
use crate::render;
use crate::render::Fill;
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
    artifacts: Artifacts,
    keys: SiteKeys,
    scope: CookieScope,
    /// What the plan says of each slot, whoever the visitor is.
    slot_labels: Vec<SlotLabel>,
}

/// The visitor of one request, consent already applied.
struct Visit {
    profile: Profile,
    effective: Effective,
    /// The browser holds a profile that nothing allows any more: the response deletes it.
    must_go: bool,
    /// Characters of the profile cookie that the request brought.
    cookie_chars: usize,
    preview: Option<Preview>,
}

/// Everything that a request is decided with.
pub(super) struct Scene<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) unit: Unit<'a>,
    pub(super) effective: Effective,
    /// The visitor is a preview's.
    pub(super) preview: Option<&'a Preview>,
    /// The fresh id that the page is decided with, on its way to the cookie.
    minted: Option<Minted>,
    must_go: bool,
    cookie_chars: usize,
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
        let artifacts = Artifacts::of_site(&loaded.site.name);
        Ok(Self { loaded, artifacts, keys, scope, slot_labels })
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
    /// [`ArtifactError`] when it is unusable, or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), ArtifactError> {
        self.artifacts.put(kind, bytes)
    }

    /// Announces a catalogue or an index that comes piece by piece.
    ///
    /// # Errors
    /// [`ArtifactError`] when there is no room for it, or no catalogue that it could belong to.
    pub fn begin(&mut self, kind: u8, length: usize) -> Result<(), ArtifactError> {
        self.artifacts.begin(kind, length)
    }

    /// The next bytes of what was announced.
    pub fn feed(&mut self, piece: &[u8]) {
        self.artifacts.feed(piece);
    }

    /// Checks about so many bytes more of what has come; true when there is no more to do.
    ///
    /// # Errors
    /// [`ArtifactError`] when it is unusable, or does not belong to the catalogue.
    pub fn step(&mut self, bytes: usize) -> Result<bool, ArtifactError> {
        self.artifacts.step(bytes)
    }

    /// Takes an artifact over from another core, without a copy.
    pub fn adopt(&mut self, from: &Self, kind: u8) {
        self.artifacts.adopt(&from.artifacts, kind);
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
        let Scene { facts, unit, effective, preview, minted, must_go, .. } = scene;
        let mut evaluation = Evaluation::new(&self.loaded.conditions, *facts);
        let mut account = Account::default();
        let slots = match preview {
            Some(_) => decide(&self.loaded, &mut evaluation, *unit, &mut account),
            None => decide(&self.loaded, &mut evaluation, *unit, &mut ()),
        };
        // A page sets no cookie: a slow one would undo what came between. It may delete what nothing allows any more.
        let deletes = *must_go && request.document && !request.prefetch && !facts.context.device.bot;
        let mut answer = Answer {
            summary: self.summary(request, scene, &slots),
            set_cookie: if deletes { self.scope.delete_cookie() } else { String::new() },
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
                mint: minted.map(|minted| seal_mint(minted, &self.keys)),
                view: View::of(request.arrival).filter(|_| preview.is_none()),
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
            let mut evaluation = Evaluation::new(&self.loaded.conditions, scene.facts);
            let slots = decide(&self.loaded, &mut evaluation, scene.unit, &mut ());
            then(&request, scene, &slots, &mut evaluation);
        });
        Ok(())
    }

    /// Sets the scene of a request, on a page in the language `lang`, and hands it to `then`, once. With `counts` the
    /// page is counted, where it may be.
    fn scene(&self, request: &Request, lang: &str, counts: bool, then: &mut dyn FnMut(&Scene)) {
        let Visit { mut profile, effective, must_go, cookie_chars, preview } = self.visit(request);
        let preview = preview.as_ref();
        let own = Context { document_lang: lang, ..request.context };
        let context = preview.map_or(own, |preview| applied(&preview.request, own));
        let page = Page::of(&self.loaded.site, context.path, context.document_lang);
        let counts = counts && preview.is_none() && !context.device.bot && effective.personalization == Choice::Granted;
        let minted = (counts && profile.id.is_none() && request.document)
            .then_some(Minted { id: request.random, issued_s: context.now_s });
        if let Some(Minted { id, issued_s }) = minted {
            profile.mint(id, issued_s);
        }
        if counts {
            count(request, &self.loaded.site, &page, &mut profile);
        }
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
            artifacts: &self.artifacts,
            profile: &profile,
            context: &context,
            page: &page,
            personalization: effective.personalization == Choice::Granted,
            measurement: effective.measurement == Choice::Granted,
        };
        then(&Scene { facts, unit, effective, preview, minted, must_go, cookie_chars });
    }

    /// Reads the cookie, or the preview that stands in for it, and applies consent.
    fn visit(&self, request: &Request) -> Visit {
        let cookie = request.cookie.as_bytes();
        let now_s = request.context.now_s;
        let held = self.scope.read(cookie, &self.keys, now_s);
        let cookie_chars = held.chars();
        if let Some(preview) = Preview::of_request(cookie, &self.keys, now_s) {
            let mut profile = preview.profile.clone();
            let context = applied(&preview.request, request.context);
            let effective = profile.settle(request.gpc, self.terms(&context));
            return Visit { profile, effective, must_go: false, cookie_chars, preview: Some(preview) };
        }
        let terms = self.terms(&request.context);
        // Of somebody anonymous nothing is granted, and nobody is enrolled.
        let effective = held.effective(request.gpc, terms);
        let must_go = held.must_go(effective, terms);
        let mut profile = held.profile;
        profile.enforce(effective.personalization == Choice::Granted, effective.measurement == Choice::Granted);
        Visit { profile, effective, must_go, cookie_chars, preview: None }
    }

    /// What holds in the place.
    fn terms(&self, context: &Context) -> Terms {
        self.loaded.site.consent.terms(context.country, context.eu)
    }

    /// What the response header says: the bundle, how many slots are filled, consent, the cookie's size, and for a robot
    /// how it was known as one.
    fn summary(&self, request: &Request, scene: &Scene, slots: &[SlotDecision]) -> String {
        let filled = slots.iter().filter(|slot| slot.fill.is_some()).count();
        let consent = match scene.effective.personalization {
            Choice::Granted => "granted",
            Choice::Denied => "denied",
            Choice::Unknown => "unknown",
        };
        let Loaded { version, .. } = &self.loaded;
        let cookie = scene.cookie_chars;
        let robot = if request.robot.is_empty() { "" } else { ", robot=" };
        format!(
            "bundle={version}, filled={filled}/{}, consent={consent}, cookie={cookie}{robot}{}",
            slots.len(),
            request.robot
        )
    }

    /// Gives the scanner its targets, and the answer the fills in their order.
    fn place(&self, slots: Vec<SlotDecision>, locale: usize, utf8: bool, answer: &mut Answer) {
        let mut targets = Vec::with_capacity(slots.len());
        answer.fills.reserve(slots.len());
        for (slot, decision) in self.loaded.slots.iter().zip(slots) {
            let (Some(slot), Some(fill)) = (slot, decision.fill) else { continue };
            let insert = match fill {
                Fill::Html(html) if utf8 => Insert::Html(html + render::MARK),
                Fill::Html(html) => Insert::Html(html::ascii_references(&html).into_owned() + render::MARK),
                Fill::Fields(texts) => {
                    let body = decision.content.and_then(|content| self.loaded.body(content, locale));
                    let Some(Body::Fields(fields)) = body else { continue };
                    Insert::Edits(render::marked_edits(fields, slot, &texts, utf8))
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

/// Counts the page in memory: its view reaches the cookie as an event of the page script. So does that of the page
/// before, which may still be on its way and is counted where the cookie lacks it.
fn count(request: &Request, site: &Site, page: &Page, profile: &mut Profile) {
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
