//! What an event says to the ledger, beside what it says to the profile.

use super::node::Node;
use super::params::{items, number, plain};
use crate::bundle::cards::RecommendationReason;
use crate::limits::{CARDS_MAX, KEY_BYTES_MAX, VALUE_CENTI_MAX};
use crate::number::float::nearest;
use crate::profile::events::event::{Item, transaction_named};
use crate::profile::tokens::page::PAGE_TOKEN_CHARS_MAX;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The event that says that a page is looked at, with the page's token.
pub const EXPOSURE: &str = "attune_exposure";

/// The event that says that a recommended product was followed.
pub const CLICK: &str = "attune_click";

/// What a script puts in the place of an event that it had to give up.
pub(super) const VOID: &str = "void";

/// Characters of the list of experiments of a page: nine each.
const OF_CHARS_MAX: usize = 48 * 9;

/// What an event says to the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Its number in the log.
    pub number: u32,
    /// When it happened, by the server's clock.
    pub at_s: u32,
    /// Its name.
    pub name: Box<str>,
    /// Its value, in hundredths of the major unit.
    pub value_centi: i64,
    /// Currency of the value, ISO 4217; empty where it says none.
    pub currency: Box<str>,
    /// Hash of the shop's id of the order.
    pub transaction: Option<u32>,
    /// The page token of [`EXPOSURE`].
    pub token: Box<str>,
    /// Of a page that the browser decided: hashes of the experiments of the token that it exposed the visitor to, with commas
    /// between. `None`: all.
    pub of: Option<Box<str>>,
    /// Campaign and slot of products that were seen or clicked, with a slash between; empty for anything else.
    pub recommended: Box<str>,
    /// The strategy that picked them; empty where the slot has none.
    pub strategy: Box<str>,
    /// The source of each product that was seen, or of the one that was clicked; none where that cannot be told.
    pub sources: Vec<RecommendationReason>,
}

/// Reads what an event of this name says; `None` for one that says nothing.
pub(super) fn report(number_in_log: u32, at_s: u32, name: &str, params: Option<&Node<'_>>) -> Option<Report> {
    if name == VOID || name.len() > KEY_BYTES_MAX {
        return None;
    }
    let mut report = Report { number: number_in_log, at_s, name: name.into(), ..Report::default() };
    let Some(params) = params.and_then(|node| node.open_object().ok()) else {
        return (name != EXPOSURE).then_some(report);
    };
    if name == EXPOSURE {
        report.token = params.field("token").and_then(|node| node.key(PAGE_TOKEN_CHARS_MAX).ok())?;
        report.of =
            params.field("of").and_then(|node| node.text().ok()).map(|text| text.chars().take(OF_CHARS_MAX).collect());
        return Some(report);
    }
    if name == CLICK || name == "attune_impression" {
        let key =
            |field| params.field(field).and_then(|node| node.key(KEY_BYTES_MAX).ok()).filter(|key| !key.contains('/'));
        let (campaign, slot) = (key("of").or_else(|| key("campaign"))?, key("slot")?);
        report.recommended = [&*campaign, "/", &*slot].concat().into();
        report.strategy = key("strategy").unwrap_or_default();
        report.sources = params.field("sources").map(|node| sources(&node)).unwrap_or_default();
        // Somebody follows one product at a time.
        if name == CLICK && report.sources.len() > 1 {
            report.sources.clear();
        }
        let is_recommended = name == CLICK || !report.strategy.is_empty() || !report.sources.is_empty();
        return is_recommended.then_some(report);
    }
    let value = params.field("value").and_then(|node| number(&node));
    // What a browser says takes nothing away: paid back is what the shop's server says.
    let value_centi = match value {
        Some(value) => nearest(value.max(0.0) * 100.0),
        None if name == "purchase" => items(&params).iter().map(line_minor).sum(),
        None => 0,
    };
    report.value_centi = i64::try_from(value_centi.min(VALUE_CENTI_MAX)).unwrap_or(0);
    let currency = params.field("currency").and_then(|node| node.key(3).ok());
    report.currency = currency.filter(|code| code.bytes().all(|byte| byte.is_ascii_uppercase())).unwrap_or_default();
    report.transaction = params.field("transaction_id").and_then(|node| transaction_named(&plain(&node)?));
    Some(report)
}

/// Of a list, the sources that there are.
fn sources(list: &Node<'_>) -> Vec<RecommendationReason> {
    list.entries().take(CARDS_MAX).filter_map(|node| RecommendationReason::of_key(node.text().ok()?)).collect()
}

fn line_minor(item: &Item) -> u64 {
    u64::from(item.price_minor) * u64::from(item.quantity)
}
