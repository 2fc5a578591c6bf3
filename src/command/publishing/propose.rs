//! A signed manifest on its way: uploads, the draft, and the wait for the site.

use super::client::{Client, Question, Refused};
use super::piece::Piece;
use super::ready::in_words;
use super::steps::{Outcome, Steps};
use crate::failure::Failure;
use crate::host::host;
use crate::output::Progress;
use attune_core::codec::to_hex;
use attune_publish::api::{Accepted, DIFF_BYTES_MAX, MESSAGE_CHARS_MAX, Missing};
use attune_publish::difference::Change;
use attune_publish::{Publication, to_base64};
use serde_json::{Value, json};
use std::time::Duration;

/// How long after a question whether it has the version the site is asked again: at first so long, then each time twice as long.
const POLL_MIN: Duration = Duration::from_millis(20);
/// The longest such pause.
const POLL_MAX: Duration = Duration::from_millis(200);

/// What is proposed, and why.
pub(super) struct Proposal<'a> {
    pub(super) publication: &'a Publication,
    pub(super) message: &'a str,
    pub(super) changes: &'a [Change],
}

/// Checks a message before anything is sent.
pub(super) fn check_message(message: &str) -> Result<(), Failure> {
    if message.chars().count() <= MESSAGE_CHARS_MAX {
        return Ok(());
    }
    Err(Failure::new(format!("the message has more than {MESSAGE_CHARS_MAX} characters"), "write a shorter one"))
}

/// Uploads what the site does not have.
pub(super) fn upload(client: &Client, pieces: &[Piece], steps: &mut Steps) -> Result<(), Failure> {
    let own: Vec<(String, &[u8])> =
        pieces.iter().filter_map(|piece| Some((to_hex(&piece.artifact.sha256), piece.bytes.as_deref()?))).collect();
    if own.is_empty() {
        return Ok(());
    }
    let hashes: Vec<&str> = own.iter().map(|(hash, _)| hash.as_str()).collect();
    let Missing { missing } = client.json(&Question::get("missing").about(&format!("sha256={}", hashes.join(","))))?;
    let (mut count, mut total) = (0, 0);
    for (hash, bytes) in own.iter().filter(|(hash, _)| missing.contains(hash)) {
        let bar = Progress::new(Some(bytes.len() as u64), "bytes");
        let answer = client.ask(&Question::put(&format!("artifact/{hash}"), bytes), Some(&bar))?;
        bar.end();
        answer.map_err(|refused| refused.failure(&client.address))?;
        count += 1;
        total += bytes.len();
    }
    steps.done("upload", in_words(count, total))
}

/// Signs and proposes. A refusal is handed back: who is asked may know what to do about it.
pub(super) fn post(client: &Client, proposal: &Proposal<'_>) -> Result<Result<Accepted, Refused>, Failure> {
    let publication = proposal.publication;
    let signature = client.signer.sign(&publication.signed_bytes());
    let file = publication
        .encode(&[signature])
        .map_err(|error| Failure::new(format!("the manifest cannot be written: {error}"), "please report this"))?;
    post_file(client, &file, proposal.message, &diff_json(proposal.changes))
}

/// Signs, proposes, and waits for the site where that is enough for it to be published. A refusal is a failure.
pub(super) fn publish(client: &Client, proposal: &Proposal<'_>, wait_s: u64, mut steps: Steps) -> Result<(), Failure> {
    let accepted = post(client, proposal)?.map_err(|refused| refused.failure(&client.address))?;
    steps.done("publish", "signed and sent")?;
    let version = proposal.publication.manifest().version;
    let outcome = outcome(accepted, version, &proposal.publication.id());
    if let Outcome::Published { .. } = outcome {
        wait(client, version, wait_s, &mut steps)?;
    }
    steps.end(&outcome)
}

/// Proposes a manifest that is signed already.
pub(super) fn post_file(
    client: &Client,
    file: &[u8],
    message: &str,
    diff: &Value,
) -> Result<Result<Accepted, Refused>, Failure> {
    let body = json!({ "manifest": to_base64(file), "message": message, "diff": diff }).to_string();
    match client.ask(&Question::post("draft", body.as_bytes()), None)? {
        Ok(answer) => Ok(Ok(client.parse(&answer)?)),
        Err(refused) => Ok(Err(refused)),
    }
}

/// The difference as the history keeps it. One that is too large keeps what changed, and not how.
fn diff_json(changes: &[Change]) -> Value {
    let whole = json!(changes);
    if whole.to_string().len() <= DIFF_BYTES_MAX {
        return whole;
    }
    let short = |change: &Change| json!({ "area": change.area, "key": change.key, "kind": change.kind, "details": [] });
    let titles: Value = changes.iter().map(short).collect();
    if titles.to_string().len() <= DIFF_BYTES_MAX { titles } else { json!([]) }
}

/// What the publisher's answer means.
pub(super) fn outcome(accepted: Accepted, version: u64, id: &str) -> Outcome {
    match accepted.draft {
        Some(draft) => Outcome::Waits { draft: draft.id, signatures: draft.signatures, needed: draft.needed },
        None => Outcome::Published { version, manifest: id.to_owned() },
    }
}

/// Waits until the site says that it has the version, or a newer one.
pub(super) fn wait(client: &Client, version: u64, wait_s: u64, steps: &mut Steps) -> Result<(), Failure> {
    if wait_s == 0 {
        return Ok(());
    }
    let reported = |health: &Value| health.get("bundle")?.get("manifest")?.as_u64();
    let has = |health: &Value| reported(health).is_some_and(|reported| reported >= version);
    let last = until(client, wait_s, has);
    let reports = last.as_ref().and_then(reported);
    let reports = reports.map_or_else(|| "no version".to_owned(), |reported| format!("version {reported}"));
    if last.as_ref().is_some_and(has) {
        return steps.done("wait", format!("the site reports {reports}"));
    }
    Err(late(&format!("version {version} is published, and after {wait_s} s the site reports {reports}")))
}

/// What was done, and the site does not say so yet.
pub(super) fn late(what: &str) -> Failure {
    Failure::new(
        what,
        "KV may take a minute to tell all places; `attune status` says what the site has, --wait how long to wait",
    )
}

/// Asks the site how it is until something holds, or the time is over; the last answer.
pub(super) fn until(client: &Client, wait_s: u64, holds: impl Fn(&Value) -> bool) -> Option<Value> {
    let start_us = host().clock_us();
    let mut pause = POLL_MIN;
    loop {
        let health = client.health();
        if health.as_ref().is_some_and(&holds)
            || host().clock_us().saturating_sub(start_us) >= wait_s.saturating_mul(1_000_000)
        {
            return health;
        }
        host().sleep(pause);
        pause = (pause * 2).min(POLL_MAX);
    }
}
