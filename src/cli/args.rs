//! The commands and their options.

mod deciding;

pub(crate) use deciding::{ArtifactOptions, DecideOptions, Explain, SimulateOptions, TestOptions, WhyOptions};

use crate::learn::args::{EvaluateOptions, LearnOptions, RotateOptions};
use crate::posteriors::PosteriorsOptions;
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
        after_help = "Examples:\n  attune check shop\n  attune check shop --files public\n  attune check shop --format json | jq '.diagnostics[].message'"
    )]
    Check {
        /// Folder with attune.toml
        dir: PathBuf,
        /// Folder that the site's files are served from: a picture that is not in it is a warning
        #[arg(long, value_name = "FOLDER")]
        files: Option<PathBuf>,
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
    #[command(
        after_help = "Example:\n  attune overlay live.tsv --catalog shop.catalog --site shop --key data.key --out shop.overlay\n\n\
        The file goes into KV under `overlay`; no new bundle is needed. The key is one for data: `attune keys data`."
    )]
    Overlay(OverlayOptions),
    /// From counts of impressions and clicks, write what is believed of each strategy: the edge draws from it
    #[command(
        after_help = "Example:\n  attune posteriors shop --counts counts.csv --key data.key --out shop.posteriors\n\n\
        The counts are CSV, TSV or JSON lines with campaign, slot, strategy, impressions and clicks. The file goes into \
        KV under `posteriors`; no new bundle is needed. The key is one for data: `attune keys data`."
    )]
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
    /// Print the JSON Schema of the configuration files, or the reference of their keys and attributes
    #[command(
        after_help = "Examples:\n  attune schema > attune.schema.json\n  attune schema --format markdown > configuration.md"
    )]
    Schema {
        /// JSON Schema for editors, or Markdown for people
        #[arg(long, value_enum, default_value_t = SchemaFormat::Json)]
        format: SchemaFormat,
    },
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
    /// Name of the site, as in [site]
    #[arg(long)]
    pub(crate) site: String,
    /// Secret key that signs it: 64 hexadecimal digits, as `attune keys data` writes it
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Feed with the prices of another locale: de-DE=prices.de.tsv; once for each
    #[arg(long, value_name = "LOCALE=FILE", value_parser = locale_file)]
    pub(crate) locale: Vec<(String, PathBuf)>,
    /// Folder with attune.toml: its [catalog] says the columns of the feeds and how they write numbers
    #[arg(long, value_name = "DIR")]
    pub(crate) config: Option<PathBuf>,
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
pub(crate) enum SchemaFormat {
    Json,
    Markdown,
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
    #[command(after_help = "Example:\n  attune keys signing --out publish.key\n\n\
        What is printed goes into MANIFEST_KEYS of wrangler.toml.")]
    Signing {
        /// File to write the secret key to; never overwritten
        #[arg(long)]
        out: PathBuf,
    },
    /// Make a key pair for signing live data: writes the secret key, prints the public one with its role
    #[command(after_help = "Example:\n  attune keys data --out data.key\n\n\
        What is printed goes into MANIFEST_KEYS of wrangler.toml, behind the other keys and a comma. The job that writes \
        prices, stock and posteriors needs this key only: with it nobody can publish a page.")]
    Data {
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
