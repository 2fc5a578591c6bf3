//! The page script: whether it is in the page, whether browsers run it, and whether it may send.

use super::code::Code;
use super::csp::{Own, Policy, way_in};
use super::page::Page;
use super::report::{Report, places};
use super::seen::Seen;
use super::visit::Answer;
use url::Url;

const OF_PAGES: [Code; 5] =
    [Code::ScriptKeptOut, Code::ScriptBlocked, Code::NotMeasured, Code::EventsBlocked, Code::ScriptHeld];

/// Judges the script itself, and its place in the pages.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    file(seen, report);
    let pages = seen.decided();
    if pages.is_empty() {
        return report.skip(&OF_PAGES, "no page was decided for a person");
    }
    report.look(&OF_PAGES);
    let mut without = Vec::new();
    for page in pages {
        let url = public(seen, page);
        let policies = policies(page);
        match page.document.page_script() {
            Some(script) => {
                present(page, script, &policies, &url, report);
                if let Some(rule) = policies.iter().find_map(|policy| policy.forbids(Own::Events, "", &url)) {
                    report.find(
                        Code::EventsBlocked,
                        format!("{}: the policy \"{rule}\" lets no script send to /_attune/events", page.path),
                        "add 'self' to connect-src of the content security policy",
                    );
                }
            }
            None => match way_in(&policies, &url) {
                Err(rule) => report.find(
                    Code::ScriptKeptOut,
                    format!("{}: the policy \"{rule}\" keeps the page script out", page.path),
                    "add 'self' to script-src, or a nonce, which the Worker copies",
                ),
                Ok(_) => without.push(page.path.as_str()),
            },
        }
    }
    if !without.is_empty() {
        report.find(
            Code::NotMeasured,
            format!("decided, and without the page script: {}", places(&without)),
            "set MEASURE = \"on\" in wrangler.toml and deploy the page Worker, unless nothing is to be measured and remembered",
        );
    }
}

fn present(page: &Page, script: &super::document::Script, policies: &[Policy], url: &Url, report: &mut Report) {
    if let Some(rule) = policies.iter().find_map(|policy| policy.forbids(Own::Script, &script.nonce, url)) {
        report.find(
            Code::ScriptBlocked,
            format!("{}: the page script is there, and the policy \"{rule}\" forbids it", page.path),
            "set the policy at the origin, so that the Worker sees it and copies its nonce, or add 'self' to script-src",
        );
    }
    let kind = script.kind.trim().to_ascii_lowercase();
    if !matches!(kind.as_str(), "" | "module" | "text/javascript" | "application/javascript") {
        report.find(
            Code::ScriptHeld,
            format!("{}: the type of the page script was changed to \"{kind}\", which no browser runs", page.path),
            "exclude /_attune/page.js from Rocket Loader, or from the consent tool that blocks scripts",
        );
    }
}

/// The policies that a browser enforces on a page.
fn policies(page: &Page) -> Vec<Policy> {
    let headers = page.person.http.headers.iter().filter(|(name, _)| name == "content-security-policy");
    let of_headers = headers.flat_map(|(_, value)| Policy::of(value, false));
    of_headers.chain(page.document.policies.iter().flat_map(|text| Policy::of(text, true))).collect()
}

/// The page under the public name.
fn public(seen: &Seen, page: &Page) -> Url {
    let mut url = seen.public.clone();
    url.set_path(page.person.url.path());
    url
}

/// `GET /_attune/page.js`.
fn file(seen: &Seen, report: &mut Report) {
    report.look(&[Code::ScriptMissing]);
    let wrong = match &seen.script {
        Ok(answer) if answer.http.status == 200 && is_script(answer) => return,
        Ok(answer) => format!("is answered with {}", answer.kind()),
        Err(error) => format!("is not answered: {error}"),
    };
    report.find(
        Code::ScriptMissing,
        format!("GET /_attune/page.js {wrong}"),
        "deploy the page Worker with its assets (`cargo xtask build`; the binding ASSETS), and let nothing answer for /_attune/",
    );
}

fn is_script(answer: &Answer) -> bool {
    let kind = answer.header("content-type").to_ascii_lowercase();
    matches!(kind.split(';').next().unwrap_or_default().trim(), "text/javascript" | "application/javascript")
}
