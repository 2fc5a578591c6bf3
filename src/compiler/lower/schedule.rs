//! `during`: when a campaign runs.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::moment::{Bound, bound_s, report_over};
use crate::source::Place;
use crate::syntax::{Node, Table, Value};
use attune_core::bundle::During;
use jiff::tz::TimeZone;
use toml::value::Datetime;

/// Lowers a schedule. Bounds of the site's zone become seconds since the Unix epoch; bounds of the visitor's
/// zone stay wall-clock seconds.
pub(super) fn during(table: &Table, place: Place, timezone: &str, sink: &mut Sink<'_>) -> Option<During> {
    let visitor_zone = table.text("zone").is_some_and(|zone| zone.decoded == "visitor");
    let zone = TimeZone::get(timezone).ok()?;
    if table.get("from").is_none() && table.get("until").is_none() {
        sink.report(Code::BadSchedule, place, "the schedule has neither `from` nor `until`", "add one of the two");
        return None;
    }
    let mut bound = |key, which| {
        table.get(key).map(|node| seconds(node, which, &zone, visitor_zone, sink)).map_or(Ok(None), |s| s.map(Some))
    };
    let (from_s, until_s) = (bound("from", Bound::From), bound("until", Bound::Until));
    let (Ok(from_s), Ok(until_s)) = (from_s, until_s) else { return None };
    if let (Some(from), Some(until)) = (from_s, until_s)
        && from > until
    {
        let at = table.get("until").map_or(place, |node| node.place);
        sink.report(Code::BadSchedule, at, "the schedule ends before it begins", "put `until` after `from`");
        return None;
    }
    if let (Some(until_s), Some(node)) = (until_s, table.get("until")) {
        report_over(until_s, visitor_zone, node.place, sink);
    }
    Some(During { from_s, until_s, visitor_zone })
}

/// The first second of a moment by the site's clock, since the Unix epoch; problems are reported.
pub(super) fn from_s(node: &Node, timezone: &str, sink: &mut Sink<'_>) -> Option<u32> {
    let zone = TimeZone::get(timezone).ok()?;
    let at_s = seconds(node, Bound::From, &zone, false, sink).ok()?;
    let from_s = u32::try_from(at_s).ok();
    if from_s.is_none() {
        sink.report(Code::BadSchedule, node.place, "this is before 1970 or after 2105", "write a date of this century");
    }
    from_s
}

fn seconds(node: &Node, bound: Bound, zone: &TimeZone, visitor_zone: bool, sink: &mut Sink<'_>) -> Result<i64, ()> {
    let moment = match &node.value {
        Value::Moment(moment) => Some(*moment),
        Value::Text(text) => text.parse::<Datetime>().ok(),
        _ => return Err(()),
    };
    bound_s(moment, bound, zone, visitor_zone, node.place, sink)
}
