//! Authored moments: the ends of schedules and windows, on the site's clock or the visitor's.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use jiff::civil::{self, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use toml::value::Datetime;

/// Which end of a window.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    From,
    Until,
}

/// The last time zone is twelve hours behind UTC.
const LAST_ZONE_S: i64 = 12 * 3_600;

/// Warns of a window that is over in every time zone.
pub(crate) fn report_over(until_s: i64, visitor_zone: bool, place: Place, sink: &mut Sink<'_>) {
    let last_s = if visitor_zone { until_s.saturating_add(LAST_ZONE_S) } else { until_s };
    if sink.around().now_s.is_some_and(|now_s| last_s < i64::from(now_s)) {
        sink.report(
            Code::Past,
            place,
            "this moment has gone by, so the schedule is over",
            "correct the date, or delete what it belongs to",
        );
    }
}

/// Seconds of one end of a window: since the Unix epoch, or on the visitor's wall clock. Problems are reported.
pub(crate) fn bound_s(
    moment: Option<Datetime>,
    bound: Bound,
    zone: &TimeZone,
    visitor_zone: bool,
    place: Place,
    sink: &mut Sink<'_>,
) -> Result<i64, ()> {
    let Some((local, offset_min)) = moment.as_ref().and_then(|moment| local(moment, bound)) else {
        sink.report(
            Code::BadSchedule,
            place,
            "this is not a date or a date with time",
            "write 2026-11-27 or 2026-11-27T08:00:00",
        );
        return Err(());
    };
    let wall_clock_s = TimeZone::UTC.to_timestamp(local).map_err(|_| ())?.as_second();
    match offset_min {
        Some(_) if visitor_zone => {
            sink.report(
                Code::BadSchedule,
                place,
                "a time with an offset is one moment for everybody, not each visitor's own",
                "leave out the offset, or write zone = \"site\"",
            );
            Err(())
        }
        Some(offset_min) => Ok(wall_clock_s - i64::from(offset_min) * 60),
        None if visitor_zone => Ok(wall_clock_s),
        None => Ok(in_zone(local, bound, zone, place, sink)),
    }
}

/// Wall-clock time and offset in minutes. A date alone is its first second for `from`, its last for `until`.
fn local(moment: &Datetime, bound: Bound) -> Option<(DateTime, Option<i16>)> {
    let date = moment.date?;
    let date =
        civil::Date::new(i16::try_from(date.year).ok()?, date.month.cast_signed(), date.day.cast_signed()).ok()?;
    let time = match moment.time {
        Some(time) => {
            let second = time.second.unwrap_or(0).min(59);
            civil::Time::new(time.hour.cast_signed(), time.minute.cast_signed(), second.cast_signed(), 0).ok()?
        }
        None if bound == Bound::From => civil::Time::midnight(),
        None => civil::Time::constant(23, 59, 59, 0),
    };
    let offset_min = moment.offset.map(|offset| match offset {
        toml::value::Offset::Z => 0,
        toml::value::Offset::Custom { minutes } => minutes,
    });
    Some((DateTime::from_parts(date, time), offset_min))
}

/// Applies the site's zone. Where the clocks skip or repeat the time, the schedule is the longer one.
fn in_zone(local: DateTime, bound: Bound, zone: &TimeZone, place: Place, sink: &mut Sink<'_>) -> i64 {
    let utc_s = TimeZone::UTC.to_timestamp(local).map_or(0, jiff::Timestamp::as_second);
    let at = |offset: jiff::tz::Offset| utc_s - i64::from(offset.seconds());
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => at(offset),
        AmbiguousOffset::Gap { before, after } => {
            sink.report(
                Code::SkippedTime,
                place,
                format!("{local} does not exist on the site's clock: it is put forward over it"),
                "write a time before or after the change",
            );
            // No time passes in the gap: the first second of the new offset follows the last of the old one.
            let moment = gap(zone, at(after), at(before));
            if bound == Bound::From { moment } else { moment - 1 }
        }
        AmbiguousOffset::Fold { before, after } => {
            sink.report(
                Code::DoubledTime,
                place,
                format!("{local} exists twice on the site's clock: it is put back over it"),
                "write the time with its offset, such as 2026-10-25T01:30:00+01:00",
            );
            // The earlier of the two has the offset before the change.
            if bound == Bound::From { at(before) } else { at(after) }
        }
    }
}

/// The moment of the change between two seconds around it.
fn gap(zone: &TimeZone, earlier_s: i64, later_s: i64) -> i64 {
    let start = jiff::Timestamp::from_second(earlier_s - 1);
    start
        .ok()
        .and_then(|start| zone.following(start).next())
        .map_or(later_s, |transition| transition.timestamp().as_second())
}
