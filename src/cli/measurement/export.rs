//! `attune export`: the rows and sums of a site's ledger, as files for a warehouse.

use super::days::{self, DAY_S};
use super::kind::Kind;
use super::part::{Part, beside};
use super::piece::{Done, Piece};
use super::unfinished::Run;
use super::{bucket, parquet, rows};
use crate::failure::Failure;
use crate::host::host;
use crate::output;
use crate::publishing::Ledger;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "Examples:\n  attune export --from https://www.shop.example --key report --out measured\n  \
        attune export --from https://www.shop.example --out measured --kind sums --since 2026-11-01 --format parquet\n  \
        attune export --from https://www.shop.example --key report --r2 --sql results.sql\n  \
        cd measured && duckdb -init results.sql -c 'SELECT * FROM results'\n\n\
        A file for each kind, day and shard, in a folder or in the R2 bucket of the control Worker. A run that was interrupted \
        goes on where it stopped; a day that can still change is read again by the next run. The key has the role publish or read.")]
pub(crate) struct Options {
    /// Address of the site, such as `https://www.shop.example`. Default: `ATTUNE_URL`
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// Key that signs: a name of `attune keys list`, or a file. Default: the only key
    #[arg(long, value_name = "NAME|FILE")]
    key: Option<String>,
    /// The publisher that has to answer, as `attune status` prints it. Default: the one that the key has signed for
    #[arg(long, value_name = "TEXT")]
    audience: Option<String>,
    /// Folder to write to
    #[arg(long, value_name = "FOLDER", required_unless_present = "r2")]
    out: Option<PathBuf>,
    /// Let the control Worker write to the R2 bucket of its binding `EXPORT`, as lines of JSON
    #[arg(long, conflicts_with_all = ["out", "format"])]
    r2: bool,
    /// File for the SQL that computes results from the bucket
    #[arg(long, value_name = "FILE", requires = "r2")]
    sql: Option<PathBuf>,
    /// What to export; may be given several times. Default: all three
    #[arg(long, value_enum)]
    kind: Vec<Kind>,
    /// One day only, in UTC
    #[arg(long, value_name = "DAY", value_parser = days::day, conflicts_with = "since")]
    day: Option<i64>,
    /// This day and those after it, in UTC. Default: from the first exposure on
    #[arg(long, value_name = "DAY", value_parser = days::day)]
    since: Option<i64>,
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    /// Read also again what cannot change any more, but by refunds and erasures
    #[arg(long)]
    again: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines of JSON
    Ndjson,
    /// Apache Parquet, with typed columns
    Parquet,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let ledger = Ledger::connect(options.from.as_deref(), options.key.as_deref(), options.audience.as_deref())?;
    let pieces = pieces(options, &ledger)?;
    if let Some(folder) = &options.out {
        return to_folder(options, &ledger, &pieces, folder);
    }
    if let Some(sql) = &options.sql {
        output::write(sql, queries(Format::Ndjson).as_bytes())?;
    }
    bucket::write(&ledger, &pieces, options.again)
}

fn to_folder(options: &Options, ledger: &Ledger, pieces: &[Piece], folder: &Path) -> Result<(), Failure> {
    let mut done = Done::default();
    let run = Run::begin(folder)?;
    let ending = match options.format {
        Format::Ndjson => "ndjson",
        Format::Parquet => "parquet",
    };
    for piece in pieces {
        let target = folder.join(piece.name(ending)?);
        if run.has(&target) || (!options.again && piece.is_settled(&target)) {
            done.kept += 1;
            continue;
        }
        done.rows += fetch(ledger, piece, &target, options.format)?;
        done.written += 1;
    }
    let sql = folder.join("results.sql");
    output::write(&sql, queries(options.format).as_bytes())?;
    run.end()?;
    output::print(&done.text("file", &folder.display().to_string(), "read"))
}

/// The views that results are computed with.
fn queries(format: Format) -> String {
    let views = match format {
        Format::Ndjson => include_str!("ndjson.sql"),
        Format::Parquet => include_str!("parquet.sql"),
    };
    format!("{views}\n{}", include_str!("results.sql"))
}

/// Everything that is to be there at the end.
fn pieces(options: &Options, ledger: &Ledger) -> Result<Vec<Piece>, Failure> {
    let shards = ledger.shards()?;
    let today = host().now_s() / DAY_S;
    let (first, last) = match (options.day, options.since) {
        (Some(day), _) => (day, day),
        (None, Some(day)) => (day, today),
        (None, None) => (rows::first_day(ledger, shards)?.unwrap_or(today), today),
    };
    let all = [Kind::Exposures, Kind::Events, Kind::Sums];
    let kinds = if options.kind.is_empty() { all.to_vec() } else { options.kind.clone() };
    let mut pieces = Vec::new();
    for kind in kinds {
        // A message may come a day ahead of its moment.
        let days = (first..=last).map(Some).chain((kind == Kind::Sums && options.day.is_none()).then_some(None));
        for day in days {
            pieces.extend((0..shards).map(|shard| Piece { kind, day, shard }));
        }
    }
    Ok(pieces)
}

/// Reads a piece to its end, page by page; the answer is how many rows it has.
fn fetch(ledger: &Ledger, piece: &Piece, target: &Path, format: Format) -> Result<u64, Failure> {
    let mut part = Part::open(&beside(target, if format == Format::Parquet { ".lines" } else { "" }), host().now_s())?;
    while let Some(after) = part.next() {
        let page = match piece.kind {
            Kind::Sums => rows::sums(ledger, piece.shard, piece.day)?,
            Kind::Exposures | Kind::Events => {
                rows::page(ledger, piece.shard, piece.kind.name(), piece.day.unwrap_or(0), after)?
            }
        };
        part.add(&page.lines, page.rows, page.next)?;
    }
    let rows = part.rows();
    let made = (format == Format::Parquet).then(|| beside(target, ".part"));
    if let Some(made) = &made {
        parquet::write(part.path(), made, piece.kind)?;
    }
    part.finish(target, made.as_deref())?;
    Ok(rows)
}
