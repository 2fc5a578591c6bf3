//! `trust`: who may set a value.

use crate::syntax::Table;
use attune_core::bundle::RuleTrust;

/// Who may set it. Default: the shop's server.
pub(super) fn trust(table: &Table) -> RuleTrust {
    match table.text("trust").map(|text| text.decoded) {
        Some("browser") => RuleTrust::Browser,
        _ => RuleTrust::Server,
    }
}
