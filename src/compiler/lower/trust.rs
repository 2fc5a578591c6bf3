//! `trust`: whose word counts.

use crate::syntax::Table;
use attune_core::bundle::RuleTrust;

/// Default: the shop's server.
pub(super) fn trust(table: &Table) -> RuleTrust {
    match table.text("trust").map(|text| text.decoded) {
        Some("browser") => RuleTrust::Browser,
        _ => RuleTrust::Server,
    }
}
