//! `attune approve`.

use super::ask::ask;
use super::client::{Client, Question};
use super::options::{ReportOptions, SiteOptions};
use super::steps::{Outcome, Steps};
use super::{kill, propose, published, show};
use crate::failure::Failure;
use attune_core::bundle::kill::{self as statement, Effect, Statement};
use attune_core::bundle::manifest::{Manifest, Signature};
use attune_core::codec::to_hex;
use attune_publish::api::{Accepted, State, WholeDraft};
use attune_publish::{Publication, difference, from_base64, id_of, to_base64};
use clap::Args;
use serde_json::json;

#[derive(Args)]
#[command(after_help = "Example:\n  attune approve 5e1c... --to https://www.shop.example\n\n\
    You see the message, and the difference between the pages of now and exactly the bytes that you would sign: the bundle is \
    fetched and its hash compared with the draft. `attune status` lists what waits; the first digits of an id are enough.")]
pub struct Options {
    /// Id of what waits, as `attune push` and `attune status` print it
    id: String,
    #[command(flatten)]
    site: SiteOptions,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    report: ReportOptions,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let client = Client::connect(&options.site)?;
    let state = client.state()?;
    let id = whole_id(&state, &options.id)?;
    let draft: WholeDraft = client.json(&Question::get(&format!("draft/{id}")))?;
    let mut steps = Steps::new(options.report.format);
    if draft.by.contains(&client.key_id()) {
        return Err(Failure::new(
            "this key has signed it already",
            format!("somebody else has to approve it: it needs {} keys", draft.needed),
        ));
    }
    steps.say(&format!("message   {}\nproposed  by {}\n", clean(&draft.message), draft.by.join(", ")))?;
    let outcome = match (&draft.manifest, &draft.statement) {
        (Some(manifest), _) => approve_manifest(&client, &state, &id, manifest, options, &mut steps)?,
        (None, Some(statement)) => approve_statement(&client, &id, statement, options, &mut steps)?,
        (None, None) => return Err(Failure::new("the draft has nothing to sign", "take a newer `attune`")),
    };
    steps.end(&outcome)
}

fn approve_manifest(
    client: &Client,
    state: &State,
    id: &str,
    manifest: &str,
    options: &Options,
    steps: &mut Steps,
) -> Result<Outcome, Failure> {
    let publication = published::verified(&from_base64(manifest).unwrap_or_default(), id)?;
    let version = publication.manifest();
    if version.site != state.site {
        return Err(Failure::new(format!("the draft is of site {}", version.site), "do not approve it"));
    }
    if let Some(current) = state.current.as_ref().filter(|current| current.id != to_hex(&version.previous)) {
        return Err(Failure::new(
            format!("the draft does not follow version {}, which was published after it was made", current.version),
            "push it again, so that what you approve is what changes",
        ));
    }
    steps.say(&show::terminal(&changes(client, state, version)?))?;
    if let Some(canary) = &version.canary {
        steps.say(&format!("for {}.{:02} % of the visitors\n", canary.share_bp / 100, canary.share_bp % 100))?;
    }
    ask(&format!("Sign version {} of {}?", version.version, state.site), options.yes)?;
    steps.begin();
    let signature = client.signer.sign(&publication.signed_bytes());
    let outcome = propose::outcome(post(client, id, &signature)?, version.version, id);
    steps.done("approve", signed(&publication))?;
    if let Outcome::Published { version, .. } = outcome {
        propose::wait(client, version, options.report.wait_s, steps)?;
    }
    Ok(outcome)
}

/// What changes: for visitors of the canary, where there is one.
fn changes(client: &Client, state: &State, version: &Manifest) -> Result<Vec<difference::Change>, Failure> {
    let before = published::configuration(client, &published::present(state)?)?;
    let after = match &version.canary {
        Some(canary) => published::configuration(client, &[canary.config])?,
        None => published::configuration(client, &version.artifacts)?,
    };
    Ok(after.map(|after| difference::between(before.as_ref(), &after)).unwrap_or_default())
}

fn signed(publication: &Publication) -> String {
    format!("signed version {}", publication.manifest().version)
}

fn approve_statement(
    client: &Client,
    id: &str,
    file: &str,
    options: &Options,
    steps: &mut Steps,
) -> Result<Outcome, Failure> {
    let broken = || Failure::new("the draft is not the statement that its id is of", "do not approve it");
    let file = from_base64(file).ok_or_else(broken)?;
    let (found, _) = statement::decode(&file).map_err(|_| broken())?;
    let body = statement::body(&found);
    if id_of(&body) != id {
        return Err(broken());
    }
    ask(&question(&found), options.yes)?;
    steps.begin();
    let signature = client.signer.sign(&statement::signed_bytes(found.effect, &body));
    let accepted = post(client, id, &signature)?;
    steps.done("approve", format!("signed statement {}", found.number))?;
    let outcome = kill::outcome(accepted);
    if let Outcome::Done { serial } = outcome {
        let awaited = kill::Awaited { campaign: &found.campaign, effect: found.effect, serial };
        kill::wait(client, &awaited, options.report.wait_s, steps)?;
    }
    Ok(outcome)
}

fn question(statement: &Statement) -> String {
    let word = if statement.effect == Effect::Kill { "off" } else { "on again" };
    let what = if statement.campaign.is_empty() {
        "everything".to_owned()
    } else {
        format!("campaign {}", clean(&statement.campaign))
    };
    format!("Turn {what} {word} on {}?", statement.site)
}

fn post(client: &Client, id: &str, signature: &Signature) -> Result<Accepted, Failure> {
    let signature = [&signature.key[..], &signature.bytes[..]].concat();
    let body = json!({ "draft": id, "signature": to_base64(&signature) }).to_string();
    client.json(&Question::post("approve", body.as_bytes()))
}

/// The id that begins with these digits.
fn whole_id(state: &State, digits: &str) -> Result<String, Failure> {
    let mut found = state.drafts.iter().filter(|draft| !digits.is_empty() && draft.id.starts_with(digits));
    match (found.next(), found.next()) {
        (Some(draft), None) => Ok(draft.id.clone()),
        (Some(_), Some(_)) => {
            Err(Failure::new(format!("more than one draft begins with {digits}"), "give more digits"))
        }
        (None, _) => Err(Failure::new(
            format!("nothing waits under {digits}"),
            "`attune status` lists what waits; a draft is thrown away after 14 days, and when another version is published",
        )),
    }
}

fn clean(text: &str) -> String {
    text.replace(char::is_control, " ")
}
