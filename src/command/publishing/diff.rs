//! `attune diff`.

use super::client::Client;
use super::options::{DiffFormat, SiteOptions};
use super::{published, revision, show};
use crate::configuration::Configuration;
use crate::decision::{ArtifactOptions, LoadedSite};
use crate::failure::Failure;
use crate::output::describe::percent;
use crate::simulation::{Share, shares};
use crate::{host, input, output};
use attune_compiler::compile;
use attune_core::bundle;
use attune_core::loaded::Loaded;
use attune_publish::difference::{self, Change};
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune diff shop --base shop.bundle\n  attune diff shop --base https://www.shop.example\n  \
    attune diff shop --base main --format markdown\n\n\
    The base is a bundle, what a site has published, or a revision of git. What is compared is what the edge reads: campaigns, \
    conditions, copy, schedules, slots. Comments and order make no difference."
)]
pub struct Options {
    /// Folder with attune.toml
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Bundle, address of a site, or revision of git. Default: what `ATTUNE_URL` has published
    #[arg(long, value_name = "FILE|URL|REV")]
    base: Option<String>,
    /// Also simulate this many visitors: what share of them sees each campaign, before and after
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=1_000_000))]
    visitors: u64,
    /// Key that signs the question to a site. Default: the only key
    #[arg(long, value_name = "NAME|FILE")]
    key: Option<String>,
    /// For a terminal, for a pull request, or for programs
    #[arg(long, value_enum, default_value_t = DiffFormat::Terminal)]
    format: DiffFormat,
}

/// The share of a campaign in percent of the visitors, before and after.
struct Moved {
    campaign: String,
    before: Option<Share>,
    after: Option<Share>,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let configuration = Configuration::read(&options.dir)?;
    let (_, after) = configuration.bundle()?;
    let before = base(options)?;
    let changes = difference::between(before.as_ref(), &after);
    let mut moved = Vec::new();
    if options.visitors > 0 {
        moved = shares_of(options, &configuration, before, after)?;
    }
    print(&changes, &moved, options)
}

/// The configuration that is compared with; nothing where a site has published none.
fn base(options: &Options) -> Result<Option<Loaded>, Failure> {
    let to = match &options.base {
        Some(base) if !base.contains("://") => {
            let path = Path::new(base);
            if host::is_file(path) {
                return published::load(&input::read(path, "a bundle")?).map(Some);
            }
            return at_revision(&options.dir, base).map(Some);
        }
        other => other.clone(),
    };
    let site = SiteOptions { to, key: options.key.clone(), audience: None };
    let client = Client::connect(&site)?;
    published::configuration(&client, &published::present(&client.state()?)?)
}

fn at_revision(dir: &Path, revision: &str) -> Result<Loaded, Failure> {
    let compiled = compile(&revision::files(dir, revision)?);
    let bundle = compiled.bundle.ok_or_else(|| {
        let first = compiled.diagnostics.first().map(|one| one.message.clone()).unwrap_or_default();
        Failure::new(
            format!("the configuration at {revision} has errors: {first}"),
            "give a revision that can be checked",
        )
    })?;
    let bytes = bundle::encode(&bundle)
        .map_err(|error| Failure::new(format!("the bundle cannot be written: {error}"), "give another revision"))?;
    published::load(&bytes)
}

fn shares_of(
    options: &Options,
    configuration: &Configuration,
    before: Option<Loaded>,
    after: Loaded,
) -> Result<Vec<Moved>, Failure> {
    let site = |loaded| LoadedSite::of(&options.dir, configuration, loaded, &ArtifactOptions::default());
    let model = site(after)?;
    let mut moved: Vec<Moved> = Vec::new();
    for share in shares(&model, &model, options.visitors)? {
        moved.push(Moved { campaign: share.campaign.clone(), before: None, after: Some(share) });
    }
    let Some(before) = before else { return Ok(moved) };
    for share in shares(&site(before)?, &model, options.visitors)? {
        match moved.iter_mut().find(|one| one.campaign == share.campaign) {
            Some(found) => found.before = Some(share),
            None => moved.push(Moved { campaign: share.campaign.clone(), before: Some(share), after: None }),
        }
    }
    Ok(moved)
}

fn print(changes: &[Change], moved: &[Moved], options: &Options) -> Result<(), Failure> {
    let share = |share: &Option<Share>| {
        share.as_ref().map_or_else(|| "-".to_owned(), |share| percent(share.shown, share.visitors))
    };
    match options.format {
        DiffFormat::Json => {
            let moved: Vec<_> = moved
                .iter()
                .map(|one| json!({ "campaign": one.campaign, "before": one.before, "after": one.after }))
                .collect();
            output::print_json(&json!({ "changes": changes, "shares": moved }))
        }
        DiffFormat::Terminal => {
            let mut text = show::terminal(changes);
            if !moved.is_empty() {
                let _ = writeln!(text, "\nshare of {} visitors who see it, before and after", options.visitors);
            }
            for one in moved {
                let _ = writeln!(text, "  {:<30}{:>8} {:>8}", one.campaign, share(&one.before), share(&one.after));
            }
            output::print(&text)
        }
        DiffFormat::Markdown => {
            let mut text = show::markdown(changes);
            if !moved.is_empty() {
                text.push_str("\n| campaign | shown before | shown after |\n|---|---|---|\n");
            }
            for one in moved {
                let _ = writeln!(text, "| {} | {} | {} |", one.campaign, share(&one.before), share(&one.after));
            }
            output::print(&text)
        }
    }
}
