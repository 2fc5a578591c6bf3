//! `attune status`.

use super::client::Client;
use super::options::SiteOptions;
use crate::failure::Failure;
use crate::output::describe::{counted, grouped};
use crate::output::{self, Format};
use attune_core::bundle::manifest::ArtifactKind;
use attune_core::civil::format_time;
use attune_publish::api::{Current, NamedArtifact, State};
use clap::Args;
use serde_json::Value;
use std::fmt::Write as _;

#[derive(Args)]
#[command(after_help = "Example:\n  attune status --to https://www.shop.example")]
pub struct Options {
    #[command(flatten)]
    site: SiteOptions,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let client = Client::connect(&options.site)?;
    let state = client.state()?;
    let health = client.health();
    match options.format {
        Format::Json => output::print_json(&serde_json::json!({ "state": state, "health": health })),
        Format::Human => output::print(&text(&state, health.as_ref(), &client.key_id())),
    }
}

fn text(state: &State, health: Option<&Value>, own: &str) -> String {
    let mut text = format!("site      {}\npublisher {}\n", state.site, state.audience);
    // Writing into a string has no way to fail.
    match &state.current {
        Some(current) => put_current(&mut text, current),
        None => text.push_str("version   nothing is published yet: attune push\n"),
    }
    let reported = health.and_then(|health| Some((health.get("status")?.as_str()?, health.get("bundle"))));
    let _ = match reported {
        Some((status, bundle)) => {
            let version = bundle.and_then(|bundle| bundle.get("manifest")?.as_u64());
            let version = version.map_or_else(String::new, |version| format!(", version {version}"));
            writeln!(text, "pages     {status}{version}")
        }
        None => writeln!(text, "pages     no answer of /_attune/health"),
    };
    put_data(&mut text, state);
    put_kills(&mut text, state);
    let _ = writeln!(text, "needs     {}", counted(state.threshold, "signature"));
    if let Some(head) = &state.head {
        let _ = writeln!(text, "written   {} (entry {} of the history)", time(head.moment_s), head.serial);
    }
    for key in &state.keys {
        let own = if key.id == own { "  yours" } else { "" };
        let _ = writeln!(text, "key       {}  {}{own}", key.id, key.roles.join("+"));
    }
    for draft in &state.drafts {
        let message = draft.message.replace(char::is_control, " ");
        let _ = writeln!(
            text,
            "waits     {}  {} of {}  {message}\n          attune approve {}",
            draft.id.get(..12).unwrap_or_default(),
            draft.signatures,
            draft.needed,
            draft.id
        );
    }
    for preview in &state.previews {
        let (id, ends) = (preview.id.get(..12).unwrap_or_default(), time(preview.expires_s));
        let _ = writeln!(text, "draft     {id}  to look at until {ends}: attune preview --draft {id}");
    }
    for alarm in &state.alarms {
        let _ = writeln!(
            text,
            "alarm     {}  {}: {}",
            time(alarm.at_s),
            alarm.kind,
            alarm.text.replace(char::is_control, " ")
        );
    }
    text
}

fn put_current(text: &mut String, current: &Current) {
    let withdrawn = if current.withdrawn { ", withdrawn" } else { "" };
    let _ = writeln!(
        text,
        "version   {} ({}{withdrawn}) since {}",
        current.version,
        current.kind,
        time(current.not_before_s)
    );
    put_artifacts(text, &current.artifacts);
    if let Some(canary) = &current.canary {
        let hash = canary.sha256.get(..12).unwrap_or_default();
        let _ = writeln!(
            text,
            "canary    {hash}  {}.{:02} % of the visitors",
            canary.share_bp / 100,
            canary.share_bp % 100
        );
    }
}

fn put_data(text: &mut String, state: &State) {
    let Some(data) = &state.data else { return };
    let holds = if data.holds { "" } else { ", replaced by the version's" };
    let _ = writeln!(text, "data      {}{holds} made {}", data.number, time(data.made_s));
    put_artifacts(text, &data.artifacts);
}

fn put_artifacts(text: &mut String, artifacts: &[NamedArtifact]) {
    for artifact in artifacts {
        let hash = artifact.sha256.get(..12).unwrap_or_default();
        let _ = writeln!(text, "          {:<10}{hash}  {} bytes", kind(artifact.kind), grouped(artifact.bytes.into()));
    }
}

fn put_kills(text: &mut String, state: &State) {
    if state.kills.everything {
        text.push_str("off       everything: attune revive\n");
    }
    for campaign in &state.kills.campaigns {
        let _ = writeln!(text, "off       {campaign}: attune revive --campaign {campaign}");
    }
}

fn kind(number: u8) -> &'static str {
    match ArtifactKind::of(number) {
        Some(ArtifactKind::Config) => "bundle",
        Some(ArtifactKind::Catalog) => "catalogue",
        Some(ArtifactKind::Sessions) => "sessions",
        Some(ArtifactKind::Baskets) => "baskets",
        Some(ArtifactKind::Overlay) => "overlay",
        Some(ArtifactKind::Posteriors) => "posteriors",
        Some(ArtifactKind::Sources) => "sources",
        Some(ArtifactKind::Client) => "client bundle",
        Some(ArtifactKind::Weights) => "weights",
        None => "unknown",
    }
}

fn time(at_s: u64) -> String {
    u32::try_from(at_s).map_or_else(|_| format!("{at_s} s"), format_time)
}
