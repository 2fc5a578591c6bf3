//! The commands that decide, and what all of them take.

use super::Format;
use attune_core::limits::CUSTOMER_BYTES_MAX;
use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

/// What lies beside the configuration at the edge: a decision is another one without it.
#[derive(ClapArgs)]
pub(crate) struct ArtifactOptions {
    /// Recommendation index learned from sessions
    #[arg(long, value_name = "FILE")]
    pub(crate) sessions: Option<PathBuf>,
    /// Recommendation index learned from baskets
    #[arg(long, value_name = "FILE")]
    pub(crate) baskets: Option<PathBuf>,
    /// What is believed of strategies, as `attune posteriors` writes it
    #[arg(long, value_name = "FILE")]
    pub(crate) posteriors: Option<PathBuf>,
    /// Prices and stock of the moment, as `attune overlay` writes them; with `live` nothing is known of either without
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Option<PathBuf>,
}

/// When a page is decided, and in which language.
#[derive(ClapArgs)]
pub(crate) struct MomentOptions {
    /// The moment, as 2026-11-20T18:30:00Z; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
    /// Language of the page, as in <html lang>; the site's first locale unless said otherwise
    #[arg(long, default_value = "")]
    pub(crate) lang: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Explain {
    /// The JSON object on standard output, the tree on standard error
    Both,
    /// Only the JSON object
    Json,
    /// Only the tree, on standard output
    Tree,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  \
    attune decide shop --visitor lapsed.json --url https://www.shop.example/ --now 2026-11-20T18:30:00Z\n  \
    attune decide shop --visitor lapsed.json --url / --now 2026-11-20T18:30:00Z --explain=tree\n  \
    attune decide shop --cookie \"$TOKEN\" --keys keys.txt --url /basket --now 2026-11-20T18:30:00Z --explain | jq .atoms\n  \
    attune decide shop --batch customers.jsonl > decisions.jsonl\n  \
    attune decide shop --batch customers.jsonl --segments | jq -c '[.customer, .segments]'\n\n\
    Standard output is one JSON object, with and without --explain; --explain also writes the decision as a tree to \
    standard error.\n\n\
    A visitor is a persona, as a preview has it, alone or one of a file of personas (personas.json#lapsed):\n  \
    { \"profile\": { \"visits\": { \"count\": 3 } }, \"request\": { \"country\": \"GB\", \"timezone\": \"Europe/London\" }, \"arms\": {} }\n\
    A profile as `attune cookie inspect` prints it is one too, and may have `request` and `arms` beside its own keys. \
    A time may be counted back from the moment: { \"minutes_ago\": 3 }, { \"hours_ago\": 5 }, { \"days_ago\": 30 }, \
    { \"date_days_ago\": 1 }, { \"today_at\": \"10:30\" }. `request.now` is the visitor's own moment and counts before --now.\n\
    A visitor is decided for as they stand. A cookie is taken as the edge takes it: this page is counted first.\n\n\
    A batch has one customer a line, as POST /_attune/decide takes them:\n  \
    { \"customer\": \"C-1042\", \"profile\": { ... }, \"request\": { ... }, \"page\": { \"type\": \"home\" }, \"locale\": \"de-DE\" }\n\
    `page` may be a path too; without it, it is --url. The answers come line by line \
    in the order of the input. A line that cannot be read gets an answer with `error`, is named on standard error \
    with its number, and makes the exit code 1.")]
pub(crate) struct DecideOptions {
    /// Folder with attune.toml
    pub(crate) dir: PathBuf,
    /// Visitor (JSON), or one of a file of personas: FILE#KEY; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present_any = ["cookie", "batch"], conflicts_with_all = ["cookie", "batch"])]
    pub(crate) visitor: Option<PathBuf>,
    /// Value of the profile cookie
    #[arg(long, value_name = "TOKEN", requires = "keys", conflicts_with = "batch")]
    pub(crate) cookie: Option<String>,
    /// Key ring that verifies the cookie; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// Decide for every line of this file (JSON Lines); - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) batch: Option<PathBuf>,
    /// Name with each answer of a batch every segment that the customer is in
    #[arg(long, requires = "batch")]
    pub(crate) segments: bool,
    /// Threads of a batch; as many as the machine has cores unless said otherwise
    #[arg(long, value_name = "N", requires = "batch", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// URL of the page, or its path and query
    #[arg(long, required_unless_present = "batch")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) moment: MomentOptions,
    #[command(flatten)]
    pub(crate) artifacts: ArtifactOptions,
    /// The shop's own id of the customer, for campaigns that go by customer
    #[arg(long, value_name = "ID", default_value = "", value_parser = customer, conflicts_with = "batch")]
    pub(crate) customer: String,
    /// Show this arm of a campaign, as a preview does; may be given several times
    #[arg(long, value_name = "CAMPAIGN=ARM", value_parser = forced, conflicts_with = "batch")]
    pub(crate) arm: Vec<(Box<str>, Box<str>)>,
    /// Add who was passed over and why, with the value of everything that was asked
    #[arg(
        long,
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "both",
        conflicts_with = "batch"
    )]
    pub(crate) explain: Option<Explain>,
}

#[derive(ClapArgs)]
#[command(after_help = "Example:\n  attune why https://www.shop.example/ --visitor lapsed.json shop")]
pub(crate) struct WhyOptions {
    /// URL of the page, or its path and query
    pub(crate) url: String,
    /// Folder with attune.toml
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Visitor, as for `attune decide`; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) visitor: PathBuf,
    #[command(flatten)]
    pub(crate) moment: MomentOptions,
    #[command(flatten)]
    pub(crate) artifacts: ArtifactOptions,
}

#[derive(ClapArgs)]
#[command(
    after_help = "Examples:\n  attune test shop\n  attune test shop --format json | jq '.fixtures[] | select(.ok | not)'\n\n\
    A fixture is a table of a file in tests/:\n\n  \
    [fixtures.left-a-basket]\n  \
    visitor = \"visitors/basket.json\"          # beside the fixture file, also FILE#KEY, or an inline table\n  \
    url = \"/\"\n  \
    now = \"2026-11-20T18:30:00Z\"\n  \
    lang = \"en-GB\"                            # optional; so is arms = { campaign = \"arm\" }, which forces arms\n  \
    segments = { in = [\"returning\"], out = [], unknown = [] }\n  \
    slots.hero = \"finish-your-order\"          # a content, or \"\" for the shop's own\n  \
    slots.notice = { campaign = \"delivery\", reason = \"shown\", says = \"within a week\" }\n\n\
    Only what a fixture names is compared."
)]
pub(crate) struct TestOptions {
    /// Folder with attune.toml and tests/
    pub(crate) dir: PathBuf,
    /// Run only fixtures whose name has this in it
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) only: String,
    #[command(flatten)]
    pub(crate) artifacts: ArtifactOptions,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  \
    attune simulate shop --visitors 100000\n  \
    attune simulate shop --visitors-file customers.jsonl --url / --format json | jq .campaigns\n\n\
    Generated visitors are made from the seed: places, devices, hours, consent, visits, interests in the categories \
    and products that the configuration names, baskets and orders; who has ordered is a customer. The same seed makes the same visitors. A file has \
    one visitor a line, in the form of `attune decide --batch`.\n\n\
    A campaign starves when it never gets a slot, or less than 1 % of the traffic that is eligible for it.")]
pub(crate) struct SimulateOptions {
    /// Folder with attune.toml
    pub(crate) dir: PathBuf,
    /// How many visitors to generate
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub(crate) visitors: u64,
    /// Visitors to take instead of generated ones (JSON Lines); - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["visitors", "seed"])]
    pub(crate) visitors_file: Option<PathBuf>,
    /// What the generated visitors are made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Page that every visitor opens; pages of every type unless said otherwise
    #[arg(long)]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) moment: MomentOptions,
    #[command(flatten)]
    pub(crate) artifacts: ArtifactOptions,
    /// Threads; as many as the machine has cores unless said otherwise
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

fn customer(text: &str) -> Result<String, String> {
    if text.len() > CUSTOMER_BYTES_MAX {
        return Err(format!("a customer id has at most {CUSTOMER_BYTES_MAX} bytes"));
    }
    Ok(text.to_owned())
}

fn forced(text: &str) -> Result<(Box<str>, Box<str>), String> {
    let (campaign, arm) = text.split_once('=').ok_or("write CAMPAIGN=ARM, such as summer-hero=sale")?;
    Ok((campaign.into(), arm.into()))
}
