//! Who may call: the site's own pages, or the shop's backend with its key.

use crate::call::Call;
use crate::reply::Problem;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Refuses what another site's page sent. A browser says where a request comes from; what says nothing is
/// no browser, and carries no one else's cookie.
pub(crate) fn same_origin(call: &Call<'_>) -> Result<(), Problem> {
    let header = |name| call.request.headers().get(name).ok().flatten();
    let own = match (header("Sec-Fetch-Site").as_deref(), header("Origin").as_deref()) {
        // `none`: typed into the address bar.
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin.split_once("://").is_some_and(|(_, host)| host == call.facts.host),
        (None, None) => true,
    };
    if own { Ok(()) } else { Err(Problem::new(403, "cross_site", "this is answered to the site's own pages only")) }
}

/// Requires `Authorization: Bearer` with the API key.
pub(crate) fn api_key(call: &Call<'_>) -> Result<(), Problem> {
    let Ok(key) = call.env.secret("ATTUNE_API_KEY") else {
        return Err(Problem::new(503, "no_api_key", "the secret ATTUNE_API_KEY is not set"));
    };
    let given = call.request.headers().get("Authorization").ok().flatten().unwrap_or_default();
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    // Equal lengths to compare, so that the time tells nothing of the key's.
    let (given, key) = (Sha256::digest(given), Sha256::digest(key.to_string()));
    if bool::from(given.as_slice().ct_eq(key.as_slice())) {
        return Ok(());
    }
    Err(Problem::new(401, "unauthorized", "this needs the header Authorization: Bearer, with the API key"))
}
