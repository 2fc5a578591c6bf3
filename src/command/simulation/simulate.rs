//! `attune simulate`: what share of traffic each slot, campaign and arm would get.

use super::funnel;
use super::funnel_json;
use super::population::Population;
use super::tally::Tally;
use crate::decision::{ArtifactOptions, LineReader, LoadedSite, MomentOptions};
use crate::failure::Failure;
use crate::input::{Block, Lines};
use crate::output::{self, Format, Progress};
use crate::workers;
use attune_core::profile::json::Ask;
use attune_core::profile::json::AskReader;
use clap::Args;
use std::ops::Range;
use std::path::PathBuf;

/// Generated visitors that go to a thread at a time.
const BLOCK: u64 = 4_096;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    attune simulate shop --visitors 100000\n  \
    attune simulate shop --visitors-file customers.jsonl --url / --format json | jq .campaigns\n\n\
    Generated visitors are made from the seed: places, devices, hours, consent, visits, interests in the categories \
    and products that the configuration names, baskets and orders; who has ordered is a customer. The same seed makes the same visitors. A file has \
    one visitor a line, in the form of `attune decide --batch`.\n\n\
    A campaign starves when it never gets a slot, or less than 1 % of the traffic that is eligible for it.")]
pub struct Options {
    /// Folder with attune.toml
    dir: PathBuf,
    /// How many visitors to generate
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    visitors: u64,
    /// Visitors to take instead of generated ones (JSON Lines); - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["visitors", "seed"])]
    visitors_file: Option<PathBuf>,
    /// What the generated visitors are made from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Page that every visitor opens. Default: pages of every type
    #[arg(long)]
    url: Option<String>,
    #[command(flatten)]
    moment: MomentOptions,
    #[command(flatten)]
    artifacts: ArtifactOptions,
    /// Threads. Default: as many as the machine has cores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What goes to a thread.
enum Work {
    /// Numbers of generated visitors.
    Generated(Range<u64>),
    /// Lines of a file.
    Read(Block),
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let site = LoadedSite::read(&options.dir, &options.artifacts)?;
    let reader = LineReader::new(&site, None, options.url.as_deref(), &options.moment)?;
    let population = Population::of(&site, options.seed, reader.now_s());
    let mut lines = options.visitors_file.as_deref().map(Lines::open).transpose()?;
    let mut next = 0;
    let mut total = Tally::new(&site.loaded);
    let progress = Progress::new(options.visitors_file.is_none().then_some(options.visitors), "visitors");
    workers::run(
        workers::threads(options.threads),
        || match &mut lines {
            Some(lines) => Ok(lines.next_block()?.map(Work::Read)),
            None if next >= options.visitors => Ok(None),
            None => {
                let range = next..(next + BLOCK).min(options.visitors);
                next = range.end;
                Ok(Some(Work::Generated(range)))
            }
        },
        |work| tally(&site, &reader, &population, work),
        |part: Tally| {
            total.add(&part);
            progress.show(total.visitors);
            Ok(())
        },
    )?;
    progress.end();
    for (number, problem) in total.bad.iter().take(20) {
        output::print_error(&format!("line {number}: {problem}\n"));
    }
    match options.format {
        Format::Json => output::print_json(&funnel_json::json(&site.loaded, &total))?,
        Format::Human => output::print(&funnel::text(&site.loaded, &total))?,
    }
    if total.bad.is_empty() { Ok(()) } else { Err(Failure::No) }
}

fn tally(site: &LoadedSite, reader: &LineReader, population: &Population, work: Work) -> Tally {
    let mut asks = AskReader::default();
    let mut tally = Tally::new(&site.loaded);
    match work {
        Work::Generated(range) => {
            for number in range {
                let ask = population.visitor(number, !reader.has_url(), &site.loaded);
                if let Err(problem) = count(site, reader, ask, &mut tally) {
                    tally.bad.push((number + 1, problem));
                }
            }
        }
        Work::Read(block) => {
            for (number, line) in block.lines() {
                let counted = reader.parse(&mut asks, line).and_then(|ask| count(site, reader, ask, &mut tally));
                if let Err(problem) = counted {
                    tally.bad.push((number, problem));
                }
            }
        }
    }
    tally
}

/// Decides for one visitor and counts the decision.
fn count(site: &LoadedSite, reader: &LineReader, ask: Ask, tally: &mut Tally) -> Result<(), String> {
    let mut input = reader.input(ask)?;
    let prepared = input.prepare(site).map_err(|failure| failure.to_string())?;
    let mut evaluation = prepared.evaluation();
    tally.count(&prepared.decide_with_account(&mut evaluation));
    Ok(())
}
