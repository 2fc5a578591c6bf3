//! The hosts that share a cookie.

use crate::failure::Failure;
use attune_core::profile::CookieScope;

/// The scope of the hosts that `--host` names.
pub(super) fn of(hosts: &[String]) -> Result<CookieScope, Failure> {
    CookieScope::of(hosts)
        .map_err(|error| Failure::new(format!("these hosts have no cookie: {error}"), "give --host as in [site] hosts"))
}
