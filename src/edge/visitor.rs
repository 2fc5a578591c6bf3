//! The visitor of a call: their cookies in, and out again.

use crate::call::Call;
use crate::reply::Problem;
use crate::{ledger, mailbox};
use attune_core::bundle::Terms;
use attune_core::codec::to_hex;
use attune_core::profile::{Choice, Effective, Held, Minted, Preview, Unreadable, open_handle, open_mint};
use serde::Serialize;

/// Who calls.
pub(crate) struct Visitor<'a> {
    pub(crate) held: Held<'a>,
    pub(crate) effective: Effective,
    /// The profile begins with this call.
    pub(crate) is_new: bool,
    terms: Terms,
}

/// What a visitor agreed to, as the page may know it.
#[derive(Serialize)]
pub(crate) struct ConsentWords {
    personalization: &'static str,
    measurement: &'static str,
}

impl<'a> Visitor<'a> {
    /// Reads the cookies, and works out what the visitor agreed to.
    pub(crate) fn of(call: &Call<'a>) -> Self {
        let context = &call.facts.context;
        let cookie = call.facts.cookie.as_bytes();
        let rules = &call.outline.site.consent;
        let mut held = call.scope.read(cookie, &call.keys, context.now_s);
        held.hear(&rules.tool, cookie);
        let terms = rules.terms(context.country, context.eu);
        let effective = held.effective(call.facts.gpc, terms);
        Self { held, effective, is_new: false, terms }
    }

    /// Works out what holds after a new answer.
    pub(crate) fn settle(&mut self, call: &Call<'_>) {
        self.held.agree();
        self.effective = self.held.effective(call.facts.gpc, self.terms);
    }

    /// The visitor agreed to personalization.
    pub(crate) fn is_granted(&self) -> bool {
        self.effective.personalization == Choice::Granted
    }

    /// Begins a profile for who has agreed and has none: with the id that a page was decided with, which its mint token
    /// brings, or, where that is no reason to wait, `anew` with a fresh one.
    pub(crate) fn begin(&mut self, call: &Call<'_>, mint: &str, anew: bool) {
        if !self.is_granted() || self.held.profile.id.is_some() {
            return;
        }
        let (now_s, erased_s) = (call.facts.context.now_s, self.held.consent.erased_s);
        let minted = open_mint(mint.as_bytes(), &call.keys, now_s).ok().filter(|minted| minted.issued_s > erased_s);
        let fresh = Minted { id: call.facts.random, issued_s: now_s.max(erased_s + 1) };
        if let Some(Minted { id, issued_s }) = minted.or_else(|| anew.then_some(fresh)) {
            self.held.profile.mint(id, issued_s);
            self.is_new = true;
        }
    }

    /// The logs that the profile knows, each with the last number taken of it.
    pub(crate) fn logs(&self) -> Vec<(String, u32)> {
        self.held.profile.logs.iter().map(|mark| (to_hex(&mark.log.to_be_bytes()), mark.last)).collect()
    }

    /// `refused`: `Sec-GPC: 1` came with the request, and holds whatever the visitor answered.
    pub(crate) fn gpc(&self, call: &Call<'_>) -> Option<&'static str> {
        self.held.consent.record.is_refused_by(call.facts.gpc, self.terms).then_some("refused")
    }

    /// Adds what the shop's backend left in the mailbox. `shown` is the last number that the request's cookie shows.
    pub(crate) async fn collect(&mut self, call: &Call<'_>, id: &[u8; 16], shown: u64) {
        if let Some(rows) = mailbox::take(&call.env, id, shown).await {
            self.held.profile.deliver(&rows, &call.outline.rules.traits);
        }
    }

    /// The `Set-Cookie` value that stores the profile as it is now, if the browser does not hold it already; the
    /// deletion of one that nothing allows any more.
    pub(crate) fn set_cookie(&self, call: &Call<'_>) -> Option<String> {
        if self.held.anonymous.is_some() || previews(call) {
            return None;
        }
        if self.held.must_go(self.effective, self.terms) {
            return Some(call.scope.delete_cookie());
        }
        self.is_granted().then(|| call.scope.update(&self.held, &call.keys)).flatten()
    }

    /// Erases what is kept outside of the visitor's browser.
    ///
    /// # Errors
    /// 503 when the ledger does not answer.
    pub(crate) async fn erase_elsewhere(&self, call: &Call<'_>) -> Result<(), Problem> {
        let profile = &self.held.profile;
        if let Some(id) = profile.id {
            mailbox::forget(&call.env, &id).await;
            ledger::forget(&call.env, call.facts.context.now_s, ledger::units_of(profile)).await?;
        }
        Ok(())
    }

    /// The same where this answer deletes the visitor's cookie: nobody can name them any more.
    ///
    /// # Errors
    /// 503 when the ledger does not answer.
    pub(crate) async fn let_go(&self, call: &Call<'_>) -> Result<(), Problem> {
        if self.held.must_go(self.effective, self.terms) { self.erase_elsewhere(call).await } else { Ok(()) }
    }

    /// The `Set-Cookie` values of an answer to the visitor's consent or wish to be forgotten: the consent cookie, and
    /// the profile as it is now.
    pub(crate) fn answered(mut self, call: &Call<'_>) -> Vec<String> {
        let unreadable = self.held.anonymous.take().is_some();
        let mut cookies = vec![call.scope.answer(&mut self.held, &call.keys)];
        if unreadable || self.held.profile.id.is_none() {
            cookies.extend((unreadable || self.held.has_cookie()).then(|| call.scope.delete_cookie()));
        } else {
            cookies.extend(self.set_cookie(call));
        }
        cookies
    }

    /// Refuses to change a profile that cannot be read.
    pub(crate) fn require_readable(&self) -> Result<(), Problem> {
        self.held.anonymous.map_or(Ok(()), |why| Err(unknown(why)))
    }

    /// What holds, in words.
    pub(crate) fn consent(&self) -> ConsentWords {
        ConsentWords::of(self.effective.personalization, self.effective.measurement)
    }
}

impl ConsentWords {
    /// Two choices, in words.
    pub(crate) fn of(personalization: Choice, measurement: Choice) -> Self {
        Self { personalization: personalization.word(), measurement: measurement.word() }
    }
}

/// Nothing can be done for a visitor whose cookies cannot be told.
pub(crate) fn unknown(why: Unreadable) -> Problem {
    let help = if why.is_of_another_deployment() {
        "try again in a minute, or agree anew"
    } else {
        "delete this site's cookies in the browser"
    };
    Problem::new(503, "unknown_visitor", format!("{why}; {help}"))
}

/// Refuses to change a visitor that a preview stands in front of.
pub(crate) fn require_no_preview(call: &Call<'_>) -> Result<(), Problem> {
    if previews(call) {
        return Err(Problem::new(409, "preview", "a preview is active, and a preview changes nobody; end it first"));
    }
    Ok(())
}

/// The visitor whom a server calls by this handle.
pub(crate) fn named(call: &Call<'_>, handle: &str) -> Result<[u8; 16], Problem> {
    open_handle(handle, &call.keys).map_err(|error| {
        Problem::new(400, "bad_visitor", format!("visitor: {error}; it is the handle of GET /_attune/me"))
    })
}

/// True while a valid preview token is in the request.
pub(crate) fn previews(call: &Call<'_>) -> bool {
    Preview::of_request(call.facts.cookie.as_bytes(), &call.keys, call.facts.context.now_s).is_some()
}
