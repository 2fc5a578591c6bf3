//! The visitor of a call: their cookie in, and out again.

use crate::reply::Problem;
use crate::{Call, ledger};
use attune_core::profile::{Choice, Effective, PREVIEW_COOKIE, Preview, Profile, Verdict, apply_order, header};
use serde::Serialize;

/// Who calls.
pub(crate) struct Visitor {
    pub(crate) profile: Profile,
    pub(crate) effective: Effective,
    /// The cookie is of a deployment that this one does not know: it must not be overwritten.
    pub(crate) foreign: bool,
}

/// What a visitor agreed to, as the page may know it.
#[derive(Serialize)]
pub(crate) struct ConsentWords {
    personalization: &'static str,
    measurement: &'static str,
}

impl Visitor {
    /// Reads the cookie and applies consent.
    pub(crate) fn of(call: &Call<'_>) -> Self {
        let verdict = call.scope.read(call.facts.cookie.as_bytes(), &call.keys, call.facts.context.now_s);
        let foreign = matches!(verdict, Verdict::Anonymous(_));
        let profile = if let Verdict::Valid(profile) = verdict { profile } else { Profile::default() };
        let mut visitor = Self { profile, effective: Effective::default(), foreign };
        if !foreign {
            visitor.settle(call);
        }
        visitor
    }

    /// Works out what holds now, and erases what may not be kept.
    pub(crate) fn settle(&mut self, call: &Call<'_>) {
        let context = &call.facts.context;
        let regime = call.outline.site.consent.regime(context.country, context.eu);
        self.effective = self.profile.settle(call.facts.gpc, regime);
    }

    /// Adds what the shop's backend left in the mailbox; `cookie` is the profile as the request brought it.
    pub(crate) async fn collect(&mut self, call: &Call<'_>, id: &[u8; 16], cookie: &Profile) {
        let mail = ledger::take(&call.env, id, cookie).await;
        // After the events, so that they are the newest of the ring, by which the next beacon says that they arrived.
        for order in &mail.orders {
            apply_order(&mut self.profile, order);
        }
        self.profile.take_over(&mail.said, &call.outline.rules.traits);
    }

    /// The `Set-Cookie` value that stores the profile as it is now, if the browser does not hold it already.
    pub(crate) fn set_cookie(&self, call: &Call<'_>) -> Option<String> {
        if self.foreign || previews(call) {
            return None;
        }
        call.scope.update(call.facts.cookie.as_bytes(), &self.profile, &call.keys)
    }

    /// Refuses to change a profile that cannot be read, or that a preview stands in front of.
    pub(crate) fn require_writable(&self, call: &Call<'_>) -> Result<(), Problem> {
        if self.foreign {
            let message = "the profile is of a newer deployment than this one; try again in a minute";
            return Err(Problem::new(503, "unknown_key", message));
        }
        if previews(call) {
            return Err(Problem::new(
                409,
                "preview",
                "a preview is active, and a preview changes nobody; end it first",
            ));
        }
        Ok(())
    }

    /// What holds, in words.
    pub(crate) fn consent(&self) -> ConsentWords {
        ConsentWords {
            personalization: word(self.effective.personalization),
            measurement: word(self.effective.measurement),
        }
    }
}

/// True while a valid preview token is in the request.
pub(crate) fn previews(call: &Call<'_>) -> bool {
    match header::find(call.facts.cookie.as_bytes(), PREVIEW_COOKIE) {
        header::Lookup::One(token) => Preview::open(token, &call.keys, call.facts.context.now_s).is_ok(),
        _ => false,
    }
}

fn word(choice: Choice) -> &'static str {
    match choice {
        Choice::Unknown => "unknown",
        Choice::Granted => "granted",
        Choice::Denied => "denied",
    }
}
