//! Options for reading logs.

use super::units::{gap, size};
use attune_learn::Parameters;
use attune_learn::input::{Columns, Format, TimeFormat};
use attune_learn::log::{Gap, Source};
use clap::{Args, ValueEnum};
use std::path::Path;

/// How logs are read.
#[derive(Args)]
pub(crate) struct LogOptions {
    /// Names of columns: session=..,item=..,time=..,event=..,quantity=..; usual names are found, and what was found is printed.
    /// Numbers (from 1) where there is no line of names. offset=.. is what orders the clicks of a session whose time is only a day
    #[arg(long, value_name = "FIELD=COLUMN,..", default_value = "", value_parser = Columns::parse)]
    columns: Columns,
    /// Format of the logs. Default: the one that their first bytes tell
    #[arg(long, value_enum)]
    input: Option<Input>,
    /// Kinds of events to use, such as view,addtocart, where a column says them. Default: all
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    events: Vec<String>,
    /// Begin another session after a pause such as 30m; `none` to cut nothing. Default: 30m for logs of visitors, none for sessions
    #[arg(long, value_name = "TIME", value_parser = gap)]
    gap: Option<Gap>,
    /// How times are written: day-first (13/1/2010 8:26), month-first (1/13/2010), or a pattern such as "%d %b %Y %H:%M".
    /// Needed where no day above 12 tells
    #[arg(long, value_name = "FORMAT", value_parser = TimeFormat::parse)]
    time_format: Option<TimeFormat>,
    /// Memory for rows, such as 500MB or 4GB; more goes to temporary files. Default: all rows in memory.
    /// On top come products (some 200 bytes each), their neighbours (some 30 bytes each) and tuning (up to 100 MB); `learn` says what it took
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) memory: Option<u64>,
    /// Parameters instead of tuning: distance, decay, beta, further, neighbours, backward, idf, own, `row_power`
    #[arg(long, value_name = "NAME=NUMBER,..", value_parser = Parameters::parse)]
    pub(super) parameters: Option<Parameters>,
}

impl LogOptions {
    /// A file of clicks.
    pub(super) fn clicks<'a>(&'a self, path: &'a Path) -> Source<'a> {
        self.source(path, false)
    }

    /// A file of clicks, or of order lines.
    pub(super) fn source<'a>(&'a self, path: &'a Path, orders: bool) -> Source<'a> {
        Source {
            path,
            format: self.input.map(Into::into),
            columns: &self.columns,
            orders,
            memory_bytes: self.memory,
            events: &self.events,
            gap: self.gap.unwrap_or_default(),
            time_format: self.time_format.as_ref().unwrap_or(&TimeFormat::Told),
        }
    }
}

/// A format of logs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Input {
    Tsv,
    Csv,
    Jsonl,
    Parquet,
}

impl From<Input> for Format {
    fn from(input: Input) -> Self {
        match input {
            Input::Tsv => Self::Tsv,
            Input::Csv => Self::Csv,
            Input::Jsonl => Self::JsonLines,
            Input::Parquet => Self::Parquet,
        }
    }
}
