//! Whether there is a page at all: addresses, TLS, redirects, status, type.

use super::code::Code;
use super::page::Page;
use super::report::{Report, places};
use super::seen::Seen;
use super::set_cookie::is_loopback;
use super::visit::NoPage;
use crate::http::HttpError;
use url::Url;

/// Says why there is no page.
pub(super) fn unreachable(url: &Url, problem: &NoPage, report: &mut Report) {
    match problem {
        NoPage::Http(at, error) => {
            let through = if at == url { String::new() } else { format!(" (redirected from {url})") };
            failed(at.as_str(), &through, error, report);
        }
        NoPage::Loop(at) => report.find(
            Code::RedirectLoop,
            format!("{url} leads from one address to another more than ten times, the last time to {at}"),
            "let one layer decide about HTTPS and the host name, and look at the header Location of each answer",
        ),
    }
    report.skip_rest("the page cannot be had");
}

fn failed(at: &str, through: &str, error: &HttpError, report: &mut Report) {
    match error {
        HttpError::HostNotFound => report.find(
            Code::HostNotFound,
            format!("{at}: the host is not found{through}"),
            "check the spelling and the DNS record; is this machine online?",
        ),
        HttpError::Tls(why) => report.find(
            Code::Tls,
            format!("{at}: {why}{through}"),
            "renew the certificate, or have it made for this host; with http:// in place of https:// the site can be looked at without it",
        ),
        HttpError::BrokenOff => report.find(
            Code::BrokenOff,
            format!("{at}: the answer breaks off{through}"),
            "compare Content-Length with the body at the origin, and at each proxy in front of it",
        ),
        HttpError::Refused
        | HttpError::TimedOut
        | HttpError::TooLarge
        | HttpError::Connection(_)
        | HttpError::Request(_) => report.find(
            Code::NoConnection,
            format!("{at}: {error}{through}"),
            "check the port and the firewall, and that the site runs; a slow one may need --timeout",
        ),
    }
}

/// Judges what came: where redirects led, status, type, host.
pub(super) fn check(asked: &Url, led: &[Url], seen: &Seen, report: &mut Report) {
    report.look(&[
        Code::HostNotFound,
        Code::NoConnection,
        Code::RedirectLoop,
        Code::Redirected,
        Code::NotOk,
        Code::NotHtml,
        Code::Insecure,
        Code::BrokenOff,
    ]);
    let Some(first) = seen.first() else { return };
    if seen.public.scheme() == "https" {
        report.look(&[Code::Tls]);
    } else {
        report.skip(&[Code::Tls], "the site is looked at over http://");
    }
    if !led.is_empty() {
        report.find(
            Code::Redirected,
            format!("{asked} leads to {}, which is what was looked at", first.person.url),
            "nothing to do; give this address to look at it directly",
        );
    }
    for (path, error) in &seen.unanswered {
        failed(path, "", error, report);
    }
    statuses(seen, report);
    hosts(seen, report);
}

fn statuses(seen: &Seen, report: &mut Report) {
    for page in &seen.pages {
        let status = page.person.http.status;
        if status != 200 {
            let why = if page.person.http.header("cf-mitigated").is_some() {
                "the firewall of Cloudflare takes this machine for a robot (cf-mitigated): allow its address, or the user agent AttuneDoctor"
            } else {
                "look at the origin: only a 200 is personalized"
            };
            report.find(Code::NotOk, format!("{} is answered with {status}", page.path), why);
        } else if !page.is_html() {
            let kind = page.person.header("content-type");
            report.find(
                Code::NotHtml,
                format!("{} has the Content-Type \"{kind}\"", page.path),
                "let the origin send `Content-Type: text/html; charset=utf-8` with its pages",
            );
        }
    }
}

fn hosts(seen: &Seen, report: &mut Report) {
    let host = seen.public.host_str().unwrap_or_default();
    if seen.public.scheme() == "http" && !is_loopback(&seen.public) {
        report.find(
            Code::Insecure,
            format!(
                "{} is served over http://: browsers keep no cookie of Attune's there",
                seen.public.host_str().unwrap_or_default()
            ),
            "serve the site over https:// and redirect http:// to it",
        );
    }
    match seen.config {
        None => report.skip(&[Code::OtherHost], NO_CONFIG),
        Some(_) if is_loopback(&seen.public) => {
            report.skip(&[Code::OtherHost], "this machine is no public host; --host names one");
        }
        Some(config) => {
            report.look(&[Code::OtherHost]);
            if !config.site.hosts.iter().any(|known| known == host) {
                report.find(
                    Code::OtherHost,
                    format!("{host} is not in [site] hosts ({})", places(&config.site.hosts)),
                    "add the host to [site] hosts and publish, or look at one of those",
                );
            }
        }
    }
}

/// Why what a configuration is needed for was not looked at.
pub(super) const NO_CONFIG: &str = "give the configuration: --config DIR";

/// Pages that can be personalized, and those that cannot because of their status or type.
pub(super) fn html_pages<'s>(seen: &'s Seen) -> impl Iterator<Item = &'s Page> {
    seen.pages.iter().filter(|page| page.is_html())
}
