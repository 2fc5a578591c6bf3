//! Where a site's cookies are valid: their names, their domain, and their `Set-Cookie` headers.

use crate::limits::PROFILE_AGE_DAYS_MAX;
use crate::profile::cookie::frame as cookie;
use crate::profile::cookie::frame::Encoded;
use crate::profile::keys::SiteKeys;
use crate::profile::model::Profile;
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;

/// Name of the profile cookie of a site with one host.
pub const HOST_COOKIE: &str = "__Host-attune";
/// Name of the profile cookie of a site with several hosts.
pub const DOMAIN_COOKIE: &str = "__Secure-attune";
/// Name of the consent cookie of a site with one host.
pub const HOST_CONSENT_COOKIE: &str = "__Host-attune-consent";
/// Name of the consent cookie of a site with several hosts.
pub const DOMAIN_CONSENT_COOKIE: &str = "__Secure-attune-consent";

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

    /// Name of the consent cookie.
    pub fn consent_name(&self) -> &'static str {
        if self.shared { DOMAIN_CONSENT_COOKIE } else { HOST_CONSENT_COOKIE }
    }

    /// Writes the value of the profile cookie.
    pub fn encode(&self, profile: &Profile, keys: &SiteKeys) -> Encoded {
        cookie::encode(profile, keys, &self.host)
    }

    /// The `Set-Cookie` header that stores a profile for 400 days.
    pub fn set_cookie(&self, value: &str) -> String {
        self.header(self.cookie_name(), value, PROFILE_AGE_DAYS_MAX * 86_400)
    }

    /// The `Set-Cookie` header that deletes the profile cookie.
    pub fn delete_cookie(&self) -> String {
        self.header(self.cookie_name(), "", 0)
    }

    /// The `Set-Cookie` header that stores a consent cookie for 400 days.
    pub fn set_consent(&self, value: &str) -> String {
        self.header(self.consent_name(), value, PROFILE_AGE_DAYS_MAX * 86_400)
    }

    fn header(&self, name: &str, value: &str, max_age_s: u32) -> String {
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
