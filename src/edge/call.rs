//! One call, with what every route needs of it.

use attune_core::loaded::Outline;
use attune_core::page;
use attune_core::profile::{CookieScope, SiteKeys};
use worker::{Env, Request};

/// One call of the control plane.
pub(crate) struct Call<'a> {
    pub(crate) request: Request,
    pub(crate) env: Env,
    pub(crate) facts: page::Request<'a>,
    pub(crate) outline: &'a Outline,
    pub(crate) keys: SiteKeys,
    pub(crate) scope: CookieScope,
}
