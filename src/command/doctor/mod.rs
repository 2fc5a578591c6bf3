//! `attune doctor`: looks at a running site as a new visitor, a robot and a returning visitor, and says what is wrong with its
//! set-up.
//!
//! First everything is asked, then it is judged: what a finding says was seen. Nothing that is asked is counted anywhere.

mod caching;
mod clock;
mod code;
mod consent;
mod csp;
mod document;
mod events;
mod health;
mod mark;
mod page;
mod print;
mod reach;
mod report;
mod returning;
mod robots;
mod routes;
mod script;
mod seen;
mod set_cookie;
mod slots;
mod visit;
mod worker;

pub use code::{CODES, Code, CodeInfo, Severity};

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::output::Format;
use attune_core::loaded::Loaded;
use clap::Args;
use report::Report;
use seen::Seen;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;
use visit::{Client, Who};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  attune doctor https://www.shop.example/\n  attune doctor https://www.shop.example/ --config shop --page /basket\n  \
                  attune doctor http://localhost:8787/ --format json | jq '.findings[].code'\n\n\
                  `attune explain D0201` says more of one finding. Exit codes: 0 no error, 1 errors, 2 nothing could be looked at."
)]
pub struct Options {
    /// Address of a page of the site, with http:// or https://
    url: String,
    /// Folder with attune.toml: pages, slots and versions are compared with it
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// One more page to look at; may be given several times
    #[arg(long = "page", value_name = "PATH")]
    pages: Vec<String>,
    /// The public name of the site, where the address is another way to it
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// How many seconds one request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let url = address(&options.url)?;
    let config = options.config.as_deref().map(configuration).transpose()?;
    if let Some(path) = options.pages.iter().find(|path| !path.starts_with('/')) {
        return Err(Failure::new(format!("--page {path} is not a path"), "write a path of the site, such as /basket"));
    }
    let public_host = options.host.as_deref().map(host_name).transpose()?;
    let client = Client::new(public_host, Duration::from_secs(options.timeout.into()));
    let mut report = Report::default();
    let pages = examine(&client, &url, config.as_ref(), &options.pages, &mut report);
    print::print(&options.url, &pages, &report, options.format)?;
    if report.count(Severity::Error) > 0 { Err(Failure::No) } else { Ok(()) }
}

/// Looks at the site; the answer is the paths of the pages that were looked at.
fn examine(client: &Client, url: &Url, config: Option<&Loaded>, paths: &[String], report: &mut Report) -> Vec<String> {
    let (first, led) = match client.follow(url, Who::Person) {
        Ok(found) => found,
        Err(problem) => {
            reach::unreachable(url, &problem, report);
            return Vec::new();
        }
    };
    let seen = Seen::gather(client, config, first, paths);
    reach::check(url, &led, &seen, report);
    worker::check(&seen, report);
    if seen.has_worker() {
        routes::check(&seen, report);
        slots::check(&seen, report);
        robots::check(&seen, report);
        caching::check(&seen, report);
        consent::check(&seen, report);
        script::check(&seen, report);
        events::check(&seen, report);
        clock::check(&seen, report);
    }
    seen.pages.iter().map(|page| page.path.clone()).collect()
}

fn address(text: &str) -> Result<Url, Failure> {
    let wrong = || Failure::new(format!("{text} is not the address of a site"), "write https://www.shop.example/");
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).ok_or_else(wrong)
}

fn host_name(text: &str) -> Result<String, Failure> {
    let is_host =
        Url::parse(&format!("http://{text}/")).is_ok_and(|url| url.path() == "/" && url.username().is_empty());
    if is_host && !text.is_empty() {
        return Ok(text.to_owned());
    }
    Err(Failure::new(format!("--host {text} is not the name of a host"), "write www.shop.example"))
}

/// The configuration as the edge loads it. What is wrong with it keeps the doctor from a visit.
fn configuration(dir: &Path) -> Result<Loaded, Failure> {
    match Configuration::read(dir)?.bundle() {
        Ok((_, loaded)) => Ok(loaded),
        Err(Failure::No) => Err(Failure::new(
            format!("the configuration in {} has errors", dir.display()),
            format!("`attune check {}` says which", dir.display()),
        )),
        Err(failure) => Err(failure),
    }
}
