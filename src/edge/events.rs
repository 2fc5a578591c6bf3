//! `POST /_attune/events`: what happened in the browser.

use crate::body;
use crate::call::Call;
use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor, previews};
use attune_core::profile::json::{Beacon, BeaconError, RejectedEvent, parse_beacon};
use attune_core::profile::{PathFacts, Rulebook, open_mint, take_batch};
use attune_core::segment::Page;
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
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
    let now_s = call.facts.context.now_s;
    let Beacon { batch, mail, mint, rejected } = parse_beacon(&body::read(&mut call).await?, now_s)?;
    let mut visitor = Visitor::of(&call);
    let mut answer = Answer { last: None, mail: 0, applied: 0, rejected, consent: visitor.consent() };
    if call.facts.context.device.bot || previews(&call) {
        return Ok(Reply::json(200, &answer));
    }
    // The script keeps its events, and sends them again.
    visitor.require_readable()?;
    if !visitor.is_granted() {
        return Ok(Reply::json(200, &answer).with_cookies(visitor.set_cookie(&call)));
    }
    let erased_s = visitor.held.consent.erased_s;
    let held = &mut visitor.held;
    let minted = held.profile.id.is_none();
    if minted
        && let Ok(token) = open_mint(mint.as_bytes(), &call.keys, now_s)
        && token.issued_s > erased_s
    {
        held.profile.mint(token.id, token.issued_s);
    }
    let Some(id) = held.profile.id else { return Ok(Reply::json(200, &answer)) };
    let shown = held.profile.mailbox.last;
    let outline = call.outline;
    let rulebook = Rulebook {
        facts: &|path| path_facts(&call, path),
        category: &|name| outline.site.aliases.category(name).into(),
        window_s: &|campaign| outline.windows.iter().find(|(key, _)| key == campaign).map(|(_, per_s)| *per_s),
        signals: &outline.rules.signals,
    };
    let outcome = take_batch(&mut held.profile, batch, erased_s, now_s, &rulebook);
    // For an id that is made here nothing waits yet: nobody could name it.
    if held.profile.mailbox.is_due(outcome.began_visit && !minted, mail, now_s) {
        visitor.collect(&call, &id, shown).await;
    }
    answer.last = Some(outcome.last);
    answer.mail = visitor.held.profile.mailbox.last;
    answer.applied = outcome.applied;
    let refused = outcome.refused.into_iter();
    answer.rejected.extend(refused.map(|(n, why)| RejectedEvent { n, code: why.code(), message: why.to_string() }));
    Ok(Reply::json(200, &answer).with_cookies(visitor.set_cookie(&call)))
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
