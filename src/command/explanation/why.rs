//! `attune why`: in plain sentences, why a page shows a visitor what it shows.

use super::sentences::{opening, slot_paragraph};
use crate::decision::{ArtifactOptions, DecisionInput, LoadedSite, MomentOptions};
use crate::failure::Failure;
use crate::{input, output};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Example:\n  attune why https://www.shop.example/ --visitor lapsed.json shop")]
pub struct Options {
    /// URL of the page, or its path and query
    url: String,
    /// Folder with attune.toml
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Visitor, as for `attune decide`; - is standard input
    #[arg(long, value_name = "FILE")]
    visitor: PathBuf,
    #[command(flatten)]
    moment: MomentOptions,
    #[command(flatten)]
    artifacts: ArtifactOptions,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let site = LoadedSite::read(&options.dir, &options.artifacts)?;
    let now_s = input::moment("--now", options.moment.now.as_deref())?;
    let (visitor, name) = input::read_visitor(&options.visitor, now_s)?;
    let mut input = DecisionInput::new(visitor, &name, &options.url, now_s)?;
    input.lang.clone_from(&options.moment.lang);
    let prepared = input.prepare(&site)?;
    let mut evaluation = prepared.evaluation();
    let decision = prepared.decide_with_account(&mut evaluation);
    let mut paragraphs = vec![opening(&options.url, &name, evaluation.facts.page.kind, prepared.effective)];
    for (index, slot, slot_decision) in decision.slots() {
        paragraphs.push(slot_paragraph(&decision, index, slot, slot_decision, &mut evaluation));
    }
    output::print(&paragraphs.join("\n"))
}
