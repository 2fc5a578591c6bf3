//! Content security policies, as the Worker reads them (`www/shim/csp.mjs`): whether they let the page script in, and let it
//! send events. Both run `tests/vectors/csp.json`.

use url::Url;

/// What a page loads or asks of its own host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// The page script.
    Script,
    /// Where it sends events.
    Events,
}

impl Own {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Script => "/_attune/page.js",
            Self::Events => "/_attune/events",
        }
    }

    /// The directives that rule over it; the first that a policy has counts.
    fn directives(self) -> &'static [&'static str] {
        match self {
            Self::Script => &["script-src-elem", "script-src", "default-src"],
            Self::Events => &["connect-src", "default-src"],
        }
    }
}

/// One policy: sources by directive.
#[derive(Clone, Debug)]
pub(super) struct Policy(Vec<(String, Vec<String>)>);

impl Policy {
    /// The policies of a header, or of the `content` of a `meta`, where sandboxes have no meaning.
    pub(super) fn of(text: &str, is_meta: bool) -> impl Iterator<Item = Self> {
        text.split(',').filter(|text| !text.trim().is_empty()).map(move |text| {
            let mut directives: Vec<(String, Vec<String>)> = Vec::new();
            for directive in text.split(';') {
                let mut words = directive.split_ascii_whitespace();
                let name = words.next().unwrap_or_default().to_ascii_lowercase();
                // The first of two equal directives counts.
                let is_void = is_meta && name == "sandbox";
                if !is_void && !directives.iter().any(|(known, _)| *known == name) {
                    directives.push((name, words.map(str::to_owned).collect()));
                }
            }
            Self(directives)
        })
    }

    fn sources(&self, name: &str) -> Option<&[String]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, sources)| sources.as_slice())
    }

    /// The directive that rules over something, and its sources.
    fn governing(&self, own: Own) -> Option<(&'static str, &[String])> {
        own.directives().iter().find_map(|name| Some((*name, self.sources(name)?)))
    }

    fn nonces(&self) -> impl Iterator<Item = &str> {
        let sources = self.governing(Own::Script).map_or(&[][..], |(_, sources)| sources);
        sources.iter().filter_map(|source| nonce_in(source))
    }

    /// The rule that forbids something, as the policy writes it; `None` where the policy lets it.
    pub(super) fn forbids(&self, own: Own, nonce: &str, page: &Url) -> Option<String> {
        let sandboxed = own == Own::Script
            && self.sources("sandbox").is_some_and(|words| !words.iter().any(|word| word == "allow-scripts"));
        let rule = |name: &str, sources: &[String]| format!("{name} {}", sources.join(" ")).trim_end().to_owned();
        if sandboxed {
            return Some(rule("sandbox", self.sources("sandbox").unwrap_or_default()));
        }
        let (name, sources) = self.governing(own)?;
        let lower: Vec<String> = sources.iter().map(|source| source.to_ascii_lowercase()).collect();
        let is_let = match own {
            Own::Script if !nonce.is_empty() && self.nonces().any(|one| one == nonce) => true,
            // Beside it, only nonces and hashes count for what the parser inserts.
            Own::Script if lower.iter().any(|source| source == "'strict-dynamic'") => false,
            Own::Script | Own::Events => lower.iter().any(|source| fits(source, page, own.path())),
        };
        (!is_let).then(|| rule(name, sources))
    }
}

/// The nonce with which the Worker would put the page script in, empty for none; `Err` with a rule that keeps it out.
pub(super) fn way_in(policies: &[Policy], page: &Url) -> Result<String, String> {
    let mut candidates: Vec<&str> = policies.iter().flat_map(Policy::nonces).collect();
    candidates.push("");
    let against = |nonce: &str| policies.iter().find_map(|policy| policy.forbids(Own::Script, nonce, page));
    let open = candidates.iter().find(|nonce| against(nonce).is_none());
    open.map_or_else(|| Err(against("").unwrap_or_default()), |nonce| Ok((*nonce).to_owned()))
}

fn nonce_in(source: &str) -> Option<&str> {
    let inner = source.strip_prefix('\'')?.strip_suffix('\'')?;
    let (word, nonce) = inner.split_at_checked(6)?;
    let is_nonce = nonce.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/_=-".contains(&b));
    (word.eq_ignore_ascii_case("nonce-") && !nonce.is_empty() && is_nonce).then_some(nonce)
}

/// Whether a source, in lower case, is one that has a path of the page's own host.
fn fits(source: &str, page: &Url, path: &str) -> bool {
    let is_scheme = |scheme: &str| scheme == page.scheme() || (scheme == "http" && page.scheme() == "https");
    match source {
        "'self'" | "*" => return true,
        _ if source.starts_with('\'') => return false,
        _ => {}
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return is_scheme(scheme);
    }
    let (scheme, rest) = source.split_once("://").unwrap_or((page.scheme(), source));
    let (place, from) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    // A colon inside brackets belongs to an IPv6 address.
    let (name, port) = match place.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (place, default_port(scheme)),
    };
    let own = page.port().map_or_else(|| default_port(page.scheme()).to_owned(), |port| port.to_string());
    let host = page.host_str().unwrap_or_default();
    let is_host = name == "*"
        || name == host
        || name.strip_prefix('*').is_some_and(|end| end.starts_with('.') && host.ends_with(end));
    let is_port = port == "*" || port == own || (port == "80" && own == "443");
    let is_path = if from.ends_with('/') { path.starts_with(from) } else { path == from };
    is_scheme(scheme) && is_host && is_port && is_path
}

fn default_port(scheme: &str) -> &'static str {
    if scheme == "https" { "443" } else { "80" }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        script: Vec<ScriptCase>,
        events: Vec<EventsCase>,
    }

    #[derive(Deserialize)]
    struct ScriptCase {
        policies: Vec<String>,
        /// Null: it stays out.
        nonce: Option<String>,
    }

    #[derive(Deserialize)]
    struct EventsCase {
        policies: Vec<String>,
        page: Url,
        sends: bool,
    }

    fn vectors() -> Vectors {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/csp.json");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn the_page_script_comes_in_where_the_worker_puts_it_in() {
        let page: Url = "http://shop.test/t/csp".parse().unwrap();
        for ScriptCase { policies, nonce } in vectors().script {
            let read: Vec<Policy> = policies.iter().flat_map(|text| Policy::of(text, false)).collect();
            assert_eq!(way_in(&read, &page).ok(), nonce, "{policies:?}");
        }
    }

    #[test]
    fn events_leave_where_every_policy_lets_them() {
        for EventsCase { policies, page, sends } in vectors().events {
            let mut read = policies.iter().flat_map(|text| Policy::of(text, false));
            assert_eq!(read.all(|policy| policy.forbids(Own::Events, "", &page).is_none()), sends, "{policies:?}");
        }
    }

    #[test]
    fn a_sandbox_in_a_page_means_nothing() {
        let page: Url = "https://shop.test/".parse().unwrap();
        let of = |is_meta| Policy::of("sandbox; script-src 'self'", is_meta).next().unwrap();
        assert_eq!(of(false).forbids(Own::Script, "", &page).as_deref(), Some("sandbox"));
        assert_eq!(of(true).forbids(Own::Script, "", &page), None);
    }
}
