//! Where a profile cookie is valid: its name, its domain, and its `Set-Cookie` header.

use super::cookie::{self, Encoded, Verdict};
use super::header::{self, Lookup};
use super::keys::SiteKeys;
use super::{Profile, Refusal};
use crate::limits::PROFILE_AGE_DAYS_MAX;
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;

/// Name of the profile cookie of a site with one host.
pub const HOST_COOKIE: &str = "__Host-attune";
/// Name of the profile cookie of a site with several hosts.
pub const DOMAIN_COOKIE: &str = "__Secure-attune";

/// Why a list of hosts gives no cookie scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScopeError {
    /// No host at all.
    #[error("the site has no host; name at least one in site.hosts")]
    Empty,
    /// Not a host name.
    #[error("{0:?} is not a host name in lower case, without scheme, port or path")]
    Host(String),
    /// No parent domain of at least two labels.
    #[error("the hosts {0} and {1} have no parent domain in common; serve them as two sites")]
    NoParent(String, String),
}

/// Where a site's cookie is valid: one host, or a parent domain of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieScope {
    host: String,
    shared: bool,
}

impl CookieScope {
    /// The scope for a site's hosts: the host itself when there is one, else their longest common parent.
    ///
    /// # Errors
    /// [`ScopeError`] when there is no host, a host is malformed, or the hosts have no parent of two labels.
    pub fn of<S: AsRef<str>>(hosts: &[S]) -> Result<Self, ScopeError> {
        let mut hosts = hosts.iter().map(AsRef::as_ref);
        let first = hosts.next().ok_or(ScopeError::Empty)?;
        check_host(first)?;
        let mut scope = Self { host: first.to_owned(), shared: false };
        for host in hosts {
            check_host(host)?;
            let common = common_parent(&scope.host, host);
            if !common.contains('.') {
                return Err(ScopeError::NoParent(first.to_owned(), host.to_owned()));
            }
            scope = Self { host: common.to_owned(), shared: true };
        }
        Ok(scope)
    }

    /// The host or the parent domain: part of every MAC.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Name of the profile cookie.
    pub fn cookie_name(&self) -> &'static str {
        if self.shared { DOMAIN_COOKIE } else { HOST_COOKIE }
    }

    /// Reads the profile from a `Cookie` request header.
    pub fn read(&self, cookie_header: &[u8], keys: &SiteKeys, now_s: u32) -> Verdict {
        match header::find(cookie_header, self.cookie_name()) {
            Lookup::Absent => Verdict::Absent,
            Lookup::One(value) => cookie::read(value, keys, &self.host, now_s),
            Lookup::Refused(reason) => Verdict::NewVisitor(Refusal::Header(reason)),
        }
    }

    /// Writes the cookie's value.
    pub fn encode(&self, profile: &Profile, keys: &SiteKeys) -> Encoded {
        cookie::encode(profile, keys, &self.host)
    }

    /// The `Set-Cookie` header that stores a value for 400 days.
    pub fn set_cookie(&self, value: &str) -> String {
        self.header(value, PROFILE_AGE_DAYS_MAX * 86_400)
    }

    /// The `Set-Cookie` header that deletes the cookie.
    pub fn delete_cookie(&self) -> String {
        self.header("", 0)
    }

    /// The `Set-Cookie` header that a response needs so that the browser holds this profile, if any: none
    /// when it already does, the deletion when there is nothing to remember.
    ///
    /// Not for [`Verdict::Anonymous`], whose response sets no cookie.
    pub fn update(&self, cookie_header: &[u8], profile: &Profile, keys: &SiteKeys) -> Option<String> {
        let held = header::find(cookie_header, self.cookie_name());
        let Encoded { value, blank, .. } = self.encode(profile, keys);
        if blank {
            return (held != Lookup::Absent).then(|| self.delete_cookie());
        }
        (held != Lookup::One(value.as_bytes())).then(|| self.set_cookie(&value))
    }

    fn header(&self, value: &str, max_age_s: u32) -> String {
        let name = self.cookie_name();
        let (domain, host) = if self.shared { ("; Domain=", &*self.host) } else { ("", "") };
        format!("{name}={value}; Path=/; Max-Age={max_age_s}{domain}{host}; Secure; HttpOnly; SameSite=Lax")
    }
}

fn check_host(host: &str) -> Result<(), ScopeError> {
    let label = |label: &str| {
        let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(valid)
    };
    if host.len() <= 253 && host.split('.').all(label) { Ok(()) } else { Err(ScopeError::Host(host.to_owned())) }
}

/// The longest run of whole labels that both names end with.
fn common_parent<'a>(a: &'a str, b: &str) -> &'a str {
    let pairs = a.rsplit('.').zip(b.rsplit('.'));
    let common = pairs.take_while(|(a, b)| a == b).map(|(label, _)| label.len() + 1);
    let length = common.sum::<usize>().saturating_sub(1);
    a.get(a.len() - length..).unwrap_or_default()
}
