//! The site: its hosts, locales and page types.

use super::{Aliases, ConsentRules, DecisionHeader, PathPattern, Rules};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// The `[site]`, `[pages]`, `[consent]` and `[privacy]` tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// Site name: part of every key derivation and hash.
    pub name: String,
    /// Host names it is served under; one gives a `__Host-` cookie.
    pub hosts: Vec<String>,
    /// IANA time zone of the site.
    pub timezone: String,
    /// Visitors who get the origin everywhere, in basis points.
    pub holdout_bp: u16,
    /// Locales; the first is the fallback.
    pub locales: Vec<Locale>,
    /// Page types in the order they are tried.
    pub pages: Vec<PageType>,
    /// Consent regimes.
    pub consent: ConsentRules,
    /// Paths whose views leave no memory.
    pub never_profile: Vec<PathPattern>,
    /// Query parameters that conditions may read.
    pub query_keys: Vec<String>,
    /// What it decides about its vocabulary: a section of its own, because readers of the first bundles expect
    /// the site to end here.
    pub rules: Rules,
    /// Pages of which the origin is told the decision: a section of its own, for the same reason.
    pub decision_headers: Vec<DecisionHeader>,
    /// Keys of categories that stand for others: a section of its own, for the same reason.
    pub aliases: Aliases,
}

impl Site {
    /// The key of a category, however a feed, an event or a path names it: its
    /// [`category_key`](crate::category::category_key), or what that stands for by `[catalog] category_aliases`. At most
    /// 48 bytes; empty when the name has no letter or digit.
    pub fn category<'n>(&'n self, name: &'n str) -> Cow<'n, str> {
        self.aliases.category(name)
    }

    /// The currency that orders and results are counted in: that of the first locale.
    pub fn currency(&self) -> &str {
        self.locales.first().map_or("", |locale| &locale.currency)
    }

    /// Whether pages of an origin, as a browser writes it, may call Attune at `host`: those of the site's hosts over HTTPS;
    /// and on a developer's machine any port of `localhost` and `127.0.0.1`, where that is a host of the site or `host` is
    /// one of them, too.
    pub fn allows_origin<'a>(&self, origin: &'a str, host: &'a str) -> bool {
        let is_own = |name: &str| self.hosts.iter().any(|host| host == name);
        if let Some(host) = origin.strip_prefix("https://") {
            return is_own(host);
        }
        // A browser writes no port that is none.
        let name_of = |address: &'a str| address.split(':').next().unwrap_or_default();
        let name = origin.strip_prefix("http://").map_or("", name_of);
        is_loopback(name) && (is_own(name) || is_loopback(name_of(host)))
    }
}

/// The names of this machine that browsers take for it.
fn is_loopback(name: &str) -> bool {
    matches!(name, "localhost" | "127.0.0.1")
}

/// One locale of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct Locale {
    /// BCP 47 tag, such as `en-GB`.
    pub tag: String,
    /// ISO 4217 currency code.
    pub currency: String,
}

/// A page type and the paths that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct PageType {
    /// Its key, such as `product`.
    pub key: String,
    /// Patterns, in order.
    pub patterns: Vec<PathPattern>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn pages_of_the_hosts_may_call_and_no_other_ones() {
        let site =
            |hosts: &[&str]| Site { hosts: hosts.iter().map(|host| (*host).into()).collect(), ..Site::default() };
        let shop = site(&["www.shop.example", "api.shop.example"]);
        for origin in ["https://www.shop.example", "https://api.shop.example"] {
            assert!(shop.allows_origin(origin, "api.shop.example"), "{origin}");
        }
        let strangers = vec![
            "",
            "null",
            "www.shop.example",
            "http://www.shop.example",
            "https://www.shop.example:8443",
            "https://www.shop.example/",
            "https://WWW.shop.example",
            "https://shop.example",
            "https://www.shop.example.evil.example",
            "https://evil.example://www.shop.example",
            "http://localhost",
            "https://localhost:5173",
        ];
        for origin in strangers {
            assert!(!shop.allows_origin(origin, "api.shop.example"), "{origin}");
        }
        for host in ["localhost:8787", "127.0.0.1:8787", "localhost"] {
            for origin in ["http://localhost:5173", "http://127.0.0.1", "http://localhost"] {
                assert!(shop.allows_origin(origin, host), "{origin} {host}");
            }
            for origin in ["http://", "ftp://localhost", "http://localhost.evil.example:1", "http://[::1]:1"] {
                assert!(!shop.allows_origin(origin, host), "{origin} {host}");
            }
        }
        assert!(site(&["localhost"]).allows_origin("http://localhost:5173", "10.0.0.1"));
        assert!(!site(&["localhost"]).allows_origin("http://127.0.0.1:5173", "10.0.0.1"));
    }
}
