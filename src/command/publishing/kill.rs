//! `attune kill` and `attune revive`.

use super::ask::ask;
use super::client::{Client, Question};
use super::options::{ConsentOptions, ReportOptions, SiteOptions};
use super::propose::{self, check_message};
use super::published;
use super::steps::{Outcome, Steps};
use crate::failure::Failure;
use crate::input;
use crate::output;
use attune_core::bundle::kill::{self, Effect};
use attune_publish::api::{Accepted, State};
use attune_publish::{statement, to_base64};
use clap::Args;
use serde_json::{Value, json};

#[derive(Args)]
#[command(after_help = "Examples:\n  attune kill --campaign summer-hero --to https://www.shop.example\n  \
    attune kill --to https://www.shop.example --message \"wrong prices\" --yes\n\n\
    Without --campaign everything is off: pages are the shop's own. One key with the role `kill` is enough. It stays off through \
    every push and rollback until `attune revive`.")]
pub struct KillOptions {
    #[command(flatten)]
    what: What,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  attune revive --campaign summer-hero --to https://www.shop.example\n  \
    attune revive --to https://www.shop.example\n\n\
    Without --campaign it lifts everything that was turned off. It needs as many signatures as a version.")]
pub struct ReviveOptions {
    #[command(flatten)]
    what: What,
}

#[derive(Args)]
struct What {
    /// Key of one campaign. Default: everything
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    campaign: String,
    #[command(flatten)]
    site: SiteOptions,
    #[command(flatten)]
    consent: ConsentOptions,
    #[command(flatten)]
    report: ReportOptions,
}

pub fn kill(KillOptions { what }: &KillOptions) -> Result<(), Failure> {
    state(what, Effect::Kill)
}

pub fn revive(ReviveOptions { what }: &ReviveOptions) -> Result<(), Failure> {
    state(what, Effect::Revive)
}

fn state(what: &What, effect: Effect) -> Result<(), Failure> {
    check_message(&what.consent.message)?;
    let client = Client::connect(&what.site)?;
    let found = client.state()?;
    let mut steps = Steps::new(what.report.format);
    let subject =
        if what.campaign.is_empty() { "everything".to_owned() } else { format!("campaign {}", what.campaign) };
    let question = match effect {
        Effect::Kill => format!("Turn {subject} off on {}?", found.site),
        Effect::Revive => format!("Turn {subject} on again on {}?", found.site),
    };
    ask(&question, what.consent.yes)?;
    steps.begin();
    let accepted = post(&client, found, effect, &what.campaign, &what.consent.message)?;
    let word = if effect == Effect::Kill { "off" } else { "on" };
    steps.done("publish", format!("{subject} is {word}"))?;
    let outcome = outcome(accepted);
    if let Outcome::Done { serial } = outcome {
        wait(&client, &Awaited { campaign: &what.campaign, effect, serial }, what.report.wait_s, &mut steps)?;
        if effect == Effect::Kill {
            say_unknown(&client, &what.campaign)?;
        }
    }
    steps.end(&outcome)
}

/// Says where the published version has no campaign of this name: it may be misspelled. It is said last, so that nothing waits for it.
fn say_unknown(client: &Client, campaign: &str) -> Result<(), Failure> {
    let state = client.state()?;
    let Some(current) = state.current.as_ref().filter(|current| current.canary.is_none() && !campaign.is_empty())
    else {
        return Ok(());
    };
    // Turning off needs nothing of what is published: what cannot be read is no reason to fail.
    let Some(loaded) =
        published::present(&state).and_then(|artifacts| published::configuration(client, &artifacts)).ok().flatten()
    else {
        return Ok(());
    };
    let keys: Vec<&str> = loaded.campaigns.iter().flatten().map(|one| one.key.as_str()).collect();
    if !keys.contains(&campaign) {
        output::print_error(&format!(
            "note: version {} has no campaign `{campaign}`, so pages are as before; it has {}. \
             `attune revive --campaign {campaign}` takes this back\n",
            current.version,
            keys.join(", ")
        ));
    }
    Ok(())
}

/// What the site has to report.
pub(super) struct Awaited<'a> {
    /// Empty for everything.
    pub(super) campaign: &'a str,
    pub(super) effect: Effect,
    /// Of the entry of the history: what was off before is so by an earlier one.
    pub(super) serial: u64,
}

/// Waits until the site says that it is off, or on again.
pub(super) fn wait(
    client: &Client,
    &Awaited { campaign, effect, serial }: &Awaited<'_>,
    wait_s: u64,
    steps: &mut Steps,
) -> Result<(), Failure> {
    if wait_s == 0 {
        return Ok(());
    }
    let holds = |health: &Value| head_serial(health) >= serial && is_off(health, campaign) == (effect == Effect::Kill);
    if propose::until(client, wait_s, holds).as_ref().is_some_and(holds) {
        return steps.done("wait", "the site reports it");
    }
    Err(propose::late(&format!("it is in the history, and after {wait_s} s the site does not report it")))
}

/// Up to which entry of the history the site knows what holds.
fn head_serial(health: &Value) -> u64 {
    let head = health.get("published").and_then(|published| published.get("head"));
    head.and_then(|head| head.get("serial")?.as_u64()).unwrap_or(0)
}

/// Whether the site reports that a campaign is off by name; without a name, that everything is.
fn is_off(health: &Value, campaign: &str) -> bool {
    let killed = health.get("published").and_then(|published| published.get("killed"));
    let everything = killed.and_then(|killed| killed.get("everything")?.as_bool()).unwrap_or(false);
    let campaigns = killed.and_then(|killed| killed.get("campaigns")?.as_array()).map_or(&[][..], Vec::as_slice);
    if campaign.is_empty() { everything } else { campaigns.iter().any(|one| one.as_str() == Some(campaign)) }
}

/// Signs the next statement and sends it. Where somebody else's came first, this one gets the number after it.
pub(crate) fn post(
    client: &Client,
    mut found: State,
    effect: Effect,
    campaign: &str,
    message: &str,
) -> Result<Accepted, Failure> {
    loop {
        let statement = statement(&found, effect, campaign, input::now_s()?.into());
        let signature = client.signer.sign(&kill::signed_bytes(effect, &kill::body(&statement)));
        let file = kill::encode(&statement, &[signature])
            .map_err(|error| Failure::new(error.to_string(), "give the key of a campaign, as under [campaigns]"))?;
        let body = json!({ "statement": to_base64(&file), "message": message }).to_string();
        let refused = match client.ask(&Question::post("kill", body.as_bytes()), None)? {
            Ok(answer) => return client.parse(&answer),
            Err(refused) => refused,
        };
        found = client.state()?;
        if refused.error.code != "invalid_statement" || found.kills.next == statement.number {
            return Err(refused.failure(&client.address));
        }
    }
}

/// What the publisher's answer to a statement means.
pub(super) fn outcome(accepted: Accepted) -> Outcome {
    if let Some(draft) = accepted.draft {
        return Outcome::Waits { draft: draft.id, signatures: draft.signatures, needed: draft.needed };
    }
    let published = accepted.published.map(|published| published.serial);
    Outcome::Done { serial: accepted.serial.or(published).unwrap_or(0) }
}
