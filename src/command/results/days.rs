//! Days, and effects that wear off.

use super::case::Case;
use super::ledger::EXPOSED;
use super::plan::measure_of;
use attune_core::bundle::Goal;
use attune_core::civil::format_date;
use attune_stats::novelty::{self, Trend};
use attune_stats::{Measure, Sums};

/// The date of a day since 1970.
pub(crate) fn date(day: i64) -> String {
    u16::try_from(day).map_or_else(|_| format!("day {day}"), format_date)
}

/// Converters of the control that a day needs to be compared.
const CONVERTERS_MIN: f64 = 20.0;

/// How the effect of an arm, relative to the control's share on the same day, changes with the days since the first exposure: most
/// conversions come soon after it, so that the absolute effect always shrinks. Only of goals that count once: of them alone the sums
/// say what units did on each day.
pub(crate) fn trend(case: &Case<'_>, goal: &Goal, control: &str, arm: &str) -> Option<Trend> {
    if measure_of(goal) != Measure::Proportion {
        return None;
    }
    let (first, last) = case.experiment.days()?;
    let window = i64::from(goal.window_s / 86_400);
    // The last day is not over.
    let days = (0..(last - first).min(window)).filter_map(|age| {
        let (control, treatment) = (of_age(case, goal, control, age, last), of_age(case, goal, arm, age, last));
        let unit = control.y / control.n;
        (control.converters >= CONVERTERS_MIN).then(|| novelty::Day {
            day: f64::from(i32::try_from(age).unwrap_or(i32::MAX)),
            control: scaled(control, unit),
            treatment: scaled(treatment, unit),
        })
    });
    novelty::trend(Measure::Mean, &days.collect::<Vec<_>>())
}

fn scaled(sums: Sums, unit: f64) -> Sums {
    Sums { y: sums.y / unit, yy: sums.yy / (unit * unit), ..sums }
}

/// What units did so many days after their first exposure, of those that have had that day.
fn of_age(case: &Case<'_>, goal: &Goal, arm: &str, age: i64, last: i64) -> Sums {
    let (mut units, mut converters) = (0, 0);
    for row in case.experiment.whole().filter(|row| row.arm == arm) {
        let Some((cohort, day)) = row.days.filter(|(cohort, _)| cohort + age < last) else { continue };
        if row.goal == EXPOSED {
            units += row.figures.n;
        } else if row.goal == goal.key && day - cohort == age {
            converters += row.figures.converters;
        }
    }
    Sums::of_count(super::ledger::number(converters.max(0)), super::ledger::number(units))
}
