//! `Set-Cookie` as a browser reads it, and the cookies that it keeps.

use url::{Host, Url};

/// One cookie that an answer sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SetCookie {
    pub(super) name: String,
    pub(super) value: String,
    attributes: Vec<(String, String)>,
}

impl SetCookie {
    /// Reads a value of the header.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let attribute = |part: &str| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (key.trim().to_ascii_lowercase(), value.trim().to_owned())
        };
        let attributes = parts.map(attribute).filter(|(key, _)| !key.is_empty()).collect();
        Some(Self { name: name.trim().to_owned(), value: value.trim().to_owned(), attributes })
    }

    fn attribute(&self, key: &str) -> Option<&str> {
        // The last of two equal attributes counts.
        self.attributes.iter().rev().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// One of Attune's.
    pub(super) fn is_own(&self) -> bool {
        ["__Host-attune", "__Secure-attune"].iter().any(|name| self.name.starts_with(name))
    }

    /// Characters of name and value, which browsers limit together.
    pub(super) fn chars(&self) -> usize {
        self.name.len() + self.value.len()
    }

    /// Whether the cookie is to be deleted.
    pub(super) fn deletes(&self) -> bool {
        self.attribute("max-age").is_some_and(|age| age.parse::<i64>().is_ok_and(|age| age <= 0))
    }

    /// The attributes of Attune's that are missing or have another value.
    pub(super) fn lost_attributes(&self) -> Vec<&'static str> {
        let is = |key, value: &str| self.attribute(key).is_some_and(|found| found.eq_ignore_ascii_case(value));
        let wanted = [
            ("Path=/", is("path", "/")),
            ("Max-Age", self.attribute("max-age").is_some()),
            ("Secure", self.attribute("secure").is_some()),
            ("HttpOnly", self.attribute("httponly").is_some()),
            ("SameSite=Lax", is("samesite", "Lax")),
        ];
        wanted.into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
    }

    /// Why a browser refuses the cookie on a page of this host.
    pub(super) fn refusal(&self, page: &Url) -> Option<String> {
        let is_secure = self.attribute("secure").is_some();
        let domain = self.attribute("domain").map(|domain| domain.trim_start_matches('.').to_ascii_lowercase());
        let domain = domain.filter(|domain| !domain.is_empty());
        if let Some(domain) = &domain {
            let host = page.host_str().unwrap_or_default();
            let is_parent =
                host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            if !is_parent {
                return Some(format!("its Domain is {domain}, and the page is on {host}"));
            }
        }
        match self.name.as_str() {
            name if name.starts_with("__Host-") => {
                if domain.is_some() {
                    return Some("a cookie of __Host- must have no Domain".to_owned());
                }
                if self.attribute("path") != Some("/") {
                    return Some("a cookie of __Host- must have Path=/".to_owned());
                }
                (!is_secure).then(|| "a cookie of __Host- must be Secure".to_owned())
            }
            name if name.starts_with("__Secure-") => {
                (!is_secure).then(|| "a cookie of __Secure- must be Secure".to_owned())
            }
            _ => None,
        }
    }
}

/// Attune's cookies of one visitor.
#[derive(Clone, Debug, Default)]
pub(super) struct Jar(Vec<(String, String)>);

impl Jar {
    /// Takes what an answer sets. What a browser would refuse is kept nevertheless, so that the rest can be looked at.
    pub(super) fn take<'c>(&mut self, lines: impl Iterator<Item = &'c str>) {
        for cookie in lines.filter_map(SetCookie::parse).filter(SetCookie::is_own) {
            self.0.retain(|(name, _)| *name != cookie.name);
            if !cookie.deletes() {
                self.0.push((cookie.name, cookie.value));
            }
        }
    }

    /// The header `Cookie`; empty without cookies.
    pub(super) fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

/// Whether this is the machine itself, which browsers trust without HTTPS.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const GOOD: &str = "__Host-attune=v1.abc; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax";

    fn refusal(header: &str) -> Option<String> {
        SetCookie::parse(header).unwrap().refusal(&"https://www.shop.example/p/1".parse().unwrap())
    }

    #[test]
    fn lost_attributes_are_named() {
        let lost = |header: &str| SetCookie::parse(header).unwrap().lost_attributes();
        assert!(lost(GOOD).is_empty());
        assert_eq!(
            lost("__Host-attune=v; path=/shop; Max-Age=1; samesite=none"),
            ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]
        );
        assert_eq!(lost("__Host-attune=v; Path=/; Secure; HttpOnly; SameSite=lax"), ["Max-Age"]);
    }

    #[test]
    fn browsers_refuse_what_breaks_the_rules_of_prefixes_and_domains() {
        assert_eq!(refusal(GOOD), None);
        assert_eq!(refusal("__Secure-attune=v; Secure; Domain=shop.example"), None);
        assert_eq!(refusal("__Secure-attune=v; Secure; Domain=.shop.example"), None);
        for (header, why) in [
            ("__Host-attune=v; Path=/; Secure; Domain=shop.example", "no Domain"),
            ("__Host-attune=v; Path=/shop; Secure", "Path=/"),
            ("__Host-attune=v; Path=/", "Secure"),
            ("__Secure-attune=v; Domain=shop.example", "Secure"),
            ("__Secure-attune=v; Secure; Domain=other.example", "other.example"),
            ("__Secure-attune=v; Secure; Domain=p.example", "p.example"),
        ] {
            assert!(refusal(header).is_some_and(|text| text.contains(why)), "{header}");
        }
    }

    #[test]
    fn a_jar_keeps_our_own_cookies_until_they_are_deleted() {
        let mut jar = Jar::default();
        jar.take([GOOD, "session=1", "__Host-attune-consent=x; Max-Age=1"].into_iter());
        assert_eq!(jar.header(), "__Host-attune=v1.abc; __Host-attune-consent=x");
        jar.take(["__Host-attune=; Path=/; Max-Age=0"].into_iter());
        assert_eq!(jar.header(), "__Host-attune-consent=x");
    }

    #[test]
    fn only_the_machine_itself_is_trusted_without_https() {
        for (url, expected) in [
            ("http://localhost:8787/", true),
            ("http://127.0.0.1/", true),
            ("http://[::1]/", true),
            ("http://a.localhost/", true),
            ("http://shop.test/", false),
            ("http://192.168.0.1/", false),
            ("http://localhost.example/", false),
        ] {
            assert_eq!(is_loopback(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
