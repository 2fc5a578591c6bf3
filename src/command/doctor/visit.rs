//! Requests as a browser and as a robot make them.

use crate::host::host;
use crate::http::{HttpAnswer, HttpError, HttpRequest};
use std::cell::Cell;
use std::time::Duration;
use url::Url;

/// A browser's, so that pages are made as for a person; the last word says to whoever reads logs who it was.
const BROWSER: &str = concat!(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 AttuneDoctor/",
    env!("CARGO_PKG_VERSION")
);
const ROBOT: &str = concat!("AttuneDoctor/", env!("CARGO_PKG_VERSION"), " (robot)");
const REDIRECTS_MAX: usize = 10;

/// Who asks for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A person, whose cookies are none.
    Person,
    /// A robot that says so.
    Robot,
}

/// What a body may be compressed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Nothing: it is to be read.
    Identity,
    /// What browsers take.
    Packed,
}

/// Asks one site.
#[derive(Debug)]
pub(super) struct Client {
    /// The public name, where the address has another.
    pub(super) public_host: Option<String>,
    /// For each request.
    pub(super) time_max: Duration,
    /// The site has answered, so that a connection that fails is one that was kept open and is closed there by now.
    has_answered: Cell<bool>,
}

/// An answer, and between which moments it came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) http: HttpAnswer,
    /// Unix seconds on this machine.
    pub(super) asked_s: i64,
    pub(super) answered_s: i64,
}

impl Answer {
    /// All values of a header, joined; empty without it.
    pub(super) fn header(&self, name: &str) -> String {
        let values = self.http.headers.iter().filter(|(one, _)| one == name).map(|(_, value)| value.as_str());
        values.collect::<Vec<_>>().join(", ")
    }

    /// The values of `Set-Cookie`.
    pub(super) fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.http.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str())
    }

    /// Whether a list in a header has a word, in any case.
    pub(super) fn lists(&self, header: &str, word: &str) -> bool {
        self.header(header).split(',').any(|one| one.trim().eq_ignore_ascii_case(word))
    }

    /// The body as JSON, if it is.
    pub(super) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.http.body).ok()
    }

    /// The code of an error of Attune's.
    pub(super) fn error_code(&self) -> Option<String> {
        Some(self.json()?.get("error")?.get("code")?.as_str()?.to_owned())
    }

    /// Status and kind of the answer, in words.
    pub(super) fn kind(&self) -> String {
        let kind = self.header("content-type");
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let kind = if kind.is_empty() { "no Content-Type" } else { kind };
        match self.error_code() {
            Some(code) => format!("{} `{code}`", self.http.status),
            None => format!("{} with {kind}", self.http.status),
        }
    }

    pub(super) fn path(&self) -> String {
        path_of(&self.url)
    }
}

/// Path and query of a URL.
pub(super) fn path_of(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// Why there is no page at the end of redirects.
#[derive(Debug)]
pub(super) enum NoPage {
    /// No answer.
    Http(Url, HttpError),
    /// More than ten redirects; the last one led here.
    Loop(Url),
}

impl Client {
    /// A client that has asked nothing yet.
    pub(super) fn new(public_host: Option<String>, time_max: Duration) -> Self {
        Self { public_host, time_max, has_answered: Cell::new(false) }
    }

    /// The host that visitors know.
    pub(super) fn host(&self, url: &Url) -> String {
        self.public_host.clone().unwrap_or_else(|| authority(url))
    }

    /// Asks for a page once.
    pub(super) fn page(&self, url: &Url, who: Who, coding: Coding, cookie: &str) -> Result<Answer, HttpError> {
        let mut headers = match who {
            Who::Person => navigation(),
            Who::Robot => vec![("User-Agent", ROBOT.to_owned()), ("Accept", "*/*".to_owned())],
        };
        let coding = match coding {
            Coding::Identity => "identity",
            Coding::Packed => "gzip, br",
        };
        headers.push(("Accept-Encoding", coding.to_owned()));
        if !cookie.is_empty() {
            headers.push(("Cookie", cookie.to_owned()));
        }
        self.ask("GET", url, headers, b"")
    }

    /// Asks for a page, and follows where it leads. The answer has every address that led on.
    pub(super) fn follow(&self, url: &Url, who: Who) -> Result<(Answer, Vec<Url>), NoPage> {
        let mut url = url.clone();
        let mut led = Vec::new();
        loop {
            let answer =
                self.page(&url, who, Coding::Identity, "").map_err(|error| NoPage::Http(url.clone(), error))?;
            let Some(next) = redirect(&answer) else { return Ok((answer, led)) };
            if led.len() == REDIRECTS_MAX {
                return Err(NoPage::Loop(next));
            }
            led.push(std::mem::replace(&mut url, next));
        }
    }

    /// What the page's own script asks; with a body it is a POST of JSON.
    pub(super) fn call(&self, page: &Url, path: &str, body: Option<&str>, cookie: &str) -> Result<Answer, HttpError> {
        let url = page.join(path).map_err(|error| HttpError::Request(error.to_string()))?;
        let mut headers = vec![
            ("User-Agent", BROWSER.to_owned()),
            ("Accept", "*/*".to_owned()),
            ("Accept-Encoding", "identity".to_owned()),
            ("Referer", page.as_str().to_owned()),
            ("Sec-Fetch-Dest", "empty".to_owned()),
            ("Sec-Fetch-Mode", "cors".to_owned()),
            ("Sec-Fetch-Site", "same-origin".to_owned()),
        ];
        if body.is_some() {
            headers.push(("Origin", format!("{}://{}", page.scheme(), self.host(page))));
            headers.push(("Content-Type", "application/json".to_owned()));
        }
        if !cookie.is_empty() {
            headers.push(("Cookie", cookie.to_owned()));
        }
        self.ask(if body.is_some() { "POST" } else { "GET" }, &url, headers, body.unwrap_or_default().as_bytes())
    }

    fn ask(
        &self,
        method: &str,
        url: &Url,
        mut headers: Vec<(&'static str, String)>,
        body: &[u8],
    ) -> Result<Answer, HttpError> {
        if let Some(host) = &self.public_host {
            headers.push(("Host", host.clone()));
        }
        let asked_s = host().now_s();
        let request = HttpRequest { method, url: url.as_str(), headers, body, time_max: self.time_max };
        let ask = || host().http(&request, &mut |_| {});
        let http = match ask() {
            // As browsers do: what is asked here may be asked twice.
            Err(HttpError::BrokenOff) if self.has_answered.get() => ask()?,
            Ok(answer) if is_restart(&answer) => ask()?,
            answer => answer?,
        };
        self.has_answered.set(true);
        Ok(Answer { url: url.clone(), http, asked_s, answered_s: host().now_s() })
    }
}

/// How `wrangler dev` answers a POST whose connection to the Worker broke off: to be sent again.
fn is_restart(answer: &HttpAnswer) -> bool {
    answer.status == 503 && answer.body.starts_with(b"Your worker restarted mid-request")
}

/// What a browser sends when somebody types an address.
fn navigation() -> Vec<(&'static str, String)> {
    let headers = [
        ("User-Agent", BROWSER),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", "en"),
        ("Upgrade-Insecure-Requests", "1"),
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-User", "?1"),
    ];
    headers.map(|(name, value)| (name, value.to_owned())).into()
}

/// Where an answer leads.
fn redirect(answer: &Answer) -> Option<Url> {
    matches!(answer.http.status, 301 | 302 | 303 | 307 | 308)
        .then(|| answer.url.join(answer.http.header("location")?).ok())
        .flatten()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use attune_core::device::from_user_agent;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let url = "https://shop.example/a/b?c".parse().unwrap();
        Answer { url, http: HttpAnswer { status, headers, body: Vec::new() }, asked_s: 0, answered_s: 0 }
    }

    #[test]
    fn redirects_lead_where_browsers_go() {
        for (status, location, to) in [
            (301, "/x", Some("https://shop.example/x")),
            (302, "d", Some("https://shop.example/a/d")),
            (308, "//www.shop.example/", Some("https://www.shop.example/")),
            (307, "http://other.example", Some("http://other.example/")),
            (301, "ftp://other.example", None),
            (200, "/x", None),
            (304, "/x", None),
        ] {
            let found = redirect(&answer(status, &[("location", location)]));
            assert_eq!(found.as_ref().map(Url::as_str), to, "{status} {location}");
        }
        assert!(redirect(&answer(301, &[])).is_none());
    }

    #[test]
    fn lists_of_headers_are_read_word_by_word() {
        let answer = answer(200, &[("vary", "Accept-Encoding"), ("vary", "origin , COOKIE")]);
        assert!(answer.lists("vary", "Cookie"));
        assert!(!answer.lists("vary", "Accept"));
        assert_eq!(answer.path(), "/a/b?c");
    }

    #[test]
    fn what_broke_off_behind_a_local_proxy_is_asked_again() {
        let with = |status, body: &[u8]| HttpAnswer { status, headers: Vec::new(), body: body.to_vec() };
        let text = b"Your worker restarted mid-request. Please try sending the request again.";
        assert!(is_restart(&with(503, text)));
        assert!(!is_restart(&with(503, b"{\"error\":{\"code\":\"unavailable\"}}")));
        assert!(!is_restart(&with(200, text)));
    }

    #[test]
    fn the_one_is_a_person_and_the_other_a_robot() {
        assert!(!from_user_agent(BROWSER).bot);
        assert!(from_user_agent(ROBOT).bot);
    }
}
