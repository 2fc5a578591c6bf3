//! The commands and their options.

use crate::learn::args::{EvaluateOptions, LearnOptions, RotateOptions};
use crate::posteriors::PosteriorsOptions;
use attune_core::limits::CUSTOMER_BYTES_MAX;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Checks, compiles and tries out the configuration of a personalized site.
#[derive(Parser)]
#[command(
    name = "attune",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 all is well, 1 the answer is no (errors in the configuration, a refused cookie), \
                  2 the command cannot be carried out.\n\n\
                  First steps:\n  attune init shop\n  attune check shop\n  attune compile shop --out shop.bundle"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a small, commented configuration to start from
    #[command(after_help = "Example:\n  attune init shop")]
    Init {
        /// Folder to write into; nothing in it is overwritten
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Check a configuration and say everything that is wrong with it
    #[command(
        after_help = "Examples:\n  attune check shop\n  attune check shop --format json | jq '.diagnostics[].message'"
    )]
    Check {
        /// Folder with attune.toml
        dir: PathBuf,
        /// For people, or for programs
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Compile a configuration into the bundle that the edge reads
    #[command(after_help = "Example:\n  attune compile shop --out shop.bundle")]
    Compile {
        /// Folder with attune.toml
        dir: PathBuf,
        /// File to write
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        catalog: CatalogOptions,
    },
    /// Write the live overlay: prices and stock of now, beside a catalogue that changes less often
    #[command(after_help = "Example:\n  attune overlay live.tsv --catalog shop.catalog --out shop.overlay")]
    Overlay(OverlayOptions),
    /// From counts of impressions and clicks, write what is believed of each strategy: the edge draws from it
    #[command(after_help = "Example:\n  attune posteriors shop --counts counts.csv --out shop.posteriors\n\n\
        The counts are CSV, TSV or JSON lines with campaign, slot, strategy, impressions and clicks. The file goes into \
        KV under `posteriors`; no new bundle is needed.")]
    Posteriors(PosteriorsOptions),
    /// Decide one page for one visitor, and print the decision as JSON
    Decide(DecideOptions),
    /// Read which arm of a campaign visitors are in, without enrolling anybody
    Assign(AssignOptions),
    /// Say in plain sentences why a visitor sees on a page what they see
    Why(WhyOptions),
    /// Run the fixtures in tests/: this visitor, this page, this time; these segments and contents
    Test(TestOptions),
    /// Decide a page for many visitors: which slot, campaign and arm gets what share, and which campaigns starve
    Simulate(SimulateOptions),
    /// Make and read profile cookies
    #[command(subcommand)]
    Cookie(CookieCommand),
    /// Work on HTML with the slot scanner
    #[command(subcommand)]
    Html(HtmlCommand),
    /// Print the JSON Schema of the configuration files
    #[command(after_help = "Example:\n  attune schema > attune.schema.json")]
    Schema,
    /// Explain a diagnostic, or list all of them, or all attributes
    #[command(after_help = "Examples:\n  attune explain A0302\n  attune explain attributes\n  attune explain")]
    Explain {
        /// Code, such as A0302, or the word `attributes`
        code: Option<String>,
    },
    /// Make keys
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Say what is known of visitors, why and for how long
    #[command(subcommand)]
    Privacy(PrivacyCommand),
    /// Learn recommendations from logs: write the index that the edge reads
    Learn(Box<LearnOptions>),
    /// Measure what a click log teaches about another one
    Evaluate(Box<EvaluateOptions>),
    /// Compare rotation with its alternatives, on sessions that are played again
    RotateReport(Box<RotateOptions>),
    /// Sign a bundle: write the manifest that the edge verifies
    Sign(SignOptions),
}

#[derive(ClapArgs)]
pub(crate) struct CatalogOptions {
    /// File to write the product catalogue to
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Option<PathBuf>,
    /// Which product has which number; read and written. catalog/items in the folder unless said otherwise
    #[arg(long, value_name = "FILE", requires = "catalog")]
    pub(crate) items: Option<PathBuf>,
    /// Begin with new numbers: what was learned with the old ones is refused from then on
    #[arg(long, requires = "catalog")]
    pub(crate) new_epoch: bool,
}

#[derive(ClapArgs)]
pub(crate) struct OverlayOptions {
    /// Feed with id, price, availability and quantity: .tsv, .csv, .json, .jsonl or .xml
    pub(crate) feed: PathBuf,
    /// The catalogue that the edge has
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: PathBuf,
    /// Feed with the prices of another locale: de-DE=prices.de.tsv; once for each
    #[arg(long, value_name = "LOCALE=FILE", value_parser = locale_file)]
    pub(crate) locale: Vec<(String, PathBuf)>,
    /// Folder with attune.toml: its [catalog] says the columns of the feeds and how they write numbers
    #[arg(long, value_name = "DIR")]
    pub(crate) site: Option<PathBuf>,
    /// When the prices were right, and which sales run; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
    /// File to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}

fn locale_file(text: &str) -> Result<(String, PathBuf), String> {
    let (locale, file) = text.split_once('=').ok_or_else(|| format!("`{text}` is not LOCALE=FILE"))?;
    Ok((locale.to_owned(), file.into()))
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
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
    A visitor file is a readable profile as `attune cookie inspect` prints it, with one more key, `request`:\n  \
    { \"visits\": { \"count\": 3 }, \"request\": { \"country\": \"GB\", \"device\": \"phone\", \"timezone\": \"Europe/London\" } }\n\
    It is decided for as it stands. A cookie is taken as the edge takes it: this page is counted first.\n\n\
    A batch has one customer a line, as POST /_attune/decide takes them:\n  \
    { \"customer\": \"C-1042\", \"profile\": { ... }, \"request\": { ... }, \"page\": { \"type\": \"home\" }, \"locale\": \"de-DE\" }\n\
    `page` may be a path too; without it, it is --url, and the moment is --now, or now. The answers come line by line \
    in the order of the input. A line that cannot be read gets an answer with `error`, is named on standard error \
    with its number, and makes the exit code 1.")]
pub(crate) struct DecideOptions {
    /// Folder with attune.toml
    pub(crate) dir: PathBuf,
    /// Readable profile of the visitor (JSON); - is standard input
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
    /// The moment, as 2026-11-20T18:30:00Z
    #[arg(long, value_name = "RFC3339", required_unless_present = "batch")]
    pub(crate) now: Option<String>,
    /// Language of the page, as in <html lang>; the site's first locale unless said otherwise
    #[arg(long, default_value = "")]
    pub(crate) lang: String,
    /// Recommendation index learned from sessions
    #[arg(long, value_name = "FILE")]
    pub(crate) sessions: Option<PathBuf>,
    /// Recommendation index learned from baskets
    #[arg(long, value_name = "FILE")]
    pub(crate) baskets: Option<PathBuf>,
    /// What is believed of strategies, as `attune posteriors` writes it
    #[arg(long, value_name = "FILE")]
    pub(crate) posteriors: Option<PathBuf>,
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
    /// Visitor file, as for `attune decide`; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) visitor: PathBuf,
    /// The moment; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
    /// Language of the page, as in <html lang>; the site's first locale unless said otherwise
    #[arg(long, default_value = "")]
    pub(crate) lang: String,
}

#[derive(ClapArgs)]
#[command(
    after_help = "Examples:\n  attune test shop\n  attune test shop --format json | jq '.fixtures[] | select(.ok | not)'\n\n\
    A fixture is a table of a file in tests/:\n\n  \
    [fixtures.left-a-basket]\n  \
    visitor = \"visitors/basket.json\"          # beside the fixture file, or an inline table\n  \
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
    /// The moment; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
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

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  \
    attune assign shop --campaign summer-hero --now 2026-11-20T18:30:00Z < ids.txt\n  \
    echo 000102030405060708090a0b0c0d0e0f,1795168800 | attune assign shop --campaign summer-hero --now 2026-11-20T18:30:00Z\n\n\
    A line of input is a visitor id (32 hexadecimal digits), and behind a comma, where weights change, when it was minted, \
    in seconds since 1970; or, for a campaign that goes by customer, a customer id.\n\
    A line of output is the id, `in` or why not, and the arm, with commas between. Page, condition, schedule and cap are \
    not asked: this is where they would be.")]
pub(crate) struct AssignOptions {
    /// Folder with attune.toml
    pub(crate) dir: PathBuf,
    /// Key of the campaign
    #[arg(long)]
    pub(crate) campaign: String,
    /// Ids, one a line; - is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) units: PathBuf,
    /// The moment, as 2026-11-20T18:30:00Z
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: String,
}

#[derive(Subcommand)]
pub(crate) enum CookieCommand {
    /// Make a profile cookie from a readable profile
    Mint(MintOptions),
    /// Print what a profile cookie holds
    Inspect(InspectOptions),
}

#[derive(ClapArgs)]
#[command(
    after_help = "Example:\n  attune cookie mint --visitor lapsed.json --keys keys.txt --site shop --host www.shop.example"
)]
pub(crate) struct MintOptions {
    /// Readable profile (JSON); - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) visitor: PathBuf,
    /// Key ring; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: PathBuf,
    /// Name of the site, as in [site]
    #[arg(long)]
    pub(crate) site: String,
    /// Host that the cookie is for; several hosts share their parent domain
    #[arg(long, required = true)]
    pub(crate) host: Vec<String>,
    /// The moment it is minted, unless the profile says `issued`; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  \
    attune cookie inspect \"$TOKEN\"\n  \
    attune cookie inspect \"$TOKEN\" --keys keys.txt --site shop --host www.shop.example\n\n\
    Without keys the size of each section is shown, but nothing is verified and nothing is read.")]
pub(crate) struct InspectOptions {
    /// Value of the cookie; - is standard input
    pub(crate) token: String,
    /// Key ring that verifies it
    #[arg(long, value_name = "FILE", requires_all = ["site", "host"])]
    pub(crate) keys: Option<PathBuf>,
    /// Name of the site, as in [site]
    #[arg(long)]
    pub(crate) site: Option<String>,
    /// Host that the cookie is for; several hosts share their parent domain
    #[arg(long)]
    pub(crate) host: Vec<String>,
    /// The moment it is read; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum HtmlCommand {
    /// Replace the inside of every element that a selector matches
    #[command(
        after_help = "Example:\n  attune html replace --selector '[data-slot=\"hero\"]' --with '<p>Hello</p>' --chunk 7 < in.html > out.html"
    )]
    Replace {
        /// Which elements: one compound of tag, #id, .class, [attr] and [attr="value"]
        #[arg(long)]
        selector: String,
        /// HTML to put inside
        #[arg(long)]
        with: String,
        /// Bytes to feed at a time
        #[arg(long, default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(1..))]
        chunk: u32,
    },
}

#[derive(Subcommand)]
pub(crate) enum PrivacyCommand {
    /// Print the data map: attribute, source, purpose, trust, retention, and the campaigns that use it
    #[command(after_help = "Examples:\n  attune privacy report shop\n  attune privacy report shop --format json")]
    Report {
        /// Folder with attune.toml
        dir: PathBuf,
        /// For people, or for programs
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Print a new line for a key ring, with a fresh secret
    #[command(after_help = "Example:\n  attune keys new --id 1 > keys.txt")]
    New {
        /// Number of the key, 1 to 255
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
        id: u8,
        /// Whether it signs, or only verifies (for one deployment before it signs)
        #[arg(long, value_enum, default_value_t = KeyState::Sign)]
        state: KeyState,
    },
    /// Print the keys that the origin verifies `Attune-Decision` with, one line ID:KEY for each key of the ring
    #[command(after_help = "Example:\n  attune keys decision --keys keys.txt --site shop > decision-keys.txt\n\n\
        A key is derived for this purpose and site: with it decisions can be forged, but no cookie and nothing else.")]
    Decision {
        /// Key ring; - is standard input
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
        /// Name of the site, as in [site]
        #[arg(long)]
        site: String,
    },
    /// Make a key pair for signing bundles: writes the secret key, prints the public one
    #[command(after_help = "Example:\n  attune keys signing --out publish.key")]
    Signing {
        /// File to write the secret key to; never overwritten
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyState {
    Sign,
    Verify,
}

#[derive(ClapArgs)]
#[command(after_help = "Example:\n  \
    attune sign shop.bundle --key publish.key --site shop --version-number 7 --out shop.manifest")]
pub(crate) struct SignOptions {
    /// Bundle to sign
    pub(crate) bundle: PathBuf,
    /// Secret key: 64 hexadecimal digits, as `attune keys signing` writes it
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Name of the site, as in [site]
    #[arg(long)]
    pub(crate) site: String,
    /// Catalogue that goes with it
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Option<PathBuf>,
    /// Recommendation index learned from sessions
    #[arg(long, value_name = "FILE")]
    pub(crate) sessions: Option<PathBuf>,
    /// Recommendation index learned from baskets
    #[arg(long, value_name = "FILE")]
    pub(crate) baskets: Option<PathBuf>,
    /// Number of this publication: higher than the one before
    #[arg(long, value_name = "N")]
    pub(crate) version_number: u64,
    /// Manifest of the publication before this one
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Option<PathBuf>,
    /// Not to be used before; now unless said otherwise
    #[arg(long, value_name = "RFC3339")]
    pub(crate) not_before: Option<String>,
    /// Days after which a cold edge refuses it
    #[arg(long, value_name = "DAYS", default_value_t = 400)]
    pub(crate) expires_days: u32,
    /// File to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}
