//! Moments in conditions: timestamps, and windows on the clock of the site or the visitor.

use super::constant::Constant;
use super::lowering::{Lowering, Meaning};
use super::subject::Subject;
use crate::codes::Code;
use crate::moment::{Bound, bound_s, report_over};
use attune_core::attribute::Attribute;
use attune_core::bundle::{Comparison, Op, Test};
use cel::common::ast::IdedExpr;
use jiff::tz::TimeZone;
use toml::value::Datetime;

impl Lowering<'_, '_, '_> {
    /// `timestamp("2026-11-27T18:00:00Z")`.
    pub(super) fn timestamp(&mut self, expr: &IdedExpr, argument: &IdedExpr) -> Meaning {
        let moment = match self.meaning(argument) {
            Meaning::Constant(Constant::Text(text)) => text.parse::<jiff::Timestamp>().ok(),
            Meaning::Bad => return Meaning::Bad,
            _ => None,
        };
        if let Some(moment) = moment {
            #[expect(clippy::cast_precision_loss, reason = "seconds of the years that there are")]
            return Meaning::Constant(Constant::Time(moment.as_second() as f64));
        }
        self.report(
            Code::BadConstant,
            expr,
            "the moment cannot be read",
            "write it with its offset from UTC: timestamp(\"2026-11-27T18:00:00Z\")",
        );
        Meaning::Bad
    }

    /// `between("2026-11-27T18:00", "2026-11-30", "visitor")`: both ends included, a date alone is the whole day.
    pub(super) fn between(&mut self, expr: &IdedExpr, from: &IdedExpr, until: &IdedExpr, zone: &IdedExpr) -> Meaning {
        let mut text = |argument: &IdedExpr| match self.meaning(argument) {
            Meaning::Constant(Constant::Text(text)) => Some(text),
            _ => None,
        };
        let (from_text, until_text, zone_text) = (text(from), text(until), text(zone));
        let visitor_zone = match zone_text.as_deref() {
            Some("site") => false,
            Some("visitor") => true,
            _ => {
                self.report(
                    Code::BadArgument,
                    zone,
                    "the zone of a window is the site's or the visitor's",
                    "write between(\"2026-11-27\", \"2026-11-30\", \"site\"), or \"visitor\"",
                );
                return Meaning::Bad;
            }
        };
        // An unknown zone of the site was reported where it is written.
        let Ok(zone) = TimeZone::get(self.compiler.scope.timezone) else { return Meaning::Bad };
        let mut end = |text: Option<String>, at: &IdedExpr, bound| {
            let place = self.place(at);
            bound_s(text.and_then(|text| moment(&text)), bound, &zone, visitor_zone, place, self.sink)
        };
        let (from_s, until_s) = (end(from_text, from, Bound::From), end(until_text, until, Bound::Until));
        let (Ok(from_s), Ok(until_s)) = (from_s, until_s) else { return Meaning::Bad };
        if from_s > until_s {
            self.report(Code::BadSchedule, expr, "the window ends before it begins", "put the later moment second");
            return Meaning::Bad;
        }
        let place = self.place(until);
        report_over(until_s, visitor_zone, place, self.sink);
        let clock = if visitor_zone { Attribute::TimeLocal } else { Attribute::TimeNow };
        let subject = Subject::of(clock, None);
        #[expect(clippy::cast_precision_loss, reason = "seconds of the years that there are")]
        let mut bounded = |comparison, s: i64| self.atom(&subject, Test::Number(comparison, s as f64));
        let ends = [bounded(Comparison::GreaterOrEqual, from_s), bounded(Comparison::LessOrEqual, until_s)];
        Meaning::Condition([&ends[..], &[Op::And]].concat())
    }
}

/// Whether a comparison of the time with a constant is false from now on.
pub(super) fn has_gone_by(attribute: Attribute, comparison: Comparison, number: f64, now_s: u32) -> bool {
    // The last time zone is twelve hours behind UTC.
    let last_s = f64::from(now_s) - 43_200.0;
    let earliest = match attribute {
        Attribute::TimeNow => f64::from(now_s),
        Attribute::TimeLocal => last_s,
        Attribute::TimeDate | Attribute::SiteDate => (last_s / 86_400.0).floor(),
        _ => return false,
    };
    match comparison {
        Comparison::Less => number <= earliest,
        Comparison::LessOrEqual | Comparison::Equal => number < earliest,
        Comparison::Greater | Comparison::GreaterOrEqual => false,
    }
}

/// A date or a date with time; the seconds may be left out.
fn moment(text: &str) -> Option<Datetime> {
    text.parse().or_else(|_| format!("{text}:00").parse()).ok()
}
