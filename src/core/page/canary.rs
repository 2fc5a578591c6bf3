//! Which visitors a canary is for.

use super::page_core::PageCore;
use super::request::Request;
use crate::codec::to_hex;
use crate::decide::canary_bucket;

impl PageCore {
    /// The bucket, 0 to 9,999, of the request's visitor for the canary with this salt. `None` without an id that may be used:
    /// nobody agreed, the visitor is new or anonymous, a robot, or the persona of a preview.
    pub fn canary_bucket(&self, request: &Request, salt: &str) -> Option<u16> {
        if request.context.device.bot {
            return None;
        }
        let id = self.visit(request).id()?;
        Some(canary_bucket(salt, &to_hex(&id)))
    }
}
