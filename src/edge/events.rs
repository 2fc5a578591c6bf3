//! `POST /_attune/events`: what happened in the browser.

use crate::call::Call;
use crate::ledger::{Counters, Reporter, refused_many};
use crate::reply::{Problem, Reply};
use crate::visitor::{ConsentWords, Visitor, previews};
use crate::{body, ledger};
use attune_core::loaded::{CampaignOutline, Outline};
use attune_core::profile::json::{Beacon, BeaconError, EXPOSURE, RejectedEvent, parse_beacon};
use attune_core::profile::{Batch, Choice, EventKind, PathFacts, Rulebook, take_batch};
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
        return Ok(Reply::json(200, &take(&call, &mut visitor, Some(beacon)).await?));
    }
    // The script keeps its events, and sends them again.
    visitor.require_readable()?;
    visitor.begin(&call, &beacon.mint, false);
    let taken = take(&call, &mut visitor, Some(beacon)).await?;
    visitor.let_go(&call).await?;
    Ok(Reply::json(200, &taken).with_cookies(visitor.set_cookie(&call)))
}

/// Whether nobody is there of whom anything is remembered: a robot calls, or the holder of a preview.
pub(crate) fn is_nobody(call: &Call<'_>) -> bool {
    call.facts.context.device.bot || previews(call)
}

/// Folds the events into the profile, where there is one, with what waits for this visitor, and tells the ledger.
///
/// # Errors
/// 503 when the ledger does not take what it has to count: the script keeps its events, and sends them again.
pub(crate) async fn take(call: &Call<'_>, visitor: &mut Visitor<'_>, beacon: Option<Beacon>) -> Result<Taken, Problem> {
    let now_s = call.facts.context.now_s;
    let mut taken = Taken { last: None, mail: 0, applied: 0, rejected: Vec::new(), consent: visitor.consent() };
    let Some(Beacon { batch, mail, mint: _, rejected, mut reports }) = beacon else { return Ok(taken) };
    taken.rejected = rejected;
    let outline = call.outline;
    // What only a goal knows is an event, too.
    let is_of_goal = |name: &str| {
        outline.measurement.goals.iter().any(|goal| *goal.event == *name || (!name.is_empty() && *goal.per == *name))
    };
    let is_known = |rejected: &RejectedEvent| {
        let report = reports.iter().find(|report| report.number == rejected.n);
        rejected.code == "unknown_event" && report.is_some_and(|report| is_of_goal(&report.name))
    };
    taken.rejected.retain(|rejected| !is_known(rejected));
    reports.retain(|report| &*report.name == EXPOSURE || !report.recommended.is_empty() || is_of_goal(&report.name));
    if is_nobody(call) || !visitor.is_granted() {
        reports.retain(|report| report.recommended.is_empty());
        refused_many(if is_nobody(call) { "robot_or_preview" } else { "no_consent" }, reports.len());
        return Ok(taken);
    }
    let Some(id) = visitor.held.profile.id else {
        refused_many("no_profile", reports.len());
        return Ok(taken);
    };
    let rulebook = Rulebook {
        facts: &|path| path_facts(call, path),
        category: &|name| outline.site.aliases.category(name).into(),
        window_s: &|key| {
            outline.campaigns.iter().find(|campaign| campaign.key == key).map(|campaign| campaign.window_s)
        },
        signals: &outline.rules.signals,
    };
    let (log, before) = (batch.log, visitor.held.profile.last_of(batch.log));
    let counts = impressions(outline, &batch, before);
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
    if visitor.effective.measurement == Choice::Granted {
        reports.retain(|report| (before + 1..=outcome.last).contains(&report.number));
        let profile = &visitor.held.profile;
        let erased_s = visitor.held.consent.erased_s;
        let reporter = Reporter { id: &id, customer: profile.customer.as_ref(), log, erased_s, counts };
        ledger::report(call, reporter, &reports).await?;
    } else {
        refused_many("no_consent", reports.len());
    }
    let refused = outcome.refused.into_iter();
    taken.rejected.extend(refused.map(|(n, why)| RejectedEvent { n, code: why.code(), message: why.to_string() }));
    Ok(taken)
}

/// How often arms of campaigns that are measured were seen, or lost to the page's own scripts, in the events above a
/// number.
fn impressions(outline: &Outline, batch: &Batch, before: u32) -> Counters {
    let mut counts = Counters::default();
    for sent in batch.events.iter().filter(|sent| sent.number > before) {
        let (what, key, arm) = match sent.event.as_ref().map(|event| &event.kind) {
            Some(EventKind::Impression { campaign, arm, .. }) => ("seen", campaign, arm),
            Some(EventKind::Lost { campaign, arm, .. }) => ("lost", campaign, arm),
            _ => continue,
        };
        let is_of = |campaign: &&CampaignOutline| campaign.is_measured && *campaign.key == **key;
        let Some(campaign) = outline.campaigns.iter().find(is_of) else { continue };
        if arm.is_empty() || campaign.arms.iter().any(|known| **known == **arm) {
            counts.add(format!("{what}/{key}/{arm}"), 1);
        } else {
            refused_many("not_published", 1);
        }
    }
    counts
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
