//! `POST /_attune/events`: what happened in the browser.

use crate::reply::{Problem, Reply};
use crate::visitor::{Visitor, previews};
use crate::{Call, body};
use attune_core::profile::json::{BeaconError, RejectedEvent, parse_beacon};
use attune_core::profile::{Event, EventKind, Outcome, apply, signal};
use attune_core::segment::Page;
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    applied: usize,
    ring: Vec<String>,
    rejected: Vec<RejectedEvent>,
}

/// Applies each event once, then hands over the orders that wait for this visitor.
pub(crate) async fn answer(mut call: Call<'_>) -> Result<Reply, Problem> {
    let beacon = parse_beacon(&body::read(&mut call).await?)?;
    let mut visitor = Visitor::of(&call);
    let silent = call.facts.context.device.bot || previews(&call);
    let mut answer = Answer { applied: 0, ring: Vec::new(), rejected: beacon.rejected };
    if silent {
        return Ok(Reply::json(200, &answer));
    }
    let now_s = call.facts.context.now_s;
    let before = visitor.profile.clone();
    for mut event in beacon.events {
        let outcome = if complete(&mut event, &beacon.page, &call) {
            apply(&mut visitor.profile, &event, now_s)
        } else {
            answer.rejected.push(rejected(&event, "never_profile", "this page leaves no memory"));
            continue;
        };
        match outcome {
            Outcome::Applied => {
                signal(&mut visitor.profile, &call.outline.rules.signals, &event, now_s);
                answer.applied += 1;
            }
            Outcome::Duplicate => {}
            Outcome::Refused(why) => answer.rejected.push(rejected(&event, why.code(), &why.to_string())),
        }
    }
    if let Some(id) = visitor.profile.id {
        visitor.collect(&call, &id, &before).await;
    }
    answer.ring = visitor.profile.events.iter().map(|id| format!("{id:08x}")).collect();
    let set_cookie = visitor.set_cookie(&call);
    Ok(Reply::json(200, &answer).with_cookie(set_cookie))
}

/// Fills in what only the bundle knows. False for an event that a page without memory sent.
fn complete(event: &mut Event, page: &str, call: &Call<'_>) -> bool {
    let site = &call.outline.site;
    let some = |text: &str| (!text.is_empty()).then(|| text.into());
    match &mut event.kind {
        EventKind::PageView { path, sku, category } => {
            let page = Page::of(site, path, "");
            if !page.never_profile {
                (*sku, *category) = (some(&page.sku), some(&page.category));
            }
            true
        }
        EventKind::Impression { campaign, per_s, .. } => {
            let window = call.outline.windows.iter().find(|(key, _)| **key == **campaign);
            *per_s = window.map_or(0, |(_, per_s)| *per_s);
            true
        }
        EventKind::ViewItem { items, served } => {
            let page = Page::of(site, page, "");
            *served = items.iter().all(|item| item.category.as_deref() == Some(&page.category));
            !page.never_profile
        }
        _ => !Page::of(site, page, "").never_profile,
    }
}

fn rejected(event: &Event, code: &'static str, message: &str) -> RejectedEvent {
    RejectedEvent { id: format!("{:08x}", event.id), code, message: message.to_owned() }
}

impl From<BeaconError> for Problem {
    fn from(error: BeaconError) -> Self {
        let status = if matches!(error, BeaconError::TooLarge) { 413 } else { 400 };
        Self::new(status, error.code(), error.to_string())
    }
}
