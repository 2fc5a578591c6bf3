//! The profile of a cookie.

use crate::failure::Failure;
use crate::input;
use attune_core::loaded::Loaded;
use attune_core::profile::{CookieScope, Profile, Verdict, cookie};
use std::path::Path;

/// A profile cookie, read as the edge reads it.
pub(super) struct Cookie {
    pub(super) profile: Profile,
    /// What was wrong with it.
    pub(super) verdict: Result<(), String>,
    /// Whether the visitor is anonymous for now: the cookie may be readable later.
    pub(super) is_anonymous: bool,
    pub(super) bytes: usize,
}

impl Cookie {
    /// Reads the value of a cookie with the keys of a ring.
    pub(super) fn read(token: &str, keys: &Path, loaded: &Loaded, now_s: u32) -> Result<Self, Failure> {
        let keys = input::read_key_ring(keys)?.bind(&loaded.site.name);
        let scope = CookieScope::of(&loaded.site.hosts).map_err(|error| {
            Failure::new(format!("the site's hosts share no cookie: {error}"), "change [site] hosts")
        })?;
        let (profile, verdict, is_anonymous) = match cookie::read(token.as_bytes(), &keys, scope.host(), now_s) {
            Verdict::Valid(profile) => (profile, Ok(()), false),
            Verdict::Anonymous(reason) => (Profile::default(), Err(format!("anonymous: {reason}")), true),
            Verdict::Refused(reason) => (Profile::default(), Err(format!("new visitor: {reason}")), false),
            Verdict::Absent => (Profile::default(), Err("there is none".to_owned()), false),
        };
        Ok(Self { profile, verdict, is_anonymous, bytes: token.len() })
    }
}
