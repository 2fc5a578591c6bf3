//! Catalogue and indexes, published beside the version with a key for data: `--push` of `attune learn` and `attune catalog`, and
//! `attune rollback --data`.

use super::address::Address;
use super::chronicle;
use super::client::{Client, Question, Refused};
use super::conflict;
use super::goods::{self, Fresh, Learned};
use super::piece::Piece;
use super::propose;
use super::published;
use super::steps::{Outcome, Steps};
use crate::failure::Failure;
use crate::input;
use crate::output;
use attune_core::artifacts::catalog::Catalog;
use attune_core::bundle::data::{self, DataManifest};
use attune_core::bundle::manifest::{Artifact, ArtifactKind};
use attune_core::codec::to_hex;
use attune_publish::api::{Accepted, State};
use attune_publish::{data_of, next_data, to_base64};
use serde_json::{Value, json};

/// How often a job begins again because something was published meanwhile.
const TRIES: u32 = 5;
/// Seconds to wait until the site reports the data.
pub(super) const WAIT_S: u64 = 120;

/// A job that publishes data to a site.
pub struct Job {
    client: Client,
}

/// What is to be published, and why.
pub(super) struct Wanted<'a> {
    pub(super) what: What,
    pub(super) message: &'a str,
    pub(super) wait_s: u64,
}

/// What is to be published.
pub(super) enum What {
    /// Something new, beside what is published and fits it.
    Fresh(Fresh),
    /// What there was before.
    Earlier(Vec<Artifact>),
}

impl Job {
    /// Opens the key, and asks the site whether it may publish data: before anything takes long.
    pub fn connect(url: &str, key: Option<&str>) -> Result<Self, Failure> {
        let client = Client::connect_to(Address::parse(url)?, key, None)?;
        may_publish(&client, &client.state()?)?;
        Ok(Self { client })
    }

    /// The catalogue that pages have.
    pub fn catalog(&self) -> Result<Catalog<Vec<u8>>, Failure> {
        let present = present(&self.client.state()?)?;
        let known = goods::catalog_in(&present).ok_or_else(none)?;
        goods::load(published::artifact(&self.client, &to_hex(&known.sha256))?)
    }

    /// Publishes an index in the place of the one before.
    pub fn publish_index(&self, kind: ArtifactKind, bytes: Vec<u8>) -> Result<(), Failure> {
        let learned = vec![Learned { kind, bytes, from: "the index".to_owned() }];
        self.publish(Fresh { catalog: None, learned }, "a new recommendation index")
    }

    /// Publishes a catalogue in the place of the one before, with the indexes that fit it.
    pub fn publish_catalog(&self, bytes: Vec<u8>) -> Result<(), Failure> {
        self.publish(Fresh { catalog: Some(bytes), learned: Vec::new() }, "a new catalogue")
    }

    fn publish(&self, fresh: Fresh, message: &str) -> Result<(), Failure> {
        let wanted = Wanted { what: What::Fresh(fresh), message, wait_s: WAIT_S };
        publish(&self.client, &wanted, Steps::new(output::Format::Human))
    }
}

fn none() -> Failure {
    Failure::new("no catalogue is published", "push a configuration with [catalog] first: attune push")
}

/// Refuses a key that the site does not take data from.
pub(super) fn may_publish(client: &Client, state: &State) -> Result<(), Failure> {
    let own = state.keys.iter().find(|key| key.id == client.key_id());
    if own.is_some_and(|key| key.roles.iter().any(|role| role == "data")) {
        return Ok(());
    }
    let roles = own.map(|key| key.roles.join("+")).unwrap_or_default();
    Err(Failure::new(
        format!("key {} has the role {roles}, and this takes data", client.key_id()),
        "take the key of `attune keys data`, or add the role in MANIFEST_KEYS of the deployment",
    ))
}

/// The catalogue and the indexes that pages have.
fn present(state: &State) -> Result<Vec<Artifact>, Failure> {
    data_of(state).map_err(|error| Failure::new(error.to_string(), "please report this"))
}

/// Publishes data, on top of whatever is published meanwhile.
pub(super) fn publish(client: &Client, wanted: &Wanted<'_>, mut steps: Steps) -> Result<(), Failure> {
    for _ in 0..TRIES {
        let state = client.state()?;
        let before = present(&state)?;
        let pieces = pieces(client, &state, &before, &wanted.what)?;
        let artifacts: Vec<Artifact> = pieces.iter().map(|piece| piece.artifact).collect();
        if artifacts == before {
            let number = state.data.as_ref().map_or(0, |data| data.number);
            return steps.end(&Outcome::Data { number, is_new: false });
        }
        propose::upload(client, &pieces, &mut steps)?;
        let made_s = u64::from(input::now_s()?);
        let next = next_data(&state, artifacts, made_s)
            .map_err(|error| Failure::new(error.to_string(), "push a configuration first: attune push"))?;
        match post(client, &next, wanted.message)? {
            Ok(_) => {
                steps.done("publish", "signed and sent")?;
                wait(client, &next, wanted.wait_s, &mut steps)?;
                return steps.end(&Outcome::Data { number: next.number, is_new: true });
            }
            Err(refused) if refused.error.code == "conflict" => {
                output::print_error(&format!("{}\nonce more, on top of that\n", conflict::between(&refused)));
            }
            Err(refused) => return Err(refused.failure(&client.address)),
        }
    }
    Err(Failure::new(
        format!("something else was published each of the {TRIES} times"),
        "run the same command again when the others are done",
    ))
}

/// What the next data manifest names, checked as a page will check it beside the present configuration.
fn pieces(client: &Client, state: &State, before: &[Artifact], what: &What) -> Result<Vec<Piece>, Failure> {
    let pieces = match what {
        What::Fresh(fresh) => goods::compose(client, &state.site, before, fresh)?,
        What::Earlier(artifacts) => artifacts.iter().map(|one| Piece { artifact: *one, bytes: None }).collect(),
    };
    let Some(first) = pieces.first() else { return Err(none()) };
    let known = goods::catalog_in(before);
    if known == Some(&first.artifact) {
        return Ok(pieces);
    }
    let fetch = |artifact: &Artifact| published::artifact(client, &to_hex(&artifact.sha256));
    let after = goods::load(first.bytes.clone().map_or_else(|| fetch(&first.artifact), Ok)?)?;
    if let (Some(known), What::Fresh(_)) = (known, what) {
        goods::check_numbers(&goods::load(fetch(known)?)?, &after)?;
    }
    let configuration = published::configuration(client, &published::present(state)?)?;
    if let Some(field) = configuration.as_ref().and_then(|loaded| loaded.field_beyond(&after)) {
        return Err(Failure::new(
            format!(
                "the catalogue does not have the field {field} for all to see, which the published configuration names"
            ),
            "add it to `extra` of [catalog] and to the feed, or push a configuration that does without it first",
        ));
    }
    Ok(pieces)
}

fn post(client: &Client, next: &DataManifest, message: &str) -> Result<Result<Accepted, Refused>, Failure> {
    let signature = client.signer.sign(&data::signed_bytes(&data::body(next)));
    let file = data::encode(next, &[signature])
        .map_err(|error| Failure::new(format!("the data manifest cannot be written: {error}"), "please report this"))?;
    let body = json!({ "data": to_base64(&file), "message": message }).to_string();
    match client.ask(&Question::post("data", body.as_bytes()), None)? {
        Ok(answer) => Ok(Ok(client.parse(&answer)?)),
        Err(refused) => Ok(Err(refused)),
    }
}

/// Waits until pages are made with the data, or a version has taken their place.
fn wait(client: &Client, next: &DataManifest, wait_s: u64, steps: &mut Steps) -> Result<(), Failure> {
    if wait_s == 0 {
        return Ok(());
    }
    let of = |health: &Value, name: &str| health.pointer(&format!("/published/data/{name}")).cloned();
    let has = |health: &Value| {
        let number = of(health, "number").and_then(|number| number.as_u64()).unwrap_or(0);
        let version = health.pointer("/bundle/manifest").and_then(Value::as_u64).unwrap_or(0);
        number >= next.number && (of(health, "served") == Some(Value::Bool(true)) || version > next.version)
    };
    let last = propose::until(client, wait_s, has);
    if last.as_ref().is_some_and(has) {
        return steps.done("wait", format!("the site reports data {}", next.number));
    }
    let alarms = last.as_ref().and_then(|health| health.pointer("/published/alarms")?.as_array().cloned());
    let texts: Vec<String> =
        alarms.into_iter().flatten().filter_map(|one| Some(one.get("text")?.as_str()?.to_owned())).collect();
    let why = if texts.is_empty() { String::new() } else { format!(", which says: {}", texts.join("; ")) };
    Err(propose::late(&format!(
        "data {} are published, and after {wait_s} s the site does not have them{why}",
        next.number
    )))
}

/// The artifacts of an earlier data manifest: of a number, or of the one before the present one. Before the first there are those of
/// the version.
pub(super) fn earlier(client: &Client, state: &State, number: Option<u64>) -> Result<(String, Vec<Artifact>), Failure> {
    let help = "`attune history` lists what was published";
    let Some(last) = &state.data else {
        return Err(Failure::new("no data were published beside a version yet", "there is nothing to go back to"));
    };
    let wanted = number.unwrap_or(last.number - 1);
    if wanted == 0 {
        let own = published::present(state)?.into_iter().filter(data::is_data).collect();
        return Ok(("what the version brings along".to_owned(), own));
    }
    for entry in chronicle::read(&chronicle::entries(client)?)?.into_iter().rev() {
        let Some(id) = entry.manifest.filter(|_| entry.action == "data") else { continue };
        let Ok((found, _)) = data::decode(&published::signed_file(client, &id)?) else { continue };
        if found.number == wanted {
            return Ok((format!("data {wanted}"), found.artifacts));
        }
    }
    Err(Failure::new(format!("there were no data {wanted}"), help))
}
