//! Where the rows and the configuration come from: a site, or files.

use super::ledger::Ledger;
use super::plan::Plan;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::host::host;
use crate::input;
use crate::publishing::address::Address;
use crate::publishing::client::Client;
use crate::publishing::{ledger, live, published};
use clap::Args;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where results are read.
#[derive(Args)]
pub(crate) struct SourceOptions {
    /// Address of the site, or a file of its ledger's rows (NDJSON), or - for standard input. Default: `ATTUNE_URL`
    #[arg(long, value_name = "URL|FILE")]
    from: Option<String>,
    /// Key that may read: a name of `attune keys list`, or a file, with the role `read` or `publish`. Default: the only key
    #[arg(long, value_name = "NAME|FILE")]
    key: Option<String>,
    /// The publisher that has to answer, as `attune status` prints it. Default: the one that the key has signed for
    #[arg(long, value_name = "TEXT")]
    audience: Option<String>,
    /// Folder with the attune.toml whose goals and shares are read. Default: what the site has published
    #[arg(long, value_name = "FOLDER")]
    config: Option<PathBuf>,
}

/// What is read of the ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted<'a> {
    /// The sums of every experiment.
    All,
    /// Those of one: its name, or the key of its campaign.
    One(&'a str),
    /// Those with these names.
    Of(&'a BTreeSet<String>),
    /// None of them.
    Counts,
}

impl Wanted<'_> {
    /// Whether an experiment is asked for.
    pub(crate) fn has(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::One(asked) => name == asked || name.rsplit_once('/').is_some_and(|(key, _)| key == asked),
            Self::Of(names) => names.contains(name),
            Self::Counts => false,
        }
    }
}

/// Where the rows are.
pub(crate) enum Source {
    Site(Box<Client>),
    File(PathBuf),
}

impl SourceOptions {
    pub(crate) fn source(&self) -> Result<Source, Failure> {
        let from = self.from.clone().or_else(|| host().variable("ATTUNE_URL").filter(|url| !url.is_empty()));
        let from = from.ok_or_else(|| {
            Failure::new(
                "there is no ledger to read",
                "give --from with the address of the site or a file of rows, or set ATTUNE_URL to the address",
            )
        })?;
        if !from.contains("://") {
            return Ok(Source::File(from.into()));
        }
        let client = Client::connect_to(Address::parse(&from)?, self.key.as_deref(), self.audience.as_deref())?;
        Ok(Source::Site(Box::new(client)))
    }

    /// The configuration: that of the folder, else the published one.
    pub(crate) fn plan(&self, source: &Source) -> Result<Plan, Failure> {
        let help = "give --config with the folder of attune.toml: it has the goals";
        let loaded = match (&self.config, source) {
            (Some(folder), _) => Configuration::read(folder)?.bundle()?.1,
            (None, Source::Site(client)) => {
                let present = published::present(&client.state()?)?;
                published::configuration(client, &present)?
                    .ok_or_else(|| Failure::new("nothing is published there yet", help))?
            }
            (None, Source::File(_)) => {
                return Err(Failure::new("a file of rows does not say what its goals are", help));
            }
        };
        let follows = loaded.campaigns.iter().flatten().any(|campaign| campaign.enrolment.is_bandit);
        let live = match source {
            Source::Site(client) if follows => live::weights(client),
            Source::Site(_) | Source::File(_) => Ok(live::Live::default()),
        };
        Plan::of(&loaded, live)
    }
}

impl Source {
    /// Reads the ledger.
    pub(crate) fn ledger(&self, wanted: Wanted<'_>) -> Result<Ledger, Failure> {
        match self {
            Self::Site(client) => fetch(client, wanted),
            Self::File(path) => from_file(path),
        }
    }
}

fn from_file(path: &Path) -> Result<Ledger, Failure> {
    let text = input::read_text(path, "a file of a ledger's rows")?;
    let mut ledger = Ledger::default();
    ledger.read(&text, &path.display().to_string())?;
    Ok(ledger)
}

/// A line of `experiments`.
#[derive(Deserialize)]
struct Arm {
    experiment: String,
    n: i64,
}

fn fetch(client: &Client, wanted: Wanted<'_>) -> Result<Ledger, Failure> {
    let mut held = Ledger::default();
    let (mut shard, mut shards) = (0, 1);
    while shard < shards {
        let (found, arms) = ask(client, "experiments", shard, &[])?;
        shards = found;
        let (mut units, mut names) = (0, BTreeSet::new());
        for line in arms.lines().filter(|line| !line.is_empty()) {
            let arm: Arm = client.parse(line.as_bytes())?;
            units += i128::from(arm.n);
            if wanted.has(&arm.experiment) {
                names.insert(arm.experiment);
            }
        }
        held.units_by_shard.push(units);
        held.read(&arms, "experiments")?;
        // Who asks for sums by their names, each minute, asks for nothing else.
        if !matches!(wanted, Wanted::Of(_)) {
            held.read(&ask(client, "counts", shard, &[])?.1, "counts")?;
        }
        for name in names {
            held.read(&ask(client, "sums", shard, &[("experiment", &name)])?.1, "sums")?;
        }
        shard += 1;
    }
    Ok(held)
}

/// An answer of the ledger, and how many shards there are.
fn ask(client: &Client, what: &str, shard: u32, query: &[(&str, &str)]) -> Result<(u32, String), Failure> {
    let (shards, lines) = ledger::ask(client, what, shard, query)?;
    let text = String::from_utf8(lines)
        .map_err(|_| Failure::new("the ledger's answer is not UTF-8 text", "please report this"))?;
    Ok((shards.unwrap_or(1), text))
}
