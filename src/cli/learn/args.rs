//! Options of the commands about recommendations.

use crate::args::Format;
use attune_learn::Parameters;
use attune_learn::input::{Columns, Format as LogFormat, TimeFormat};
use attune_learn::log::Gap;
use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

/// How logs are read.
#[derive(ClapArgs)]
pub(crate) struct LogOptions {
    /// Names of columns: session=..,item=..,time=..,event=..,quantity=..; usual names are found, and what was found is printed.
    /// Numbers (from 1) where there is no line of names. offset=.. is what orders the clicks of a session whose time is only a day
    #[arg(long, value_name = "FIELD=COLUMN,..", default_value = "", value_parser = Columns::parse)]
    pub(crate) columns: Columns,
    /// Format of the logs; their first bytes tell unless said otherwise
    #[arg(long, value_enum)]
    pub(crate) input: Option<Input>,
    /// Kinds of events to use, such as view,addtocart, where a column says them; all of them unless said otherwise
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    pub(crate) events: Vec<String>,
    /// Begin another session after a pause such as 30m; `none` to cut nothing. 30m for logs of visitors, none for sessions
    #[arg(long, value_name = "TIME", value_parser = gap)]
    pub(crate) gap: Option<Gap>,
    /// How times are written: day-first (13/1/2010 8:26), month-first (1/13/2010), or a pattern such as "%d %b %Y %H:%M".
    /// Needed where no day above 12 tells
    #[arg(long, value_name = "FORMAT", value_parser = TimeFormat::parse)]
    pub(crate) time_format: Option<TimeFormat>,
    /// Memory for rows, such as 500MB or 4GB; more goes to temporary files. All in memory unless said otherwise.
    /// On top come products (some 200 bytes each), their neighbours (some 30 bytes each) and tuning (up to 100 MB); `learn` says what it took
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) memory: Option<u64>,
    /// Parameters instead of tuning: distance, decay, beta, further, neighbours, backward, idf, `row_power`
    #[arg(long, value_name = "NAME=NUMBER,..", value_parser = Parameters::parse)]
    pub(crate) parameters: Option<Parameters>,
}

/// A format of logs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Input {
    Tsv,
    Csv,
    Jsonl,
    Parquet,
}

impl From<Input> for LogFormat {
    fn from(input: Input) -> Self {
        match input {
            Input::Tsv => Self::Tsv,
            Input::Csv => Self::Csv,
            Input::Jsonl => Self::JsonLines,
            Input::Parquet => Self::Parquet,
        }
    }
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  \
    attune learn --sessions clicks.tsv.gz --out shop.index\n  \
    attune learn --orders orders.csv --columns session=InvoiceNo,item=StockCode --out goes-with.index\n\n\
    Beside the index, FILE.items keeps which product has which number. Keep it: without it the next build is refused,\n\
    because numbers in profiles would point at other products.")]
pub(crate) struct LearnOptions {
    /// Click log: a row for each click, with session, product and time
    #[arg(long, value_name = "FILE", required_unless_present_any = ["orders", "pairs"])]
    pub(crate) sessions: Option<PathBuf>,
    /// Order lines: a row for each product of an order
    #[arg(long, value_name = "FILE")]
    pub(crate) orders: Option<PathBuf>,
    /// Pair counts as CSV: the result of the SQL statement in src/learn/pairs.sql
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sessions", "orders"])]
    pub(crate) pairs: Option<PathBuf>,
    /// Index to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Which product has which number; read and written. FILE.items beside the index unless said otherwise
    #[arg(long, value_name = "FILE")]
    pub(crate) items: Option<PathBuf>,
    /// Compiled catalogue (`attune compile --catalog`): its numbers are used, other products are left out, item groups count as one product
    #[arg(long, value_name = "FILE", conflicts_with_all = ["items", "pairs", "new_epoch"])]
    pub(crate) catalog: Option<PathBuf>,
    /// Begin with new numbers; profiles forget what they hold by number
    #[arg(long)]
    pub(crate) new_epoch: bool,
    /// Largest index; products get fewer neighbours when they are many
    #[arg(long, value_name = "SIZE", default_value = "20MB", value_parser = size)]
    pub(crate) budget: u64,
    #[command(flatten)]
    pub(crate) log: LogOptions,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  attune evaluate --train train.tsv.gz --test test.tsv.gz\n  \
    attune evaluate --train yoochoose-train.dat --test yoochoose-test.dat --columns session=1,time=2,item=3 --format json\n  \
    attune evaluate --train events-train.csv --test events-test.csv --events view --gap 30m\n\n\
    Every prefix of every test session predicts its next click, against all training products. Parameters are chosen on\n\
    a part of the training data (its last day, or its last 5 % where a day would be more), never on the test file.\n\
    Rows may be in any order. A product that the training file does not have is a miss as a next click, and says nothing before.")]
pub(crate) struct EvaluateOptions {
    /// Click log to learn from
    #[arg(long, value_name = "FILE")]
    pub(crate) train: PathBuf,
    /// Click log to measure on
    #[arg(long, value_name = "FILE")]
    pub(crate) test: PathBuf,
    /// Recommend the current product too
    #[arg(long)]
    pub(crate) include_current: bool,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) log: LogOptions,
}

#[derive(ClapArgs)]
#[command(after_help = "Example:\n  attune rotate-report --train train.tsv.gz --test test.tsv.gz\n\n\
    Every test session is played again: after each click a view of eight products, which then count as seen.")]
pub(crate) struct RotateOptions {
    /// Click log to learn from
    #[arg(long, value_name = "FILE")]
    pub(crate) train: PathBuf,
    /// Click log to play again
    #[arg(long, value_name = "FILE")]
    pub(crate) test: PathBuf,
    /// Strengths of rotation to compare
    #[arg(long, value_name = "A", value_delimiter = ',', default_values_t = [0.25, 0.5, 1.0, 2.0], value_parser = strength)]
    pub(crate) strength: Vec<f32>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) log: LogOptions,
}

fn strength(text: &str) -> Result<f32, String> {
    let strength = text.parse().ok().filter(|strength: &f32| (0.0..=100.0).contains(strength));
    strength.ok_or_else(|| format!("`{text}` is not a strength, 0 to 100"))
}

/// Reads a pause: a number with s, m, h or d, or `none`.
fn gap(text: &str) -> Result<Gap, String> {
    let text = text.trim();
    if text == "none" {
        return Ok(Gap::Never);
    }
    let ms = number_and_unit(text).and_then(|(number, unit)| {
        let unit_ms = match unit {
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        i64::try_from(number.checked_mul(unit_ms)?).ok()
    });
    ms.map(Gap::Ms).ok_or_else(|| format!("`{text}` is not a pause such as 30m, or none"))
}

/// Reads a size: a number of bytes, or with KB, MB or GB.
fn size(text: &str) -> Result<u64, String> {
    let bytes = number_and_unit(text).and_then(|(number, unit)| {
        let unit = match unit.to_ascii_uppercase().as_str() {
            "" | "B" => 1,
            "KB" | "K" => 1_000,
            "MB" | "M" => 1_000_000,
            "GB" | "G" => 1_000_000_000,
            _ => return None,
        };
        number.checked_mul(unit)
    });
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| format!("`{}` is not a size such as 500MB", text.trim()))
}

/// A number, and the unit behind it.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    Some((digits.parse().ok()?, text.get(digits.len()..)?.trim()))
}
