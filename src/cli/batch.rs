//! `attune decide --batch`: one decision for each line, on all cores, in the order of the input.

use crate::args::DecideOptions;
use crate::config::Shop;
use crate::decide::{moment, ring};
use crate::failure::Failure;
use crate::scene::{Scene, path_and_query};
use crate::words::grouped;
use crate::{config, io, workers};
use attune_core::bundle::Segment;
use attune_core::decide::{Observer, Reason};
use attune_core::loaded::Loaded;
use attune_core::page::channel;
use attune_core::profile::json::{Ask, parse_ask};
use attune_core::profile::{SiteKeys, open_handle};
use attune_core::recommend::{FillCards, Recommender};
use attune_core::segment::{Evaluation, Sieve};
use memchr::memchr_iter;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Write};
use std::path::Path;
use std::time::Instant;

/// About as many bytes go to a thread at a time.
const BLOCK_BYTES: usize = 256 * 1024;
/// Longest line that is read, in bytes; a longer one is reported and skipped.
const LINE_BYTES_MAX: usize = 1024 * 1024;
/// Bad lines that are named one by one on standard error; the answers name all of them.
const TOLD_MAX: u64 = 20;

/// What every line has in common.
pub(crate) struct Common<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) keys: Option<SiteKeys>,
    pub(crate) url: Option<(String, String)>,
    pub(crate) now_s: u32,
    pub(crate) lang: &'a str,
    pub(crate) members: Option<Members>,
}

/// Finds the segments of a customer, and writes them.
pub(crate) struct Members {
    sieve: Sieve,
    /// The key of each segment, as JSON.
    keys: Vec<String>,
}

impl Members {
    fn of(loaded: &Loaded) -> Self {
        let key = |segment: &Option<Segment>| json!(segment.as_ref().map(|segment| &segment.key)).to_string();
        let keys = loaded.segments.iter().map(key).collect();
        Self { sieve: Sieve::of(&loaded.conditions, &loaded.segments), keys }
    }

    /// The list as JSON.
    fn list(&self, evaluation: &mut Evaluation) -> String {
        let members = self.sieve.members(evaluation);
        let keys: Vec<&str> =
            members.iter().filter_map(|segment| self.keys.get(*segment as usize)).map(String::as_str).collect();
        format!("[{}]", keys.join(","))
    }
}

/// Whole lines, as they were read: one allocation for all of them.
pub(crate) struct Block {
    /// Number of the first, counted from 1.
    first: u64,
    bytes: Vec<u8>,
}

impl Block {
    /// The lines with their numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let bytes = self.text();
        let ends = memchr_iter(b'\n', bytes).chain([bytes.len()]);
        let lines = ends.scan(0, |from, end| bytes.get(std::mem::replace(from, end + 1)..end));
        (self.first..).zip(lines)
    }

    fn count(&self) -> u64 {
        memchr_iter(b'\n', self.text()).count() as u64 + 1
    }

    /// What is behind the last line end is no line, unless the file ends without one.
    fn text(&self) -> &[u8] {
        self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes)
    }
}

/// Recommended products are answered as data, so no cards are written.
struct AsData;

impl Observer for AsData {
    const FILL_CARDS: FillCards = Recommender::fill_unwritten;

    fn passed_over(&mut self, _: usize, _: usize, _: Reason) {}
}

struct Answers {
    text: Vec<u8>,
    decided: u64,
    bad: Vec<(u64, String)>,
}

pub(crate) fn batch(options: &DecideOptions, file: &Path) -> Result<(), Failure> {
    let shop = config::read(&options.dir)?.shop(&options.dir, &options.artifacts)?;
    let keys = options.keys.as_deref().map(ring).transpose()?;
    let common = Common {
        shop: &shop,
        keys: keys.map(|ring| ring.bind(&shop.loaded.site.name)),
        url: options.url.as_deref().map(path_and_query).transpose()?,
        now_s: moment(options.moment.now.as_deref())?,
        lang: &options.moment.lang,
        members: options.segments.then(|| Members::of(&shop.loaded)),
    };
    let mut lines = Lines::open(file)?;
    let start = Instant::now();
    let (mut decided, mut bad) = (0, 0);
    let out = std::io::stdout();
    let mut out = out.lock();
    workers::run(
        workers::threads(options.threads),
        || lines.block(),
        |block| answers(&common, &block),
        |answers| {
            decided += answers.decided;
            for (number, problem) in answers.bad {
                bad += 1;
                if bad <= TOLD_MAX {
                    io::tell(&format!("line {number}: {problem}\n"));
                }
            }
            out.write_all(&answers.text).map_err(|error| match error.kind() {
                // Whoever reads has seen enough.
                std::io::ErrorKind::BrokenPipe => Failure::No,
                _ => Failure::new(format!("cannot write to standard output: {error}"), "the rest was not decided"),
            })
        },
    )?;
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shown")]
    let rate = (decided as f64 / seconds.max(0.001)) as u64;
    let bad_words = if bad > 0 { format!(", {} bad", grouped(bad)) } else { String::new() };
    io::tell(&format!("{} decided{bad_words}, {seconds:.1} s, {} a second\n", grouped(decided), grouped(rate)));
    if bad > 0 { Err(Failure::No) } else { Ok(()) }
}

fn answers(common: &Common, block: &Block) -> Answers {
    let mut answers = Answers { text: Vec::with_capacity(block.bytes.len() * 2), decided: 0, bad: Vec::new() };
    for (number, line) in block.lines() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let decided = common.ask(line).and_then(|mut ask| {
            let customer = ask.customer.take();
            Ok((
                customer,
                common.scene(ask)?.decide(common.shop, AsData, |_, evaluation, slots, effective| {
                    let members = common.members.as_ref().map(|members| members.list(evaluation));
                    (channel(&common.shop.loaded, &slots, effective, evaluation), members)
                }),
            ))
        });
        match decided {
            Ok((customer, Ok((answer, members)))) => {
                answers.decided += 1;
                push(&mut answers.text, number, customer.as_deref(), members.as_deref(), &answer);
            }
            Ok((_, Err(failure))) => bad(&mut answers, number, &failure.to_string()),
            Err(problem) => bad(&mut answers, number, &problem),
        }
    }
    answers
}

/// The answer with its line, the customer it is for and their segments before everything else.
fn push(out: &mut Vec<u8>, number: u64, customer: Option<&str>, members: Option<&str>, answer: &str) {
    // Writing into a vector has no way to fail.
    let _ = write!(out, "{{\"line\":{number}");
    if let Some(customer) = customer {
        out.extend_from_slice(b",\"customer\":");
        let _ = serde_json::to_writer(&mut *out, customer);
    }
    if let Some(members) = members {
        out.extend_from_slice(b",\"segments\":");
        out.extend_from_slice(members.as_bytes());
    }
    out.push(b',');
    out.extend_from_slice(answer.strip_prefix('{').unwrap_or(answer).as_bytes());
    out.push(b'\n');
}

fn bad(answers: &mut Answers, number: u64, problem: &str) {
    let problem = problem.lines().next().unwrap_or("").to_owned();
    // Writing into a vector has no way to fail.
    let _ = writeln!(answers.text, "{}", json!({ "line": number, "error": problem }));
    answers.bad.push((number, problem));
}

impl Common<'_> {
    /// Reads one line.
    pub(crate) fn ask(&self, line: &[u8]) -> Result<Ask, String> {
        if line.len() > LINE_BYTES_MAX {
            return Err(format!("longer than {LINE_BYTES_MAX} bytes"));
        }
        let mut ask = parse_ask(line).map_err(|problem| problem.to_string())?;
        if let Some(handle) = &ask.visitor {
            let keys = self.keys.as_ref().ok_or("visitor: a handle needs --keys FILE")?;
            ask.profile.id = Some(open_handle(handle, keys).map_err(|problem| format!("visitor: {problem}"))?);
        }
        Ok(ask)
    }

    /// What a line asks for.
    pub(crate) fn scene(&self, ask: Ask) -> Result<Scene, String> {
        let (path, query) = match (&ask.page, &self.url) {
            (Some(page), _) => page.path_and_query(&self.shop.loaded.site).map_err(|problem| problem.to_string())?,
            (None, Some(url)) => url.clone(),
            (None, None) => return Err("page: is missing, and there is no --url".to_owned()),
        };
        Ok(Scene {
            now_s: ask.request.overrides.now_s.unwrap_or(self.now_s),
            lang: if ask.locale.is_empty() { self.lang.to_owned() } else { ask.locale.into() },
            profile: ask.profile,
            request: ask.request,
            path,
            query,
            name: None,
            counts_page: false,
            foreign: false,
            arms: ask.arms,
        })
    }
}

/// A file of lines, read in blocks.
pub(crate) struct Lines {
    file: Box<dyn BufRead>,
    name: String,
    number: u64,
}

impl Lines {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        if path == Path::new("-") {
            return Ok(Self { file: Box::new(BufReader::new(std::io::stdin())), name, number: 1 });
        }
        let help = "give the path of a JSON Lines file, or - for standard input";
        let file = File::open(path).map_err(|error| Failure::file("read", path, &error, help))?;
        Ok(Self { file: Box::new(BufReader::with_capacity(BLOCK_BYTES, file)), name, number: 1 })
    }

    /// The next lines; none at the end.
    pub(crate) fn block(&mut self) -> Result<Option<Block>, Failure> {
        let mut bytes = Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 8);
        let whole = self.file.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut bytes);
        whole.and_then(|_| self.file.read_until(b'\n', &mut bytes)).map_err(|error| {
            Failure::new(
                format!("cannot read {}: {error}", self.name),
                format!("it broke off after line {}", self.number - 1),
            )
        })?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let first = self.number;
        if first == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        let block = Block { first, bytes };
        self.number += block.count();
        Ok(Some(block))
    }
}
