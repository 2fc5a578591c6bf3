//! `attune push`.

use super::ask::ask;
use super::client::{Client, Refused};
use super::expiry::expires_s;
use super::options::{ConsentOptions, ReportOptions, SiteOptions};
use super::piece::Piece;
use super::propose::{self, Proposal, check_message};
use super::ready::{self, BesideOptions, Ready};
use super::rebase::{self, Refusal};
use super::steps::{Outcome, Steps};
use super::{pending, published, show};
use crate::failure::Failure;
use crate::host::random;
use crate::input;
use attune_core::bundle::manifest::{Artifact, ArtifactKind, CANARY_BP_MAX, Canary};
use attune_publish::api::State;
use attune_publish::difference::{self, Change};
use attune_publish::{Next, Publication, is_same, next};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune push shop --to https://www.shop.example --message \"summer sale\"\n  \
    attune push shop --to https://www.shop.example --canary 5%\n  \
    ATTUNE_PASSPHRASE=... attune push shop --key ci --yes --format json\n\n\
    The configuration is checked, its fixtures are run, and it is compiled. You see what it changes and are asked. Then it is \
    signed and uploaded, and the command waits until the site reports it. If the connection is lost, pages have the old version \
    or the new one; the same command again goes on where it stopped.")]
pub struct Options {
    /// Folder with attune.toml
    #[arg(default_value = ".")]
    dir: PathBuf,
    #[command(flatten)]
    site: SiteOptions,
    #[command(flatten)]
    consent: ConsentOptions,
    /// Show the configuration to this share of the visitors, such as 5%; the others keep the present one
    #[arg(long, value_name = "SHARE", value_parser = share_bp)]
    canary: Option<u16>,
    #[command(flatten)]
    beside: BesideOptions,
    #[command(flatten)]
    report: ReportOptions,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    check_message(&options.consent.message)?;
    let mut steps = Steps::new(options.report.format);
    let mut ready = ready::read(&options.dir, &options.beside, &mut steps)?;
    let client = Client::connect(&options.site)?;
    let mut state = client.state()?;
    steps.begin();
    let mut yes = options.consent.yes;
    let outcome = loop {
        let refusal = match publish(&client, &state, ready, options, yes, &mut steps)? {
            Ok(outcome) => break outcome,
            Err(refusal) => refusal,
        };
        let folder = rebase::onto(&client, &refusal, &options.dir, options.canary.is_some())?;
        state = client.state()?;
        ready = ready::read(folder.path(), &options.beside, &mut steps)?;
        folder.keep_numbers(&options.dir)?;
        // What it changes is what was agreed to.
        yes = true;
    };
    if let Outcome::Published { version, .. } | Outcome::Unchanged { version } = &outcome {
        propose::wait(&client, *version, options.report.wait_s, &mut steps)?;
    }
    steps.end(&outcome)
}

fn publish(
    client: &Client,
    state: &State,
    ready: Ready,
    options: &Options,
    yes: bool,
    steps: &mut Steps,
) -> Result<Result<Outcome, Box<Refusal>>, Failure> {
    ready.check_site(client, state)?;
    let present = published::present(state)?;
    let before = published::configuration(client, &present)?;
    let changes = difference::between(before.as_ref(), &ready.loaded);
    let own = ready.loaded.clone();
    let sources = ready.sources.as_ref().and_then(|piece| piece.bytes.clone());
    let (pieces, canary) = match options.canary {
        Some(share_bp) => as_canary(ready, &present, share_bp)?,
        None => (ready.pieces(client, state)?, None),
    };
    let in_list = |piece: &&Piece| canary.is_none_or(|canary| piece.artifact != canary.config);
    let artifacts: Vec<Artifact> = pieces.iter().filter(in_list).map(|piece| piece.artifact).collect();
    if let Some(current) = state.current.as_ref().filter(|current| is_same(current, &artifacts, canary.as_ref())) {
        return Ok(Ok(Outcome::Unchanged { version: current.version }));
    }
    if let Some(outcome) = pending::finish(client, state, &artifacts, canary.as_ref())? {
        return Ok(Ok(outcome));
    }
    steps
        .done("diff", format!("{}, {}", crate::output::describe::counted(changes.len(), "change"), in_words(state)))?;
    let shown = if before.is_some() { show::terminal(&changes) } else { "everything is new\n".to_owned() };
    steps.say(&shown)?;
    ask(&question(state, canary.as_ref()), yes)?;
    steps.begin();
    let now_s = u64::from(input::now_s()?);
    let asked = Next { artifacts, canary, not_before_s: now_s, expires_s: expires_s(now_s) };
    let publication = next(state, asked).map_err(|error| Failure::new(error.to_string(), "please report this"))?;
    propose::upload(client, &pieces, steps)?;
    match post(client, &publication, options, &changes)? {
        Ok(outcome) => {
            steps.done("publish", "signed and sent")?;
            Ok(Ok(outcome))
        }
        Err(refused) => Ok(Err(Box::new(Refusal { refused, before, present, own, sources }))),
    }
}

fn post(
    client: &Client,
    publication: &Publication,
    options: &Options,
    changes: &[Change],
) -> Result<Result<Outcome, Refused>, Failure> {
    let proposal = Proposal { publication, message: &options.consent.message, changes };
    let answer = propose::post(client, &proposal)?;
    Ok(answer.map(|accepted| propose::outcome(accepted, publication.manifest().version, &publication.id())))
}

/// The present version with a second configuration. What goes with the canary's configuration stands behind what goes with the
/// version's own.
fn as_canary(ready: Ready, present: &[Artifact], share_bp: u16) -> Result<(Vec<Piece>, Option<Canary>), Failure> {
    if present.is_empty() {
        return Err(Failure::new(
            "nothing is published yet, and a canary is a second configuration beside the first",
            "push once without --canary",
        ));
    }
    let mut pieces: Vec<Piece> = own(present).into_iter().map(|artifact| Piece { artifact, bytes: None }).collect();
    let canary = Canary { share_bp, salt: random()?, config: ready.config.artifact };
    for piece in [ready.sources, ready.client].into_iter().flatten() {
        // The first of a kind is the version's own.
        if pieces.iter().any(|own| own.artifact.kind == piece.artifact.kind) {
            pieces.push(piece);
        }
    }
    pieces.push(ready.config);
    Ok((pieces, Some(canary)))
}

/// The artifacts of the version itself: of a canary that is there, the second ones of a kind go with it.
fn own(present: &[Artifact]) -> Vec<Artifact> {
    let mut own: Vec<Artifact> = Vec::with_capacity(present.len());
    for artifact in present {
        let goes_with = [ArtifactKind::Sources, ArtifactKind::Client].iter().any(|kind| *kind as u8 == artifact.kind);
        if !(goes_with && own.iter().any(|one| one.kind == artifact.kind)) {
            own.push(*artifact);
        }
    }
    own
}

fn in_words(state: &State) -> String {
    state.current.as_ref().map_or_else(
        || "as nothing is published yet".to_owned(),
        |current| format!("compared with version {}", current.version),
    )
}

fn question(state: &State, canary: Option<&Canary>) -> String {
    let ends = state.current.as_ref().is_some_and(|current| current.canary.is_some() && !current.withdrawn);
    let ends = if ends { " The canary that runs ends." } else { "" };
    let needed =
        if state.threshold > 1 { format!(" It will need {} signatures.", state.threshold) } else { String::new() };
    match canary {
        Some(canary) => {
            let (whole, part) = (canary.share_bp / 100, canary.share_bp % 100);
            format!("Show this to {whole}.{part:02} % of the visitors of {}?{ends}{needed}", state.site)
        }
        None => format!("Publish this to {}?{ends}{needed}", state.site),
    }
}

/// A share such as `5%` or `0.5%`, in basis points.
fn share_bp(text: &str) -> Result<u16, String> {
    let number = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    let help = || format!("write a share of the visitors such as 5%, at most {} %", CANARY_BP_MAX / 100);
    let bp = number
        .map(|percent| percent * 100.0)
        .filter(|bp| (1.0..=f64::from(CANARY_BP_MAX)).contains(bp))
        .ok_or_else(help)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to CANARY_BP_MAX")]
    let rounded = bp.round() as u16;
    if (f64::from(rounded) - bp).abs() < 1e-6 { Ok(rounded) } else { Err(help()) }
}

#[cfg(test)]
mod tests {
    use super::share_bp;

    #[test]
    fn a_share_is_percent_and_at_most_half() {
        assert_eq!(
            [share_bp("5%"), share_bp("0.5 %"), share_bp("50%"), share_bp("0.01%")],
            [Ok(500), Ok(50), Ok(5_000), Ok(1)]
        );
        for bad in ["5", "0%", "51%", "-1%", "0.001%", "x%", "NaN%"] {
            assert!(share_bp(bad).is_err(), "{bad}");
        }
    }
}
