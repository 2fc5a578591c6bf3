//! The segments of a visitor file: what the vectors of conditions ask, natively and in Wasm.

use crate::artifacts::Artifacts;
use crate::context::Context;
use crate::decide::memberships;
use crate::loaded::Loaded;
use crate::profile::Choice;
use crate::profile::json::{JsonProblem, parse_visitor};
use crate::segment::{Evaluation, Facts, Page, Truth};
use alloc::string::String;
use alloc::vec::Vec;

/// Key and membership of every segment, for the visitor of a file on one page at one moment.
///
/// # Errors
/// [`JsonProblem`] when the file is not a visitor's.
pub fn segments(
    loaded: &Loaded,
    artifacts: &Artifacts,
    visitor: &[u8],
    path: &str,
    query: &str,
    now_s: u32,
) -> Result<Vec<(String, Truth)>, JsonProblem> {
    let mut visitor = parse_visitor(visitor)?;
    let overrides = &visitor.request.overrides;
    // The clock is the caller's.
    let context = Context { now_s, ..overrides.applied(Context { path, query, ..Context::default() }) };
    let effective = visitor.profile.settle(false, loaded.site.consent.terms(context.country, context.eu));
    let page = Page::of(&loaded.site, path, "");
    let facts = Facts {
        site: &loaded.site,
        artifacts,
        profile: &visitor.profile,
        context: &context,
        page: &page,
        personalization: effective.personalization == Choice::Granted,
        measurement: effective.measurement == Choice::Granted,
    };
    let verdicts = memberships(loaded, &mut Evaluation::new(&loaded.conditions, facts));
    let keys = loaded.segments.iter().map(|segment| segment.as_ref().map_or_else(String::new, |s| s.key.clone()));
    Ok(keys.zip(verdicts).collect())
}
