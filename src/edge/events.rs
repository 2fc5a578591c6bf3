//! `POST /_attune/events`: what happened in the browser.

use crate::body;
use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor, previews};
use attune_core::profile::json::{Beacon, BeaconError, RejectedEvent, parse_beacon};
use attune_core::profile::{PathFacts, Rulebook, take_batch};
use attune_core::segment::Page;
use serde::Serialize;

/// What became of a beacon.
#[derive(Serialize)]
pub(crate) struct Taken {
    /// The last number of the log that the cookie of this answer has; null without a profile.
    last: Option<u32>,
    /// The last number of the mailbox's rows that it has.
    mail: u64,
    applied: usize,
    rejected: Vec<RejectedEvent>,
    consent: ConsentWords,
}

/// Takes each event once, then hands over what waits for this visitor.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    let beacon = parse_beacon(&body::read(&mut call).await?, call.facts.context.now_s)?;
    let mut visitor = Visitor::of(&call);
    if is_nobody(&call) {
        return Ok(Reply::json(200, &take(&call, &mut visitor, Some(beacon)).await));
    }
    // The script keeps its events, and sends them again.
    visitor.require_readable()?;
    visitor.begin(&call, &beacon.mint, false);
    let taken = take(&call, &mut visitor, Some(beacon)).await;
    Ok(Reply::json(200, &taken).with_cookies(visitor.set_cookie(&call)))
}

/// Whether nobody is there of whom anything is remembered: a robot calls, or the holder of a preview.
pub(crate) fn is_nobody(call: &Call<'_>) -> bool {
    call.facts.context.device.bot || previews(call)
}

/// Folds the events into the profile, where there is one, with what waits for this visitor.
pub(crate) async fn take(call: &Call<'_>, visitor: &mut Visitor<'_>, beacon: Option<Beacon>) -> Taken {
    let now_s = call.facts.context.now_s;
    let mut taken = Taken { last: None, mail: 0, applied: 0, rejected: Vec::new(), consent: visitor.consent() };
    let Some(Beacon { batch, mail, mint: _, rejected }) = beacon else { return taken };
    taken.rejected = rejected;
    if is_nobody(call) || !visitor.is_granted() {
        return taken;
    }
    let Some(id) = visitor.held.profile.id else { return taken };
    let outline = call.outline;
    let rulebook = Rulebook {
        facts: &|path| path_facts(call, path),
        category: &|name| outline.site.aliases.category(name).into(),
        window_s: &|key| {
            outline.campaigns.iter().find(|campaign| campaign.key == key).map(|campaign| campaign.window_s)
        },
        signals: &outline.rules.signals,
    };
    let held = &mut visitor.held;
    let shown = held.profile.mailbox.last;
    let outcome = take_batch(&mut held.profile, batch, held.consent.erased_s, now_s, &rulebook);
    // For an id that is made here nothing waits yet: nobody could name it.
    if held.profile.mailbox.is_due(outcome.began_visit && !visitor.is_new, mail, now_s) {
        visitor.collect(call, &id, shown).await;
    }
    taken.last = Some(outcome.last);
    taken.mail = visitor.held.profile.mailbox.last;
    taken.applied = outcome.applied;
    let refused = outcome.refused.into_iter();
    taken.rejected.extend(refused.map(|(n, why)| RejectedEvent { n, code: why.code(), message: why.to_string() }));
    taken
}

fn path_facts(call: &Call<'_>, path: &str) -> PathFacts {
    let page = Page::of(&call.outline.site, path, "");
    let some = |text: &str| (!text.is_empty()).then(|| text.into());
    PathFacts { sku: some(&page.sku), category: some(&page.category), never_profile: page.never_profile }
}

impl From<BeaconError> for Problem {
    fn from(error: BeaconError) -> Self {
        let status = if matches!(error, BeaconError::TooLarge) { 413 } else { 400 };
        Self::new(status, error.code(), error.to_string())
    }
}
