//! One call, with what every route needs of it.

use attune_core::loaded::Outline;
use attune_core::page;
use attune_core::profile::{CookieScope, SiteKeys};
use worker::{Env, Request};

/// One call of the control plane.
pub(crate) struct Call<'a> {
    pub(crate) request: Request,
    pub(crate) env: Env,
    /// The request text, which `facts` are read from.
    pub(crate) text: &'a str,
    pub(crate) facts: page::Request<'a>,
    pub(crate) outline: &'a Outline,
    pub(crate) keys: SiteKeys,
    pub(crate) scope: CookieScope,
}

impl<'a> Call<'a> {
    /// A header of the request.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// A field of the request text.
    pub(crate) fn field(&self, index: usize) -> &'a str {
        self.text.split('\n').nth(index).unwrap_or_default()
    }

    /// The request text with other values in some of its fields.
    pub(crate) fn text_with(&self, values: &[(usize, &str)]) -> String {
        let mut fields: Vec<String> = self.text.split('\n').map(str::to_owned).collect();
        for (index, value) in values {
            if let Some(field) = fields.get_mut(*index) {
                *field = value.replace('\n', " ");
            }
        }
        fields.join("\n")
    }
}
