//! What a ledger holds: rows of NDJSON, those of all shards added up.

use crate::failure::Failure;
use attune_stats::Sums;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

/// The goal of the rows that count units.
pub(crate) const EXPOSED: &str = "";

/// Whole numbers, as the ledger keeps them. Values are in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) n: i128,
    pub(crate) converters: i128,
    pub(crate) y: i128,
    pub(crate) yy: i128,
    pub(crate) d: i128,
    pub(crate) dd: i128,
    pub(crate) yd: i128,
    pub(crate) x: i128,
    pub(crate) xx: i128,
    pub(crate) xy: i128,
    pub(crate) xd: i128,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.n += other.n;
        self.converters += other.converters;
        self.y += other.y;
        self.yy += other.yy;
        self.d += other.d;
        self.dd += other.dd;
        self.yd += other.yd;
        self.x += other.x;
        self.xx += other.xx;
        self.xy += other.xy;
        self.xd += other.xd;
    }
}

#[expect(clippy::cast_precision_loss, reason = "16 digits are more than any result has")]
pub(crate) fn number(whole: i128) -> f64 {
    whole as f64
}

impl Figures {
    /// The sums in the goal's own unit: totals are divided by `scale`.
    pub(crate) fn sums(&self, scale: f64) -> Sums {
        Sums {
            n: number(self.n),
            converters: number(self.converters),
            y: number(self.y) / scale,
            yy: number(self.yy) / (scale * scale),
            d: number(self.d),
            dd: number(self.dd),
            yd: number(self.yd) / scale,
            x: number(self.x),
            xx: number(self.xx),
            xy: number(self.xy) / scale,
            xd: number(self.xd),
        }
    }
}

/// Sums of one experiment, over all shards.
#[derive(Debug, Default)]
pub(crate) struct Experiment {
    pub(crate) rows: Vec<Row>,
    /// Units whose rows were erased, by arm.
    pub(crate) erased: BTreeMap<String, i128>,
}

/// One sum.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) arm: String,
    pub(crate) epoch: u32,
    /// Day of the first exposures and day of the changes, since 1970; none for rows of a slice.
    pub(crate) days: Option<(i64, i64)>,
    pub(crate) goal: String,
    /// As `device=phone`; empty for all units.
    pub(crate) slice: String,
    pub(crate) figures: Figures,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// By name, such as `summer-hero/0`.
    pub(crate) experiments: BTreeMap<String, Experiment>,
    /// Counters by name and day. Those without a day are of the last.
    counts: BTreeMap<String, BTreeMap<i64, i128>>,
    /// The days of the counters.
    pub(crate) count_days: BTreeSet<i64>,
    /// Units of each shard, where the shards were asked.
    pub(crate) units_by_shard: Vec<i128>,
}

/// One line of an answer: a sum, a counter, erasures, or what there is of an arm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    experiment: Option<String>,
    arm: Option<String>,
    epoch: Option<u32>,
    cohort: Option<i64>,
    day: Option<i64>,
    goal: Option<String>,
    slice: Option<String>,
    name: Option<String>,
    attrition: Option<i64>,
    #[serde(rename = "first_minute")]
    _first_minute: Option<i64>,
    #[serde(rename = "last_minute")]
    _last_minute: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    n: i128,
    #[serde(default, deserialize_with = "whole")]
    converters: i128,
    #[serde(default, deserialize_with = "whole")]
    y: i128,
    #[serde(default, deserialize_with = "whole")]
    yy: i128,
    #[serde(default, deserialize_with = "whole")]
    d: i128,
    #[serde(default, deserialize_with = "whole")]
    dd: i128,
    #[serde(default, deserialize_with = "whole")]
    yd: i128,
    #[serde(default, deserialize_with = "whole")]
    x: i128,
    #[serde(default, deserialize_with = "whole")]
    xx: i128,
    #[serde(default, deserialize_with = "whole")]
    xy: i128,
    #[serde(default, deserialize_with = "whole")]
    xd: i128,
}

/// A figure. Beyond 64 bits the ledger has a floating-point number.
#[expect(clippy::cast_possible_truncation, reason = "what is beyond is no figure of a ledger, and saturates")]
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<i128, D::Error> {
    let number = Number::deserialize(from)?;
    let whole = number.as_i64().map(i128::from).or_else(|| number.as_f64().map(|float| float as i128));
    whole.ok_or_else(|| D::Error::custom("a figure is no number"))
}

impl Line {
    fn figures(&self) -> Figures {
        let &Self { n, converters, y, yy, d, dd, yd, x, xx, xy, xd, .. } = self;
        Figures { n, converters, y, yy, d, dd, yd, x, xx, xy, xd }
    }
}

impl Ledger {
    /// Counters over all days, by name.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, i128)> {
        self.counts.iter().map(|(name, days)| (name.as_str(), days.values().sum()))
    }

    /// A counter, from a day on.
    pub(crate) fn count_since(&self, name: &str, day: i64) -> i128 {
        self.counts.get(name).map_or(0, |days| days.range(day..).map(|(_, count)| count).sum())
    }

    /// Adds the rows of an answer. `source` names it where a row is not understood.
    pub(crate) fn read(&mut self, text: &str, source: &str) -> Result<(), Failure> {
        for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let read = serde_json::from_str::<Line>(line).map_err(|error| error.to_string());
            let taken =
                read.and_then(|line| self.take(line).ok_or_else(|| "it is neither a sum nor a counter".to_owned()));
            taken.map_err(|why| {
                Failure::new(
                    format!("{source}: line {} is no row of a ledger: {why}", place + 1),
                    "give what GET /_attune/publish/ledger/sums, counts or experiments answers, or take the `attune` of the \
                     version that the site's Workers are of",
                )
            })?;
        }
        Ok(())
    }

    fn take(&mut self, mut line: Line) -> Option<()> {
        // Names are printed: none of them may speak to a terminal.
        for name in [&mut line.experiment, &mut line.arm, &mut line.goal, &mut line.slice, &mut line.name] {
            *name = name.take().map(|name| name.replace(char::is_control, "\u{fffd}"));
        }
        if let Some(name) = line.name {
            *self.counts.entry(name).or_default().entry(line.day.unwrap_or(i64::MAX)).or_default() += line.n;
            self.count_days.extend(line.day);
            return Some(());
        }
        let figures = line.figures();
        let experiment = self.experiments.entry(line.experiment?).or_default();
        let arm = line.arm?;
        if let Some(erased) = line.attrition {
            *experiment.erased.entry(arm).or_default() += i128::from(erased);
            return Some(());
        }
        // A line without a goal says that there is such an arm.
        let Some(goal) = line.goal else { return line.epoch.map(|_| ()) };
        let slice = line.slice?;
        let days = line.cohort.zip(line.day);
        if slice.is_empty() && days.is_none() {
            return None;
        }
        experiment.rows.push(Row { arm, epoch: line.epoch?, days, goal, slice, figures });
        Some(())
    }
}

impl Experiment {
    /// The rows of all units.
    pub(crate) fn whole(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.slice.is_empty())
    }

    /// First and last day with anything.
    pub(crate) fn days(&self) -> Option<(i64, i64)> {
        let days = || self.rows.iter().filter_map(|row| row.days);
        Some((days().map(|(cohort, _)| cohort).min()?, days().map(|(_, day)| day).max()?))
    }

    /// The weight epochs that have units, ascending.
    pub(crate) fn epochs(&self) -> Vec<u32> {
        let epochs: BTreeSet<u32> = self.rows.iter().map(|row| row.epoch).collect();
        epochs.into_iter().collect()
    }

    /// The arms that have units.
    pub(crate) fn arms(&self) -> BTreeSet<&str> {
        self.rows.iter().map(|row| row.arm.as_str()).collect()
    }

    /// The slices, as `device=phone`.
    pub(crate) fn slices(&self) -> BTreeSet<&str> {
        self.rows.iter().map(|row| row.slice.as_str()).filter(|slice| !slice.is_empty()).collect()
    }

    /// Units of an arm in an epoch.
    pub(crate) fn units(&self, arm: &str, epoch: u32) -> i128 {
        let is_asked = |row: &&Row| row.goal == EXPOSED && row.arm == arm && row.epoch == epoch;
        self.whole().filter(is_asked).map(|row| row.figures.n).sum()
    }
}
