//! The decision that the origin is told: text that it can verify with a key of its own.

use crate::codec::base64::to_base64;
use crate::profile::keys::{KeyPurpose, SiteKeys};
use alloc::string::String;

/// The value of an `Attune-Decision` header: a payload, a dot, and the MAC that binds it to one host and path.
pub fn seal_decision(payload: &[u8], host: &str, path: &str, keys: &SiteKeys) -> String {
    let mut header = to_base64(payload);
    let mac = keys.sign(KeyPurpose::Decision, &[host, path], header.as_bytes());
    header.push('.');
    header.push_str(&to_base64(&mac));
    header
}
