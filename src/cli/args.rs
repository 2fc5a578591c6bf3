//! The commands and their options.

use crate::learn::args::{EvaluateOptions, LearnOptions, RotateOptions};
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
    },
    /// Decide one page for one visitor, and print the decision as JSON
    Decide(DecideOptions),
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
    /// Learn recommendations from logs: write the index that the edge reads
    Learn(Box<LearnOptions>),
    /// Measure what a click log teaches about another one
    Evaluate(Box<EvaluateOptions>),
    /// Compare rotation with its alternatives, on sessions that are played again
    RotateReport(Box<RotateOptions>),
    /// Sign a bundle: write the manifest that the edge verifies
    Sign(SignOptions),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  \
    attune decide shop --visitor lapsed.json --url https://www.shop.example/ --now 2026-11-20T18:30:00Z --explain\n  \
    attune decide shop --cookie \"$TOKEN\" --keys keys.txt --url /basket --now 2026-11-20T18:30:00Z\n\n\
    A visitor file is a readable profile as `attune cookie inspect` prints it, with one more key, `request`:\n  \
    { \"visits\": { \"count\": 3 }, \"request\": { \"country\": \"GB\", \"device\": \"phone\", \"timezone\": \"Europe/London\" } }\n\
    It is decided for as it stands. A cookie is taken as the edge takes it: this page is counted first.")]
pub(crate) struct DecideOptions {
    /// Folder with attune.toml
    pub(crate) dir: PathBuf,
    /// Readable profile of the visitor (JSON); - is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "cookie", conflicts_with = "cookie")]
    pub(crate) visitor: Option<PathBuf>,
    /// Value of the profile cookie
    #[arg(long, value_name = "TOKEN", requires = "keys")]
    pub(crate) cookie: Option<String>,
    /// Key ring that verifies the cookie; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// URL of the page, or its path and query
    #[arg(long)]
    pub(crate) url: String,
    /// The moment, as 2026-11-20T18:30:00Z
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: String,
    /// Language of the page, as in <html lang>; the site's first locale unless said otherwise
    #[arg(long, default_value = "")]
    pub(crate) lang: String,
    /// Add who was passed over and why, with the value of everything that was asked
    #[arg(long)]
    pub(crate) explain: bool,
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
