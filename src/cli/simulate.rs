//! `attune simulate`: what share of traffic each slot, campaign and arm would get.

use crate::args::{Format, SimulateOptions};
use crate::batch::{Block, Common, Lines};
use crate::decide::moment;
use crate::failure::Failure;
use crate::population::Population;
use crate::scene::path_and_query;
use crate::tally::Tally;
use crate::words::grouped;
use crate::{config, funnel, io, workers};
use attune_core::explain::Account;
use attune_core::profile::json::Ask;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Generated visitors that go to a thread at a time.
const BLOCK: u64 = 4_096;
/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// What goes to a thread.
enum Work {
    /// Numbers of generated visitors.
    Generated(std::ops::Range<u64>),
    /// Lines of a file.
    Read(Block),
}

pub(crate) fn simulate(options: &SimulateOptions) -> Result<(), Failure> {
    let shop = config::read(&options.dir)?.shop(&options.dir, &options.artifacts)?;
    let common = Common {
        shop: &shop,
        keys: None,
        url: options.url.as_deref().map(path_and_query).transpose()?,
        now_s: moment(options.moment.now.as_deref())?,
        lang: &options.moment.lang,
        members: None,
    };
    let population = Population::of(&shop, options.seed, common.now_s);
    let mut lines = options.visitors_file.as_deref().map(Lines::open).transpose()?;
    let mut next = 0;
    let mut total = Tally::new(&shop.loaded);
    let mut progress = Progress::new(options.visitors_file.is_none().then_some(options.visitors));
    workers::run(
        workers::threads(options.threads),
        || match &mut lines {
            Some(lines) => Ok(lines.block()?.map(Work::Read)),
            None if next >= options.visitors => Ok(None),
            None => {
                let range = next..(next + BLOCK).min(options.visitors);
                next = range.end;
                Ok(Some(Work::Generated(range)))
            }
        },
        |work| tally(&common, &population, work),
        |part: Tally| {
            total.add(&part);
            progress.show(total.visitors);
            Ok(())
        },
    )?;
    progress.end();
    for (number, problem) in total.bad.iter().take(20) {
        io::tell(&format!("line {number}: {problem}\n"));
    }
    match options.format {
        Format::Json => io::print_json(&funnel::json(&shop.loaded, &total))?,
        Format::Human => io::print(&funnel::picture(&shop.loaded, &total))?,
    }
    if total.bad.is_empty() { Ok(()) } else { Err(Failure::No) }
}

fn tally(common: &Common, population: &Population, work: Work) -> Tally {
    let mut tally = Tally::new(&common.shop.loaded);
    match work {
        Work::Generated(range) => {
            for number in range {
                let ask = population.visitor(number, common.url.is_none(), &common.shop.loaded);
                decide(common, ask, number + 1, &mut tally);
            }
        }
        Work::Read(block) => {
            for (number, line) in block.lines() {
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                match common.ask(line) {
                    Ok(ask) => decide(common, ask, number, &mut tally),
                    Err(problem) => tally.bad.push((number, problem)),
                }
            }
        }
    }
    tally
}

fn decide(common: &Common, ask: Ask, number: u64, tally: &mut Tally) {
    let decided = common.scene(ask).and_then(|scene| {
        let decided =
            scene.decide(common.shop, Account::default(), |account, _, slots, _| tally.count(account, &slots));
        decided.map_err(|failure| failure.to_string())
    });
    if let Err(problem) = decided {
        tally.bad.push((number, problem));
    }
}

/// How far it is, on a terminal only.
struct Progress {
    whole: Option<u64>,
    shown: Instant,
    start: Instant,
    terminal: bool,
}

impl Progress {
    fn new(whole: Option<u64>) -> Self {
        let now = Instant::now();
        Self { whole, shown: now, start: now, terminal: std::io::stderr().is_terminal() }
    }

    fn show(&mut self, done: u64) {
        if !self.terminal || self.shown.elapsed() < TICK {
            return;
        }
        self.shown = Instant::now();
        let text = match self.whole {
            Some(whole) => {
                let bar = funnel::bar(done, whole, 30);
                format!("\r{bar} {} of {} visitors ", grouped(done), grouped(whole))
            }
            None => format!("\r{} visitors ", grouped(done)),
        };
        io::tell(&text);
    }

    /// Leaves the line as it was found.
    fn end(&self) {
        if self.terminal && self.start.elapsed() >= TICK {
            io::tell("\r\x1b[2K");
        }
    }
}
