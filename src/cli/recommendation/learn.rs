//! `attune learn`: logs to a recommendation index.

use super::comparison::Comparison;
use super::failure::{TIMES, broken};
use super::items::Numbers;
use super::log_options::LogOptions;
use super::units::size;
use super::{build_report, items, log, parameters};
use crate::catalog;
use crate::failure::Failure;
use crate::output;
use crate::publishing::Job;
use attune_core::artifacts::catalog::Catalog;
use attune_core::bundle::manifest::ArtifactKind;
use attune_learn::evaluation::HeldOut;
use attune_learn::index::{Target, build};
use attune_learn::log::Products;
use attune_learn::ordinals::Ordinals;
use attune_learn::sessions::SessionLog;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune learn --sessions clicks.tsv.gz --out shop.index\n  \
    attune learn --orders orders.csv --columns session=InvoiceNo,item=StockCode --out goes-with.index\n  \
    attune learn --sessions clicks.tsv.gz --out shop.index --push https://www.shop.example --key data.key\n\n\
    Beside the index, FILE.items keeps which product has which number. Keep it: without it the next build is refused, \
    because numbers in profiles would point at other products.")]
pub(crate) struct Options {
    /// Click log: a row for each click, with session, product and time
    #[arg(long, value_name = "FILE", required_unless_present_any = ["orders", "pairs"])]
    sessions: Option<PathBuf>,
    /// Order lines: a row for each product of an order
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    /// Pair counts as CSV: the result of the SQL statement in src/learn/pairs.sql
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sessions", "orders"])]
    pub(crate) pairs: Option<PathBuf>,
    /// Index to write
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// File that keeps the number of each product; read and written. Default: FILE.items beside the index
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Compiled catalogue (`attune compile --catalog`): its numbers are used, other products are left out, item groups count as one product.
    /// Default with --push: the published one, unless --items says otherwise
    #[arg(long, value_name = "FILE", conflicts_with_all = ["items", "pairs", "new_epoch"])]
    catalog: Option<PathBuf>,
    /// Begin with new numbers; profiles forget what they hold by number
    #[arg(long)]
    pub(super) new_epoch: bool,
    /// Tune for lists that show the current product too, as with `exclude = []`
    #[arg(long, conflicts_with = "pairs")]
    include_current: bool,
    /// Largest index; products get fewer neighbours when they are many
    #[arg(long, value_name = "SIZE", default_value = "20MB", value_parser = size)]
    pub(super) budget: u64,
    /// Address of the site to publish the index to: beside the version, the catalogue and the other index
    #[arg(long, value_name = "URL")]
    pub(super) push: Option<String>,
    /// Key that signs it, with the role data: a name of `attune keys list`, or a file. Default: the only key
    #[arg(long, value_name = "NAME|FILE", requires = "push")]
    pub(super) key: Option<String>,
    #[command(flatten)]
    pub(super) log: LogOptions,
}

impl Options {
    /// The file that keeps the number of each product.
    pub(super) fn items_path(&self) -> PathBuf {
        self.items.clone().unwrap_or_else(|| items::beside(&self.out))
    }

    /// Who publishes the index, where that was asked for.
    pub(super) fn job(&self) -> Result<Option<Job>, Failure> {
        self.push.as_ref().map(|url| Job::connect(url, self.key.as_deref())).transpose()
    }

    /// The catalogue whose numbers are used: the one that was given, or else that of the site to publish to.
    fn catalog(&self, job: Option<&Job>) -> Result<Option<Catalog<Vec<u8>>>, Failure> {
        match (&self.catalog, job) {
            (Some(path), _) => catalog::load(path).map(Some),
            (None, Some(job)) if self.items.is_none() && !self.new_epoch => job.catalog().map(Some),
            (None, _) => Ok(None),
        }
    }

    /// What an index is of.
    pub(super) fn kind(&self) -> ArtifactKind {
        if self.sessions.is_some() { ArtifactKind::Sessions } else { ArtifactKind::Baskets }
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let items_path = options.items_path();
    let job = options.job()?;
    let catalog = options.catalog(job.as_ref())?;
    let mut numbers = match &catalog {
        Some(catalog) => items::of_catalog(catalog, &options.out)?,
        None => items::read(&items_path, &options.out, options.new_epoch)?,
    };
    let before = numbers.ordinals.items.len();
    let (log, mut report) = read_logs(options, &mut numbers)?;
    let Numbers { mut ordinals, previous, groups } = numbers;
    let items = ordinals.items.len();
    if ordinals.epoch == 0 {
        ordinals.epoch = Ordinals::first_epoch(&ordinals.items);
    }
    let target = Target { items, epoch: ordinals.epoch, budget_bytes: options.budget, groups: &groups };
    let held_out = HeldOut::parts(&log, options.log.memory).map_err(broken)?;
    let (parameters, tuning) = parameters::choose(&held_out, items, options.log.parameters, options.include_current)?;
    let built = build(&log, &parameters, &target).map_err(broken)?;
    report.push_str(&build_report::text(&built, &ordinals, before, &parameters));
    if let Some(held_out) = held_out.first() {
        let (previous, tuning) = (previous.as_deref(), tuning.as_ref());
        let include_current = options.include_current;
        let comparison = Comparison { held_out, parameters: &parameters, target, previous, tuning, include_current };
        report.push_str(&comparison.text()?);
    } else {
        report.push_str("nothing was held out (baskets have no next click), so nothing is measured\n");
    }
    // The numbers first: an index whose numbers are lost is worth nothing. Those of a catalogue are kept beside it.
    if catalog.is_none() {
        output::write(&items_path, ordinals.to_text().as_bytes())?;
    }
    output::write(&options.out, &built.bytes)?;
    if let (Some(_), Some(peak_kb)) = (options.log.memory, peak_memory_kb()) {
        // Writing into a string has no way to fail.
        let _ =
            writeln!(report, "memory: {} MB at most, with the products, their neighbours and tuning", peak_kb / 1_000);
    }
    output::print(&report)?;
    job.map_or(Ok(()), |job| job.publish_index(options.kind(), built.bytes))
}

/// Reads the clicks and the order lines, with a line of text for each file.
fn read_logs(options: &Options, numbers: &mut Numbers) -> Result<(SessionLog, String), Failure> {
    let mut log = SessionLog::default();
    let mut report = String::new();
    let mut is_untimed = false;
    for (path, orders) in [(&options.sessions, false), (&options.orders, true)] {
        let Some(path) = path else { continue };
        let mut products = match numbers.groups.as_slice() {
            [] => Products::Growing(&mut numbers.ordinals.items),
            groups => Products::Catalogued(&numbers.ordinals.items, groups),
        };
        let (part, noise) = log::read(&options.log.source(path, orders), &mut products)?;
        log.append(part);
        is_untimed |= noise.is_mostly_untimed();
        // Writing into a string has no way to fail.
        let _ = writeln!(report, "{}: {noise}", path.display());
    }
    if log.is_empty() {
        let help = if is_untimed { TIMES } else { "name the columns: --columns session=..,item=..,time=.." };
        return Err(Failure::new(format!("nothing to learn from\n  {}", report.trim_end()), help));
    }
    Ok((log, report))
}

/// The most memory that this process has had, where the system tells.
fn peak_memory_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
