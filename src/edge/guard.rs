//! Who may call: the site's own pages, or the shop's backend with its key.

use crate::call::Call;
use crate::reply::Problem;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Refuses what another site's page sent. A browser says where a request comes from; what says nothing is
/// no browser, and carries no one else's cookie. Pages of the site's other hosts may call as its own do: they are of the same
/// site to a browser, or their cookies would not come along.
pub(crate) fn own_page(call: &Call<'_>) -> Result<(), Problem> {
    let origin = call.header("Origin");
    let is_own = |origin: &str| origin.split_once("://").is_some_and(|(_, host)| host == call.facts.host);
    let is_allowed = |origin: &str| call.outline.site.allows_origin(origin, call.facts.host);
    let own = match (call.header("Sec-Fetch-Site").as_deref(), origin.as_deref()) {
        // `none`: typed into the address bar.
        (Some("same-origin" | "none"), _) | (None, None) => true,
        (Some("same-site"), Some(origin)) => is_allowed(origin),
        (Some(_), _) => false,
        (None, Some(origin)) => is_own(origin) || is_allowed(origin),
    };
    if own { Ok(()) } else { Err(Problem::new(403, "cross_site", "this is answered to the site's own pages only")) }
}

/// The host of the page that calls: not the one that is called, where the site has several.
pub(crate) fn page_host(call: &Call<'_>) -> String {
    let origin = call.header("Origin").unwrap_or_default();
    origin.split_once("://").map_or(call.facts.host, |(_, host)| host).to_owned()
}

/// Requires `Authorization: Bearer` with the API key.
pub(crate) fn api_key(call: &Call<'_>) -> Result<(), Problem> {
    let Ok(key) = call.env.secret("ATTUNE_API_KEY") else {
        return Err(Problem::new(503, "no_api_key", "the secret ATTUNE_API_KEY is not set"));
    };
    let given = call.header("Authorization").unwrap_or_default();
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    // Equal lengths to compare, so that the time tells nothing of the key's.
    let (given, key) = (Sha256::digest(given), Sha256::digest(key.to_string()));
    if bool::from(given.as_slice().ct_eq(key.as_slice())) {
        return Ok(());
    }
    Err(Problem::new(401, "unauthorized", "this needs the header Authorization: Bearer, with the API key"))
}
