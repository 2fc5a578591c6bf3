//! Decisions in the visitor's own browser: no keys, no cookie, no scanner. The profile is bytes that the browser keeps, and is
//! trusted for nothing but showing.

use super::content::Told;
use super::input::count;
use super::plan::{SlotLabel, View, Visitor, plan};
use super::request::{Request, RequestError};
use crate::artifacts::{ArtifactError, Artifacts};
use crate::attribute::Purpose;
use crate::bundle::{BundleError, Terms};
use crate::codec::to_hex;
use crate::context::Context;
use crate::decide::{Draws, Exposures, Unit, decide};
use crate::loaded::Loaded;
use crate::profile::{
    BatchOutcome, ConsentSource, Effective, PathFacts, Profile, Rulebook, batch_from_lines, experiment_hash, take_batch,
};
use crate::segment::{Evaluation, Facts, Page};
use alloc::string::String;
use alloc::vec::Vec;

/// A client bundle, ready to decide for the one visitor of a browser.
#[derive(Debug)]
pub struct LocalCore {
    loaded: Loaded,
    artifacts: Artifacts,
    slot_labels: Vec<SlotLabel>,
    /// Indexes of the campaigns that are switched off.
    killed: Vec<usize>,
}

impl LocalCore {
    /// Loads a client bundle that was signed, of which the SHA-256 in hexadecimal is known.
    ///
    /// # Errors
    /// [`BundleError`] when nothing of it can be used.
    pub fn new(bundle: &[u8], sha256: &str) -> Result<Self, BundleError> {
        let loaded = Loaded::load_signed(bundle, sha256)?;
        let slot_labels = loaded.slots.iter().map(|slot| SlotLabel::of(slot.as_ref())).collect();
        let artifacts = Artifacts::of_site(&loaded.site.name);
        Ok(Self { loaded, artifacts, slot_labels, killed: Vec::new() })
    }

    /// Puts a catalogue or an index beside the bundle.
    ///
    /// # Errors
    /// [`ArtifactError`] when it is unusable, or does not belong to the catalogue.
    pub fn put(&mut self, kind: u8, bytes: Vec<u8>) -> Result<(), ArtifactError> {
        self.artifacts.put(kind, bytes)
    }

    /// Switches off the campaigns with these keys, one a line, and no others.
    pub fn kill(&mut self, campaigns: &str) {
        self.killed = self.loaded.campaigns_with(campaigns);
    }

    /// What holds of the visitor's answer: a word for personalization and one for measurement.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn consent(&self, request: &str, profile: &[u8]) -> Result<[&'static str; 2], RequestError> {
        let request = Request::parse(request)?;
        let (_, Effective { personalization, measurement }) = self.settled(&request, profile);
        Ok([personalization.word(), measurement.word()])
    }

    /// Records an answer, and gives the profile after it. What is withdrawn is erased.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn answer(
        &self,
        request: &str,
        profile: &[u8],
        personalization: bool,
        measurement: bool,
    ) -> Result<Vec<u8>, RequestError> {
        let request = Request::parse(request)?;
        let mut profile = Profile::from_sections(profile, request.context.now_s);
        profile.record(personalization, measurement, request.context.now_s, ConsentSource::Api);
        profile.consent.under_gpc = request.gpc;
        Ok(self.begun(&request, &profile.to_sections()))
    }

    /// Begins a profile where one is allowed and missing, and a page is looked at; gives the profile after it.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn begin(&self, request: &str, profile: &[u8]) -> Result<Vec<u8>, RequestError> {
        Ok(self.begun(&Request::parse(request)?, profile))
    }

    fn begun(&self, request: &Request, profile: &[u8]) -> Vec<u8> {
        let (mut profile, effective) = self.settled(request, profile);
        let begins = effective.grants(Purpose::Personalization) && request.document && !request.prefetch;
        if begins && profile.id.is_none() && !request.context.device.bot {
            profile.mint(request.random, request.context.now_s);
        }
        profile.to_sections()
    }

    /// Folds what happened into the profile: [`batch_from_lines`] says how it is written. `None` when it cannot be read.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn take(
        &self,
        request: &str,
        profile: &[u8],
        events: &str,
    ) -> Result<Option<(BatchOutcome, Vec<u8>)>, RequestError> {
        let request = Request::parse(request)?;
        let now_s = request.context.now_s;
        let (mut profile, effective) = self.settled(&request, profile);
        let Some(batch) = batch_from_lines(events, now_s) else { return Ok(None) };
        if !effective.grants(Purpose::Personalization) {
            return Ok(Some((BatchOutcome::default(), profile.to_sections())));
        }
        let site = &self.loaded.site;
        let some = |text: &str| (!text.is_empty()).then(|| text.into());
        let rulebook = Rulebook {
            facts: &|path| {
                let page = Page::of(site, path, "");
                PathFacts { sku: some(&page.sku), category: some(&page.category), never_profile: page.never_profile }
            },
            category: &|name| site.aliases.category(name).into(),
            window_s: &|key| {
                let campaign = self.loaded.campaigns.iter().flatten().find(|campaign| campaign.key == key)?;
                Some(campaign.cap.map_or(0, |cap| cap.per_s))
            },
            signals: &site.rules.signals,
        };
        let outcome = take_batch(&mut profile, batch, 0, now_s, &rulebook);
        Ok(Some((outcome, profile.to_sections())))
    }

    /// Decides a page in the language `lang`, which is counted in memory as at the edge, and gives its plan with what the
    /// browser has to draw; empty where the server hands out `draws`, and slots of such a page are decided there. `draws` is what was drawn for the visitor where only the server knows their id ([`draws`](crate::decide::draws)).
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed.
    pub fn plan(
        &self,
        request: &str,
        lang: &str,
        profile: &[u8],
        draws: Option<&[u8]>,
    ) -> Result<String, RequestError> {
        let request = Request::parse(request)?;
        let loaded = &self.loaded;
        let (mut profile, effective) = self.settled(&request, profile);
        let context = Context { document_lang: lang, ..request.context };
        let page = Page::of(&loaded.site, context.path, lang);
        if draws.is_some() && loaded.elsewhere.contains(page.kind) {
            return Ok(String::new());
        }
        let personalization = effective.grants(Purpose::Personalization);
        let bot = context.device.bot;
        if personalization && !bot {
            count(&request, &loaded.site, &page, &mut profile);
        }
        let facts = Facts {
            site: &loaded.site,
            artifacts: &self.artifacts,
            profile: &profile,
            context: &context,
            page: &page,
            personalization,
            measurement: effective.grants(Purpose::Measurement),
        };
        let mut evaluation = Evaluation::new(&loaded.conditions, facts).without(&self.killed);
        let [id, customer] = [profile.id, profile.customer].map(|id| id.map_or_else(String::new, |id| to_hex(&id)));
        let unit = Unit {
            id: &id,
            minted_s: profile.issued_s,
            customer: &customer,
            bot,
            forced: &[],
            draws: draws.map(Draws::from_bytes),
        };
        let mut exposures = Exposures::of(loaded);
        let slots = decide(loaded, &mut evaluation, unit, &mut exposures);
        let visitor = Visitor {
            personalization: effective.personalization,
            measurement: effective.measurement,
            profile: &profile,
            mint: None,
            view: View::of(request.destination).filter(|_| !bot),
            handout: None,
            token: if draws.is_some() { experiments(loaded, &exposures) } else { String::new() },
        };
        Ok(plan::<false>(loaded, &self.slot_labels, &slots, &visitor, None, &mut evaluation, Told::Draw))
    }

    /// The profile as far as it may be used, and what holds.
    fn settled(&self, request: &Request, profile: &[u8]) -> (Profile, Effective) {
        let mut profile = Profile::from_sections(profile, request.context.now_s);
        let effective = profile.settle(request.gpc, self.terms(&request.context));
        (profile, effective)
    }

    fn terms(&self, context: &Context) -> Terms {
        self.loaded.site.consent.terms(context.country, context.eu)
    }
}

/// The experiments of a page, as its tokens name them: hashes with commas between.
fn experiments(loaded: &Loaded, exposures: &Exposures) -> String {
    let mut text = String::new();
    for exposure in &exposures.list {
        let Some(Some(campaign)) = loaded.campaigns.get(exposure.campaign) else { continue };
        text.push_str(if text.is_empty() { "" } else { "," });
        text.push_str(&to_hex(&experiment_hash(&campaign.key, campaign.phase).to_be_bytes()));
    }
    text
}
